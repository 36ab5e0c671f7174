"""An account stands still: asked by the chair, confirmed by a supervisor"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "freezing_request",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decision_ref", sa.Text(), nullable=False),
        sa.Column("confirm_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("family_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appealed_by", sa.Uuid(), nullable=True),
        sa.Column("appeal_channel", sa.Text(), nullable=True),
        sa.Column("appeal_recorded_by", sa.Uuid(), nullable=True),
        sa.Column("judged_by", sa.Uuid(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_reason", sa.Text(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'lifted') = (lifted_at IS NOT NULL)",
            name=op.f("ck_freezing_request_lifted_when"),
        ),
        sa.CheckConstraint(
            "(state IN ('requested', 'withdrawn', 'lapsed')) = (confirmed_by IS NULL) AND (confirmed_by IS NULL) = (confirmed_at IS NULL)",
            name=op.f("ck_freezing_request_confirmed_by_whom"),
        ),
        sa.CheckConstraint(
            "aim = 'freeze' OR state IN ('requested', 'withdrawn', 'lapsed', 'confirmed')",
            name=op.f("ck_freezing_request_only_a_freezing_is_appealed"),
        ),
        sa.CheckConstraint(
            "aim IN ('freeze', 'unfreeze')", name=op.f("ck_freezing_request_known_aim")
        ),
        sa.CheckConstraint(
            "appeal_channel IN ('mini_program', 'phone', 'home_visit', 'walk_in', 'paper', 'at_meeting', 'console')",
            name=op.f("ck_freezing_request_known_appeal_channel"),
        ),
        sa.CheckConstraint(
            "state <> 'stands' OR judged_by IS NOT NULL",
            name=op.f("ck_freezing_request_stands_by_whom"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'withdrawn', 'lapsed', 'confirmed', 'appealed', 'stands', 'lifted')",
            name=op.f("ck_freezing_request_known_state"),
        ),
        sa.CheckConstraint(
            "(holder_id IS NULL) <> (family_id IS NULL)",
            name=op.f("ck_freezing_request_of_one_or_a_family"),
        ),
        sa.CheckConstraint(
            "appeal_recorded_by <> holder_id",
            name=op.f("ck_freezing_request_appeal_typed_by_another"),
        ),
        sa.CheckConstraint(
            "asked_by <> holder_id", name=op.f("ck_freezing_request_not_of_the_own_account")
        ),
        sa.CheckConstraint("confirmed_by <> asked_by", name=op.f("ck_freezing_request_two_people")),
        sa.CheckConstraint(
            "confirmed_by <> holder_id", name=op.f("ck_freezing_request_not_by_the_holder")
        ),
        sa.CheckConstraint(
            "judged_by NOT IN (asked_by, confirmed_by)",
            name=op.f("ck_freezing_request_judged_by_a_third"),
        ),
        sa.ForeignKeyConstraint(
            ["appeal_recorded_by"],
            ["resident.id"],
            name=op.f("fk_freezing_request_appeal_recorded_by"),
        ),
        sa.ForeignKeyConstraint(
            ["appealed_by"], ["resident.id"], name=op.f("fk_freezing_request_appealed_by")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["resident.id"], name=op.f("fk_freezing_request_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "family_id"],
            ["family.community_id", "family.id"],
            name=op.f("fk_freezing_request_community_id_family_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_freezing_request_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["resident.id"], name=op.f("fk_freezing_request_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["resident.id"], name=op.f("fk_freezing_request_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["judged_by"], ["resident.id"], name=op.f("fk_freezing_request_judged_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_freezing_request")),
    )
    op.create_index(
        "ix_freezing_request_of_family",
        "freezing_request",
        ["community_id", "family_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_freezing_request_of_holder",
        "freezing_request",
        ["community_id", "holder_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_freezing_request_waiting",
        "freezing_request",
        ["confirm_until"],
        unique=False,
        postgresql_where=sa.text("state = 'requested'"),
    )
    op.create_index(
        "ux_freezing_request_one_in_force",
        "freezing_request",
        ["community_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("aim = 'freeze' AND state IN ('confirmed', 'appealed', 'stands')"),
    )
    op.create_index(
        "ux_freezing_request_one_open",
        "freezing_request",
        ["community_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("state = 'requested'"),
    )
