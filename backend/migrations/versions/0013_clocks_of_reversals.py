"""A reversal waits for nobody for ever: whoever is to confirm or to judge it has a day"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# What waits already has a week from when it began to, as five working days mostly are.
BEFORE = """
UPDATE reversal_request
   SET due_at = coalesce(CASE state WHEN 'appealed' THEN appealed_at ELSE answered_at END,
                         answer_until) + interval '7 days'
 WHERE state IN ('answered', 'unanswered', 'appealed')
"""


def upgrade() -> None:
    op.add_column(
        "reversal_request", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "reversal_request", sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(BEFORE)
    op.drop_constraint(op.f("ck_reversal_request_dropped_by_whom"), "reversal_request")
    op.create_check_constraint(
        op.f("ck_reversal_request_dropped_with_a_reason"),
        "reversal_request",
        "(state = 'dropped') = (dropped_reason IS NOT NULL)"
        " AND (dropped_by IS NULL OR state = 'dropped')",
    )
    op.create_check_constraint(
        op.f("ck_reversal_request_due_while_somebody_decides"),
        "reversal_request",
        "(state IN ('answered', 'unanswered', 'appealed')) = (due_at IS NOT NULL)",
    )
    op.create_index(
        "ix_reversal_request_due",
        "reversal_request",
        ["due_at"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
