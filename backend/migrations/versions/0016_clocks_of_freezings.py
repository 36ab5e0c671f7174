"""An appeal against a freezing has a day, and a supervisor may say no to the wish for one"""

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


def upgrade() -> None:
    for table in OBJECTIONS:
        op.drop_constraint(op.f(f"ck_{table}_decided_somehow"), table)
        op.create_check_constraint(
            op.f(f"ck_{table}_decided_somehow"),
            table,
            "CASE WHEN outcome IS NULL THEN state IN ('open', 'closed') ELSE state <> 'open' END",
        )
    op.execute(DROPPED)
