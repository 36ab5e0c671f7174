"""The first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute("CREATE SEQUENCE statement_vote_seq")
    op.create_table(
        "audit_block",
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("events_hash", sa.Text(), nullable=False),
        sa.Column("block_hash", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_block")),
        sa.UniqueConstraint(
            "community_id",
            "no",
            name=op.f("uq_audit_block_community_id_no"),
            postgresql_nulls_not_distinct=True,
        ),
        info={"append_only": True},
    )
    op.create_table(
        "audit_event",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_role", sa.Text(), nullable=False),
        sa.Column("session_kind", sa.Text(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("on_behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("row_hash", sa.Text(), nullable=False),
        sa.Column(
            "xid",
            sa.BigInteger(),
            server_default=sa.text("(pg_current_xact_id()::text)::bigint"),
            nullable=False,
        ),
        sa.Column("block_no", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('done', 'denied', 'failed')", name=op.f("ck_audit_event_known_outcome")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        info={"append_only": "block_no"},
    )
    op.create_index(
        "ix_audit_event_block", "audit_event", ["community_id", "block_no"], unique=False
    )
    op.create_index(
        "ix_audit_event_unsealed",
        "audit_event",
        ["community_id", "id"],
        unique=False,
        postgresql_where=sa.text("block_no IS NULL"),
    )
    op.create_table(
        "courier_lane",
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_courier_lane")),
    )
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holiday")),
    )
    op.create_table(
        "policy",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_policy_kind_version")),
        info={"append_only": True},
    )
    op.create_table(
        "push_event",
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("body_sealed", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_event")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_push_event_dedupe_key")),
    )
    op.create_index(
        "ix_push_event_to_handle",
        "push_event",
        ["id"],
        unique=False,
        postgresql_where=sa.text("handled_at IS NULL"),
    )
    op.create_table(
        "street",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street")),
        sa.UniqueConstraint("code", name=op.f("uq_street_code")),
    )
    op.create_table(
        "community",
        sa.Column("street_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("board_place", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'live', 'closed')", name=op.f("ck_community_known_status")
        ),
        sa.ForeignKeyConstraint(["street_id"], ["street.id"], name=op.f("fk_community_street_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("code", name=op.f("uq_community_code")),
    )
    op.create_table(
        "building",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_building_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_building")),
        sa.UniqueConstraint("community_id", "name", name=op.f("uq_building_community_id_name")),
    )
    op.create_table(
        "calendar_rule",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("days", sa.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("cutoff_time", sa.Time(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("february", sa.Text(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("notice_days", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "february IN ('last_day', 'skip')", name=op.f("ck_calendar_rule_known_february")
        ),
        sa.CheckConstraint(
            "kind IN ('consultation_day', 'discussion_day')",
            name=op.f("ck_calendar_rule_known_kind"),
        ),
        sa.CheckConstraint(
            "shift IN ('none', 'next_non_holiday')", name=op.f("ck_calendar_rule_known_shift")
        ),
        sa.CheckConstraint(
            "1 <= ALL (days) AND 31 >= ALL (days)", name=op.f("ck_calendar_rule_days_of_a_month")
        ),
        sa.CheckConstraint("cardinality(days) > 0", name=op.f("ck_calendar_rule_has_days")),
        sa.CheckConstraint("notice_days >= 0", name=op.f("ck_calendar_rule_notice_not_negative")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_calendar_rule_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_calendar_rule")),
        sa.UniqueConstraint(
            "community_id",
            "kind",
            "valid_from",
            name=op.f("uq_calendar_rule_community_id_kind_valid_from"),
        ),
        info={"append_only": True},
    )
    op.create_table(
        "grid",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column(
            "parent_level",
            sa.Integer(),
            sa.Computed("CASE WHEN level > 1 THEN level - 1 END", persisted=True),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(level = 1) = (parent_id IS NULL)", name=op.f("ck_grid_only_the_top_has_no_parent")
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_grid_known_level")),
        sa.ForeignKeyConstraint(
            ["community_id", "parent_id", "parent_level"],
            ["grid.community_id", "grid.id", "grid.level"],
            name=op.f("fk_grid_community_id_parent_id_parent_level"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_grid_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_grid")),
        sa.UniqueConstraint("community_id", "code", name=op.f("uq_grid_community_id_code")),
        sa.UniqueConstraint(
            "community_id", "id", "level", name=op.f("uq_grid_community_id_id_level")
        ),
    )
    op.create_table(
        "household_group",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_household_group_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_household_group")),
        sa.UniqueConstraint(
            "community_id", "code", name=op.f("uq_household_group_community_id_code")
        ),
    )
    op.create_table(
        "proposal_serial",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_proposal_serial_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "year", name=op.f("pk_proposal_serial")),
    )
    op.create_table(
        "resident",
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("nickname", sa.Text(), nullable=True),
        sa.Column("pinyin", sa.Text(), nullable=True),
        sa.Column("born_year", sa.Integer(), nullable=True),
        sa.Column("home_community_id", sa.Uuid(), nullable=True),
        sa.Column("phone_sealed", sa.Text(), nullable=True),
        sa.Column("phone_mac", sa.Text(), nullable=True),
        sa.Column("preferred_channel", sa.Text(), nullable=False),
        sa.Column("large_type", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('active', 'erased')", name=op.f("ck_resident_known_status")),
        sa.CheckConstraint(
            "(phone_sealed IS NULL) = (phone_mac IS NULL)", name=op.f("ck_resident_phone_both_ways")
        ),
        sa.CheckConstraint(
            "born_year BETWEEN 1900 AND 2200", name=op.f("ck_resident_plausible_birth")
        ),
        sa.ForeignKeyConstraint(
            ["home_community_id"], ["community.id"], name=op.f("fk_resident_home_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident")),
    )
    op.create_table(
        "short_code",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_short_code_community_id")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_short_code")),
        sa.UniqueConstraint(
            "community_id",
            "object_type",
            "object_id",
            name=op.f("uq_short_code_community_id_object_type_object_id"),
        ),
    )
    op.create_table(
        "building_grid",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("grid_level", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("community_id"), "="),
            (sa.column("building_id"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="ex_building_grid_one_grid_at_a_time",
        ),
        sa.CheckConstraint("grid_level = 3", name=op.f("ck_building_grid_only_small_grids")),
        sa.ForeignKeyConstraint(
            ["community_id", "building_id"],
            ["building.community_id", "building.id"],
            name=op.f("fk_building_grid_community_id_building_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "grid_id", "grid_level"],
            ["grid.community_id", "grid.id", "grid.level"],
            name=op.f("fk_building_grid_community_id_grid_id_grid_level"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_building_grid_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_building_grid")),
    )
    op.create_table(
        "bulletin",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("plain_text", sa.Text(), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("min_days", sa.Integer(), nullable=False),
        sa.Column("objection_days", sa.Integer(), nullable=False),
        sa.Column("source_type", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("source_round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("online_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("board_posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawal_ground", sa.Text(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "audience IN ('open', 'community')", name=op.f("ck_bulletin_known_audience")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'ended', 'withdrawn')",
            name=op.f("ck_bulletin_known_state"),
        ),
        sa.CheckConstraint(
            "(number IS NULL) = (online_at IS NULL) AND (number IS NULL) = (published_by IS NULL)",
            name=op.f("ck_bulletin_numbered_when_online"),
        ),
        sa.CheckConstraint("min_days >= 15", name=op.f("ck_bulletin_fifteen_days_by_law")),
        sa.CheckConstraint("published_by <> drafted_by", name=op.f("ck_bulletin_two_people")),
        sa.CheckConstraint(
            "until_at IS NULL OR board_posted_at IS NOT NULL",
            name=op.f("ck_bulletin_no_clock_before_the_board"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_bulletin_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["resident.id"], name=op.f("fk_bulletin_drafted_by")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["resident.id"], name=op.f("fk_bulletin_published_by")
        ),
        sa.CheckConstraint(
            "withdrawal_ground IN ('illegal', 'privacy')",
            name=op.f("ck_bulletin_known_ground_to_withdraw"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawal_reason IS NULL)"
            " AND (withdrawn_at IS NULL OR (state = 'withdrawn' AND number IS NOT NULL))",
            name=op.f("ck_bulletin_withdrawn_with_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["resident.id"], name=op.f("fk_bulletin_withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_bulletin_community_id_number")),
        sa.UniqueConstraint(
            "community_id",
            "source_type",
            "source_id",
            "source_round",
            "kind",
            "version",
            name=op.f("uq_bulletin_community_id_source_type_source_id_source_round_kind_version"),
        ),
        info={
            "append_only": "number, state, published_by, online_at, board_posted_at, until_at,"
            " withdrawn_at, withdrawn_by, withdrawal_ground, withdrawal_reason"
        },
    )
    op.create_index("ix_bulletin_id", "bulletin", ["id"], unique=False)
    op.create_index(
        "ix_bulletin_on_display",
        "bulletin",
        ["until_at"],
        unique=False,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "consent",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_consent_policy_id")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_consent_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        info={"append_only": "withdrawn_at"},
    )
    op.create_index(op.f("ix_consent_resident_id"), "consent", ["resident_id"], unique=False)
    op.create_table(
        "dwelling",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("unit_no", sa.Text(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("room_no", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "building_id"],
            ["building.community_id", "building.id"],
            name=op.f("fk_dwelling_community_id_building_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_dwelling_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_dwelling")),
        sa.UniqueConstraint(
            "community_id",
            "building_id",
            "unit_no",
            "room_no",
            name=op.f("uq_dwelling_community_id_building_id_unit_no_room_no"),
        ),
    )
    op.create_table(
        "door_slip",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("secret_mac", sa.Text(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["resident.id"], name=op.f("fk_door_slip_issued_by")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_door_slip_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_slip")),
        sa.UniqueConstraint("number", name=op.f("uq_door_slip_number")),
    )
    op.create_index(op.f("ix_door_slip_resident_id"), "door_slip", ["resident_id"], unique=False)
    op.create_table(
        "kept_answer",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_mac", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_kept_answer_resident_id")
        ),
        sa.PrimaryKeyConstraint("resident_id", "key", name=op.f("pk_kept_answer")),
    )
    op.create_table(
        "kin",
        sa.Column("resident_a", sa.Uuid(), nullable=False),
        sa.Column("resident_b", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("resident_a < resident_b", name=op.f("ck_kin_one_row_a_pair")),
        sa.ForeignKeyConstraint(["declared_by"], ["resident.id"], name=op.f("fk_kin_declared_by")),
        sa.ForeignKeyConstraint(["resident_a"], ["resident.id"], name=op.f("fk_kin_resident_a")),
        sa.ForeignKeyConstraint(["resident_b"], ["resident.id"], name=op.f("fk_kin_resident_b")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kin")),
        sa.UniqueConstraint("resident_a", "resident_b", name=op.f("uq_kin_resident_a_resident_b")),
    )
    op.create_index(op.f("ix_kin_resident_b"), "kin", ["resident_b"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device_label", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('resident', 'field', 'console')", name=op.f("ck_login_session_known_kind")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_login_session_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    op.create_index(
        op.f("ix_login_session_resident_id"), "login_session", ["resident_id"], unique=False
    )
    op.create_table(
        "meeting",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cutoff_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("calendar_rule_id", sa.Uuid(), nullable=True),
        sa.Column("nominal_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("online_url", sa.Text(), nullable=True),
        sa.Column("notice_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("host_id", sa.Uuid(), nullable=True),
        sa.Column("recorder_id", sa.Uuid(), nullable=True),
        sa.Column("supervisor_id", sa.Uuid(), nullable=True),
        sa.Column("not_established", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("quorum_met", sa.Boolean(), nullable=True),
        sa.Column("quorum_sentence", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('consultation_day', 'discussion_day', 'council', 'hearing', 'coordination', 'appraisal_meeting', 'talk', 'round_table', 'bench', 'four_party', 'residents_assembly', 'representatives_assembly')",
            name=op.f("ck_meeting_known_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('shell', 'frozen', 'open', 'closed', 'empty', 'cancelled')",
            name=op.f("ck_meeting_known_state"),
        ),
        sa.CheckConstraint(
            "(quorum_met IS NULL) = (quorum_sentence IS NULL)",
            name=op.f("ck_meeting_quorum_with_its_sentence"),
        ),
        sa.CheckConstraint("cutoff_at <= starts_at", name=op.f("ck_meeting_cutoff_before_start")),
        sa.CheckConstraint("host_id <> recorder_id", name=op.f("ck_meeting_host_does_not_record")),
        sa.ForeignKeyConstraint(
            ["community_id", "calendar_rule_id"],
            ["calendar_rule.community_id", "calendar_rule.id"],
            name=op.f("fk_meeting_community_id_calendar_rule_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_meeting_community_id")
        ),
        sa.ForeignKeyConstraint(["host_id"], ["resident.id"], name=op.f("fk_meeting_host_id")),
        sa.ForeignKeyConstraint(
            ["recorder_id"], ["resident.id"], name=op.f("fk_meeting_recorder_id")
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["resident.id"], name=op.f("fk_meeting_supervisor_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_meeting")),
        sa.UniqueConstraint(
            "community_id",
            "calendar_rule_id",
            "nominal_on",
            name=op.f("uq_meeting_community_id_calendar_rule_id_nominal_on"),
        ),
    )
    op.create_index("ix_meeting_by_day", "meeting", ["community_id", "starts_at"], unique=False)
    op.create_index(
        "ix_meeting_shells",
        "meeting",
        ["cutoff_at"],
        unique=False,
        postgresql_where=sa.text("state = 'shell'"),
    )
    op.create_table(
        "moderation_case",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("scene", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("on_word_list", sa.Boolean(), nullable=False),
        sa.Column("premoderated", sa.Boolean(), nullable=False),
        sa.Column("machine_result", sa.Text(), nullable=True),
        sa.Column("machine_label", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sampled", sa.Boolean(), nullable=False),
        sa.Column("sample_checked_by", sa.Uuid(), nullable=True),
        sa.Column("sample_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sample_finding", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_text", sa.Text(), nullable=True),
        sa.Column("appeal_by", sa.Uuid(), nullable=True),
        sa.Column("appeal_outcome", sa.Text(), nullable=True),
        sa.Column("appeal_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "appeal_outcome IN ('passed', 'upheld')", name=op.f("ck_moderation_case_known_outcome")
        ),
        sa.CheckConstraint(
            "state IN ('held', 'passed', 'returned', 'escalated', 'replaced')",
            name=op.f("ck_moderation_case_known_state"),
        ),
        sa.CheckConstraint(
            "appeal_by <> decided_by", name=op.f("ck_moderation_case_another_judge")
        ),
        sa.CheckConstraint(
            "decided_by <> author_id", name=op.f("ck_moderation_case_not_by_the_author")
        ),
        sa.ForeignKeyConstraint(
            ["appeal_by"], ["resident.id"], name=op.f("fk_moderation_case_appeal_by")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["resident.id"], name=op.f("fk_moderation_case_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_moderation_case_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["resident.id"], name=op.f("fk_moderation_case_decided_by")
        ),
        sa.CheckConstraint(
            "sample_finding IN ('fine', 'doubtful')",
            name=op.f("ck_moderation_case_known_finding"),
        ),
        sa.ForeignKeyConstraint(
            ["sample_checked_by"],
            ["resident.id"],
            name=op.f("fk_moderation_case_sample_checked_by"),
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_moderation_case")),
    )
    op.create_index(
        "ix_moderation_case_queue",
        "moderation_case",
        ["community_id", "priority", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('held', 'escalated')"),
    )
    op.create_index(
        "ix_moderation_case_samples",
        "moderation_case",
        ["community_id", "id"],
        unique=False,
        postgresql_where=sa.text("sampled AND sample_checked_at IS NULL"),
    )
    op.create_index(
        "ix_moderation_case_subject",
        "moderation_case",
        ["community_id", "subject_type", "subject_id"],
        unique=False,
    )
    op.create_index(
        "ix_moderation_case_unchecked",
        "moderation_case",
        ["id"],
        unique=False,
        postgresql_where=sa.text("checked_at IS NULL AND state = 'held'"),
    )
    op.create_index(
        "ux_moderation_case_one_open",
        "moderation_case",
        ["community_id", "subject_type", "subject_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('held', 'escalated')"),
    )
    op.create_table(
        "notice",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("audience", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("thread_key", sa.Text(), nullable=True),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expanded_upto", sa.Uuid(), nullable=True),
        sa.Column("expanded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(resident_id IS NULL) <> (audience IS NULL)", name=op.f("ck_notice_person_or_audience")
        ),
        sa.CheckConstraint("urgency BETWEEN 1 AND 3", name=op.f("ck_notice_known_urgency")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_notice_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_notice_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "community_id", "event_key", name=op.f("uq_notice_community_id_event_key")
        ),
    )
    op.create_index("ix_notice_created_at", "notice", ["created_at"], unique=False)
    op.create_index(
        "ix_notice_thread",
        "notice",
        ["community_id", "thread_key"],
        unique=False,
        postgresql_where=sa.text("thread_key IS NOT NULL"),
    )
    op.create_index(
        "ix_notice_to_expand",
        "notice",
        ["urgency", "id"],
        unique=False,
        postgresql_where=sa.text("expanded_at IS NULL"),
    )
    op.create_table(
        "notice_preference",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "mode IN ('now', 'digest', 'inbox')", name=op.f("ck_notice_preference_known_mode")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_notice_preference_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_preference")),
        sa.UniqueConstraint(
            "resident_id", "topic", name=op.f("uq_notice_preference_resident_id_topic")
        ),
    )
    op.create_table(
        "proposal",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("category_code", sa.Text(), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("serial_no", sa.Text(), nullable=True),
        sa.Column("filed_by", sa.Uuid(), nullable=True),
        sa.Column("consent", sa.Text(), nullable=True),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("preclass", sa.Text(), nullable=True),
        sa.Column("triage_class", sa.Text(), nullable=True),
        sa.Column("owner_matter", sa.SmallInteger(), nullable=True),
        sa.Column("required_body", sa.Text(), nullable=True),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_as", sa.Text(), nullable=True),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("rework_count", sa.SmallInteger(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("text_state", sa.Text(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_as IS NOT NULL)", name=op.f("ck_proposal_closed_as_what")
        ),
        sa.CheckConstraint(
            "(status = 'draft') = (serial_no IS NULL)",
            name=op.f("ck_proposal_numbered_once_submitted"),
        ),
        sa.CheckConstraint(
            "channel IN ('mini_program', 'phone', 'home_visit', 'walk_in', 'paper', 'at_meeting', 'console')",
            name=op.f("ck_proposal_known_channel"),
        ),
        sa.CheckConstraint(
            "closed_as IN ('satisfied', 'unsatisfied', 'appraisal_insufficient', 'not_agreed', 'quorum_failed', 'shelved', 'guided', 'no_matter')",
            name=op.f("ck_proposal_known_closed_as"),
        ),
        sa.CheckConstraint(
            "consent IN ('spoken', 'written')", name=op.f("ck_proposal_known_consent")
        ),
        sa.CheckConstraint(
            "display_name IN ('masked', 'building', 'anonymous')",
            name=op.f("ck_proposal_known_display_name"),
        ),
        sa.CheckConstraint(
            "preclass IN ('major', 'common', 'private')", name=op.f("ck_proposal_known_preclass")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'returned', 'inquiring', 'referred', 'guided', 'queued', 'scheduled', 'deliberating', 'adjourned', 'resolved', 'publicized', 'acting', 'inspecting', 'appraising', 'outcome_publicized', 'closed', 'rejected', 'withdrawn', 'lapsed')",
            name=op.f("ck_proposal_known_status"),
        ),
        sa.CheckConstraint(
            "text_state IN ('held', 'passed', 'returned')",
            name=op.f("ck_proposal_known_text_state"),
        ),
        sa.CheckConstraint(
            "triage_class <> 'private' OR is_private",
            name=op.f("ck_proposal_private_class_private"),
        ),
        sa.CheckConstraint(
            "triage_class IN ('major', 'common', 'private')",
            name=op.f("ck_proposal_known_triage_class"),
        ),
        sa.CheckConstraint(
            "(filed_by IS NULL) = (consent IS NULL)",
            name=op.f("ck_proposal_on_behalf_with_consent"),
        ),
        sa.CheckConstraint(
            "assignee_id <> author_id", name=op.f("ck_proposal_not_assigned_to_its_author")
        ),
        sa.CheckConstraint(
            "filed_by <> author_id", name=op.f("ck_proposal_nobody_on_behalf_of_oneself")
        ),
        sa.CheckConstraint(
            "owner_matter BETWEEN 1 AND 9", name=op.f("ck_proposal_item_of_civil_code_278")
        ),
        sa.CheckConstraint(
            "rework_count BETWEEN 0 AND 2", name=op.f("ck_proposal_at_most_two_reworks")
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["resident.id"], name=op.f("fk_proposal_assignee_id")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["resident.id"], name=op.f("fk_proposal_author_id")),
        sa.ForeignKeyConstraint(
            ["community_id", "building_id"],
            ["building.community_id", "building.id"],
            name=op.f("fk_proposal_community_id_building_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "grid_id"],
            ["grid.community_id", "grid.id"],
            name=op.f("fk_proposal_community_id_grid_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_proposal_community_id")
        ),
        sa.ForeignKeyConstraint(["filed_by"], ["resident.id"], name=op.f("fk_proposal_filed_by")),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_proposal")),
        sa.UniqueConstraint(
            "community_id", "serial_no", name=op.f("uq_proposal_community_id_serial_no")
        ),
    )
    op.create_index(
        "ix_proposal_by_author", "proposal", ["community_id", "author_id", "id"], unique=False
    )
    op.create_index(
        "ix_proposal_by_grid", "proposal", ["community_id", "grid_id", "status"], unique=False
    )
    op.create_index(
        "ix_proposal_by_status", "proposal", ["community_id", "status", "id"], unique=False
    )
    op.create_index(
        "ix_proposal_due",
        "proposal",
        ["status_due_at"],
        unique=False,
        postgresql_where=sa.text("status_due_at IS NOT NULL"),
    )
    op.create_table(
        "role_assignment",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scope_type", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("appointed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("street_id", sa.Uuid(), nullable=True),
        sa.Column("scope_id", sa.Uuid(), nullable=True),
        sa.Column("unit_no", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("resident_id"), "="),
            (sa.column("role"), "="),
            (sa.text("coalesce(community_id, '00000000-0000-0000-0000-000000000000'::uuid)"), "="),
            (sa.text("coalesce(scope_id, '00000000-0000-0000-0000-000000000000'::uuid)"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="ex_role_assignment_once_at_a_time",
        ),
        sa.CheckConstraint(
            "scope_type IN ('district', 'street', 'community', 'grid', 'building', 'group')",
            name=op.f("ck_role_assignment_known_scope"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'live', 'ended')", name=op.f("ck_role_assignment_known_state")
        ),
        sa.CheckConstraint(
            "confirmed_by <> appointed_by", name=op.f("ck_role_assignment_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["appointed_by"], ["resident.id"], name=op.f("fk_role_assignment_appointed_by")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_role_assignment_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["resident.id"], name=op.f("fk_role_assignment_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_role_assignment_resident_id")
        ),
        sa.ForeignKeyConstraint(
            ["street_id"], ["street.id"], name=op.f("fk_role_assignment_street_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
    )
    op.create_index(
        "ix_role_assignment_community", "role_assignment", ["community_id", "role"], unique=False
    )
    op.create_table(
        "setting",
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "key <> 'publication.display_days' OR value >= 15",
            name=op.f("ck_setting_fifteen_days_by_law"),
        ),
        sa.CheckConstraint("confirmed_by <> set_by", name=op.f("ck_setting_two_people")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_setting_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["resident.id"], name=op.f("fk_setting_confirmed_by")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["resident.id"], name=op.f("fk_setting_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint(
            "community_id",
            "key",
            "valid_from",
            name=op.f("uq_setting_community_id_key_valid_from"),
            postgresql_nulls_not_distinct=True,
        ),
        info={"append_only": "confirmed_by, confirmed_at"},
    )
    op.create_table(
        "rule_row",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("quorum_num", sa.SmallInteger(), nullable=False),
        sa.Column("quorum_den", sa.SmallInteger(), nullable=False),
        sa.Column("quorum_inclusive", sa.Boolean(), nullable=False),
        sa.Column("pass_num", sa.SmallInteger(), nullable=False),
        sa.Column("pass_den", sa.SmallInteger(), nullable=False),
        sa.Column("pass_inclusive", sa.Boolean(), nullable=False),
        sa.Column("pass_base", sa.Text(), nullable=False),
        sa.Column("counted_channels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("notice_days", sa.SmallInteger(), nullable=False),
        sa.Column("window_days", sa.SmallInteger(), nullable=False),
        sa.Column("proxy_max", sa.SmallInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "origin = 'default' OR legal_basis <> ''",
            name=op.f("ck_rule_row_law_names_its_article"),
        ),
        sa.CheckConstraint(
            "origin IN ('law', 'local_rule', 'default')", name=op.f("ck_rule_row_known_origin")
        ),
        sa.CheckConstraint(
            "pass_base IN ('attending', 'cast', 'entitled')",
            name=op.f("ck_rule_row_known_pass_base"),
        ),
        sa.CheckConstraint(
            "unit IN ('person', 'household', 'member', 'owner', 'seat')",
            name=op.f("ck_rule_row_known_unit"),
        ),
        sa.CheckConstraint(
            "0 < pass_num AND pass_num <= pass_den", name=op.f("ck_rule_row_pass_is_a_share")
        ),
        sa.CheckConstraint(
            "0 < quorum_num AND quorum_num <= quorum_den",
            name=op.f("ck_rule_row_quorum_is_a_share"),
        ),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["resident.id"], name=op.f("fk_rule_row_checked_by")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_rule_row_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_rule_row")),
        sa.UniqueConstraint(
            "community_id",
            "code",
            "valid_from",
            name=op.f("uq_rule_row_community_id_code_valid_from"),
        ),
        info={"append_only": True},
    )
    op.create_table(
        "staff_account",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("login_name", sa.Text(), nullable=False),
        sa.Column("duty_phone", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("setup_code_hash", sa.Text(), nullable=True),
        sa.Column("setup_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret_sealed", sa.Text(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("window_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locks_today", sa.Integer(), nullable=False),
        sa.Column("first_lock_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('invited', 'active', 'suspended', 'closed')",
            name=op.f("ck_staff_account_known_status"),
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_staff_account_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_account")),
        sa.UniqueConstraint("resident_id", name=op.f("uq_staff_account_resident_id")),
    )
    op.create_index(
        "ux_staff_account_login_name",
        "staff_account",
        [sa.literal_column("lower(login_name)")],
        unique=True,
    )
    op.create_table(
        "wechat_identity",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("openid_sealed", sa.Text(), nullable=False),
        sa.Column("openid_mac", sa.Text(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unbound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_wechat_identity_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_identity")),
    )
    op.create_index(
        op.f("ix_wechat_identity_resident_id"), "wechat_identity", ["resident_id"], unique=False
    )
    op.create_index(
        "ux_wechat_identity_app_id_openid_mac",
        "wechat_identity",
        ["app_id", "openid_mac"],
        unique=True,
        postgresql_where=sa.text("unbound_at IS NULL"),
    )
    op.create_table(
        "agenda_item",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("rule_row_id", sa.Uuid(), nullable=False),
        sa.Column("materials", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("draft", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "result IN ('agreed', 'not_agreed', 'adjourned', 'postponed', 'continued')",
            name=op.f("ck_agenda_item_known_result"),
        ),
        sa.CheckConstraint("position > 0", name=op.f("ck_agenda_item_position_from_one")),
        sa.ForeignKeyConstraint(
            ["community_id", "meeting_id"],
            ["meeting.community_id", "meeting.id"],
            name=op.f("fk_agenda_item_community_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_agenda_item_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "rule_row_id"],
            ["rule_row.community_id", "rule_row.id"],
            name=op.f("fk_agenda_item_community_id_rule_row_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_agenda_item_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint(
            "community_id",
            "meeting_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_agenda_item_community_id_meeting_id_position"),
        ),
        sa.UniqueConstraint(
            "community_id",
            "meeting_id",
            "proposal_id",
            name=op.f("uq_agenda_item_community_id_meeting_id_proposal_id"),
        ),
    )
    op.create_index(
        "ix_agenda_item_of", "agenda_item", ["community_id", "proposal_id"], unique=False
    )
    op.create_table(
        "board_posting",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bulletin_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("up_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["resident.id"], name=op.f("fk_board_posting_by_id")),
        sa.ForeignKeyConstraint(
            ["community_id", "bulletin_id"],
            ["bulletin.community_id", "bulletin.id"],
            name=op.f("fk_board_posting_community_id_bulletin_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_board_posting_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_board_posting")),
    )
    op.create_index(
        "ix_board_posting_bulletin", "board_posting", ["community_id", "bulletin_id"], unique=False
    )
    op.create_table(
        "conversation",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("moderation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "moderation IN ('strict', 'permissive')", name=op.f("ck_conversation_known_moderation")
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_conversation_known_state")),
        sa.ForeignKeyConstraint(
            ["community_id", "meeting_id"],
            ["meeting.community_id", "meeting.id"],
            name=op.f("fk_conversation_community_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_conversation_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_conversation_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["resident.id"], name=op.f("fk_conversation_opened_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_conversation")),
    )
    op.create_index(
        "ix_conversation_by_state", "conversation", ["community_id", "state"], unique=False
    )
    op.create_table(
        "bulletin_erratum",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bulletin_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("online_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("board_posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "published_by <> drafted_by", name=op.f("ck_bulletin_erratum_two_people")
        ),
        sa.CheckConstraint(
            "(no IS NULL) = (online_at IS NULL)",
            name=op.f("ck_bulletin_erratum_numbered_when_online"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_bulletin_erratum_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "bulletin_id"],
            ["bulletin.community_id", "bulletin.id"],
            name=op.f("fk_bulletin_erratum_community_id_bulletin_id"),
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["resident.id"], name=op.f("fk_bulletin_erratum_drafted_by")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["resident.id"], name=op.f("fk_bulletin_erratum_published_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_bulletin_erratum")),
        sa.UniqueConstraint(
            "community_id",
            "bulletin_id",
            "no",
            name=op.f("uq_bulletin_erratum_community_id_bulletin_id_no"),
        ),
        info={"append_only": "no, published_by, online_at, board_posted_at"},
    )
    op.create_table(
        "due_item",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source_type", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("source_round", sa.Integer(), nullable=False),
        sa.Column("satisfied_by", sa.Uuid(), nullable=True),
        sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiver_reason", sa.Text(), nullable=True),
        sa.Column("waiver_asked_by", sa.Uuid(), nullable=True),
        sa.Column("waived_by", sa.Uuid(), nullable=True),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "satisfied_by"],
            ["bulletin.community_id", "bulletin.id"],
            name=op.f("fk_due_item_community_id_satisfied_by"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_due_item_community_id")
        ),
        sa.CheckConstraint(
            "waived_by <> waiver_asked_by", name=op.f("ck_due_item_two_people_waive")
        ),
        sa.ForeignKeyConstraint(
            ["waiver_asked_by"], ["resident.id"], name=op.f("fk_due_item_waiver_asked_by")
        ),
        sa.ForeignKeyConstraint(["waived_by"], ["resident.id"], name=op.f("fk_due_item_waived_by")),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_due_item")),
        sa.UniqueConstraint(
            "community_id",
            "source_type",
            "source_id",
            "source_round",
            "kind",
            name=op.f("uq_due_item_community_id_source_type_source_id_source_round_kind"),
        ),
    )
    op.create_index(
        "ix_due_item_open",
        "due_item",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("satisfied_by IS NULL AND waived_at IS NULL"),
    )
    op.create_table(
        "follow",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_follow_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_follow_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_follow_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_follow")),
        sa.UniqueConstraint(
            "community_id",
            "proposal_id",
            "resident_id",
            name=op.f("uq_follow_community_id_proposal_id_resident_id"),
        ),
    )
    op.create_index(
        "ix_follow_by_resident", "follow", ["community_id", "resident_id"], unique=False
    )
    op.create_table(
        "household",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dwelling_id", sa.Uuid(), nullable=False),
        sa.Column("tenure", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "tenure IN ('owner', 'tenant', 'other')", name=op.f("ck_household_known_tenure")
        ),
        sa.CheckConstraint("closed_on > opened_on", name=op.f("ck_household_closed_after_opened")),
        sa.ForeignKeyConstraint(
            ["community_id", "dwelling_id"],
            ["dwelling.community_id", "dwelling.id"],
            name=op.f("fk_household_community_id_dwelling_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_household_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_household")),
    )
    op.create_table(
        "inquiry_note",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("affected_households", sa.Integer(), nullable=True),
        sa.Column("cost_fen", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "mode IN ('visit', 'phone', 'on_site', 'desk')", name=op.f("ck_inquiry_note_known_mode")
        ),
        sa.CheckConstraint(
            "affected_households >= 0", name=op.f("ck_inquiry_note_households_not_negative")
        ),
        sa.CheckConstraint("cost_fen >= 0", name=op.f("ck_inquiry_note_cost_not_negative")),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_inquiry_note_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_inquiry_note_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["resident.id"], name=op.f("fk_inquiry_note_written_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_inquiry_note")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_inquiry_note_of", "inquiry_note", ["community_id", "proposal_id", "round"], unique=False
    )
    op.create_table(
        "inspection",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("inspector_id", sa.Uuid(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("defects", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(result = 'defects') = (jsonb_array_length(defects) > 0)",
            name=op.f("ck_inspection_defects_are_listed"),
        ),
        sa.CheckConstraint(
            "result IN ('accepted', 'defects')", name=op.f("ck_inspection_known_result")
        ),
        sa.CheckConstraint("inspector_id <> second_id", name=op.f("ck_inspection_two_people")),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_inspection_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_inspection_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["inspector_id"], ["resident.id"], name=op.f("fk_inspection_inspector_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["resident.id"], name=op.f("fk_inspection_second_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_inspection")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_inspection_of", "inspection", ["community_id", "proposal_id", "round"], unique=False
    )
    op.create_table(
        "meeting_seat",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("conflict_declared", sa.Boolean(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_in", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("absence_note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('mini_program', 'phone', 'home_visit', 'walk_in', 'paper', 'at_meeting', 'console')",
            name=op.f("ck_meeting_seat_known_channel"),
        ),
        sa.CheckConstraint(
            "check_in IN ('qr', 'list', 'hand')", name=op.f("ck_meeting_seat_known_check_in")
        ),
        sa.CheckConstraint(
            "party IN ('party_org', 'residents_committee', 'owners_committee', 'property_company', 'neutral', 'supervision', 'street', 'department', 'organisation', 'representative', 'resident', 'expert', 'deputy')",
            name=op.f("ck_meeting_seat_known_party"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(resident_id, organisation) >= 1",
            name=op.f("ck_meeting_seat_somebody_sits_here"),
        ),
        sa.CheckConstraint(
            "present = (arrived_at IS NOT NULL)",
            name=op.f("ck_meeting_seat_whoever_is_present_has_arrived"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "meeting_id"],
            ["meeting.community_id", "meeting.id"],
            name=op.f("fk_meeting_seat_community_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_meeting_seat_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_meeting_seat_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_meeting_seat")),
        sa.UniqueConstraint(
            "community_id",
            "meeting_id",
            "organisation",
            name=op.f("uq_meeting_seat_community_id_meeting_id_organisation"),
        ),
        sa.UniqueConstraint(
            "community_id",
            "meeting_id",
            "resident_id",
            name=op.f("uq_meeting_seat_community_id_meeting_id_resident_id"),
        ),
    )
    op.create_table(
        "minutes",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("circulated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'circulated', 'signed', 'published')",
            name=op.f("ck_minutes_known_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('signed', 'published') OR (sha256 IS NOT NULL AND signed_at IS NOT NULL)",
            name=op.f("ck_minutes_signed_with_hash"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "meeting_id"],
            ["meeting.community_id", "meeting.id"],
            name=op.f("fk_minutes_community_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_minutes_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_minutes")),
        sa.UniqueConstraint(
            "community_id",
            "meeting_id",
            "version",
            name=op.f("uq_minutes_community_id_meeting_id_version"),
        ),
    )
    op.create_index(
        "ux_minutes_one_signed",
        "minutes",
        ["community_id", "meeting_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('signed', 'published')"),
    )
    op.create_table(
        "objection",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_decided_by", sa.Uuid(), nullable=True),
        sa.Column("keyed_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('mini_program', 'phone', 'home_visit', 'walk_in', 'paper', 'at_meeting', 'console')",
            name=op.f("ck_objection_known_channel"),
        ),
        sa.CheckConstraint(
            "decision IN ('upheld', 'refused', 'answered')",
            name=op.f("ck_objection_known_decision"),
        ),
        sa.CheckConstraint(
            "target IN ('rejection', 'triage', 'publication', 'moderation', 'oversight')",
            name=op.f("ck_objection_known_target"),
        ),
        sa.CheckConstraint("confirmed_by <> decided_by", name=op.f("ck_objection_two_people")),
        sa.CheckConstraint(
            "confirmed_by <> first_decided_by", name=op.f("ck_objection_confirmed_by_another")
        ),
        sa.CheckConstraint(
            "decided_at IS NULL OR (decision IS NOT NULL AND reply IS NOT NULL)",
            name=op.f("ck_objection_decided_in_words"),
        ),
        sa.CheckConstraint(
            "decided_by <> first_decided_by", name=op.f("ck_objection_decided_by_another")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["resident.id"], name=op.f("fk_objection_by_id")),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_objection_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_objection_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["resident.id"], name=op.f("fk_objection_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["resident.id"], name=op.f("fk_objection_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["first_decided_by"], ["resident.id"], name=op.f("fk_objection_first_decided_by")
        ),
        sa.ForeignKeyConstraint(["keyed_by"], ["resident.id"], name=op.f("fk_objection_keyed_by")),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_objection")),
        sa.UniqueConstraint(
            "community_id",
            "target_id",
            "by_id",
            name=op.f("uq_objection_community_id_target_id_by_id"),
        ),
    )
    op.create_index(
        "ix_objection_open",
        "objection",
        ["community_id", "proposal_id"],
        unique=False,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "password_history",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["staff_account.id"], name=op.f("fk_password_history_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_history")),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_password_history_account_id"), "password_history", ["account_id"], unique=False
    )
    op.create_table(
        "proposal_event",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_role", sa.Text(), nullable=False),
        sa.Column("on_behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("note_sha256", sa.Text(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(actor_role = 'system') = (actor_id IS NULL)",
            name=op.f("ck_proposal_event_only_the_system_is_nobody"),
        ),
        sa.CheckConstraint(
            "channel IN ('mini_program', 'phone', 'home_visit', 'walk_in', 'paper', 'at_meeting', 'console', 'system')",
            name=op.f("ck_proposal_event_known_channel"),
        ),
        sa.CheckConstraint(
            "from_status IN ('draft', 'submitted', 'returned', 'inquiring', 'referred', 'guided', 'queued', 'scheduled', 'deliberating', 'adjourned', 'resolved', 'publicized', 'acting', 'inspecting', 'appraising', 'outcome_publicized', 'closed', 'rejected', 'withdrawn', 'lapsed')",
            name=op.f("ck_proposal_event_known_from_status"),
        ),
        sa.CheckConstraint(
            "to_status IN ('draft', 'submitted', 'returned', 'inquiring', 'referred', 'guided', 'queued', 'scheduled', 'deliberating', 'adjourned', 'resolved', 'publicized', 'acting', 'inspecting', 'appraising', 'outcome_publicized', 'closed', 'rejected', 'withdrawn', 'lapsed')",
            name=op.f("ck_proposal_event_known_to_status"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["resident.id"], name=op.f("fk_proposal_event_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_proposal_event_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_proposal_event_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["resident.id"], name=op.f("fk_proposal_event_on_behalf_of_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_proposal_event")),
        sa.UniqueConstraint(
            "community_id", "hash", name=op.f("uq_proposal_event_community_id_hash")
        ),
        sa.UniqueConstraint(
            "community_id",
            "proposal_id",
            "seq",
            name=op.f("uq_proposal_event_community_id_proposal_id_seq"),
        ),
        info={"append_only": True},
    )
    op.create_table(
        "proposal_text",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_norm", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(body) <= 2000", name=op.f("ck_proposal_text_body_length")),
        sa.CheckConstraint(
            "char_length(title) BETWEEN 1 AND 60", name=op.f("ck_proposal_text_title_length")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_proposal_text_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_proposal_text_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["resident.id"], name=op.f("fk_proposal_text_written_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_proposal_text")),
        sa.UniqueConstraint(
            "community_id",
            "proposal_id",
            "version",
            name=op.f("uq_proposal_text_community_id_proposal_id_version"),
        ),
    )
    op.create_index(
        "ix_proposal_text_body_norm",
        "proposal_text",
        ["body_norm"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"body_norm": "gin_trgm_ops"},
    )
    op.create_table(
        "question",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rule_row_id", sa.Uuid(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("roll_sha256", sa.Text(), nullable=True),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (snapshot IS NOT NULL)",
            name=op.f("ck_question_closed_with_snapshot"),
        ),
        sa.CheckConstraint("kind IN ('appraisal')", name=op.f("ck_question_known_kind")),
        sa.CheckConstraint(
            "state = 'draft' OR roll_sha256 IS NOT NULL", name=op.f("ck_question_roll_frozen")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'closed', 'void')", name=op.f("ck_question_known_state")
        ),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_question_closes_after_opening")),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_question_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "rule_row_id"],
            ["rule_row.community_id", "rule_row.id"],
            name=op.f("fk_question_community_id_rule_row_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_question_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_question")),
        sa.UniqueConstraint(
            "community_id",
            "proposal_id",
            "kind",
            "round",
            "attempt",
            name=op.f("uq_question_community_id_proposal_id_kind_round_attempt"),
        ),
    )
    op.create_index(
        "ix_question_open",
        "question",
        ["closes_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["staff_account.id"], name=op.f("fk_recovery_code_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(
        op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"], unique=False
    )
    op.create_table(
        "referral",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("receipt_no", sa.Text(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(replied_at IS NULL) = (reply IS NULL)", name=op.f("ck_referral_a_reply_has_words")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_referral_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_referral_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_referral")),
        sa.UniqueConstraint(
            "community_id",
            "proposal_id",
            "sent_at",
            name=op.f("uq_referral_community_id_proposal_id_sent_at"),
        ),
    )
    op.create_table(
        "subscription",
        sa.Column("wechat_identity_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("long_term", sa.Boolean(), nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("banned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "long_term OR spent <= accepted", name=op.f("ck_subscription_never_overspent")
        ),
        sa.CheckConstraint(
            "spent >= 0 AND accepted >= 0", name=op.f("ck_subscription_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["wechat_identity_id"],
            ["wechat_identity.id"],
            name=op.f("fk_subscription_wechat_identity_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint(
            "wechat_identity_id",
            "template",
            name=op.f("uq_subscription_wechat_identity_id_template"),
        ),
    )
    op.create_table(
        "support",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("keyed_by", sa.Uuid(), nullable=True),
        sa.Column("serial_no", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('mini_program', 'phone', 'home_visit', 'walk_in', 'paper', 'at_meeting', 'console')",
            name=op.f("ck_support_known_channel"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_support_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_support_community_id")
        ),
        sa.ForeignKeyConstraint(["keyed_by"], ["resident.id"], name=op.f("fk_support_keyed_by")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_support_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_support")),
        sa.UniqueConstraint(
            "community_id",
            "proposal_id",
            "resident_id",
            name=op.f("uq_support_community_id_proposal_id_resident_id"),
        ),
        sa.UniqueConstraint(
            "community_id", "serial_no", name=op.f("uq_support_community_id_serial_no")
        ),
    )
    op.create_index(
        "ix_support_by_resident", "support", ["community_id", "resident_id"], unique=False
    )
    op.create_table(
        "triage",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("no", sa.SmallInteger(), nullable=False),
        sa.Column("triage_class", sa.Text(), nullable=False),
        sa.Column("basis_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("owner_role", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "triage_class IN ('major', 'common', 'private')",
            name=op.f("ck_triage_known_triage_class"),
        ),
        sa.CheckConstraint("decided_by <> author_id", name=op.f("ck_triage_not_by_its_author")),
        sa.ForeignKeyConstraint(["author_id"], ["resident.id"], name=op.f("fk_triage_author_id")),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_triage_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_triage_community_id")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["resident.id"], name=op.f("fk_triage_decided_by")),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["resident.id"], name=op.f("fk_triage_supervisor_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_triage")),
        sa.UniqueConstraint(
            "community_id",
            "proposal_id",
            "round",
            "no",
            name=op.f("uq_triage_community_id_proposal_id_round_no"),
        ),
        info={"append_only": True},
    )
    op.create_table(
        "delivery",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=True),
        sa.Column("msgid", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('inbox', 'wechat', 'digest', 'call')",
            name=op.f("ck_delivery_known_channel"),
        ),
        sa.CheckConstraint(
            "state IN ('due', 'sending', 'delivered', 'given_up', 'cancelled')",
            name=op.f("ck_delivery_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "notice_id"],
            ["notice.community_id", "notice.id"],
            name=op.f("fk_delivery_community_id_notice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_delivery_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_delivery_resident_id")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_delivery_subscription_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "community_id",
            "resident_id",
            "notice_id",
            "channel",
            name=op.f("uq_delivery_community_id_resident_id_notice_id_channel"),
        ),
    )
    op.create_index(
        "ix_delivery_created_at",
        "delivery",
        ["created_at"],
        unique=False,
        postgresql_using="brin",
    )
    op.create_index(
        "ix_delivery_inbox",
        "delivery",
        ["resident_id", sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("channel = 'inbox'"),
    )
    op.create_index(
        "ix_delivery_replaceable",
        "delivery",
        ["community_id", "notice_id"],
        unique=False,
        postgresql_where=sa.text("state = 'due' AND channel IN ('wechat', 'digest')"),
    )
    op.create_index(
        "ix_delivery_sending",
        "delivery",
        ["lane"],
        unique=False,
        postgresql_where=sa.text("state = 'sending' AND channel = 'wechat'"),
    )
    op.create_index(
        "ix_delivery_waiting_cards",
        "delivery",
        ["lane", "urgency", "due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'due' AND channel = 'wechat'"),
    )
    op.create_index(
        "ix_delivery_waiting_digests",
        "delivery",
        ["resident_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'due' AND channel = 'digest'"),
    )
    op.create_table(
        "event_note",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(text IS NULL) = (erased_at IS NOT NULL)", name=op.f("ck_event_note_erased_is_empty")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "event_id"],
            ["proposal_event.community_id", "proposal_event.id"],
            name=op.f("fk_event_note_community_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_event_note_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_event_note")),
        sa.UniqueConstraint(
            "community_id", "event_id", name=op.f("uq_event_note_community_id_event_id")
        ),
        info={"append_only": "text, erased_at"},
    )
    op.create_table(
        "group_member",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("community_id"), "="),
            (sa.column("household_id"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="ex_group_member_one_group_at_a_time",
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "group_id"],
            ["household_group.community_id", "household_group.id"],
            name=op.f("fk_group_member_community_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "household_id"],
            ["household.community_id", "household.id"],
            name=op.f("fk_group_member_community_id_household_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_group_member_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_group_member")),
    )
    op.create_table(
        "hand_count",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agenda_item_id", sa.Uuid(), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("abstain", sa.Integer(), nullable=False),
        sa.Column("counted_by", sa.Uuid(), nullable=False),
        sa.Column("witness1_id", sa.Uuid(), nullable=False),
        sa.Column("witness2_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "counted_by <> witness1_id AND counted_by <> witness2_id AND witness1_id <> witness2_id",
            name=op.f("ck_hand_count_three_people"),
        ),
        sa.CheckConstraint(
            "yes >= 0 AND no >= 0 AND abstain >= 0", name=op.f("ck_hand_count_no_negative_hands")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "agenda_item_id"],
            ["agenda_item.community_id", "agenda_item.id"],
            name=op.f("fk_hand_count_community_id_agenda_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_hand_count_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["counted_by"], ["resident.id"], name=op.f("fk_hand_count_counted_by")
        ),
        sa.ForeignKeyConstraint(
            ["witness1_id"], ["resident.id"], name=op.f("fk_hand_count_witness1_id")
        ),
        sa.ForeignKeyConstraint(
            ["witness2_id"], ["resident.id"], name=op.f("fk_hand_count_witness2_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_hand_count")),
        sa.UniqueConstraint(
            "community_id", "agenda_item_id", name=op.f("uq_hand_count_community_id_agenda_item_id")
        ),
        info={"append_only": True},
    )
    op.create_table(
        "minutes_correction",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("minutes_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["resident.id"], name=op.f("fk_minutes_correction_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "minutes_id"],
            ["minutes.community_id", "minutes.id"],
            name=op.f("fk_minutes_correction_community_id_minutes_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_minutes_correction_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_minutes_correction")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_minutes_correction_of",
        "minutes_correction",
        ["community_id", "minutes_id"],
        unique=False,
    )
    op.create_table(
        "minutes_signature",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("minutes_id", sa.Uuid(), nullable=False),
        sa.Column("signer_id", sa.Uuid(), nullable=False),
        sa.Column("signs_as", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("signed_sha256", sa.Text(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "method IN ('screen', 'paper')", name=op.f("ck_minutes_signature_known_method")
        ),
        sa.CheckConstraint(
            "signs_as IN ('recorder', 'host', 'supervisor', 'attendee')",
            name=op.f("ck_minutes_signature_known_signs_as"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "minutes_id"],
            ["minutes.community_id", "minutes.id"],
            name=op.f("fk_minutes_signature_community_id_minutes_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "seat_id"],
            ["meeting_seat.community_id", "meeting_seat.id"],
            name=op.f("fk_minutes_signature_community_id_seat_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_minutes_signature_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["signer_id"], ["resident.id"], name=op.f("fk_minutes_signature_signer_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_minutes_signature")),
        sa.UniqueConstraint(
            "community_id",
            "minutes_id",
            "signer_id",
            name=op.f("uq_minutes_signature_community_id_minutes_id_signer_id"),
        ),
        info={"append_only": True},
    )
    op.create_table(
        "position",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agenda_item_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reply_due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stance IN ('for', 'against', 'condition')", name=op.f("ck_position_known_stance")
        ),
        sa.CheckConstraint(
            "stance IS NOT NULL OR reply_due_on IS NOT NULL",
            name=op.f("ck_position_said_or_still_due"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "agenda_item_id"],
            ["agenda_item.community_id", "agenda_item.id"],
            name=op.f("fk_position_community_id_agenda_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "seat_id"],
            ["meeting_seat.community_id", "meeting_seat.id"],
            name=op.f("fk_position_community_id_seat_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_position_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_position")),
        sa.UniqueConstraint(
            "community_id",
            "agenda_item_id",
            "seat_id",
            name=op.f("uq_position_community_id_agenda_item_id_seat_id"),
        ),
    )
    op.create_table(
        "resolution",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("result_sentence", sa.Text(), nullable=False),
        sa.Column("dissent", sa.Text(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("agenda_item_id", sa.Uuid(), nullable=True),
        sa.Column("rule_row_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome = 'shelved' OR rule_row_id IS NOT NULL", name=op.f("ck_resolution_by_a_rule")
        ),
        sa.CheckConstraint(
            "outcome IN ('agreed', 'not_agreed', 'quorum_failed', 'shelved')",
            name=op.f("ck_resolution_known_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "agenda_item_id"],
            ["agenda_item.community_id", "agenda_item.id"],
            name=op.f("fk_resolution_community_id_agenda_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "meeting_id"],
            ["meeting.community_id", "meeting.id"],
            name=op.f("fk_resolution_community_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_resolution_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "rule_row_id"],
            ["rule_row.community_id", "rule_row.id"],
            name=op.f("fk_resolution_community_id_rule_row_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_resolution_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_resolution")),
        sa.UniqueConstraint(
            "community_id",
            "proposal_id",
            "round",
            "attempt",
            name=op.f("uq_resolution_community_id_proposal_id_round_attempt"),
        ),
        info={"append_only": True},
    )
    op.create_table(
        "roll_entry",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "unit_kind IN ('person', 'household')", name=op.f("ck_roll_entry_known_unit_kind")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "household_id"],
            ["household.community_id", "household.id"],
            name=op.f("fk_roll_entry_community_id_household_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "question_id"],
            ["question.community_id", "question.id"],
            name=op.f("fk_roll_entry_community_id_question_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_roll_entry_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_roll_entry_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_roll_entry")),
        sa.UniqueConstraint(
            "community_id",
            "question_id",
            "unit_id",
            name=op.f("uq_roll_entry_community_id_question_id_unit_id"),
        ),
        info={"append_only": True},
    )
    op.create_index(
        "ix_roll_entry_by_resident", "roll_entry", ["community_id", "resident_id"], unique=False
    )
    op.create_table(
        "secret_ballot",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("option_no", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id", "question_id"],
            ["question.community_id", "question.id"],
            name=op.f("fk_secret_ballot_community_id_question_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_secret_ballot_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_secret_ballot")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_secret_ballot_of", "secret_ballot", ["community_id", "question_id"], unique=False
    )
    op.create_table(
        "statement",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("is_seed", sa.Boolean(), nullable=False),
        sa.Column("moderation", sa.SmallInteger(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("similar_to_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "char_length(text) BETWEEN 1 AND 140", name=op.f("ck_statement_text_length")
        ),
        sa.CheckConstraint(
            "moderation <> -1 OR reason_code IS NOT NULL",
            name=op.f("ck_statement_rejected_with_reason"),
        ),
        sa.CheckConstraint("moderation IN (-1, 0, 1)", name=op.f("ck_statement_known_moderation")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["resident.id"], name=op.f("fk_statement_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "conversation_id"],
            ["conversation.community_id", "conversation.id"],
            name=op.f("fk_statement_community_id_conversation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "similar_to_id"],
            ["statement.community_id", "statement.id"],
            name=op.f("fk_statement_community_id_similar_to_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_statement_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_statement")),
        sa.UniqueConstraint(
            "community_id",
            "conversation_id",
            "no",
            name=op.f("uq_statement_community_id_conversation_id_no"),
        ),
    )
    op.create_table(
        "subscription_event",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ask_id", sa.Uuid(), nullable=True),
        sa.Column("push_key", sa.Text(), nullable=True),
        sa.Column("pairs_with", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_subscription_event_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_event")),
        sa.UniqueConstraint("pairs_with", name=op.f("uq_subscription_event_pairs_with")),
        sa.UniqueConstraint(
            "push_key", "template", name=op.f("uq_subscription_event_push_key_template")
        ),
        sa.UniqueConstraint(
            "subscription_id", "ask_id", name=op.f("uq_subscription_event_subscription_id_ask_id")
        ),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_subscription_event_subscription_id"),
        "subscription_event",
        ["subscription_id"],
        unique=False,
    )
    op.create_table(
        "verification",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dwelling_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("tenure", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence_kind", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("appeal_of", sa.Uuid(), nullable=True),
        sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("on_behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "household_id IS NOT NULL OR state IN ('requested', 'refused', 'appealed')",
            name=op.f("ck_verification_household_once_verified"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'verified', 'refused', 'appealed', 'check_due', 'lapsed', 'ended')",
            name=op.f("ck_verification_known_state"),
        ),
        sa.CheckConstraint(
            "tenure IN ('owner', 'tenant', 'other')", name=op.f("ck_verification_known_tenure")
        ),
        sa.CheckConstraint(
            "decided_by <> actor_id", name=op.f("ck_verification_not_decided_by_oneself")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["resident.id"], name=op.f("fk_verification_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["role_assignment.id"], name=op.f("fk_verification_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "appeal_of"],
            ["verification.community_id", "verification.id"],
            name=op.f("fk_verification_community_id_appeal_of"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "dwelling_id"],
            ["dwelling.community_id", "dwelling.id"],
            name=op.f("fk_verification_community_id_dwelling_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "household_id"],
            ["household.community_id", "household.id"],
            name=op.f("fk_verification_community_id_household_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_verification_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["resident.id"], name=op.f("fk_verification_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["resident.id"], name=op.f("fk_verification_on_behalf_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["resident.id"], name=op.f("fk_verification_recorded_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_verification")),
        sa.UniqueConstraint(
            "community_id", "appeal_of", name=op.f("uq_verification_community_id_appeal_of")
        ),
    )
    op.create_index(
        "ix_verification_open", "verification", ["community_id", "state", "due_on"], unique=False
    )
    op.create_index(
        "ux_verification_one_open_request",
        "verification",
        ["community_id", "actor_id", "dwelling_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('requested', 'appealed')"),
    )
    op.create_table(
        "participation",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("cast_by", sa.Uuid(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("option_no", sa.SmallInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("keyed_by", sa.Uuid(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel <> 'mini_program' OR keyed_by IS NULL",
            name=op.f("ck_participation_self_cast_is_not_keyed"),
        ),
        sa.CheckConstraint(
            "channel IN ('mini_program', 'phone', 'home_visit', 'walk_in', 'paper', 'at_meeting', 'console')",
            name=op.f("ck_participation_known_channel"),
        ),
        sa.CheckConstraint(
            "channel NOT IN ('phone', 'home_visit', 'walk_in', 'paper') OR keyed_by IS NOT NULL",
            name=op.f("ck_participation_assisted_names_its_keyer"),
        ),
        sa.CheckConstraint(
            "reason IS NULL OR option_no IS NOT NULL",
            name=op.f("ck_participation_secret_has_no_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["cast_by"], ["resident.id"], name=op.f("fk_participation_cast_by")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "question_id", "unit_id"],
            ["roll_entry.community_id", "roll_entry.question_id", "roll_entry.unit_id"],
            name=op.f("fk_participation_community_id_question_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "superseded_by"],
            ["participation.community_id", "participation.id"],
            name=op.f("fk_participation_community_id_superseded_by"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_participation_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["keyed_by"], ["resident.id"], name=op.f("fk_participation_keyed_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_participation")),
    )
    op.create_index(
        "ux_participation_counted_once",
        "participation",
        ["community_id", "question_id", "unit_id"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "residency",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("registered_here", sa.Boolean(), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("verification_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "relation IN ('head', 'spouse', 'child', 'parent', 'other', 'lodger')",
            name=op.f("ck_residency_known_relation"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "household_id"],
            ["household.community_id", "household.id"],
            name=op.f("fk_residency_community_id_household_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "verification_id"],
            ["verification.community_id", "verification.id"],
            name=op.f("fk_residency_community_id_verification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_residency_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_residency_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_residency")),
    )
    op.create_index(
        "ix_residency_household", "residency", ["community_id", "household_id"], unique=False
    )
    op.create_index("ix_residency_resident", "residency", ["resident_id"], unique=False)
    op.create_index(
        "ux_residency_one_main_home",
        "residency",
        ["resident_id"],
        unique=True,
        postgresql_where=sa.text("is_main AND upper_inf(valid)"),
    )
    op.create_table(
        "statement_vote",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keyed_by", sa.Uuid(), nullable=True),
        sa.Column("client_key", sa.Text(), nullable=True),
        sa.Column(
            "seq",
            sa.BigInteger(),
            server_default=sa.text("nextval('statement_vote_seq')"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('mini_program', 'phone', 'home_visit', 'walk_in', 'paper', 'at_meeting', 'console')",
            name=op.f("ck_statement_vote_known_channel"),
        ),
        sa.CheckConstraint("value IN (-1, 0, 1)", name=op.f("ck_statement_vote_known_value")),
        sa.ForeignKeyConstraint(
            ["community_id", "conversation_id"],
            ["conversation.community_id", "conversation.id"],
            name=op.f("fk_statement_vote_community_id_conversation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "statement_id"],
            ["statement.community_id", "statement.id"],
            name=op.f("fk_statement_vote_community_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_statement_vote_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["keyed_by"], ["resident.id"], name=op.f("fk_statement_vote_keyed_by")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_statement_vote_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_statement_vote")),
        sa.UniqueConstraint(
            "community_id",
            "resident_id",
            "client_key",
            name=op.f("uq_statement_vote_community_id_resident_id_client_key"),
        ),
        info={"append_only": True},
    )
    op.create_index(
        "ix_statement_vote_of",
        "statement_vote",
        ["community_id", "conversation_id", "seq"],
        unique=False,
    )
    op.create_table(
        "statement_vote_latest",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "value IN (-1, 0, 1)", name=op.f("ck_statement_vote_latest_known_value")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "statement_id"],
            ["statement.community_id", "statement.id"],
            name=op.f("fk_statement_vote_latest_community_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_statement_vote_latest_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_statement_vote_latest_resident_id")
        ),
        sa.PrimaryKeyConstraint(
            "community_id", "statement_id", "resident_id", name=op.f("pk_statement_vote_latest")
        ),
    )
    op.create_table(
        "task",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("resolution_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("budget_fen", sa.BigInteger(), nullable=True),
        sa.Column("spent_fen", sa.BigInteger(), nullable=True),
        sa.Column("percent", sa.SmallInteger(), nullable=False),
        sa.Column("extensions", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("news_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'done' OR percent = 100", name=op.f("ck_task_done_is_a_hundred")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'dropped')", name=op.f("ck_task_known_state")
        ),
        sa.CheckConstraint(
            "budget_fen >= 0 AND spent_fen >= 0", name=op.f("ck_task_money_not_negative")
        ),
        sa.CheckConstraint(
            "extensions BETWEEN 0 AND 2", name=op.f("ck_task_at_most_two_extensions")
        ),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_task_percent")),
        sa.ForeignKeyConstraint(["assignee_id"], ["resident.id"], name=op.f("fk_task_assignee_id")),
        sa.ForeignKeyConstraint(
            ["community_id", "proposal_id"],
            ["proposal.community_id", "proposal.id"],
            name=op.f("fk_task_community_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "resolution_id"],
            ["resolution.community_id", "resolution.id"],
            name=op.f("fk_task_community_id_resolution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_task_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_task")),
    )
    op.create_index(
        "ix_task_by_assignee", "task", ["community_id", "assignee_id", "state"], unique=False
    )
    op.create_index("ix_task_of", "task", ["community_id", "proposal_id"], unique=False)
    op.create_table(
        "task_update",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.SmallInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("spent_fen", sa.BigInteger(), nullable=True),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_task_update_percent")),
        sa.CheckConstraint("spent_fen >= 0", name=op.f("ck_task_update_money_not_negative")),
        sa.ForeignKeyConstraint(["by_id"], ["resident.id"], name=op.f("fk_task_update_by_id")),
        sa.ForeignKeyConstraint(
            ["community_id", "task_id"],
            ["task.community_id", "task.id"],
            name=op.f("fk_task_update_community_id_task_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_task_update_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_task_update")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_task_update_of", "task_update", ["community_id", "task_id", "id"], unique=False
    )
    op.create_table(
        "complaint_serial",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_complaint_serial_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "year", name=op.f("pk_complaint_serial")),
    )
    op.create_table(
        "complaint",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("complainant_id", sa.Uuid(), nullable=True),
        sa.Column("contact_sealed", sa.Text(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("subject_type", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("subject_name", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("closed_as", sa.Text(), nullable=True),
        sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("on_behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'report') = (subject_id IS NOT NULL) AND (subject_id IS NULL) = (subject_type IS NULL)",
            name=op.f("ck_complaint_a_report_has_a_subject"),
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_as IS NOT NULL)", name=op.f("ck_complaint_closed_somehow")
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (due_at IS NULL)", name=op.f("ck_complaint_due_while_open")
        ),
        sa.CheckConstraint(
            "closed_as IN ('satisfied', 'unsatisfied', 'unreachable')",
            name=op.f("ck_complaint_known_end"),
        ),
        sa.CheckConstraint(
            "kind IN ('complaint', 'suggestion', 'report')", name=op.f("ck_complaint_known_kind")
        ),
        sa.CheckConstraint(
            "state IN ('received', 'accepted', 'answered', 'closed')",
            name=op.f("ck_complaint_known_state"),
        ),
        sa.CheckConstraint(
            "complainant_id IS NOT NULL OR contact_sealed IS NOT NULL",
            name=op.f("ck_complaint_can_be_answered"),
        ),
        sa.CheckConstraint("round BETWEEN 1 AND 2", name=op.f("ck_complaint_opened_again_once")),
        sa.ForeignKeyConstraint(["about_id"], ["resident.id"], name=op.f("fk_complaint_about_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["resident.id"], name=op.f("fk_complaint_actor_id")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["role_assignment.id"], name=op.f("fk_complaint_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "case_id"],
            ["moderation_case.community_id", "moderation_case.id"],
            name=op.f("fk_complaint_community_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_complaint_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["complainant_id"], ["resident.id"], name=op.f("fk_complaint_complainant_id")
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["resident.id"], name=op.f("fk_complaint_on_behalf_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["resident.id"], name=op.f("fk_complaint_recorded_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_complaint")),
        sa.UniqueConstraint(
            "community_id", "number", name=op.f("uq_complaint_community_id_number")
        ),
    )
    op.create_index(
        "ix_complaint_open",
        "complaint",
        ["community_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index(
        "ix_complaint_own", "complaint", ["community_id", "complainant_id", "id"], unique=False
    )
    op.create_index(
        "ux_complaint_one_report_a_person",
        "complaint",
        ["community_id", "complainant_id", "subject_type", "subject_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'report'"),
    )
    op.create_table(
        "complaint_event",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_role", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('received', 'accepted', 'answered', 'satisfied', 'unsatisfied', 'unreachable')",
            name=op.f("ck_complaint_event_known_kind"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["resident.id"], name=op.f("fk_complaint_event_by_id")),
        sa.ForeignKeyConstraint(
            ["community_id", "complaint_id"],
            ["complaint.community_id", "complaint.id"],
            name=op.f("fk_complaint_event_community_id_complaint_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_complaint_event_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_complaint_event")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_complaint_event_of",
        "complaint_event",
        ["community_id", "complaint_id", "id"],
        unique=False,
    )


def downgrade() -> None:
    raise RuntimeError("Nothing is older than the first tables; drop the database instead.")
