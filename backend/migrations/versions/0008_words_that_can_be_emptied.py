"""Three columns of append-only tables can be emptied when who wrote them gives up the account

The note of a confirmation, the reason of a deed's step, the reason of a panel's voice. No table
changes: privileges follow from the models, and are given anew after every step.
"""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing but the step itself."""
