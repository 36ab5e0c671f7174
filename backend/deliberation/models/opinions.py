"""意见征集: conversations, the statements in them, and how people voted on each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Sequence,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, TenantRecord, one_of, within_community
from backend.deliberation.models.words import known_channel

VOTE_ORDER = Sequence("statement_vote_seq")


class Conversation(TenantRecord):
    """A question put to everybody, answered in short statements."""

    __tablename__ = "conversation"

    topic: Mapped[str]
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    proposal_id: Mapped[UUID | None] = mapped_column(default=None)
    meeting_id: Mapped[UUID | None] = mapped_column(default=None)
    moderation: Mapped[str] = mapped_column(default="strict")
    state: Mapped[str] = mapped_column(default="open")
    closes_at: Mapped[datetime | None] = mapped_column(default=None)
    last_no: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        within_community("proposal_id", "proposal"),
        within_community("meeting_id", "meeting"),
        one_of("moderation", ("strict", "permissive")),
        one_of("state", ("open", "closed")),
        Index("ix_conversation_by_state", "community_id", "state"),
    )


class Statement(TenantRecord):
    """One view in at most 140 characters; once voted on, its words stay."""

    __tablename__ = "statement"

    conversation_id: Mapped[UUID]
    no: Mapped[int]
    text: Mapped[str]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    is_seed: Mapped[bool] = mapped_column(default=False)
    moderation: Mapped[int] = mapped_column(SmallInteger, default=0)
    reason_code: Mapped[str | None] = mapped_column(default=None)
    similar_to_id: Mapped[UUID | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("conversation_id", "conversation"),
        within_community("similar_to_id", "statement"),
        UniqueConstraint("community_id", "conversation_id", "no"),
        CheckConstraint("char_length(text) BETWEEN 1 AND 140", name="text_length"),
        CheckConstraint("moderation IN (-1, 0, 1)", name="known_moderation"),
        CheckConstraint("moderation <> -1 OR reason_code IS NOT NULL", name="rejected_with_reason"),
    )


class StatementVote(TenantRecord):
    """Every vote ever cast, in order."""

    __tablename__ = "statement_vote"

    conversation_id: Mapped[UUID]
    statement_id: Mapped[UUID]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    value: Mapped[int] = mapped_column(SmallInteger)
    channel: Mapped[str]
    cast_at: Mapped[datetime]
    keyed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    client_key: Mapped[str | None] = mapped_column(default=None)  # a repeat is not a second vote
    seq: Mapped[int] = mapped_column(
        BigInteger, VOTE_ORDER, server_default=VOTE_ORDER.next_value(), init=False
    )

    __table_args__ = (
        within_community("conversation_id", "conversation"),
        within_community("statement_id", "statement"),
        UniqueConstraint("community_id", "resident_id", "client_key"),
        CheckConstraint("value IN (-1, 0, 1)", name="known_value"),
        known_channel(),
        Index("ix_statement_vote_of", "community_id", "conversation_id", "seq"),
        {"info": {"append_only": True}},
    )


class StatementVoteLatest(Base):
    """The vote that counts: of one person on one statement, the latest of their own.

    What somebody else wrote down for them counts only while they have not voted themselves.
    """

    __tablename__ = "statement_vote_latest"

    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), primary_key=True)
    statement_id: Mapped[UUID] = mapped_column(primary_key=True)
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    value: Mapped[int] = mapped_column(SmallInteger)
    cast_at: Mapped[datetime]
    seq: Mapped[int] = mapped_column(BigInteger)
    is_own: Mapped[bool]

    __table_args__ = (
        within_community("statement_id", "statement"),
        CheckConstraint("value IN (-1, 0, 1)", name="known_value"),
    )
