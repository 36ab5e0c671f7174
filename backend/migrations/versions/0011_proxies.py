"""Residents may let somebody act for them: grants, and which grant an act rests on"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ACTS = (
    "complaint",
    "deed",
    "deed_confirmation",
    "deed_objection",
    "nomination",
    "thanks_objection",
    "verification",
)
BY_A_GRANT = (
    "basis <> 'proxy' OR (basis_id IS NOT NULL AND recorded_by IS NOT NULL"
    " AND on_behalf_of_id IS NOT DISTINCT FROM actor_id)"
)
PEOPLE = ("principal_id", "proxy_id", "recorded_by", "ended_by")


def upgrade() -> None:
    for table in ACTS:
        op.add_column(table, sa.Column("basis_id", sa.Uuid(), nullable=True))
        op.create_check_constraint(op.f(f"ck_{table}_proxy_by_a_grant"), table, BY_A_GRANT)
    op.create_table(
        "proxy_grant",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("proxy_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("paper_serial", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("offer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('offered', 'live', 'ended')", name=op.f("ck_proxy_grant_known_state")
        ),
        sa.CheckConstraint(
            "made IN ('app', 'paper', 'counter')", name=op.f("ck_proxy_grant_known_made")
        ),
        sa.CheckConstraint(
            "ended_because IN ('declined', 'lapsed', 'revoked', 'resigned', 'expired', 'moved',"
            " 'erased', 'died', 'incapable')",
            name=op.f("ck_proxy_grant_known_ended_because"),
        ),
        sa.CheckConstraint("principal_id <> proxy_id", name=op.f("ck_proxy_grant_two_people")),
        sa.CheckConstraint("cardinality(scopes) > 0", name=op.f("ck_proxy_grant_some_scope")),
        sa.CheckConstraint(
            "recorded_by <> principal_id AND recorded_by <> proxy_id",
            name=op.f("ck_proxy_grant_not_recorded_by_oneself"),
        ),
        sa.CheckConstraint(
            "(made = 'app') = (recorded_by IS NULL)",
            name=op.f("ck_proxy_grant_keyed_by_somebody"),
        ),
        sa.CheckConstraint(
            "(made = 'paper') = (paper_serial IS NOT NULL)",
            name=op.f("ck_proxy_grant_paper_is_numbered"),
        ),
        sa.CheckConstraint(
            "upper(valid) IS NOT NULL AND NOT isempty(valid)",
            name=op.f("ck_proxy_grant_ends_some_day"),
        ),
        sa.CheckConstraint(
            "(state = 'offered') = (offer_until IS NOT NULL)",
            name=op.f("ck_proxy_grant_offered_until"),
        ),
        sa.CheckConstraint(
            "state <> 'live' OR accepted_at IS NOT NULL",
            name=op.f("ck_proxy_grant_live_once_accepted"),
        ),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)"
            " AND (state = 'ended') = (ended_because IS NOT NULL)",
            name=op.f("ck_proxy_grant_ended_somehow"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_proxy_grant_community_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["resident.id"], name=op.f(f"fk_proxy_grant_{column}")
            )
            for column in PEOPLE
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_proxy_grant")),
        sa.UniqueConstraint(
            "community_id",
            "paper_serial",
            name=op.f("uq_proxy_grant_community_id_paper_serial"),
        ),
    )
    op.create_index(
        "ux_proxy_grant_one_of_a_pair",
        "proxy_grant",
        ["community_id", "principal_id", "proxy_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_index("ix_proxy_grant_of_proxy", "proxy_grant", ["community_id", "proxy_id", "id"])
    op.create_index(
        "ix_proxy_grant_of_principal", "proxy_grant", ["community_id", "principal_id", "id"]
    )
    op.create_index(
        "ix_proxy_grant_open",
        "proxy_grant",
        ["state"],
        postgresql_where=sa.text("state <> 'ended'"),
    )
