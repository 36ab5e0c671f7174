"""Good deeds, what proves them, and objections"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("dhash", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("stored_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("attached_type", sa.Text(), nullable=True),
        sa.Column("attached_id", sa.Uuid(), nullable=True),
        sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('image')", name=op.f("ck_file_known_kind")),
        sa.CheckConstraint(
            "(attached_type IS NULL) = (attached_id IS NULL)", name=op.f("ck_file_attached_whole")
        ),
        sa.CheckConstraint("bytes > 0", name=op.f("ck_file_some_bytes")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_file_community_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["resident.id"], name=op.f("fk_file_owner_id")),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_file")),
        sa.UniqueConstraint(
            "community_id", "stored_name", name=op.f("uq_file_community_id_stored_name")
        ),
    )
    op.create_index(
        "ix_file_attached", "file", ["community_id", "attached_type", "attached_id"], unique=False
    )
    op.create_index("ix_file_stored_name", "file", ["stored_name"], unique=False)
    op.create_index(
        "ix_file_unattached",
        "file",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("attached_id IS NULL"),
    )
    op.create_table(
        "deed",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=True),
        sa.Column("helped_id", sa.Uuid(), nullable=True),
        sa.Column("helped_note", sa.Text(), nullable=False),
        sa.Column("slip_no", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=True),
        sa.Column("once_key", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doubted", sa.Boolean(), nullable=False),
        sa.Column("points_granted", sa.Integer(), nullable=True),
        sa.Column("call_note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_by", sa.Uuid(), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window", postgresql.TSTZRANGE(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("on_behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "display IN ('full', 'masked', 'building')", name=op.f("ck_deed_known_display")
        ),
        sa.CheckConstraint(
            "slot IN ('', 'morning', 'afternoon', 'evening')", name=op.f("ck_deed_known_slot")
        ),
        sa.CheckConstraint(
            "state = 'draft' OR state = 'withdrawn' OR (serial IS NOT NULL AND once_key IS NOT NULL AND submitted_at IS NOT NULL)",
            name=op.f("ck_deed_numbered_once_submitted"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'confirmed', 'refuted', 'second_review', 'publicity', 'objected', 'credited', 'returned', 'rejected', 'voided', 'withdrawn', 'lapsed')",
            name=op.f("ck_deed_known_state"),
        ),
        sa.CheckConstraint("char_length(place) <= 60", name=op.f("ck_deed_place_length")),
        sa.CheckConstraint("char_length(story) <= 500", name=op.f("ck_deed_story_length")),
        sa.CheckConstraint("decided_by <> actor_id", name=op.f("ck_deed_not_decided_by_oneself")),
        sa.CheckConstraint("points_granted > 0", name=op.f("ck_deed_positive_points")),
        sa.CheckConstraint(
            "second_by <> decided_by AND second_by <> actor_id", name=op.f("ck_deed_two_reviewers")
        ),
        sa.CheckConstraint(
            "state NOT IN ('publicity', 'objected', 'credited', 'voided') OR (\"window\" IS NOT NULL AND points_granted IS NOT NULL AND decided_by IS NOT NULL)",
            name=op.f("ck_deed_shown_once_decided"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["resident.id"], name=op.f("fk_deed_actor_id")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["role_assignment.id"], name=op.f("fk_deed_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "building_id"],
            ["building.community_id", "building.id"],
            name=op.f("fk_deed_community_id_building_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "item_id"],
            ["rule_item.community_id", "rule_item.id"],
            name=op.f("fk_deed_community_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_deed_community_id")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["resident.id"], name=op.f("fk_deed_decided_by")),
        sa.ForeignKeyConstraint(["helped_id"], ["resident.id"], name=op.f("fk_deed_helped_id")),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["resident.id"], name=op.f("fk_deed_on_behalf_of_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["resident.id"], name=op.f("fk_deed_recorded_by")),
        sa.ForeignKeyConstraint(["second_by"], ["resident.id"], name=op.f("fk_deed_second_by")),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_deed")),
        sa.UniqueConstraint("community_id", "serial", name=op.f("uq_deed_community_id_serial")),
        sa.UniqueConstraint("community_id", "slip_no", name=op.f("uq_deed_community_id_slip_no")),
    )
    op.create_index("ix_deed_by_day", "deed", ["community_id", "occurred_on"], unique=False)
    op.create_index(
        "ix_deed_by_state", "deed", ["community_id", "state", "due_at", "id"], unique=False
    )
    op.create_index(
        "ix_deed_due",
        "deed",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL AND state <> 'credited'"),
    )
    op.create_index("ix_deed_of_claimant", "deed", ["community_id", "actor_id", "id"], unique=False)
    op.create_index(
        "ix_deed_story",
        "deed",
        ["story"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"story": "gin_trgm_ops"},
    )
    op.create_index(
        "ux_deed_once",
        "deed",
        ["community_id", "once_key"],
        unique=True,
        postgresql_where=sa.text(
            "state NOT IN ('draft', 'withdrawn', 'lapsed', 'rejected', 'voided')"
        ),
    )
    op.create_table(
        "deed_share",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deed_id", sa.Uuid(), nullable=False),
        sa.Column("acted_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.SmallInteger(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("hold_id", sa.BigInteger(), nullable=True),
        sa.Column("posted_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "hold_id IS NULL OR account_id IS NOT NULL",
            name=op.f("ck_deed_share_held_for_an_account"),
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_deed_share_positive_points")),
        sa.CheckConstraint(
            "posted_id IS NULL OR hold_id IS NOT NULL",
            name=op.f("ck_deed_share_held_before_posted"),
        ),
        sa.CheckConstraint("units BETWEEN 1 AND 100", name=op.f("ck_deed_share_some_units")),
        sa.ForeignKeyConstraint(["acted_id"], ["resident.id"], name=op.f("fk_deed_share_acted_id")),
        sa.ForeignKeyConstraint(
            ["community_id", "deed_id"],
            ["deed.community_id", "deed.id"],
            name=op.f("fk_deed_share_community_id_deed_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_deed_share_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_deed_share")),
        sa.UniqueConstraint(
            "community_id",
            "deed_id",
            "acted_id",
            name=op.f("uq_deed_share_community_id_deed_id_acted_id"),
        ),
    )
    op.create_index(
        "ix_deed_share_of_person", "deed_share", ["community_id", "acted_id", "id"], unique=False
    )
    op.create_table(
        "deed_witness",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deed_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('helped', 'witness')", name=op.f("ck_deed_witness_known_role")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "deed_id"],
            ["deed.community_id", "deed.id"],
            name=op.f("fk_deed_witness_community_id_deed_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_deed_witness_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_deed_witness_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_deed_witness")),
        sa.UniqueConstraint(
            "community_id",
            "deed_id",
            "resident_id",
            name=op.f("uq_deed_witness_community_id_deed_id_resident_id"),
        ),
    )
    op.create_index(
        "ix_deed_witness_of_person",
        "deed_witness",
        ["community_id", "resident_id", "id"],
        unique=False,
    )
    op.create_table(
        "deed_confirmation",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deed_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("unrelated", sa.Boolean(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("name_mac", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("on_behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('helped', 'witness')", name=op.f("ck_deed_confirmation_known_role")
        ),
        sa.CheckConstraint(
            "stance IN ('yes', 'no', 'unsure')", name=op.f("ck_deed_confirmation_known_stance")
        ),
        sa.CheckConstraint(
            "(resident_id IS NULL) <> (name_mac IS NULL)",
            name=op.f("ck_deed_confirmation_somebody"),
        ),
        sa.CheckConstraint(
            "char_length(note) <= 300", name=op.f("ck_deed_confirmation_note_length")
        ),
        sa.CheckConstraint(
            "recorded_by <> resident_id", name=op.f("ck_deed_confirmation_not_recorded_by_oneself")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["resident.id"], name=op.f("fk_deed_confirmation_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["role_assignment.id"],
            name=op.f("fk_deed_confirmation_assignment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "deed_id"],
            ["deed.community_id", "deed.id"],
            name=op.f("fk_deed_confirmation_community_id_deed_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_deed_confirmation_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["resident.id"], name=op.f("fk_deed_confirmation_on_behalf_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["resident.id"], name=op.f("fk_deed_confirmation_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_deed_confirmation_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_deed_confirmation")),
        sa.UniqueConstraint(
            "community_id",
            "deed_id",
            "round",
            "name_mac",
            name=op.f("uq_deed_confirmation_community_id_deed_id_round_name_mac"),
        ),
        sa.UniqueConstraint(
            "community_id",
            "deed_id",
            "round",
            "resident_id",
            name=op.f("uq_deed_confirmation_community_id_deed_id_round_resident_id"),
        ),
        info={"append_only": True},
    )
    op.create_table(
        "deed_file",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deed_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("dhash", sa.BigInteger(), nullable=False),
        sa.Column("band0", sa.Integer(), nullable=False),
        sa.Column("band1", sa.Integer(), nullable=False),
        sa.Column("band2", sa.Integer(), nullable=False),
        sa.Column("band3", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "deed_id"],
            ["deed.community_id", "deed.id"],
            name=op.f("fk_deed_file_community_id_deed_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "file_id"],
            ["file.community_id", "file.id"],
            name=op.f("fk_deed_file_community_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_deed_file_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_deed_file")),
        sa.UniqueConstraint(
            "community_id", "sha256", name=op.f("uq_deed_file_community_id_sha256")
        ),
    )
    op.create_index("ix_deed_file_band0", "deed_file", ["community_id", "band0"], unique=False)
    op.create_index("ix_deed_file_band1", "deed_file", ["community_id", "band1"], unique=False)
    op.create_index("ix_deed_file_band2", "deed_file", ["community_id", "band2"], unique=False)
    op.create_index("ix_deed_file_band3", "deed_file", ["community_id", "band3"], unique=False)
    op.create_index("ix_deed_file_of_deed", "deed_file", ["community_id", "deed_id"], unique=False)
    op.create_table(
        "deed_event",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deed_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("by_role", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(reason) <= 300", name=op.f("ck_deed_event_reason_length")),
        sa.ForeignKeyConstraint(["by_id"], ["resident.id"], name=op.f("fk_deed_event_by_id")),
        sa.ForeignKeyConstraint(
            ["community_id", "deed_id"],
            ["deed.community_id", "deed.id"],
            name=op.f("fk_deed_event_community_id_deed_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_deed_event_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["resident.id"], name=op.f("fk_deed_event_recorded_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_deed_event")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_deed_event_of", "deed_event", ["community_id", "deed_id", "id"], unique=False
    )
    op.create_table(
        "deed_serial",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_deed_serial_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "year", name=op.f("pk_deed_serial")),
    )
    op.create_table(
        "deed_objection",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deed_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("handler_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_by", sa.Uuid(), nullable=True),
        sa.Column("appeal_text", sa.Text(), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judge_id", sa.Uuid(), nullable=True),
        sa.Column("judged_reason", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("on_behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_deed_objection_closed_when"),
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (due_at IS NULL)", name=op.f("ck_deed_objection_due_while_open")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (outcome IS NULL)", name=op.f("ck_deed_objection_decided_somehow")
        ),
        sa.CheckConstraint(
            "kind IN ('objection', 'complaint')", name=op.f("ck_deed_objection_known_kind")
        ),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'dismissed')", name=op.f("ck_deed_objection_known_outcome")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'upheld', 'dismissed', 'appealed', 'closed')",
            name=op.f("ck_deed_objection_known_state"),
        ),
        sa.CheckConstraint(
            "handler_id <> actor_id", name=op.f("ck_deed_objection_not_handled_by_oneself")
        ),
        sa.CheckConstraint(
            "judge_id <> handler_id AND judge_id <> actor_id",
            name=op.f("ck_deed_objection_another_judge"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["resident.id"], name=op.f("fk_deed_objection_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["appeal_by"], ["resident.id"], name=op.f("fk_deed_objection_appeal_by")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["role_assignment.id"], name=op.f("fk_deed_objection_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "deed_id"],
            ["deed.community_id", "deed.id"],
            name=op.f("fk_deed_objection_community_id_deed_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_deed_objection_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["resident.id"], name=op.f("fk_deed_objection_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["resident.id"], name=op.f("fk_deed_objection_judge_id")
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["resident.id"], name=op.f("fk_deed_objection_on_behalf_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["resident.id"], name=op.f("fk_deed_objection_recorded_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_deed_objection")),
        sa.UniqueConstraint(
            "community_id",
            "deed_id",
            "kind",
            "actor_id",
            name=op.f("uq_deed_objection_community_id_deed_id_kind_actor_id"),
        ),
    )
    op.create_index(
        "ix_deed_objection_open",
        "deed_objection",
        ["community_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state <> 'closed'"),
    )
