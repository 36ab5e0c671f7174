"""An appeal against a freezing has a day, and a supervisor may say no to the wish for one"""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet to change."""
