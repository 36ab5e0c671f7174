"""The rule sheet 积分细则: what a good deed earns, who must say so, and how much is enough."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, TenantRecord, one_of, within_community
from backend.virtue_bank.models.words import CAP_PERIODS, CAP_SUBJECTS, CREDIT_TO, SHEET_STATES


class RuleSheet(TenantRecord):
    """One version of the sheet. `in_force` are the days of the deeds that it rules.

    The words are fixed by `text_sha256` when the consultation opens; whoever wants others takes
    the sheet back to a draft and opens it again.
    """

    __tablename__ = "rule_sheet"

    version: Mapped[int]
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    state: Mapped[str] = mapped_column(default="draft")
    text_sha256: Mapped[str | None] = mapped_column(default=None)
    consulted_at: Mapped[datetime | None] = mapped_column(default=None)
    consulted_until: Mapped[datetime | None] = mapped_column(default=None)
    resolution_ref: Mapped[str | None] = mapped_column(default=None)
    adopted_on: Mapped[date | None] = mapped_column(default=None)  # by the assembly
    begins_on: Mapped[date | None] = mapped_column(default=None)
    adoption_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    in_force: Mapped[Range[date] | None] = mapped_column(DATERANGE, default=None)
    row_version: Mapped[int] = mapped_column(default=1)

    @property
    def ends_on(self) -> date | None:
        """The first day another sheet rules."""
        return self.in_force.upper if self.in_force is not None else None

    __table_args__ = (
        UniqueConstraint("community_id", "version"),
        one_of("state", SHEET_STATES),
        CheckConstraint("confirmed_by <> adoption_by", name="two_people"),
        CheckConstraint("(state = 'draft') = (text_sha256 IS NULL)", name="words_fixed"),
        CheckConstraint(
            "(state IN ('draft', 'consulted')) = (in_force IS NULL)", name="in_force_once_adopted"
        ),
        CheckConstraint(
            "in_force IS NULL OR (confirmed_by IS NOT NULL AND resolution_ref IS NOT NULL"
            " AND NOT isempty(in_force))",
            name="adopted_by_resolution",
        ),
        ExcludeConstraint(
            ("community_id", "="),
            ("in_force", "&&"),
            using="gist",
            name="ex_rule_sheet_one_at_a_time",
        ),
        Index(
            "ux_rule_sheet_one_underway",
            "community_id",
            unique=True,
            postgresql_where=text("state IN ('draft', 'consulted')"),
        ),
    )


class RuleItem(TenantRecord):
    """What one kind of deed earns: `points` for each unit, never more than `points_max`."""

    __tablename__ = "rule_item"

    sheet_id: Mapped[UUID]
    code: Mapped[str]
    title: Mapped[str]
    category: Mapped[str]
    points: Mapped[int]
    points_max: Mapped[int]
    unit: Mapped[str] = mapped_column(default="次")
    credit_to: Mapped[str] = mapped_column(default="person")
    confirmations: Mapped[int] = mapped_column(SmallInteger, default=2)
    needs_helped: Mapped[bool] = mapped_column(default=True)
    publicity_days: Mapped[int] = mapped_column(SmallInteger, default=5)
    claim_within_days: Mapped[int] = mapped_column(SmallInteger, default=30)
    article_ref: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        within_community("sheet_id", "rule_sheet"),
        UniqueConstraint("community_id", "sheet_id", "code"),
        # For what points at an item and must stay with its sheet.
        UniqueConstraint("community_id", "id", "sheet_id"),
        one_of("credit_to", CREDIT_TO),
        CheckConstraint("0 < points AND points <= points_max", name="positive_points"),
        CheckConstraint("char_length(title) BETWEEN 1 AND 30", name="title_length"),
        CheckConstraint("confirmations BETWEEN 1 AND 5", name="some_confirmations"),
        CheckConstraint("publicity_days BETWEEN 3 AND 15", name="publicity_window"),
        CheckConstraint("claim_within_days BETWEEN 1 AND 90", name="claim_window"),
    )


class RuleCap(TenantRecord):
    """How many points one person, account or pair may earn in a period; without item, in all."""

    __tablename__ = "rule_cap"

    sheet_id: Mapped[UUID]
    subject: Mapped[str]
    period: Mapped[str]
    cap: Mapped[int] = mapped_column(BigInteger)
    item_id: Mapped[UUID | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("sheet_id", "rule_sheet"),
        ForeignKeyConstraint(
            ["community_id", "item_id", "sheet_id"],
            ["rule_item.community_id", "rule_item.id", "rule_item.sheet_id"],
        ),
        UniqueConstraint(
            "community_id",
            "sheet_id",
            "item_id",
            "subject",
            "period",
            postgresql_nulls_not_distinct=True,
        ),
        one_of("subject", CAP_SUBJECTS),
        one_of("period", CAP_PERIODS),
        CheckConstraint("cap > 0", name="positive_cap"),
    )


class CapCounter(Base):
    """How much of a cap is used in the period of the day of the deed."""

    __tablename__ = "cap_counter"

    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), primary_key=True)
    rule_cap_id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_key: Mapped[str] = mapped_column(primary_key=True)
    period_start: Mapped[date] = mapped_column(primary_key=True)
    used: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        within_community("rule_cap_id", "rule_cap"),
        CheckConstraint("used >= 0", name="used_not_negative"),
    )
