"""A resident's matter: its texts, its chain of events, and what people add to it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
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

from backend.database import Base, Json, TenantRecord, one_of, within_community
from backend.deliberation.models.words import CLASSES, CLOSED_AS, STATUSES, TARGETS, known_channel

NO_HASH_YET = "0" * 64


class Proposal(TenantRecord):
    """One matter. Its row is the lock of its event chain and says where the chain ends."""

    __tablename__ = "proposal"

    author_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    channel: Mapped[str]
    category_code: Mapped[str]
    grid_id: Mapped[UUID]
    serial_no: Mapped[str | None] = mapped_column(default=None)  # given at submission
    filed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    consent: Mapped[str | None] = mapped_column(default=None)  # to a filing on behalf
    display_name: Mapped[str] = mapped_column(default="masked")
    building_id: Mapped[UUID | None] = mapped_column(default=None)
    place: Mapped[str] = mapped_column(default="")
    preclass: Mapped[str | None] = mapped_column(default=None)
    triage_class: Mapped[str | None] = mapped_column(default=None)
    owner_matter: Mapped[int | None] = mapped_column(SmallInteger, default=None)
    required_body: Mapped[str | None] = mapped_column(default=None)
    is_private: Mapped[bool] = mapped_column(default=False)
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    status: Mapped[str] = mapped_column(default="draft")
    status_since: Mapped[datetime | None] = mapped_column(default=None)
    status_due_at: Mapped[datetime | None] = mapped_column(default=None)
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    escalated_at: Mapped[datetime | None] = mapped_column(default=None)  # of the present clock
    closed_as: Mapped[str | None] = mapped_column(default=None)
    round: Mapped[int] = mapped_column(SmallInteger, default=1)
    rework_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    text_version: Mapped[int] = mapped_column(default=1)
    text_state: Mapped[str] = mapped_column(default="held")  # what moderation says of the words
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    last_hash: Mapped[str] = mapped_column(default=NO_HASH_YET)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        within_community("grid_id", "grid"),
        within_community("building_id", "building"),
        UniqueConstraint("community_id", "serial_no"),
        one_of("status", STATUSES),
        one_of("triage_class", CLASSES),
        one_of("preclass", CLASSES),
        one_of("closed_as", CLOSED_AS),
        one_of("display_name", ("masked", "building", "anonymous")),
        one_of("consent", ("spoken", "written")),
        one_of("text_state", ("held", "passed", "returned")),
        known_channel(),
        CheckConstraint("owner_matter BETWEEN 1 AND 9", name="item_of_civil_code_278"),
        CheckConstraint("(status = 'closed') = (closed_as IS NOT NULL)", name="closed_as_what"),
        CheckConstraint("triage_class <> 'private' OR is_private", name="private_class_private"),
        CheckConstraint("rework_count BETWEEN 0 AND 2", name="at_most_two_reworks"),
        CheckConstraint("(status = 'draft') = (serial_no IS NULL)", name="numbered_once_submitted"),
        CheckConstraint("(filed_by IS NULL) = (consent IS NULL)", name="on_behalf_with_consent"),
        CheckConstraint("filed_by <> author_id", name="nobody_on_behalf_of_oneself"),
        CheckConstraint("assignee_id <> author_id", name="not_assigned_to_its_author"),
        Index("ix_proposal_by_status", "community_id", "status", "id"),
        Index("ix_proposal_by_author", "community_id", "author_id", "id"),
        Index("ix_proposal_by_grid", "community_id", "grid_id", "status"),
        Index(
            "ix_proposal_due",
            "status_due_at",
            postgresql_where=sql("status_due_at IS NOT NULL"),
        ),
    )


class ProposalSerial(Base):
    """The last number given out in a community in a year; its row is the counter's lock."""

    __tablename__ = "proposal_serial"

    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last_no: Mapped[int] = mapped_column(default=0)


class ProposalText(TenantRecord):
    """A version of the words; the one in force is `proposal.text_version`."""

    __tablename__ = "proposal_text"

    proposal_id: Mapped[UUID]
    version: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    body_norm: Mapped[str]  # what the similar-matter hint compares
    sha256: Mapped[str]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    reason: Mapped[str | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("proposal_id", "proposal"),
        UniqueConstraint("community_id", "proposal_id", "version"),
        CheckConstraint("char_length(title) BETWEEN 1 AND 60", name="title_length"),
        CheckConstraint("char_length(body) <= 2000", name="body_length"),
        Index(
            "ix_proposal_text_body_norm",
            "body_norm",
            postgresql_using="gin",
            postgresql_ops={"body_norm": "gin_trgm_ops"},
        ),
    )


class ProposalEvent(TenantRecord):
    """One link of a matter's chain. The hash covers every column but id, birthday and hash."""

    __tablename__ = "proposal_event"

    proposal_id: Mapped[UUID]
    seq: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"))
    actor_role: Mapped[str]
    on_behalf_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"))
    channel: Mapped[str]
    reason_code: Mapped[str | None]
    note_sha256: Mapped[str | None]
    payload: Mapped[Json]
    occurred_at: Mapped[datetime]
    prev_hash: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (
        within_community("proposal_id", "proposal"),
        UniqueConstraint("community_id", "proposal_id", "seq"),
        UniqueConstraint("community_id", "hash"),
        one_of("from_status", STATUSES),
        one_of("to_status", STATUSES),
        known_channel("system"),
        CheckConstraint(
            "(actor_role = 'system') = (actor_id IS NULL)", name="only_the_system_is_nobody"
        ),
        {"info": {"append_only": True}},
    )


