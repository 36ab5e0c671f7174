"""Good deeds 善行: who did what for whom, what proves it, and everything that was decided."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, TenantRecord, one_of, within_community
from backend.residents.models import Act
from backend.virtue_bank.models.words import CREDITED_TO

DEED_STATES: Mapping[str, str] = {
    "draft": "草稿",
    "submitted": "待证明",
    "confirmed": "待初审",
    "refuted": "存疑",
    "second_review": "复核",
    "publicity": "公示",
    "objected": "有异议",
    "credited": "已入账",
    "returned": "退回补充",
    "rejected": "未通过",
    "voided": "异议成立，不入账",
    "withdrawn": "已撤回",
    "lapsed": "已过期",
}
NOT_COUNTING = ("draft", "withdrawn", "lapsed", "rejected", "voided")
"""In these states a deed keeps nobody else from claiming the same."""

ENDED = ("credited", "rejected", "voided", "withdrawn", "lapsed")
"""In these states nobody is awaited any more."""

COUNTS = f"state NOT IN ({', '.join(repr(state) for state in NOT_COUNTING)})"
DISPLAYS: Mapping[str, str] = {"full": "显示姓名", "masked": "隐去部分姓名", "building": "只写楼栋"}
SLOTS: Mapping[str, str] = {"": "", "morning": "上午", "afternoon": "下午", "evening": "晚上"}
CONFIRMING: Mapping[str, str] = {"helped": "受助人", "witness": "见证人"}
STANCES: Mapping[str, str] = {"yes": "属实", "no": "不属实", "unsure": "不清楚"}
MOST_SHARES = 10


class Deed(Act, TenantRecord):
    """One good deed of one or several people, from the claim to the credit.

    `actor_id` claims it. `item_id` belongs to one version of the rule sheet, so the rule it was
    claimed under stays. `round` counts the wordings: who confirmed another wording has not
    confirmed this one. `credit_to` is what the sheet says, or, where it leaves that open, what
    the claimant chose.
    """

    __tablename__ = "deed"

    item_id: Mapped[UUID]
    occurred_on: Mapped[date]
    story: Mapped[str]
    display: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    slot: Mapped[str] = mapped_column(default="")
    building_id: Mapped[UUID | None] = mapped_column(default=None)
    helped_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    helped_note: Mapped[str] = mapped_column(default="")
    credit_to: Mapped[str] = mapped_column(default="person")
    slip_no: Mapped[str | None] = mapped_column(default=None)  # of the paper it came on
    state: Mapped[str] = mapped_column(default="draft")
    round: Mapped[int] = mapped_column(SmallInteger, default=1)
    row_version: Mapped[int] = mapped_column(default=1)
    serial: Mapped[str | None] = mapped_column(default=None)  # the receipt
    once_key: Mapped[str | None] = mapped_column(default=None)
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    doubted: Mapped[bool] = mapped_column(default=False)  # somebody asked said it is not so
    points_granted: Mapped[int | None] = mapped_column(default=None)
    call_note: Mapped[str] = mapped_column(default="")  # what the person helped said when called
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    second_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    second_at: Mapped[datetime | None] = mapped_column(default=None)
    window: Mapped[Range[datetime] | None] = mapped_column(TSTZRANGE, default=None)
    due_at: Mapped[datetime | None] = mapped_column(default=None)
    overdue_told_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def state_label(self) -> str:
        return DEED_STATES[self.state]

    @property
    def filer_id(self) -> UUID | None:
        """The worker who typed it, who goes on with it; a proxy does so by the grant alone."""
        return None if self.basis == "proxy" else self.recorded_by

    @property
    def claimed_by(self) -> frozenset[UUID]:
        """Whoever claims it: the claimant, and the proxy whose hand it was."""
        return frozenset({self.actor_id, self.by_proxy_id or self.actor_id})

    def hang(self, since: datetime, until: datetime) -> None:
        """On the board from `since`; `until` is the first moment that is too late."""
        self.window = Range(since, until)

    @property
    def hung_since(self) -> datetime | None:
        return self.window.lower if self.window else None

    @property
    def display_until(self) -> datetime | None:
        """The first moment after the window on the board."""
        return self.window.upper if self.window else None

    __table_args__ = (
        within_community("item_id", "rule_item"),
        within_community("building_id", "building"),
        UniqueConstraint("community_id", "serial"),
        UniqueConstraint("community_id", "slip_no"),
        one_of("state", tuple(DEED_STATES)),
        one_of("display", tuple(DISPLAYS)),
        one_of("slot", tuple(SLOTS)),
        one_of("credit_to", tuple(CREDITED_TO)),
        CheckConstraint("char_length(story) <= 500", name="story_length"),
        CheckConstraint("char_length(place) <= 60", name="place_length"),
        CheckConstraint("decided_by <> actor_id", name="not_decided_by_oneself"),
        CheckConstraint("second_by <> decided_by AND second_by <> actor_id", name="two_reviewers"),
        CheckConstraint("points_granted > 0", name="positive_points"),
        CheckConstraint(
            "state = 'draft' OR state = 'withdrawn'"
            " OR (serial IS NOT NULL AND once_key IS NOT NULL AND submitted_at IS NOT NULL)",
            name="numbered_once_submitted",
        ),
        CheckConstraint(
            "state NOT IN ('publicity', 'objected', 'credited', 'voided') OR (\"window\" IS NOT"
            " NULL AND points_granted IS NOT NULL AND decided_by IS NOT NULL)",
            name="shown_once_decided",
        ),
        Index(
            "ux_deed_once",
            "community_id",
            "once_key",
            unique=True,
            postgresql_where=sql(COUNTS),
        ),
        Index("ix_deed_of_claimant", "community_id", "actor_id", "id"),
        Index(
            "ix_deed_due",
            "due_at",
            postgresql_where=sql("due_at IS NOT NULL AND state <> 'credited'"),
        ),
        Index("ix_deed_by_state", "community_id", "state", "due_at", "id"),
        Index("ix_deed_by_day", "community_id", "occurred_on"),
        Index(
            "ix_deed_story",
            "story",
            postgresql_using="gin",
            postgresql_ops={"story": "gin_trgm_ops"},
        ),
    )


class DeedShare(TenantRecord):
    """One of the people who acted: how much they did, and what the ledger keeps for them."""

    __tablename__ = "deed_share"

    deed_id: Mapped[UUID]
    acted_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    units: Mapped[int] = mapped_column(SmallInteger, default=1)
    points: Mapped[int | None] = mapped_column(default=None)  # once approved
    account_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    hold_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    posted_id: Mapped[int | None] = mapped_column(BigInteger, default=None)

    __table_args__ = (
        within_community("deed_id", "deed"),
        UniqueConstraint("community_id", "deed_id", "acted_id"),
        CheckConstraint("units BETWEEN 1 AND 100", name="some_units"),
        CheckConstraint("points > 0", name="positive_points"),
        CheckConstraint("hold_id IS NULL OR account_id IS NOT NULL", name="held_for_an_account"),
        CheckConstraint("posted_id IS NULL OR hold_id IS NOT NULL", name="held_before_posted"),
        Index("ix_deed_share_of_person", "community_id", "acted_id", "id"),
    )


class DeedWitness(TenantRecord):
    """Who is asked whether the deed is as told: the person helped, and those who saw it."""

    __tablename__ = "deed_witness"

    deed_id: Mapped[UUID]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    role: Mapped[str]

    __table_args__ = (
        within_community("deed_id", "deed"),
        UniqueConstraint("community_id", "deed_id", "resident_id"),
        one_of("role", tuple(CONFIRMING)),
        Index("ix_deed_witness_of_person", "community_id", "resident_id", "id"),
    )


class DeedConfirmation(Act, TenantRecord):
    """What one of them said, by whatever channel.

    Somebody in no register is known by a keyed hash of the name alone; then `actor_id` is the
    worker who was told. The note alone can be emptied, when who said it gives up the account.
    """

    __tablename__ = "deed_confirmation"

    deed_id: Mapped[UUID]
    round: Mapped[int] = mapped_column(SmallInteger)
    role: Mapped[str]
    stance: Mapped[str]
    unrelated: Mapped[bool]  # says to be neither kin nor of the household
    resident_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    name_mac: Mapped[str | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")

    @property
    def said_by(self) -> frozenset[UUID]:
        """The person whose word it is, and the proxy who brought it."""
        return frozenset(each for each in (self.resident_id, self.by_proxy_id) if each)

    __table_args__ = (
        within_community("deed_id", "deed"),
        UniqueConstraint("community_id", "deed_id", "round", "resident_id"),
        UniqueConstraint("community_id", "deed_id", "round", "name_mac"),
        one_of("role", tuple(CONFIRMING)),
        one_of("stance", tuple(STANCES)),
        CheckConstraint("(resident_id IS NULL) <> (name_mac IS NULL)", name="somebody"),
        CheckConstraint("recorded_by <> resident_id", name="not_recorded_by_oneself"),
        CheckConstraint("char_length(note) <= 300", name="note_length"),
        {"info": {"append_only": "note"}},
    )


class DeedFile(TenantRecord):
    """A picture of the deed; its hash stays when the picture is gone."""

    __tablename__ = "deed_file"

    deed_id: Mapped[UUID]
    file_id: Mapped[UUID]
    sha256: Mapped[str]
    dhash: Mapped[int] = mapped_column(BigInteger)
    # The hash in four parts of 16 bits: of two that differ in five bits, one part in one at most.
    band0: Mapped[int] = mapped_column(Integer)
    band1: Mapped[int] = mapped_column(Integer)
    band2: Mapped[int] = mapped_column(Integer)
    band3: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        within_community("deed_id", "deed"),
        within_community("file_id", "file"),
        UniqueConstraint("community_id", "sha256"),
        Index("ix_deed_file_of_deed", "community_id", "deed_id"),
        *(Index(f"ix_deed_file_band{n}", "community_id", f"band{n}") for n in range(4)),
    )


class DeedEvent(TenantRecord):
    """One move of a deed; without `by_id` the timetable moved it.

    The reason alone can be emptied, when the resident who gave it gives up the account.
    """

    __tablename__ = "deed_event"

    deed_id: Mapped[UUID]
    from_state: Mapped[str]
    to_state: Mapped[str]
    by_role: Mapped[str]
    channel: Mapped[str]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    reason_code: Mapped[str | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        within_community("deed_id", "deed"),
        CheckConstraint("char_length(reason) <= 300", name="reason_length"),
        Index("ix_deed_event_of", "community_id", "deed_id", "id"),
        {"info": {"append_only": "reason"}},
    )


class DeedSerial(Base):
    """The last receipt number of a community's year; its row is the lock of submitting."""

    __tablename__ = "deed_serial"

    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last_no: Mapped[int] = mapped_column(default=0)
