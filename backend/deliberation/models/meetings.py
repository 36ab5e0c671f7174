"""Consultation days, meetings, who sat there, what each party said, and the minutes."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Json, TenantRecord, one_of, within_community
from backend.deliberation.models.words import MEETING_KINDS, MEETING_STATES, PARTIES, known_channel


class CalendarRule(TenantRecord):
    """On which days people meet; a later row succeeds this one from its own date on."""

    __tablename__ = "calendar_rule"

    kind: Mapped[str]
    days: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    cutoff_time: Mapped[time]
    starts_at: Mapped[time]
    place: Mapped[str]
    valid_from: Mapped[date]
    february: Mapped[str] = mapped_column(default="last_day")
    shift: Mapped[str] = mapped_column(default="next_non_holiday")
    notice_days: Mapped[int] = mapped_column(SmallInteger, default=3)

    __table_args__ = (
        UniqueConstraint("community_id", "kind", "valid_from"),
        one_of("kind", ("consultation_day", "discussion_day")),
        one_of("february", ("last_day", "skip")),
        one_of("shift", ("none", "next_non_holiday")),
        CheckConstraint("cardinality(days) > 0", name="has_days"),
        CheckConstraint("1 <= ALL (days) AND 31 >= ALL (days)", name="days_of_a_month"),
        CheckConstraint("notice_days >= 0", name="notice_not_negative"),
        {"info": {"append_only": True}},
    )


class Meeting(TenantRecord):
    """A session: a shell made ahead, frozen at its cut-off, then held, empty or cancelled."""

    __tablename__ = "meeting"

    kind: Mapped[str]
    body: Mapped[str]
    starts_at: Mapped[datetime]
    cutoff_at: Mapped[datetime]
    place: Mapped[str]
    calendar_rule_id: Mapped[UUID | None] = mapped_column(default=None)
    nominal_on: Mapped[date | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default="shell")
    online_url: Mapped[str | None] = mapped_column(default=None)
    notice_at: Mapped[datetime | None] = mapped_column(default=None)
    host_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    recorder_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    supervisor_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    not_established: Mapped[list[str]] = mapped_column(default_factory=list)
    quorum_met: Mapped[bool | None] = mapped_column(default=None)
    quorum_sentence: Mapped[str | None] = mapped_column(default=None)
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        within_community("calendar_rule_id", "calendar_rule"),
        UniqueConstraint("community_id", "calendar_rule_id", "nominal_on"),
        one_of("kind", MEETING_KINDS),
        one_of("state", MEETING_STATES),
        CheckConstraint("host_id <> recorder_id", name="host_does_not_record"),
        CheckConstraint("cutoff_at <= starts_at", name="cutoff_before_start"),
        CheckConstraint(
            "(quorum_met IS NULL) = (quorum_sentence IS NULL)", name="quorum_with_its_sentence"
        ),
        Index("ix_meeting_by_day", "community_id", "starts_at"),
        Index(
            "ix_meeting_shells",
            "cutoff_at",
            postgresql_where=sql("state = 'shell'"),
        ),
    )


class AgendaItem(TenantRecord):
    """A matter on a session's agenda, in the words and under the rule of that day."""

    __tablename__ = "agenda_item"

    meeting_id: Mapped[UUID]
    proposal_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(SmallInteger)
    text_version: Mapped[int]
    rule_row_id: Mapped[UUID]
    materials: Mapped[list[Json]] = mapped_column(default_factory=list)
    result: Mapped[str | None] = mapped_column(default=None)
    draft: Mapped[Json] = mapped_column(default_factory=dict)
    """What the table has typed so far about this item and not yet recorded."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        within_community("meeting_id", "meeting"),
        within_community("proposal_id", "proposal"),
        within_community("rule_row_id", "rule_row"),
        UniqueConstraint("community_id", "meeting_id", "proposal_id"),
        UniqueConstraint(
            "community_id", "meeting_id", "position", deferrable=True, initially="DEFERRED"
        ),
        one_of("result", ("agreed", "not_agreed", "adjourned", "postponed", "continued")),
        CheckConstraint("position > 0", name="position_from_one"),
        Index("ix_agenda_item_of", "community_id", "proposal_id"),
    )


class MeetingSeat(TenantRecord):
    """An invited seat: of a party, a person or an organisation; and whether it was taken."""

    __tablename__ = "meeting_seat"

    meeting_id: Mapped[UUID]
    party: Mapped[str]
    invited_at: Mapped[datetime]
    resident_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    organisation: Mapped[str | None] = mapped_column(default=None)
    conflict_declared: Mapped[bool] = mapped_column(default=False)
    present: Mapped[bool] = mapped_column(default=False)
    arrived_at: Mapped[datetime | None] = mapped_column(default=None)
    check_in: Mapped[str | None] = mapped_column(default=None)
    channel: Mapped[str | None] = mapped_column(default=None)
    absence_note: Mapped[str | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("meeting_id", "meeting"),
        UniqueConstraint("community_id", "meeting_id", "resident_id"),
        UniqueConstraint("community_id", "meeting_id", "organisation"),
        one_of("party", PARTIES),
        one_of("check_in", ("qr", "list", "hand")),
        known_channel(),
        CheckConstraint("num_nonnulls(resident_id, organisation) >= 1", name="somebody_sits_here"),
        CheckConstraint(
            "present = (arrived_at IS NOT NULL)", name="whoever_is_present_has_arrived"
        ),
    )


class Position(TenantRecord):
    """各方意见: what a seat said on an item; an absent party still owes a reply."""

    __tablename__ = "position"

    agenda_item_id: Mapped[UUID]
    seat_id: Mapped[UUID]
    stance: Mapped[str | None] = mapped_column(default=None)
    text: Mapped[str] = mapped_column(default="")
    reply_due_on: Mapped[date | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("agenda_item_id", "agenda_item"),
        within_community("seat_id", "meeting_seat"),
        UniqueConstraint("community_id", "agenda_item_id", "seat_id"),
        one_of("stance", ("for", "against", "condition")),
        CheckConstraint("stance IS NOT NULL OR reply_due_on IS NOT NULL", name="said_or_still_due"),
    )


class Minutes(TenantRecord):
    """会议记录: a draft until signed; from then on its hash is frozen."""

    __tablename__ = "minutes"

    meeting_id: Mapped[UUID]
    version: Mapped[int]
    content: Mapped[Json]
    state: Mapped[str] = mapped_column(default="draft")
    sha256: Mapped[str | None] = mapped_column(default=None)
    circulated_at: Mapped[datetime | None] = mapped_column(default=None)
    signed_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("meeting_id", "meeting"),
        UniqueConstraint("community_id", "meeting_id", "version"),
        one_of("state", ("draft", "circulated", "signed", "published")),
        CheckConstraint(
            "state NOT IN ('signed', 'published')"
            " OR (sha256 IS NOT NULL AND signed_at IS NOT NULL)",
            name="signed_with_hash",
        ),
        Index(
            "ux_minutes_one_signed",
            "community_id",
            "meeting_id",
            unique=True,
            postgresql_where=sql("state IN ('signed', 'published')"),
        ),
    )


class MinutesCorrection(TenantRecord):
    """What somebody who was there wants corrected while the draft goes round."""

    __tablename__ = "minutes_correction"

    minutes_id: Mapped[UUID]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    text: Mapped[str]

    __table_args__ = (
        within_community("minutes_id", "minutes"),
        Index("ix_minutes_correction_of", "community_id", "minutes_id"),
        {"info": {"append_only": True}},
    )


class MinutesSignature(TenantRecord):
    """A name under exactly this text."""

    __tablename__ = "minutes_signature"

    minutes_id: Mapped[UUID]
    signer_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    signs_as: Mapped[str]
    method: Mapped[str]
    signed_sha256: Mapped[str]
    seat_id: Mapped[UUID | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("minutes_id", "minutes"),
        within_community("seat_id", "meeting_seat"),
        UniqueConstraint("community_id", "minutes_id", "signer_id"),
        one_of("signs_as", ("recorder", "host", "supervisor", "attendee")),
        one_of("method", ("screen", "paper")),
        {"info": {"append_only": True}},
    )
