"""How far the holders of a community have been told what a month brought"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "monthly_statements",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("told_upto", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "extract(day FROM month) = 1", name=op.f("ck_monthly_statements_first_of_month")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_monthly_statements_community_id"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_monthly_statements")),
        sa.UniqueConstraint(
            "community_id", "month", name=op.f("uq_monthly_statements_community_id_month")
        ),
    )
