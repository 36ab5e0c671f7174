"""Honours 评选: rounds, who is put forward and agrees, what the panel says, and certificates."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, TenantRecord, one_of, within_community
from backend.residents.models import Act

ROUND_STATES: Mapping[str, str] = {
    "planned": "筹备",
    "nominating": "推荐中",
    "consenting": "征求本人意见",
    "reviewing": "评议中",
    "publicity": "公示",
    "decided": "已公布",
    "cancelled": "已取消",
}
NOMINATION_STATES: Mapping[str, str] = {
    "asked": "等本人答复",
    "agreed": "本人同意",
    "declined": "本人不同意",
    "unanswered": "本人未答复",
    "not_entered": "未达到参评条件",
    "not_chosen": "未入选",
    "shown": "公示",
    "objected": "有异议",
    "struck": "异议成立，不授予",
    "honoured": "已授予",
}


class HonourRound(TenantRecord):
    """One round for one title. `least_points` is a filter at the door and nothing more.

    It counts what somebody did between the two days, whoever the points were credited to.
    """

    __tablename__ = "honour_round"

    title: Mapped[str]
    criteria: Mapped[str]
    counted_from: Mapped[date]
    counted_until: Mapped[date]  # the first day that counts no more
    places: Mapped[int] = mapped_column(SmallInteger)
    planned_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    least_points: Mapped[int | None] = mapped_column(default=None)
    gives_points: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="planned")
    row_version: Mapped[int] = mapped_column(default=1)
    nominations_until: Mapped[datetime | None] = mapped_column(default=None)
    consents_until: Mapped[datetime | None] = mapped_column(default=None)
    shown_until: Mapped[datetime | None] = mapped_column(default=None)
    selected_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    cancelled_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    cancel_reason: Mapped[str | None] = mapped_column(default=None)

    @property
    def state_label(self) -> str:
        return ROUND_STATES[self.state]

    __table_args__ = (
        one_of("state", tuple(ROUND_STATES)),
        CheckConstraint("places BETWEEN 1 AND 100", name="some_places"),
        CheckConstraint("least_points > 0", name="positive_filter"),
        CheckConstraint("counted_from < counted_until", name="some_days"),
        CheckConstraint("char_length(title) BETWEEN 1 AND 30", name="title_length"),
        CheckConstraint("char_length(criteria) <= 500", name="criteria_length"),
        CheckConstraint(
            "state IN ('planned', 'cancelled') OR nominations_until IS NOT NULL",
            name="nominating_until",
        ),
        CheckConstraint(
            "state NOT IN ('publicity', 'decided') OR (shown_until IS NOT NULL AND selected_by IS"
            " NOT NULL)",
            name="shown_until",
        ),
        CheckConstraint("(state = 'decided') = (decided_at IS NOT NULL)", name="decided_when"),
        CheckConstraint(
            "(state = 'cancelled') = (cancelled_by IS NOT NULL AND cancel_reason IS NOT NULL)",
            name="cancelled_with_a_reason",
        ),
        Index(
            "ix_honour_round_running",
            "state",
            postgresql_where=text("state IN ('nominating', 'consenting', 'publicity')"),
        ),
    )


class Nomination(Act, TenantRecord):
    """Somebody put forward, by themselves or by another; nothing follows until they agree.

    What they agreed to in the mini program is a `consent`; on paper, at the door or on the phone
    it is what `consent_recorded_by` wrote down. A photograph is a question of its own.
    """

    __tablename__ = "nomination"

    round_id: Mapped[UUID]
    nominee_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    story: Mapped[str]
    state: Mapped[str] = mapped_column(default="asked")
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent.id"), default=None)
    photo_consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent.id"), default=None)
    consent_channel: Mapped[str | None] = mapped_column(default=None)
    consent_recorded_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("resident.id"), default=None
    )
    name_withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def state_label(self) -> str:
        return NOMINATION_STATES[self.state]

    __table_args__ = (
        within_community("round_id", "honour_round"),
        UniqueConstraint("community_id", "round_id", "nominee_id"),
        one_of("state", tuple(NOMINATION_STATES)),
        CheckConstraint("char_length(story) <= 500", name="story_length"),
        CheckConstraint(
            "state IN ('asked', 'declined', 'unanswered') OR consent_id IS NOT NULL"
            " OR consent_recorded_by IS NOT NULL",
            name="nothing_without_consent",
        ),
        CheckConstraint("consent_recorded_by <> nominee_id", name="not_recorded_by_oneself"),
        Index("ix_nomination_of_person", "community_id", "nominee_id", "id"),
    )


class HonourPanelist(TenantRecord):
    """Somebody on the panel of a round; related to nobody they speak about."""

    __tablename__ = "honour_panelist"

    round_id: Mapped[UUID]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    named_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))

    __table_args__ = (
        within_community("round_id", "honour_round"),
        UniqueConstraint("community_id", "round_id", "resident_id"),
    )


class HonourVoice(TenantRecord):
    """What one of the panel says of one nomination; it is said once.

    The reason alone can be emptied, when the nominee gives up the account.
    """

    __tablename__ = "honour_voice"

    nomination_id: Mapped[UUID]
    panelist_id: Mapped[UUID]
    in_favour: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        within_community("nomination_id", "nomination"),
        within_community("panelist_id", "honour_panelist"),
        UniqueConstraint("community_id", "nomination_id", "panelist_id"),
        CheckConstraint("char_length(reason) <= 300", name="reason_length"),
        {"info": {"append_only": "reason"}},
    )


class Honour(TenantRecord):
    """A certificate: its number, and the code by which anybody can ask whether it is true."""

    __tablename__ = "honour"

    nomination_id: Mapped[UUID]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    title: Mapped[str]
    number: Mapped[str]
    verify_code: Mapped[str]
    decided_on: Mapped[date]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    revoked_reason: Mapped[str | None] = mapped_column(default=None)
    decision_ref: Mapped[str | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("nomination_id", "nomination"),
        UniqueConstraint("community_id", "nomination_id"),
        UniqueConstraint("community_id", "number"),
        # Strangers know no community.
        Index("ux_honour_verify_code", "verify_code", unique=True),
        CheckConstraint(
            "num_nulls(revoked_at, revoked_by, revoked_reason, decision_ref) IN (0, 4)",
            name="revoked_with_a_reason",
        ),
        CheckConstraint("revoked_by <> resident_id", name="not_revoked_by_oneself"),
        Index("ix_honour_of_person", "community_id", "resident_id", "id"),
        {"info": {"append_only": "revoked_at, revoked_by, revoked_reason, decision_ref"}},
    )


class HonourSerial(Base):
    """The last certificate number of a community's year; its row is the lock of numbering."""

    __tablename__ = "honour_serial"

    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last_no: Mapped[int] = mapped_column(default=0)
