"""Duty points, batches, families, honours, settlements and sheets"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _batches_and_honours()
    _settlements_and_sheets()
    _families()


def _batches_and_honours() -> None:
    op.create_table(
        "duty_post",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("building_id", sa.Uuid(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("points_per_month", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("unit_no", sa.Text(), nullable=True),
        sa.Column("paid_allowance", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("community_id"), "="),
            (sa.column("resident_id"), "="),
            (sa.column("post"), "="),
            (sa.column("building_id"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="ex_duty_post_once_at_a_time",
        ),
        sa.CheckConstraint(
            "post IN ('building_captain', 'stair_captain')", name=op.f("ck_duty_post_known_post")
        ),
        sa.CheckConstraint(
            "entered_by <> resident_id", name=op.f("ck_duty_post_not_entered_by_oneself")
        ),
        sa.CheckConstraint("lower(valid) IS NOT NULL", name=op.f("ck_duty_post_begins_some_day")),
        sa.CheckConstraint("points_per_month > 0", name=op.f("ck_duty_post_positive_points")),
        sa.ForeignKeyConstraint(
            ["community_id", "building_id"],
            ["building.community_id", "building.id"],
            name=op.f("fk_duty_post_community_id_building_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_duty_post_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["resident.id"], name=op.f("fk_duty_post_entered_by")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_duty_post_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_duty_post")),
    )
    op.create_table(
        "grant_batch",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quota_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("hold_id", sa.BigInteger(), nullable=True),
        sa.Column("shown_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.Uuid(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_by IS NOT NULL AND cancel_reason IS NOT NULL)",
            name=op.f("ck_grant_batch_cancelled_with_a_reason"),
        ),
        sa.CheckConstraint(
            "(state IN ('posted', 'cancelled')) = (closed_at IS NOT NULL)",
            name=op.f("ck_grant_batch_closed_when"),
        ),
        sa.CheckConstraint(
            "kind IN ('duty', 'volunteer', 'meeting', 'honour')",
            name=op.f("ck_grant_batch_known_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'cancelled') OR reviewed_by IS NOT NULL",
            name=op.f("ck_grant_batch_reviewed_by_somebody"),
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'reviewed', 'publicity', 'paying', 'posted', 'cancelled')",
            name=op.f("ck_grant_batch_known_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('publicity', 'paying', 'posted') OR (approved_by IS NOT NULL AND quota_id IS NOT NULL AND account_id IS NOT NULL AND shown_until IS NOT NULL)",
            name=op.f("ck_grant_batch_shown_once_approved"),
        ),
        sa.CheckConstraint(
            "extract(day FROM period_start) = 1", name=op.f("ck_grant_batch_month_by_its_first_day")
        ),
        sa.CheckConstraint(
            "reviewed_by <> prepared_by AND approved_by <> prepared_by AND approved_by <> reviewed_by",
            name=op.f("ck_grant_batch_three_people"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["resident.id"], name=op.f("fk_grant_batch_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["cancelled_by"], ["resident.id"], name=op.f("fk_grant_batch_cancelled_by")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "item_id"],
            ["rule_item.community_id", "rule_item.id"],
            name=op.f("fk_grant_batch_community_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "quota_id"],
            ["quota.community_id", "quota.id"],
            name=op.f("fk_grant_batch_community_id_quota_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_grant_batch_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by"], ["resident.id"], name=op.f("fk_grant_batch_prepared_by")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["resident.id"], name=op.f("fk_grant_batch_reviewed_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_grant_batch")),
    )
    op.create_index(
        "ix_grant_batch_due",
        "grant_batch",
        ["community_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('drafted', 'reviewed')"),
    )
    op.create_index(
        "ix_grant_batch_of_month",
        "grant_batch",
        ["community_id", "kind", "period_start"],
        unique=False,
    )
    op.create_index(
        "ix_grant_batch_running",
        "grant_batch",
        ["shown_until"],
        unique=False,
        postgresql_where=sa.text("state IN ('publicity', 'paying')"),
    )
    op.create_table(
        "grant_line",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("basis_kind", sa.Text(), nullable=False),
        sa.Column("basis_id", sa.Uuid(), nullable=False),
        sa.Column("basis_note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("struck_reason", sa.Text(), nullable=True),
        sa.Column("struck_by", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'failed') = (failure IS NOT NULL)", name=op.f("ck_grant_line_failed_why")
        ),
        sa.CheckConstraint(
            "(state = 'posted') = (posted_at IS NOT NULL)", name=op.f("ck_grant_line_posted_when")
        ),
        sa.CheckConstraint(
            "(state = 'struck') = (struck_reason IS NOT NULL)",
            name=op.f("ck_grant_line_struck_why"),
        ),
        sa.CheckConstraint(
            "basis_kind IN ('duty_post', 'meeting', 'activity', 'honour', 'paper')",
            name=op.f("ck_grant_line_known_basis_kind"),
        ),
        sa.CheckConstraint(
            "state <> 'posted' OR account_id IS NOT NULL", name=op.f("ck_grant_line_posted_where")
        ),
        sa.CheckConstraint(
            "state IN ('standing', 'objected', 'failed', 'struck', 'posted')",
            name=op.f("ck_grant_line_known_state"),
        ),
        sa.CheckConstraint(
            "char_length(basis_note) <= 100", name=op.f("ck_grant_line_note_length")
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_grant_line_positive_points")),
        sa.CheckConstraint(
            "struck_by <> resident_id", name=op.f("ck_grant_line_not_struck_by_oneself")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "batch_id"],
            ["grant_batch.community_id", "grant_batch.id"],
            name=op.f("fk_grant_line_community_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_grant_line_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_grant_line_resident_id")
        ),
        sa.ForeignKeyConstraint(
            ["struck_by"], ["resident.id"], name=op.f("fk_grant_line_struck_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_grant_line")),
        sa.UniqueConstraint(
            "community_id",
            "batch_id",
            "resident_id",
            name=op.f("uq_grant_line_community_id_batch_id_resident_id"),
        ),
    )
    op.create_index(
        "ix_grant_line_of_person", "grant_line", ["community_id", "resident_id", "id"], unique=False
    )
    op.create_index(
        "ux_grant_line_one_a_basis",
        "grant_line",
        ["community_id", "basis_kind", "basis_id", "resident_id", "period_start"],
        unique=True,
        postgresql_where=sa.text("struck_reason IS NULL"),
    )
    op.create_table(
        "honour_round",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=False),
        sa.Column("counted_until", sa.Date(), nullable=False),
        sa.Column("places", sa.SmallInteger(), nullable=False),
        sa.Column("planned_by", sa.Uuid(), nullable=False),
        sa.Column("least_points", sa.Integer(), nullable=True),
        sa.Column("gives_points", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("nominations_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consents_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("selected_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.Uuid(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_by IS NOT NULL AND cancel_reason IS NOT NULL)",
            name=op.f("ck_honour_round_cancelled_with_a_reason"),
        ),
        sa.CheckConstraint(
            "(state = 'decided') = (decided_at IS NOT NULL)",
            name=op.f("ck_honour_round_decided_when"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'cancelled') OR nominations_until IS NOT NULL",
            name=op.f("ck_honour_round_nominating_until"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'nominating', 'consenting', 'reviewing', 'publicity', 'decided', 'cancelled')",
            name=op.f("ck_honour_round_known_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('publicity', 'decided') OR (shown_until IS NOT NULL AND selected_by IS NOT NULL)",
            name=op.f("ck_honour_round_shown_until"),
        ),
        sa.CheckConstraint(
            "char_length(criteria) <= 500", name=op.f("ck_honour_round_criteria_length")
        ),
        sa.CheckConstraint(
            "char_length(title) BETWEEN 1 AND 30", name=op.f("ck_honour_round_title_length")
        ),
        sa.CheckConstraint("counted_from < counted_until", name=op.f("ck_honour_round_some_days")),
        sa.CheckConstraint("least_points > 0", name=op.f("ck_honour_round_positive_filter")),
        sa.CheckConstraint("places BETWEEN 1 AND 100", name=op.f("ck_honour_round_some_places")),
        sa.ForeignKeyConstraint(
            ["cancelled_by"], ["resident.id"], name=op.f("fk_honour_round_cancelled_by")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_honour_round_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["planned_by"], ["resident.id"], name=op.f("fk_honour_round_planned_by")
        ),
        sa.ForeignKeyConstraint(
            ["selected_by"], ["resident.id"], name=op.f("fk_honour_round_selected_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_honour_round")),
    )
    op.create_index(
        "ix_honour_round_running",
        "honour_round",
        ["state"],
        unique=False,
        postgresql_where=sa.text("state IN ('nominating', 'consenting', 'publicity')"),
    )
    op.create_table(
        "nomination",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("nominee_id", sa.Uuid(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("photo_consent_id", sa.Uuid(), nullable=True),
        sa.Column("consent_channel", sa.Text(), nullable=True),
        sa.Column("consent_recorded_by", sa.Uuid(), nullable=True),
        sa.Column("name_withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("on_behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'agreed', 'declined', 'unanswered', 'not_entered', 'not_chosen', 'shown', 'objected', 'struck', 'honoured')",
            name=op.f("ck_nomination_known_state"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'declined', 'unanswered') OR consent_id IS NOT NULL OR consent_recorded_by IS NOT NULL",
            name=op.f("ck_nomination_nothing_without_consent"),
        ),
        sa.CheckConstraint("char_length(story) <= 500", name=op.f("ck_nomination_story_length")),
        sa.CheckConstraint(
            "consent_recorded_by <> nominee_id", name=op.f("ck_nomination_not_recorded_by_oneself")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["resident.id"], name=op.f("fk_nomination_actor_id")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["role_assignment.id"], name=op.f("fk_nomination_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "round_id"],
            ["honour_round.community_id", "honour_round.id"],
            name=op.f("fk_nomination_community_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_nomination_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_nomination_consent_id")
        ),
        sa.ForeignKeyConstraint(
            ["consent_recorded_by"], ["resident.id"], name=op.f("fk_nomination_consent_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["nominee_id"], ["resident.id"], name=op.f("fk_nomination_nominee_id")
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["resident.id"], name=op.f("fk_nomination_on_behalf_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["photo_consent_id"], ["consent.id"], name=op.f("fk_nomination_photo_consent_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["resident.id"], name=op.f("fk_nomination_recorded_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_nomination")),
        sa.UniqueConstraint(
            "community_id",
            "round_id",
            "nominee_id",
            name=op.f("uq_nomination_community_id_round_id_nominee_id"),
        ),
    )
    op.create_index(
        "ix_nomination_of_person", "nomination", ["community_id", "nominee_id", "id"], unique=False
    )
    op.create_table(
        "honour_panelist",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "round_id"],
            ["honour_round.community_id", "honour_round.id"],
            name=op.f("fk_honour_panelist_community_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_honour_panelist_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["named_by"], ["resident.id"], name=op.f("fk_honour_panelist_named_by")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_honour_panelist_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_honour_panelist")),
        sa.UniqueConstraint(
            "community_id",
            "round_id",
            "resident_id",
            name=op.f("uq_honour_panelist_community_id_round_id_resident_id"),
        ),
    )
    op.create_table(
        "honour_voice",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("panelist_id", sa.Uuid(), nullable=False),
        sa.Column("in_favour", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "char_length(reason) <= 300", name=op.f("ck_honour_voice_reason_length")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "nomination_id"],
            ["nomination.community_id", "nomination.id"],
            name=op.f("fk_honour_voice_community_id_nomination_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "panelist_id"],
            ["honour_panelist.community_id", "honour_panelist.id"],
            name=op.f("fk_honour_voice_community_id_panelist_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_honour_voice_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_honour_voice")),
        sa.UniqueConstraint(
            "community_id",
            "nomination_id",
            "panelist_id",
            name=op.f("uq_honour_voice_community_id_nomination_id_panelist_id"),
        ),
        info={"append_only": True},
    )
    op.create_table(
        "honour",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("verify_code", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=True),
        sa.Column("decision_ref", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nulls(revoked_at, revoked_by, revoked_reason, decision_ref) IN (0, 4)",
            name=op.f("ck_honour_revoked_with_a_reason"),
        ),
        sa.CheckConstraint(
            "revoked_by <> resident_id", name=op.f("ck_honour_not_revoked_by_oneself")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "nomination_id"],
            ["nomination.community_id", "nomination.id"],
            name=op.f("fk_honour_community_id_nomination_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_honour_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_honour_resident_id")
        ),
        sa.ForeignKeyConstraint(["revoked_by"], ["resident.id"], name=op.f("fk_honour_revoked_by")),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_honour")),
        sa.UniqueConstraint(
            "community_id", "nomination_id", name=op.f("uq_honour_community_id_nomination_id")
        ),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_honour_community_id_number")),
        info={"append_only": "revoked_at, revoked_by, revoked_reason, decision_ref"},
    )
    op.create_index(
        "ix_honour_of_person", "honour", ["community_id", "resident_id", "id"], unique=False
    )
    op.create_index("ux_honour_verify_code", "honour", ["verify_code"], unique=True)
    op.create_table(
        "honour_serial",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_honour_serial_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "year", name=op.f("pk_honour_serial")),
    )
    op.create_table(
        "thanks_objection",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("nomination_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("handler_id", sa.Uuid(), nullable=True),
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
            name=op.f("ck_thanks_objection_closed_when"),
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (due_at IS NULL)", name=op.f("ck_thanks_objection_due_while_open")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (outcome IS NULL)", name=op.f("ck_thanks_objection_decided_somehow")
        ),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'dismissed')", name=op.f("ck_thanks_objection_known_outcome")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'upheld', 'dismissed', 'appealed', 'closed')",
            name=op.f("ck_thanks_objection_known_state"),
        ),
        sa.CheckConstraint(
            "handler_id <> actor_id", name=op.f("ck_thanks_objection_not_handled_by_oneself")
        ),
        sa.CheckConstraint(
            "judge_id <> handler_id AND judge_id <> actor_id",
            name=op.f("ck_thanks_objection_another_judge"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(line_id, nomination_id) = 1", name=op.f("ck_thanks_objection_one_subject")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["resident.id"], name=op.f("fk_thanks_objection_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["appeal_by"], ["resident.id"], name=op.f("fk_thanks_objection_appeal_by")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["role_assignment.id"],
            name=op.f("fk_thanks_objection_assignment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "line_id"],
            ["grant_line.community_id", "grant_line.id"],
            name=op.f("fk_thanks_objection_community_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "nomination_id"],
            ["nomination.community_id", "nomination.id"],
            name=op.f("fk_thanks_objection_community_id_nomination_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_thanks_objection_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["resident.id"], name=op.f("fk_thanks_objection_handler_id")
        ),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["resident.id"], name=op.f("fk_thanks_objection_judge_id")
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["resident.id"], name=op.f("fk_thanks_objection_on_behalf_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["resident.id"], name=op.f("fk_thanks_objection_recorded_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_thanks_objection")),
    )
    op.create_index(
        "ix_thanks_objection_open",
        "thanks_objection",
        ["community_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index(
        "ux_thanks_objection_one_a_person",
        "thanks_objection",
        ["community_id", sa.literal_column("coalesce(line_id, nomination_id)"), "actor_id"],
        unique=True,
    )


def _settlements_and_sheets() -> None:
    op.create_table(
        "points_sheet",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("block_seq", sa.BigInteger(), nullable=True),
        sa.Column("block_hash", sa.Text(), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bulletin_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('month', 'quarter', 'year')", name=op.f("ck_points_sheet_known_kind")
        ),
        sa.CheckConstraint(
            "(block_seq IS NULL) = (block_hash IS NULL)", name=op.f("ck_points_sheet_sealed_or_not")
        ),
        sa.CheckConstraint(
            "(checked_by IS NULL) = (checked_at IS NULL) AND (checked_by IS NULL) = (bulletin_id IS NULL)",
            name=op.f("ck_points_sheet_published_once_checked"),
        ),
        sa.CheckConstraint(
            "NOT isempty(period) AND lower(period) IS NOT NULL AND upper(period) IS NOT NULL",
            name=op.f("ck_points_sheet_bounded_period"),
        ),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["resident.id"], name=op.f("fk_points_sheet_checked_by")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "bulletin_id"],
            ["bulletin.community_id", "bulletin.id"],
            name=op.f("fk_points_sheet_community_id_bulletin_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_points_sheet_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_points_sheet")),
        sa.UniqueConstraint(
            "community_id", "kind", "period", name=op.f("uq_points_sheet_community_id_kind_period")
        ),
        info={"append_only": "checked_by, checked_at, bulletin_id"},
    )
    op.create_index(
        "ix_points_sheet_to_check",
        "points_sheet",
        ["community_id"],
        unique=False,
        postgresql_where=sa.text("checked_at IS NULL"),
    )
    op.create_table(
        "settlement",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cutoff_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("planned_by", sa.Uuid(), nullable=False),
        sa.Column("asset", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("announced_by", sa.Uuid(), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_by", sa.Uuid(), nullable=True),
        sa.Column("dropped_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(announced_at IS NULL) = (announced_by IS NULL) AND (state NOT IN ('announced', 'running', 'done') OR announced_at IS NOT NULL)",
            name=op.f("ck_settlement_announced_by_whom"),
        ),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_settlement_done_when")
        ),
        sa.CheckConstraint(
            "(state = 'dropped') = (dropped_by IS NOT NULL) AND (dropped_by IS NULL) = (dropped_reason IS NULL)",
            name=op.f("ck_settlement_dropped_with_a_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'announced', 'running', 'done', 'dropped')",
            name=op.f("ck_settlement_known_state"),
        ),
        sa.CheckConstraint("announced_by <> planned_by", name=op.f("ck_settlement_two_people")),
        sa.ForeignKeyConstraint(
            ["announced_by"], ["resident.id"], name=op.f("fk_settlement_announced_by")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_settlement_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["dropped_by"], ["resident.id"], name=op.f("fk_settlement_dropped_by")
        ),
        sa.ForeignKeyConstraint(
            ["planned_by"], ["resident.id"], name=op.f("fk_settlement_planned_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_settlement")),
    )
    op.create_index(
        "ix_settlement_due",
        "settlement",
        ["expires_on"],
        unique=False,
        postgresql_where=sa.text("state IN ('announced', 'running')"),
    )
    op.create_index(
        "ux_settlement_cutoff",
        "settlement",
        ["community_id", "asset", "cutoff_at"],
        unique=True,
        postgresql_where=sa.text("state <> 'dropped'"),
    )
    op.create_index(
        "ux_settlement_one_underway",
        "settlement",
        ["community_id", "asset"],
        unique=True,
        postgresql_where=sa.text("state IN ('planned', 'announced', 'running')"),
    )
    op.create_table(
        "settlement_line",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("settlement_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_kind", sa.SmallInteger(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("announced", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expired", sa.BigInteger(), nullable=True),
        sa.Column("transfer_id", sa.BigInteger(), nullable=True),
        sa.Column("was_frozen", sa.Boolean(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(expired IS NULL) = (settled_at IS NULL)", name=op.f("ck_settlement_line_settled_when")
        ),
        sa.CheckConstraint(
            "(transfer_id IS NULL) = (expired IS NULL OR expired = 0)",
            name=op.f("ck_settlement_line_posted_if_any"),
        ),
        sa.CheckConstraint("announced > 0", name=op.f("ck_settlement_line_something_announced")),
        sa.CheckConstraint(
            "expired BETWEEN 0 AND announced",
            name=op.f("ck_settlement_line_no_more_than_announced"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "settlement_id"],
            ["settlement.community_id", "settlement.id"],
            name=op.f("fk_settlement_line_community_id_settlement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_settlement_line_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_settlement_line")),
        sa.UniqueConstraint(
            "community_id",
            "settlement_id",
            "account_id",
            name=op.f("uq_settlement_line_community_id_settlement_id_account_id"),
        ),
    )
    op.create_index(
        "ix_settlement_line_of_owner",
        "settlement_line",
        ["community_id", "owner_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_settlement_line_open",
        "settlement_line",
        ["community_id", "settlement_id", "account_id"],
        unique=False,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_settlement_line_untold",
        "settlement_line",
        ["community_id", "settlement_id", "id"],
        unique=False,
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_table(
        "integrity_case",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (handled_by IS NULL) AND (state = 'open') = (closed_at IS NULL) AND (state = 'open' OR finding <> '')",
            name=op.f("ck_integrity_case_closed_with_a_finding"),
        ),
        sa.CheckConstraint(
            "kind IN ('pair_share', 'same_confirmers', 'call_back')",
            name=op.f("ck_integrity_case_known_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'explained', 'acted')", name=op.f("ck_integrity_case_known_state")
        ),
        sa.CheckConstraint(
            "subject_kind IN ('deed', 'pair')", name=op.f("ck_integrity_case_known_subject_kind")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_integrity_case_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["handled_by"], ["resident.id"], name=op.f("fk_integrity_case_handled_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_integrity_case")),
        sa.UniqueConstraint(
            "community_id",
            "kind",
            "subject_id",
            name=op.f("uq_integrity_case_community_id_kind_subject_id"),
        ),
    )
    op.create_index(
        "ix_integrity_case_open",
        "integrity_case",
        ["community_id", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )


def _families() -> None:
    op.create_table(
        "family",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("founded_by", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_family_closed_some_day")
        ),
        sa.CheckConstraint("state IN ('live', 'closed')", name=op.f("ck_family_known_state")),
        sa.ForeignKeyConstraint(
            ["community_id", "household_id"],
            ["household.community_id", "household.id"],
            name=op.f("fk_family_community_id_household_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_family_community_id")
        ),
        sa.ForeignKeyConstraint(["founded_by"], ["resident.id"], name=op.f("fk_family_founded_by")),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_family")),
    )
    op.create_index("ix_family_account", "family", ["community_id", "account_id"], unique=False)
    op.create_index(
        "ux_family_one_a_household",
        "family",
        ["community_id", "household_id"],
        unique=True,
        postgresql_where=sa.text("state = 'live'"),
    )
    op.create_table(
        "family_member",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("monthly_limit", sa.Integer(), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'adult', 'child')", name=op.f("ck_family_member_known_role")
        ),
        sa.CheckConstraint("monthly_limit > 0", name=op.f("ck_family_member_limit_allows_some")),
        sa.CheckConstraint("share >= 0", name=op.f("ck_family_member_share_not_negative")),
        sa.CheckConstraint(
            "share IS NULL OR left_at IS NOT NULL", name=op.f("ck_family_member_a_share_on_leaving")
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["resident.id"], name=op.f("fk_family_member_added_by")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "family_id"],
            ["family.community_id", "family.id"],
            name=op.f("fk_family_member_community_id_family_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_family_member_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_family_member_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_family_member")),
    )
    op.create_index(
        "ix_family_member_of", "family_member", ["community_id", "family_id"], unique=False
    )
    op.create_index(
        "ux_family_member_one_a_person",
        "family_member",
        ["community_id", "resident_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "points_donation",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_points_donation_something")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_points_donation_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_points_donation_resident_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_points_donation")),
    )
    op.create_index(
        "ix_points_donation_own",
        "points_donation",
        ["community_id", "resident_id", "id"],
        unique=False,
    )
