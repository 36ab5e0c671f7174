"""Rule sheets, caps, budgets, quotas and reversals of the virtue bank"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_sheet",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=True),
        sa.Column("consulted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consulted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution_ref", sa.Text(), nullable=True),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("adoption_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_force", postgresql.DATERANGE(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("community_id"), "="),
            (sa.column("in_force"), "&&"),
            using="gist",
            name="ex_rule_sheet_one_at_a_time",
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (text_sha256 IS NULL)", name=op.f("ck_rule_sheet_words_fixed")
        ),
        sa.CheckConstraint(
            "(state IN ('draft', 'consulted')) = (in_force IS NULL)",
            name=op.f("ck_rule_sheet_in_force_once_adopted"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'consulted', 'adopted', 'in_force', 'superseded')",
            name=op.f("ck_rule_sheet_known_state"),
        ),
        sa.CheckConstraint("confirmed_by <> adoption_by", name=op.f("ck_rule_sheet_two_people")),
        sa.CheckConstraint(
            "in_force IS NULL OR (confirmed_by IS NOT NULL AND resolution_ref IS NOT NULL AND NOT isempty(in_force))",
            name=op.f("ck_rule_sheet_adopted_by_resolution"),
        ),
        sa.ForeignKeyConstraint(
            ["adoption_by"], ["resident.id"], name=op.f("fk_rule_sheet_adoption_by")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_rule_sheet_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["resident.id"], name=op.f("fk_rule_sheet_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["resident.id"], name=op.f("fk_rule_sheet_drafted_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_rule_sheet")),
        sa.UniqueConstraint(
            "community_id", "version", name=op.f("uq_rule_sheet_community_id_version")
        ),
    )
    op.create_index(
        "ux_rule_sheet_one_underway",
        "rule_sheet",
        ["community_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'consulted')"),
    )
    op.create_table(
        "rule_item",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("points_max", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("credit_to", sa.Text(), nullable=False),
        sa.Column("confirmations", sa.SmallInteger(), nullable=False),
        sa.Column("needs_helped", sa.Boolean(), nullable=False),
        sa.Column("publicity_days", sa.SmallInteger(), nullable=False),
        sa.Column("claim_within_days", sa.SmallInteger(), nullable=False),
        sa.Column("article_ref", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "credit_to IN ('person', 'family', 'choice')", name=op.f("ck_rule_item_known_credit_to")
        ),
        sa.CheckConstraint(
            "0 < points AND points <= points_max", name=op.f("ck_rule_item_positive_points")
        ),
        sa.CheckConstraint(
            "char_length(title) BETWEEN 1 AND 30", name=op.f("ck_rule_item_title_length")
        ),
        sa.CheckConstraint(
            "claim_within_days BETWEEN 1 AND 90", name=op.f("ck_rule_item_claim_window")
        ),
        sa.CheckConstraint(
            "confirmations BETWEEN 1 AND 5", name=op.f("ck_rule_item_some_confirmations")
        ),
        sa.CheckConstraint(
            "publicity_days BETWEEN 3 AND 15", name=op.f("ck_rule_item_publicity_window")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "sheet_id"],
            ["rule_sheet.community_id", "rule_sheet.id"],
            name=op.f("fk_rule_item_community_id_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_rule_item_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_rule_item")),
        sa.UniqueConstraint(
            "community_id", "id", "sheet_id", name=op.f("uq_rule_item_community_id_id_sheet_id")
        ),
        sa.UniqueConstraint(
            "community_id", "sheet_id", "code", name=op.f("uq_rule_item_community_id_sheet_id_code")
        ),
    )
    op.create_table(
        "rule_cap",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "period IN ('day', 'week', 'month', 'year')", name=op.f("ck_rule_cap_known_period")
        ),
        sa.CheckConstraint(
            "subject IN ('account', 'person', 'pair')", name=op.f("ck_rule_cap_known_subject")
        ),
        sa.CheckConstraint("cap > 0", name=op.f("ck_rule_cap_positive_cap")),
        sa.ForeignKeyConstraint(
            ["community_id", "item_id", "sheet_id"],
            ["rule_item.community_id", "rule_item.id", "rule_item.sheet_id"],
            name=op.f("fk_rule_cap_community_id_item_id_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "sheet_id"],
            ["rule_sheet.community_id", "rule_sheet.id"],
            name=op.f("fk_rule_cap_community_id_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_rule_cap_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_rule_cap")),
        sa.UniqueConstraint(
            "community_id",
            "sheet_id",
            "item_id",
            "subject",
            "period",
            name=op.f("uq_rule_cap_community_id_sheet_id_item_id_subject_period"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "cap_counter",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("rule_cap_id", sa.Uuid(), nullable=False),
        sa.Column("subject_key", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_cap_counter_used_not_negative")),
        sa.ForeignKeyConstraint(
            ["community_id", "rule_cap_id"],
            ["rule_cap.community_id", "rule_cap.id"],
            name=op.f("fk_cap_counter_community_id_rule_cap_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_cap_counter_community_id")
        ),
        sa.PrimaryKeyConstraint(
            "community_id",
            "rule_cap_id",
            "subject_key",
            "period_start",
            name=op.f("pk_cap_counter"),
        ),
    )
    op.create_table(
        "budget",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("resolution_ref", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("shelf", sa.BigInteger(), nullable=False),
        sa.Column("circulation", sa.BigInteger(), nullable=False),
        sa.Column("asset", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("coverage_reason", sa.Text(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("community_id"), "="),
            (sa.column("asset"), "="),
            (sa.column("period"), "&&"),
            where=sa.text("state <> 'dropped'"),
            using="gist",
            name="ex_budget_one_at_a_time",
        ),
        sa.CheckConstraint(
            "(state = 'funded') = (account_id IS NOT NULL)", name=op.f("ck_budget_funded_account")
        ),
        sa.CheckConstraint(
            "(state = 'funded') = (confirmed_by IS NOT NULL)", name=op.f("ck_budget_funded_by_two")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'funded', 'dropped')", name=op.f("ck_budget_known_state")
        ),
        sa.CheckConstraint(
            "NOT isempty(period) AND lower(period) IS NOT NULL AND upper(period) IS NOT NULL",
            name=op.f("ck_budget_bounded_period"),
        ),
        sa.CheckConstraint("confirmed_by <> proposed_by", name=op.f("ck_budget_two_people")),
        sa.CheckConstraint("points > 0", name=op.f("ck_budget_positive_points")),
        sa.CheckConstraint("shelf >= 0", name=op.f("ck_budget_shelf_not_negative")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_budget_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["resident.id"], name=op.f("fk_budget_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["resident.id"], name=op.f("fk_budget_proposed_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_budget")),
    )
    op.create_table(
        "allotment",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'allotted') = (confirmed_by IS NOT NULL)",
            name=op.f("ck_allotment_allotted_by_two"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'allotted', 'dropped')", name=op.f("ck_allotment_known_state")
        ),
        sa.CheckConstraint("confirmed_by <> proposed_by", name=op.f("ck_allotment_two_people")),
        sa.ForeignKeyConstraint(
            ["community_id", "budget_id"],
            ["budget.community_id", "budget.id"],
            name=op.f("fk_allotment_community_id_budget_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_allotment_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["resident.id"], name=op.f("fk_allotment_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["resident.id"], name=op.f("fk_allotment_proposed_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_allotment")),
    )
    op.create_index(
        "ix_allotment_of_budget", "allotment", ["community_id", "budget_id", "id"], unique=False
    )
    op.create_table(
        "quota",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("allotment_id", sa.Uuid(), nullable=False),
        sa.Column("holder_kind", sa.Text(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("asset", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'frozen') = (frozen_at IS NOT NULL)", name=op.f("ck_quota_frozen_when")
        ),
        sa.CheckConstraint(
            "(state IN ('live', 'frozen')) = (account_id IS NOT NULL)",
            name=op.f("ck_quota_allotted_account"),
        ),
        sa.CheckConstraint(
            "holder_kind IN ('grid_worker', 'committee')", name=op.f("ck_quota_known_holder_kind")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'live', 'frozen', 'dropped')", name=op.f("ck_quota_known_state")
        ),
        sa.CheckConstraint(
            "extract(day FROM month) = 1", name=op.f("ck_quota_month_by_its_first_day")
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_quota_positive_points")),
        sa.ForeignKeyConstraint(
            ["community_id", "allotment_id"],
            ["allotment.community_id", "allotment.id"],
            name=op.f("fk_quota_community_id_allotment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "budget_id"],
            ["budget.community_id", "budget.id"],
            name=op.f("fk_quota_community_id_budget_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_quota_community_id")
        ),
        sa.ForeignKeyConstraint(["holder_id"], ["resident.id"], name=op.f("fk_quota_holder_id")),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_quota")),
    )
    op.create_index(
        "ix_quota_of_allotment", "quota", ["community_id", "allotment_id"], unique=False
    )
    op.create_index(
        "ix_quota_to_freeze",
        "quota",
        ["month"],
        unique=False,
        postgresql_where=sa.text("state = 'live'"),
    )
    op.create_index(
        "ux_quota_one_a_month",
        "quota",
        ["community_id", "asset", "holder_id", "month"],
        unique=True,
        postgresql_where=sa.text("state <> 'dropped'"),
    )
    op.create_table(
        "reversal_request",
        sa.Column("community_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decision_ref", sa.Text(), nullable=False),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_channel", sa.Text(), nullable=True),
        sa.Column("answer_recorded_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_by", sa.Uuid(), nullable=True),
        sa.Column("dropped_reason", sa.Text(), nullable=True),
        sa.Column("appeal_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_channel", sa.Text(), nullable=True),
        sa.Column("appeal_recorded_by", sa.Uuid(), nullable=True),
        sa.Column("judged_by", sa.Uuid(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'dropped') = (dropped_by IS NOT NULL)",
            name=op.f("ck_reversal_request_dropped_by_whom"),
        ),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'appealed', 'restored', 'stands')) = (confirmed_by IS NOT NULL)",
            name=op.f("ck_reversal_request_confirmed_by_whom"),
        ),
        sa.CheckConstraint(
            "(state IN ('restored', 'stands')) = (judged_by IS NOT NULL)",
            name=op.f("ck_reversal_request_judged_by_whom"),
        ),
        sa.CheckConstraint(
            "answer_channel IN ('mini_program', 'phone', 'home_visit', 'walk_in', 'paper', 'at_meeting', 'console')",
            name=op.f("ck_reversal_request_known_answer_channel"),
        ),
        sa.CheckConstraint(
            "appeal_channel IN ('mini_program', 'phone', 'home_visit', 'walk_in', 'paper', 'at_meeting', 'console')",
            name=op.f("ck_reversal_request_known_appeal_channel"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'answered', 'unanswered', 'confirmed', 'dropped', 'appealed', 'restored', 'stands')",
            name=op.f("ck_reversal_request_known_state"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_reversal_request_positive_amount")),
        sa.CheckConstraint(
            "answer_recorded_by <> holder_id",
            name=op.f("ck_reversal_request_answer_typed_by_another"),
        ),
        sa.CheckConstraint(
            "appeal_recorded_by <> holder_id",
            name=op.f("ck_reversal_request_appeal_typed_by_another"),
        ),
        sa.CheckConstraint(
            "asked_by <> holder_id", name=op.f("ck_reversal_request_not_of_the_own_account")
        ),
        sa.CheckConstraint("confirmed_by <> asked_by", name=op.f("ck_reversal_request_two_people")),
        sa.CheckConstraint(
            "confirmed_by <> holder_id", name=op.f("ck_reversal_request_not_by_the_holder")
        ),
        sa.CheckConstraint(
            "judged_by NOT IN (asked_by, confirmed_by)",
            name=op.f("ck_reversal_request_judged_by_a_third"),
        ),
        sa.ForeignKeyConstraint(
            ["answer_recorded_by"],
            ["resident.id"],
            name=op.f("fk_reversal_request_answer_recorded_by"),
        ),
        sa.ForeignKeyConstraint(
            ["appeal_recorded_by"],
            ["resident.id"],
            name=op.f("fk_reversal_request_appeal_recorded_by"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["resident.id"], name=op.f("fk_reversal_request_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_reversal_request_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["resident.id"], name=op.f("fk_reversal_request_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["dropped_by"], ["resident.id"], name=op.f("fk_reversal_request_dropped_by")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["resident.id"], name=op.f("fk_reversal_request_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["judged_by"], ["resident.id"], name=op.f("fk_reversal_request_judged_by")
        ),
        sa.PrimaryKeyConstraint("community_id", "id", name=op.f("pk_reversal_request")),
    )
    op.create_index(
        "ix_reversal_request_of_holder",
        "reversal_request",
        ["community_id", "holder_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_reversal_request_waiting",
        "reversal_request",
        ["answer_until"],
        unique=False,
        postgresql_where=sa.text("state = 'requested'"),
    )
    op.create_index(
        "ux_reversal_request_one_open",
        "reversal_request",
        ["community_id", "transfer_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'dropped'"),
    )
