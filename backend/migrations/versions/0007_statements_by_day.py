"""A statement's days are told from its indexes alone"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for side in ("debit", "credit"):
        op.drop_index(f"ix_transfer_{side}", table_name="transfer", schema="ledger")
        op.create_index(
            f"ix_transfer_{side}",
            "transfer",
            ["community_id", f"{side}_id", "id", "created_at"],
            unique=False,
            schema="ledger",
        )
