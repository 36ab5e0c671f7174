"""An account stands still: asked by the chair, confirmed by a supervisor"""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet to change."""
