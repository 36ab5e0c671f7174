"""An appeal against a freezing has a day, and a supervisor may say no to the wish for one"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

OBJECTIONS = ("deed_objection", "thanks_objection")
# Of these nobody decided anything: the batch or round was cancelled, or the nominee said no.
DROPPED = """
UPDATE thanks_objection SET outcome = NULL WHERE state = 'closed' AND decided_at IS NULL
"""
# What waits already has a week from when it began to, as five working days mostly are.
WAITING = """
UPDATE freezing_request SET due_at = appealed_at + interval '7 days' WHERE state = 'appealed'
"""


def upgrade() -> None:
    for table in OBJECTIONS:
        op.drop_constraint(op.f(f"ck_{table}_decided_somehow"), table)
        op.create_check_constraint(
            op.f(f"ck_{table}_decided_somehow"),
            table,
            "CASE WHEN outcome IS NULL THEN state IN ('open', 'closed') ELSE state <> 'open' END",
        )
    op.execute(DROPPED)
    for column in ("due_at", "overdue_told_at"):
        op.add_column(
            "freezing_request", sa.Column(column, sa.DateTime(timezone=True), nullable=True)
        )
    op.execute(WAITING)
    op.create_check_constraint(
        op.f("ck_freezing_request_due_while_appealed"),
        "freezing_request",
        "(state = 'appealed') = (due_at IS NOT NULL)",
    )
    op.create_index(
        "ix_freezing_request_due",
        "freezing_request",
        ["due_at"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