class EventNote(TenantRecord):
    """The free words of an event, kept apart so that erasing them never breaks the chain."""

    __tablename__ = "event_note"

    event_id: Mapped[UUID]
    text: Mapped[str | None]
    erased_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("event_id", "proposal_event"),
        UniqueConstraint("community_id", "event_id"),
        CheckConstraint("(text IS NULL) = (erased_at IS NOT NULL)", name="erased_is_empty"),
        {"info": {"append_only": "text, erased_at"}},
    )


class Support(TenantRecord):
    """附议: a person stands behind a matter, by whatever channel."""

    __tablename__ = "support"

    proposal_id: Mapped[UUID]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    channel: Mapped[str]
    keyed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    serial_no: Mapped[str | None] = mapped_column(default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("proposal_id", "proposal"),
        UniqueConstraint("community_id", "proposal_id", "resident_id"),
        UniqueConstraint("community_id", "serial_no"),
        known_channel(),
        Index("ix_support_by_resident", "community_id", "resident_id"),
    )


class Follow(TenantRecord):
    """A person wants to hear how a matter goes on."""

    __tablename__ = "follow"

    proposal_id: Mapped[UUID]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    muted_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("proposal_id", "proposal"),
        UniqueConstraint("community_id", "proposal_id", "resident_id"),
        Index("ix_follow_by_resident", "community_id", "resident_id"),
    )


class InquiryNote(TenantRecord):
    """问事记录: what staff found when they asked."""

    __tablename__ = "inquiry_note"

    proposal_id: Mapped[UUID]
    round: Mapped[int] = mapped_column(SmallInteger)
    mode: Mapped[str]
    facts: Mapped[str]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    affected_households: Mapped[int | None] = mapped_column(default=None)
    cost_fen: Mapped[int | None] = mapped_column(BigInteger, default=None)

    __table_args__ = (
        within_community("proposal_id", "proposal"),
        one_of("mode", ("visit", "phone", "on_site", "desk")),
        CheckConstraint("cost_fen >= 0", name="cost_not_negative"),
        CheckConstraint("affected_households >= 0", name="households_not_negative"),
        Index("ix_inquiry_note_of", "community_id", "proposal_id", "round"),
        {"info": {"append_only": True}},
    )


class Triage(TenantRecord):
    """三事分流: a class with its ground; another class is another row."""

    __tablename__ = "triage"

    proposal_id: Mapped[UUID]
    round: Mapped[int] = mapped_column(SmallInteger)
    no: Mapped[int] = mapped_column(SmallInteger)
    triage_class: Mapped[str]
    basis_code: Mapped[str]
    reason: Mapped[str]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    owner_role: Mapped[str]
    due_at: Mapped[datetime]
    supervisor_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)

    __table_args__ = (
        within_community("proposal_id", "proposal"),
        UniqueConstraint("community_id", "proposal_id", "round", "no"),
        one_of("triage_class", CLASSES),
        CheckConstraint("decided_by <> author_id", name="not_by_its_author"),
        {"info": {"append_only": True}},
    )


class Referral(TenantRecord):
    """大事转办: sent to a department, under whose number, until when, and what it answered."""

    __tablename__ = "referral"

    proposal_id: Mapped[UUID]
    department: Mapped[str]
    sent_at: Mapped[datetime]
    due_on: Mapped[date]
    receipt_no: Mapped[str | None] = mapped_column(default=None)
    replied_at: Mapped[datetime | None] = mapped_column(default=None)
    reply: Mapped[str | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("proposal_id", "proposal"),
        UniqueConstraint("community_id", "proposal_id", "sent_at"),
        CheckConstraint("(replied_at IS NULL) = (reply IS NULL)", name="a_reply_has_words"),
    )


class Objection(TenantRecord):
    """An appeal, a contest, an objection or the supervisors' question, and its answer.

    The chair and the supervision committee decide together: one decides, the other confirms.
    """

    __tablename__ = "objection"

    proposal_id: Mapped[UUID]
    target: Mapped[str]
    target_id: Mapped[UUID]  # the event, triage, bulletin or check objected to
    by_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    channel: Mapped[str]
    text: Mapped[str]
    due_at: Mapped[datetime]
    first_decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    keyed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    decision: Mapped[str | None] = mapped_column(default=None)
    reply: Mapped[str | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("proposal_id", "proposal"),
        UniqueConstraint("community_id", "target_id", "by_id"),
        one_of("target", TARGETS),
        one_of("decision", ("upheld", "refused", "answered")),
        known_channel(),
        CheckConstraint("decided_by <> first_decided_by", name="decided_by_another"),
        CheckConstraint("confirmed_by <> first_decided_by", name="confirmed_by_another"),
        CheckConstraint("confirmed_by <> decided_by", name="two_people"),
        CheckConstraint(
            "decided_at IS NULL OR (decision IS NOT NULL AND reply IS NOT NULL)",
            name="decided_in_words",
        ),
        Index(
            "ix_objection_open",
            "community_id",
            "proposal_id",
            postgresql_where=sql("decided_at IS NULL"),
        ),
    )
