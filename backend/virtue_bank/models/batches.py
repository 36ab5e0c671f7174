"""Duty posts 楼栋长、楼道长, and batches that thank many at once with a line for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord, one_of, within_community

POSTS: Mapping[str, str] = {"building_captain": "楼栋长", "stair_captain": "楼道长"}
BATCH_KINDS: Mapping[str, str] = {
    "duty": "楼栋长履职",
    "volunteer": "志愿服务",
    "meeting": "参加议事",
    "honour": "评选",
}
CATEGORIES: Mapping[str, str] = {
    "duty": "履职",
    "volunteer": "志愿服务",
    "meeting": "议事",
    "honour": "评选",
}
"""The category of the sheet's item that gives points of a kind: without one there are none."""

BATCH_STATES: Mapping[str, str] = {
    "drafted": "待核对",
    "reviewed": "待批准",
    "publicity": "公示",
    "paying": "入账中",
    "posted": "已入账",
    "cancelled": "已取消",
}
LINE_STATES: Mapping[str, str] = {
    "standing": "待入账",
    "objected": "有异议",
    "failed": "未能入账",
    "struck": "已划去",
    "posted": "已入账",
}
BASIS_KINDS = ("duty_post", "meeting", "activity", "honour", "paper")


@dataclass(frozen=True, kw_only=True)
class ProposedLine:
    """One person's line as another part of the house proposes it.

    Without `points` it gives what the sheet's item gives.
    """

    resident_id: UUID
    basis_kind: str
    basis_id: UUID
    note: str = ""
    points: int | None = None


class DutyPost(TenantRecord):
    """Points a captain gets for each month of duty.

    Whoever is paid an allowance for the post gets none: it is thanked for once.
    """

    __tablename__ = "duty_post"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    post: Mapped[str]
    building_id: Mapped[UUID]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    points_per_month: Mapped[int]
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    unit_no: Mapped[str | None] = mapped_column(default=None)
    paid_allowance: Mapped[bool] = mapped_column(default=False)

    @property
    def post_label(self) -> str:
        return POSTS[self.post]

    @property
    def from_on(self) -> date | None:
        return self.valid.lower

    @property
    def until_on(self) -> date | None:
        """The first day the post is held no more."""
        return self.valid.upper

    __table_args__ = (
        within_community("building_id", "building"),
        one_of("post", tuple(POSTS)),
        CheckConstraint("points_per_month > 0", name="positive_points"),
        CheckConstraint("entered_by <> resident_id", name="not_entered_by_oneself"),
        CheckConstraint("lower(valid) IS NOT NULL", name="begins_some_day"),
        ExcludeConstraint(
            ("community_id", "="),
            ("resident_id", "="),
            ("post", "="),
            ("building_id", "="),
            ("valid", "&&"),
            using="gist",
            name="ex_duty_post_once_at_a_time",
        ),
    )


class GrantBatch(TenantRecord):
    """Lines of one kind that are reviewed, shown and paid together; three people see to it.

    From the approval on the quota's points are held for `account_id`, the batch's own account:
    the month may end while the lines hang on the board. Without `prepared_by` it was drafted by
    the timetable or by another part of the house.
    """

    __tablename__ = "grant_batch"

    kind: Mapped[str]
    item_id: Mapped[UUID]
    period_start: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="drafted")
    row_version: Mapped[int] = mapped_column(default=1)
    prepared_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    reviewed_at: Mapped[datetime | None] = mapped_column(default=None)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    approved_at: Mapped[datetime | None] = mapped_column(default=None)
    quota_id: Mapped[UUID | None] = mapped_column(default=None)
    account_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    hold_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    shown_until: Mapped[datetime | None] = mapped_column(default=None)
    due_at: Mapped[datetime | None] = mapped_column(default=None)
    overdue_told_at: Mapped[datetime | None] = mapped_column(default=None)
    cancelled_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    cancel_reason: Mapped[str | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def kind_label(self) -> str:
        return BATCH_KINDS[self.kind]

    @property
    def state_label(self) -> str:
        return BATCH_STATES[self.state]

    __table_args__ = (
        within_community("item_id", "rule_item"),
        within_community("quota_id", "quota"),
        one_of("kind", tuple(BATCH_KINDS)),
        one_of("state", tuple(BATCH_STATES)),
        CheckConstraint("extract(day FROM period_start) = 1", name="month_by_its_first_day"),
        CheckConstraint(
            "reviewed_by <> prepared_by AND approved_by <> prepared_by"
            " AND approved_by <> reviewed_by",
            name="three_people",
        ),
        CheckConstraint(
            "state IN ('drafted', 'cancelled') OR reviewed_by IS NOT NULL",
            name="reviewed_by_somebody",
        ),
        CheckConstraint(
            "state NOT IN ('publicity', 'paying', 'posted') OR (approved_by IS NOT NULL AND"
            " quota_id IS NOT NULL AND account_id IS NOT NULL AND shown_until IS NOT NULL)",
            name="shown_once_approved",
        ),
        CheckConstraint(
            "(state = 'cancelled') = (cancelled_by IS NOT NULL AND cancel_reason IS NOT NULL)",
            name="cancelled_with_a_reason",
        ),
        CheckConstraint(
            "(state IN ('posted', 'cancelled')) = (closed_at IS NOT NULL)", name="closed_when"
        ),
        Index(
            "ix_grant_batch_running",
            "shown_until",
            postgresql_where=text("state IN ('publicity', 'paying')"),
        ),
        Index(
            "ix_grant_batch_due",
            "community_id",
            "due_at",
            postgresql_where=text("state IN ('drafted', 'reviewed')"),
        ),
        Index("ix_grant_batch_of_month", "community_id", "kind", "period_start"),
    )


class GrantLine(TenantRecord):
    """What one person gets in a batch, and on what ground.

    `period_start` is the batch's: the same ground earns once a month.
    """

    __tablename__ = "grant_line"

    batch_id: Mapped[UUID]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    period_start: Mapped[date]
    points: Mapped[int]
    basis_kind: Mapped[str]
    basis_id: Mapped[UUID]
    basis_note: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="standing")
    struck_reason: Mapped[str | None] = mapped_column(default=None)
    struck_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    account_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    failure: Mapped[str | None] = mapped_column(default=None)
    posted_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def state_label(self) -> str:
        return LINE_STATES[self.state]

    __table_args__ = (
        within_community("batch_id", "grant_batch"),
        one_of("state", tuple(LINE_STATES)),
        one_of("basis_kind", BASIS_KINDS),
        CheckConstraint("points > 0", name="positive_points"),
        CheckConstraint("(state = 'struck') = (struck_reason IS NOT NULL)", name="struck_why"),
        CheckConstraint("struck_by <> resident_id", name="not_struck_by_oneself"),
        CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", name="failed_why"),
        CheckConstraint("(state = 'posted') = (posted_at IS NOT NULL)", name="posted_when"),
        CheckConstraint("state <> 'posted' OR account_id IS NOT NULL", name="posted_where"),
        CheckConstraint("char_length(basis_note) <= 100", name="note_length"),
        UniqueConstraint("community_id", "batch_id", "resident_id"),
        Index(
            "ux_grant_line_one_a_basis",
            "community_id",
            "basis_kind",
            "basis_id",
            "resident_id",
            "period_start",
            unique=True,
            postgresql_where=text("struck_reason IS NULL"),
        ),
        Index("ix_grant_line_of_person", "community_id", "resident_id", "id"),
    )
