"""The outbox: what must reach people, on which channel, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Json, Record, TenantRecord, within_community

EMERGENCY, NORMAL, LOW = 1, 2, 3
LANES = 16


class Notice(TenantRecord):
    """One event that somebody must hear of: one resident, or an audience expanded later.

    `payload` maps the field names of the kind's template (title, stage, when …) to texts;
    `headline` and `body` are what the inbox shows. `event_key` names the event for good: the
    same event announced twice is one notice. A newer notice of a `thread_key` replaces older
    cards that are still waiting.
    """

    __tablename__ = "notice"

    event_key: Mapped[str]
    kind: Mapped[str]
    headline: Mapped[str]
    body: Mapped[str]
    payload: Mapped[Json]
    page: Mapped[str]  # where a tap leads in the mini program, without leading slash
    resident_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    audience: Mapped[Json | None] = mapped_column(default=None)  # {"kind": …, parameters}
    thread_key: Mapped[str | None] = mapped_column(default=None)
    urgency: Mapped[int] = mapped_column(default=NORMAL)
    at_once: Mapped[bool] = mapped_column(default=False)  # False: the card waits for the digest
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    expanded_upto: Mapped[UUID | None] = mapped_column(default=None, init=False)
    expanded_at: Mapped[datetime | None] = mapped_column(default=None, init=False)

    __table_args__ = (
        UniqueConstraint("community_id", "event_key"),
        CheckConstraint("(resident_id IS NULL) <> (audience IS NULL)", name="person_or_audience"),
        CheckConstraint("urgency BETWEEN 1 AND 3", name="known_urgency"),
        Index("ix_notice_to_expand", "urgency", "id", postgresql_where=text("expanded_at IS NULL")),
        Index(
            "ix_notice_thread",
            "community_id",
            "thread_key",
            postgresql_where=text("thread_key IS NOT NULL"),
        ),
        Index("ix_notice_created_at", "created_at"),
    )


class Delivery(TenantRecord):
    """One notice for one person on one channel: due, sending, then delivered or given up.

    `subscription_id` is what the card's one message is spent from, while it is. `unsure`: it
    may have reached the phone although nobody said so.
    """

    __tablename__ = "delivery"

    notice_id: Mapped[UUID]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    channel: Mapped[str]
    lane: Mapped[int]
    urgency: Mapped[int]
    state: Mapped[str]
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    unsure: Mapped[bool] = mapped_column(default=False)
    subscription_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("subscription.id"), default=None
    )
    msgid: Mapped[str | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    read_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("notice_id", "notice"),
        UniqueConstraint("community_id", "resident_id", "notice_id", "channel"),
        CheckConstraint("channel IN ('inbox', 'wechat', 'digest', 'call')", name="known_channel"),
        CheckConstraint(
            "state IN ('due', 'sending', 'delivered', 'given_up', 'cancelled')",
            name="known_state",
        ),
        Index(
            "ix_delivery_waiting_cards",
            "lane",
            "urgency",
            "due_at",
            postgresql_where=text("state = 'due' AND channel = 'wechat'"),
        ),
        Index(
            "ix_delivery_sending",
            "lane",
            postgresql_where=text("state = 'sending' AND channel = 'wechat'"),
        ),
        Index(
            "ix_delivery_waiting_digests",
            "resident_id",
            "due_at",
            postgresql_where=text("state = 'due' AND channel = 'digest'"),
        ),
        Index(
            "ix_delivery_replaceable",
            "community_id",
            "notice_id",
            postgresql_where=text("state = 'due' AND channel IN ('wechat', 'digest')"),
        ),
        Index(
            "ix_delivery_inbox",
            "resident_id",
            text("id DESC"),
            postgresql_where=text("channel = 'inbox'"),
        ),
        # Rows lie in the order they came in, so a few pages tell where the old ones end.
        Index("ix_delivery_created_at", "created_at", postgresql_using="brin"),
    )


class CourierLane(Base):
    """A person's cards are all in one lane and a lane has one courier at a time."""

    __tablename__ = "courier_lane"

    lane: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    leased_until: Mapped[datetime]
    leased_by: Mapped[UUID | None] = mapped_column(default=None)


class Subscription(Record):
    """订阅次数: how many messages of one template a person has allowed us."""

    __tablename__ = "subscription"

    wechat_identity_id: Mapped[UUID] = mapped_column(ForeignKey("wechat_identity.id"))
    template: Mapped[str]
    accepted: Mapped[int] = mapped_column(default=0)
    spent: Mapped[int] = mapped_column(default=0)
    long_term: Mapped[bool] = mapped_column(default=False)
    muted_at: Mapped[datetime | None] = mapped_column(default=None)
    banned_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        UniqueConstraint("wechat_identity_id", "template"),
        CheckConstraint("long_term OR spent <= accepted", name="never_overspent"),
        CheckConstraint("spent >= 0 AND accepted >= 0", name="not_negative"),
    )


class SubscriptionEvent(Record):
    """An accept, reject, ban or mute, as the client or WeChat's push reported it."""

    __tablename__ = "subscription_event"

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id"), index=True)
    template: Mapped[str]
    result: Mapped[str]
    counted: Mapped[bool]
    happened_at: Mapped[datetime]
    ask_id: Mapped[UUID | None] = mapped_column(default=None)
    push_key: Mapped[str | None] = mapped_column(default=None)
    pairs_with: Mapped[UUID | None] = mapped_column(default=None)

    __table_args__ = (
        UniqueConstraint("subscription_id", "ask_id"),
        UniqueConstraint("push_key", "template"),
        UniqueConstraint("pairs_with"),
        {"info": {"append_only": True}},
    )


class NoticePreference(Record):
    """How a person wants to hear of one kind of notice; the inbox has it in any case."""

    __tablename__ = "notice_preference"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    topic: Mapped[str]
    mode: Mapped[str]

    __table_args__ = (
        UniqueConstraint("resident_id", "topic"),
        CheckConstraint("mode IN ('now', 'digest', 'inbox')", name="known_mode"),
    )


class PushEvent(Record):
    """WeChat's push as it came in, sealed; a job handles it after we said `success`."""

    __tablename__ = "push_event"

    dedupe_key: Mapped[str] = mapped_column(unique=True)
    body_sealed: Mapped[str]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        Index("ix_push_event_to_handle", "id", postgresql_where=text("handled_at IS NULL")),
    )


@dataclass(frozen=True)
class Release:
    """The moment lane 0 may send, and how much later each further lane."""

    at: datetime
    seconds_per_lane: int = 0

    def of(self, lane: int) -> datetime:
        return self.at + timedelta(seconds=lane * self.seconds_per_lane)


@dataclass(frozen=True)
class Plan:
    """What all recipients of some notices have in common."""

    kind: str
    urgency: int
    mode: str  # of those who chose none
    forced: bool  # a preference for the digest does not hold it back
    template_id: str | None  # None: no card can be sent, the inbox has it
    release: Release
    digest_at: datetime
