"""A transfer no longer locks the rows of its accounts: the functions look them up themselves"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Each foreign key wrote its lock into the issuer's row, which all awards share."""
    for side in ("debit", "credit"):
        op.drop_constraint(
            op.f(f"fk_transfer_community_id_{side}_id_asset"),
            "transfer",
            schema="ledger",
            type_="foreignkey",
        )
