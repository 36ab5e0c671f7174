"""Which vote counts says whether it is the person's own, and that comes before any clock"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Of every person the vote that counts by the new rule: their own if there is one.
BEFORE = """
UPDATE statement_vote_latest l
   SET value = v.value, cast_at = v.cast_at, seq = v.seq, is_own = v.keyed_by IS NULL
  FROM (SELECT DISTINCT ON (community_id, statement_id, resident_id)
               community_id, statement_id, resident_id, value, cast_at, seq, keyed_by
          FROM statement_vote
         ORDER BY community_id, statement_id, resident_id,
                  keyed_by IS NULL DESC, cast_at DESC, seq DESC) v
 WHERE v.community_id = l.community_id AND v.statement_id = l.statement_id
   AND v.resident_id = l.resident_id AND (v.keyed_by IS NOT NULL OR v.seq <> l.seq)
"""


def upgrade() -> None:
    """What was counted before is counted again where somebody's hand had gone over an own vote."""
    op.add_column(
        "statement_vote_latest",
        sa.Column("is_own", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.execute(BEFORE)
    op.alter_column("statement_vote_latest", "is_own", server_default=None)
