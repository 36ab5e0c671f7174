"""Conversations and the statements in them: finding, locking, listing."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import RowMapping, exists, func, select, text, update

from backend.database import TenantRecord, db
from backend.deliberation.models import Conversation, Meeting, Statement
from backend.errors import NotFound

Row = TypeVar("Row", bound=TenantRecord)

# A conversation whose time is up is closed, whether or not somebody has closed it.
_IS_CLOSED = "(c.state = 'closed' OR c.closes_at <= :now)"
_IS_SHOWN = "(s.moderation = 1 OR (s.moderation = 0 AND c.moderation = 'permissive'))"
_CONVERSATION = f"""
SELECT c.id, c.topic, c.proposal_id, c.meeting_id, c.moderation, c.closes_at, c.created_at,
       CASE WHEN {_IS_CLOSED} THEN 'closed' ELSE 'open' END AS state
  FROM conversation c
 WHERE c.community_id = :community_id
"""  # noqa: S608 - built of our own words only
_ONE = text(f"{_CONVERSATION} AND c.id = :conversation_id")
_PAGE = text(
    f"""{_CONVERSATION} AND (CAST(:after AS uuid) IS NULL OR c.id < CAST(:after AS uuid))
 ORDER BY c.id DESC LIMIT :most"""
)
_STATEMENTS = text(f"""
SELECT s.id, s.no, s.text, s.is_seed, s.created_at,
       CASE s.moderation WHEN 1 THEN 'accepted' WHEN 0 THEN 'pending' ELSE 'rejected' END
         AS moderation,
       coalesce(s.author_id = :resident_id AND NOT s.is_seed, false) AS is_mine,
       CASE WHEN :wide OR s.author_id = :resident_id THEN s.reason_code END AS reason_code,
       (SELECT l.value FROM statement_vote_latest l
         WHERE l.community_id = s.community_id AND l.statement_id = s.id
           AND l.resident_id = :resident_id) AS my_vote
  FROM statement s
  JOIN conversation c ON c.community_id = s.community_id AND c.id = s.conversation_id
 WHERE s.community_id = :community_id AND s.conversation_id = :conversation_id
   AND (:wide OR s.author_id = :resident_id OR {_IS_SHOWN})
   AND (CAST(:moderation AS smallint) IS NULL OR s.moderation = CAST(:moderation AS smallint))
   AND (CAST(:after AS uuid) IS NULL OR s.id < CAST(:after AS uuid))
 ORDER BY s.id DESC LIMIT :most
""")  # noqa: S608


def described_conversation(
    community_id: UUID, conversation_id: UUID, *, now: datetime
) -> RowMapping:
    """One conversation as it is told, `state` including whether its time is up.

    Raises:
        NotFound: there is none such in the community.
    """
    asked = {"community_id": community_id, "conversation_id": conversation_id, "now": now}
    row = db.session.execute(_ONE, asked).mappings().first()
    if row is None:
        raise NotFound
    return row


def conversations_page(
    community_id: UUID, *, now: datetime, limit: int, after: UUID | None
) -> Sequence[RowMapping]:
    """The conversations of the community, newest first, one more than `limit`."""
    asked = {"community_id": community_id, "now": now, "after": after, "most": limit + 1}
    return db.session.execute(_PAGE, asked).mappings().all()


def lock_conversation(community_id: UUID, conversation_id: UUID) -> Conversation:
    """Held against votes and statements until the transaction ends.

    Raises:
        NotFound: there is none such in the community.
    """
    key = (community_id, conversation_id)
    row = db.session.get(Conversation, key, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def take_statement_no(community_id: UUID, conversation_id: UUID, *, now: datetime) -> int | None:
    """The next number in an open conversation; None where none is open.

    Two statements cannot have one number; votes need not wait for this.
    """
    return db.session.scalar(
        update(Conversation)
        .where(
            Conversation.community_id == community_id,
            Conversation.id == conversation_id,
            Conversation.state == "open",
            func.coalesce(Conversation.closes_at > now, True),
        )
        .values(last_no=Conversation.last_no + 1)
        .returning(Conversation.last_no)
        .execution_options(synchronize_session=False)
    )


def find_conversation(community_id: UUID, conversation_id: UUID) -> Conversation:
    return _found(Conversation, community_id, conversation_id)


def find_statement(community_id: UUID, statement_id: UUID) -> Statement:
    return _found(Statement, community_id, statement_id)


def lock_statement(community_id: UUID, statement_id: UUID) -> Statement:
    """Held until the transaction ends, so that two moderators decide one after the other."""
    return _found(Statement, community_id, statement_id, lock=True)


def statements_page(
    community_id: UUID,
    conversation_id: UUID,
    *,
    resident_id: UUID,
    wide: bool,
    moderation: int | None,
    limit: int,
    after: UUID | None,
) -> Sequence[RowMapping]:
    """What `resident_id` may see of the statements, newest first, one more than `limit`.

    Everybody sees what is shown and their own; `wide` stands for staff, who see all.
    """
    asked = {
        "community_id": community_id,
        "conversation_id": conversation_id,
        "resident_id": resident_id,
        "wide": wide,
        "moderation": moderation,
        "after": after,
        "most": limit + 1,
    }
    return db.session.execute(_STATEMENTS, asked).mappings().all()


def has_meeting(community_id: UUID, meeting_id: UUID) -> bool:
    there = exists().where(Meeting.community_id == community_id, Meeting.id == meeting_id)
    return bool(db.session.scalar(select(there)))


def _found(model: type[Row], community_id: UUID, row_id: UUID, *, lock: bool = False) -> Row:
    row = db.session.get(
        model, (community_id, row_id), with_for_update=lock or None, populate_existing=lock
    )
    if row is None:
        raise NotFound
    return row
