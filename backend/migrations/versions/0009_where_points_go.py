"""Where a deed's points go is kept with the deed: the sheet's word, or the claimant's"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BEFORE = """
UPDATE deed SET credit_to = 'family'
  FROM rule_item
 WHERE rule_item.community_id = deed.community_id AND rule_item.id = deed.item_id
   AND rule_item.credit_to <> 'person'
"""


def upgrade() -> None:
    """What was claimed before goes where it would have gone: to the family, if there is one."""
    op.add_column(
        "deed", sa.Column("credit_to", sa.Text(), server_default="person", nullable=False)
    )
    op.execute(BEFORE)
    op.alter_column("deed", "credit_to", server_default=None)
    op.create_check_constraint(
        op.f("ck_deed_known_credit_to"), "deed", "credit_to IN ('person', 'family')"
    )
