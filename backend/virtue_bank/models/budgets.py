"""Budgets 预算 adopted for a period, and the quotas 额度 approvers have of them each month."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord, one_of, within_community
from backend.virtue_bank.models.words import (
    ALLOTMENT_STATES,
    BUDGET_STATES,
    HOLDER_KINDS,
    QUOTA_STATES,
)

POINTS = 1  # the ledger's number of the asset


class Budget(TenantRecord):
    """What the community may give in a period, by a resolution; two people fund it.

    `shelf` and `circulation` are what lay on the shelves and in the accounts that day.
    """

    __tablename__ = "budget"

    period: Mapped[Range[date]] = mapped_column(DATERANGE)
    points: Mapped[int] = mapped_column(BigInteger)
    resolution_ref: Mapped[str]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    shelf: Mapped[int] = mapped_column(BigInteger)
    circulation: Mapped[int] = mapped_column(BigInteger)
    asset: Mapped[int] = mapped_column(SmallInteger, default=POINTS)
    state: Mapped[str] = mapped_column(default="proposed")
    coverage_reason: Mapped[str | None] = mapped_column(default=None)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    account_id: Mapped[int | None] = mapped_column(BigInteger, default=None)

    @property
    def since(self) -> date:
        return self.period.lower or date.min

    @property
    def until(self) -> date:
        """The first day after it."""
        return self.period.upper or date.max

    __table_args__ = (
        one_of("state", BUDGET_STATES),
        CheckConstraint("points > 0", name="positive_points"),
        CheckConstraint("shelf >= 0", name="shelf_not_negative"),
        CheckConstraint("confirmed_by <> proposed_by", name="two_people"),
        CheckConstraint(
            "NOT isempty(period) AND lower(period) IS NOT NULL AND upper(period) IS NOT NULL",
            name="bounded_period",
        ),
        CheckConstraint("(state = 'funded') = (account_id IS NOT NULL)", name="funded_account"),
        CheckConstraint("(state = 'funded') = (confirmed_by IS NOT NULL)", name="funded_by_two"),
        ExcludeConstraint(
            ("community_id", "="),
            ("asset", "="),
            ("period", "&&"),
            where=text("state <> 'dropped'"),
            using="gist",
            name="ex_budget_one_at_a_time",
        ),
    )


class Allotment(TenantRecord):
    """Quotas of one month that one person proposes and another allots together."""

    __tablename__ = "allotment"

    budget_id: Mapped[UUID]
    month: Mapped[date]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    state: Mapped[str] = mapped_column(default="proposed")
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("budget_id", "budget"),
        one_of("state", ALLOTMENT_STATES),
        CheckConstraint("confirmed_by <> proposed_by", name="two_people"),
        CheckConstraint(
            "(state = 'allotted') = (confirmed_by IS NOT NULL)", name="allotted_by_two"
        ),
        Index("ix_allotment_of_budget", "community_id", "budget_id", "id"),
    )


class Quota(TenantRecord):
    """What one approver may give in one month; an account of the ledger holds what is left."""

    __tablename__ = "quota"

    budget_id: Mapped[UUID]
    allotment_id: Mapped[UUID]
    holder_kind: Mapped[str]
    holder_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    month: Mapped[date]
    points: Mapped[int] = mapped_column(BigInteger)
    asset: Mapped[int] = mapped_column(SmallInteger, default=POINTS)
    state: Mapped[str] = mapped_column(default="proposed")
    account_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    frozen_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("budget_id", "budget"),
        within_community("allotment_id", "allotment"),
        one_of("holder_kind", HOLDER_KINDS),
        one_of("state", QUOTA_STATES),
        CheckConstraint("points > 0", name="positive_points"),
        CheckConstraint("extract(day FROM month) = 1", name="month_by_its_first_day"),
        CheckConstraint(
            "(state IN ('live', 'frozen')) = (account_id IS NOT NULL)", name="allotted_account"
        ),
        CheckConstraint("(state = 'frozen') = (frozen_at IS NOT NULL)", name="frozen_when"),
        Index(
            "ux_quota_one_a_month",
            "community_id",
            "asset",
            "holder_id",
            "month",
            unique=True,
            postgresql_where=text("state <> 'dropped'"),
        ),
        Index("ix_quota_of_allotment", "community_id", "allotment_id"),
        Index("ix_quota_to_freeze", "month", postgresql_where=text("state = 'live'")),
    )
