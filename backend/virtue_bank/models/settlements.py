"""The yearly settlement 年度清算: which points expire, what every holder was told, what did."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord, one_of, within_community
from backend.days import DAY, SHANGHAI

SETTLEMENT_STATES: Mapping[str, str] = {
    "planned": "待公告",
    "announced": "已公告",
    "running": "清算中",
    "done": "已完成",
    "dropped": "已取消",
}


class Settlement(TenantRecord):
    """Points earned before `cutoff_at` and not spent by the beginning of `expires_on` expire."""

    __tablename__ = "settlement"

    cutoff_at: Mapped[datetime]
    expires_on: Mapped[date]
    planned_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    asset: Mapped[int] = mapped_column(SmallInteger, default=1)  # points, as the ledger has it
    state: Mapped[str] = mapped_column(default="planned")
    announced_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    announced_at: Mapped[datetime | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    dropped_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    dropped_reason: Mapped[str | None] = mapped_column(default=None)

    @property
    def state_label(self) -> str:
        return SETTLEMENT_STATES[self.state]

    @property
    def year(self) -> int:
        """The year that ends with the cut-off."""
        return (self.cutoff_at.astimezone(SHANGHAI) - DAY).year

    __table_args__ = (
        one_of("state", tuple(SETTLEMENT_STATES)),
        CheckConstraint("announced_by <> planned_by", name="two_people"),
        CheckConstraint(
            "(announced_at IS NULL) = (announced_by IS NULL) AND"
            " (state NOT IN ('announced', 'running', 'done') OR announced_at IS NOT NULL)",
            name="announced_by_whom",
        ),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_when"),
        CheckConstraint(
            "(state = 'dropped') = (dropped_by IS NOT NULL)"
            " AND (dropped_by IS NULL) = (dropped_reason IS NULL)",
            name="dropped_with_a_reason",
        ),
        Index(
            "ux_settlement_cutoff",
            *("community_id", "asset", "cutoff_at"),
            unique=True,
            postgresql_where=text("state <> 'dropped'"),
        ),
        # One after another: a later cut-off counts on what the one before has taken.
        Index(
            "ux_settlement_one_underway",
            *("community_id", "asset"),
            unique=True,
            postgresql_where=text("state IN ('planned', 'announced', 'running')"),
        ),
        Index(
            "ix_settlement_due",
            "expires_on",
            postgresql_where=text("state IN ('announced', 'running')"),
        ),
    )


class SettlementLine(TenantRecord):
    """One account: the most that may expire, as its holder was told, and what did expire.

    `owner_kind` and `owner_id` are the account's, as the ledger has them.
    """

    __tablename__ = "settlement_line"

    settlement_id: Mapped[UUID]
    account_id: Mapped[int] = mapped_column(BigInteger)
    owner_kind: Mapped[int] = mapped_column(SmallInteger)
    owner_id: Mapped[UUID]
    announced: Mapped[int] = mapped_column(BigInteger)
    told_at: Mapped[datetime | None] = mapped_column(default=None)
    expired: Mapped[int | None] = mapped_column(BigInteger, default=None)
    transfer_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    was_frozen: Mapped[bool] = mapped_column(default=False)
    settled_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("settlement_id", "settlement"),
        UniqueConstraint("community_id", "settlement_id", "account_id"),
        CheckConstraint("announced > 0", name="something_announced"),
        CheckConstraint("expired BETWEEN 0 AND announced", name="no_more_than_announced"),
        CheckConstraint("(expired IS NULL) = (settled_at IS NULL)", name="settled_when"),
        CheckConstraint(
            "(transfer_id IS NULL) = (expired IS NULL OR expired = 0)", name="posted_if_any"
        ),
        Index(
            "ix_settlement_line_open",
            *("community_id", "settlement_id", "account_id"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index(
            "ix_settlement_line_untold",
            *("community_id", "settlement_id", "id"),
            postgresql_where=text("told_at IS NULL"),
        ),
        Index("ix_settlement_line_of_owner", "community_id", "owner_id", "id"),
    )
