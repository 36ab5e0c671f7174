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
STATES = (
    "'requested', 'withdrawn', 'lapsed', 'declined', 'confirmed', 'appealed', 'stands', 'lifted'"
)
ANEW = {
    "known_state": f"state IN ({STATES})",
    "only_a_freezing_is_appealed": "aim = 'freeze'"
    " OR state IN ('requested', 'withdrawn', 'lapsed', 'declined', 'confirmed')",
    "confirmed_by_whom": "(state IN ('requested', 'withdrawn', 'lapsed', 'declined'))"
    " = (confirmed_by IS NULL) AND (confirmed_by IS NULL) = (confirmed_at IS NULL)",
}
NEW = {
    "due_while_appealed": "(state = 'appealed') = (due_at IS NOT NULL)",
    "declined_by_whom": "(state = 'declined') = (declined_by IS NOT NULL)"
    " AND (declined_by IS NULL) = (declined_reason IS NULL)",
    "declined_by_another": "declined_by <> asked_by",
    "not_declined_by_the_holder": "declined_by <> holder_id",
}


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
    op.add_column("freezing_request", sa.Column("declined_by", sa.Uuid(), nullable=True))
    op.add_column("freezing_request", sa.Column("declined_reason", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_freezing_request_declined_by"),
        "freezing_request",
        "resident",
        ["declined_by"],
        ["id"],
    )
    for name in ANEW:
        op.drop_constraint(op.f(f"ck_freezing_request_{name}"), "freezing_request")
    for name, condition in (ANEW | NEW).items():
        op.create_check_constraint(
            op.f(f"ck_freezing_request_{name}"), "freezing_request", condition
        )
    op.create_index(
        "ix_freezing_request_due",
        "freezing_request",
        ["due_at"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
