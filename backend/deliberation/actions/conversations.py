"""Opinion conversations: opened by staff, filled with statements, voted on, closed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.deliberation.models import Conversation, Statement
from backend.deliberation.notices import conversations as notices
from backend.deliberation.queries import conversations as found
from backend.deliberation.queries import statement_votes as votes
from backend.deliberation.queries.matters import find_visible
from backend.deliberation.queries.statement_votes import Cast
from backend.deliberation.rules import conversation as rules
from backend.errors import NotFound
from backend.limits import POSTS, keep_pace
from backend.moderation.actions import decide, submit_text
from backend.moderation.models import ModerationCase
from backend.moderation.queries import lock_open_case
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.covering import covers_household
from backend.residents.queries.people import household_ids_of

SUBJECT = "statement"
COMMENT_SCENE = 2  # WeChat's: a comment, not a profile or an article


def open_conversation(
    caller: Caller,
    *,
    topic: str,
    proposal_id: UUID | None,
    meeting_id: UUID | None,
    moderation: str,
    closes_at: datetime | None,
    statements: list[str],
) -> Conversation:
    """Put a question to everybody, with differing views already on the table.

    Raises:
        NotFound: there is no such meeting, or no matter that the caller may see.
        PrivateMatter: it is one between few people.
    """
    community_id = community_of(caller)
    rules.check_seeds(len(statements))
    rules.check_distinct(statements)
    rules.check_subject(has_proposal=proposal_id is not None, has_meeting=meeting_id is not None)
    rules.check_closing_time(closes_at, utc_now())
    if proposal_id and find_visible(community_id, caller, proposal_id).is_private:
        raise rules.PrivateMatter
    if meeting_id and not found.has_meeting(community_id, meeting_id):
        raise NotFound
    conversation = Conversation(
        community_id=community_id,
        topic=topic,
        opened_by=caller.resident_id,
        proposal_id=proposal_id,
        meeting_id=meeting_id,
        moderation=moderation,
        closes_at=closes_at,
        last_no=len(statements),
    )
    db.session.add(conversation)
    db.session.flush()
    for no, words in enumerate(statements, start=1):
        db.session.add(
            Statement(
                community_id=community_id,
                conversation_id=conversation.id,
                no=no,
                text=words,
                author_id=caller.resident_id,
                is_seed=True,
                moderation=rules.ACCEPTED,
            )
        )
    return conversation


def close_conversation(caller: Caller, conversation_id: UUID) -> Conversation:
    """No vote counts after this; closing again changes nothing."""
    conversation = found.lock_conversation(community_of(caller), conversation_id)
    if conversation.state == "open":
        now = utc_now()
        conversation.state = "closed"
        conversation.closes_at = min(now, conversation.closes_at or now)
    return conversation


def write_statement(caller: Caller, conversation_id: UUID, words: str) -> Statement:
    """Add a view; others see it at once or after moderation, as the conversation says.

    Raises:
        ConversationClosed: it takes no more views.
        AskedTooOften: the person has written very much within an hour.
    """
    community_id, now = community_of(caller), utc_now()
    conversation = found.find_conversation(community_id, conversation_id)
    no = found.take_statement_no(community_id, conversation_id, now=now)
    if no is None:
        raise rules.ConversationClosed
    keep_pace(POSTS, caller.resident_id)
    statement = Statement(
        community_id=community_id,
        conversation_id=conversation_id,
        no=no,
        text=words,
        author_id=caller.resident_id,
    )
    db.session.add(statement)
    db.session.flush()
    _submit(statement, conversation, premoderated=conversation.moderation == "strict")
    return statement


def moderate_statement(
    caller: Caller, statement_id: UUID, *, accept: bool, reason_code: str | None, reason: str
) -> Statement:
    """Decide on a statement through its moderation case, opening one where none is open."""
    community_id = community_of(caller)
    statement = found.find_statement(community_id, statement_id)
    if statement.author_id == caller.resident_id:
        raise rules.OwnText("请由另一位审核人员处理。")
    case = lock_open_case(community_id, SUBJECT, statement_id)
    if case is None:
        conversation = found.find_conversation(community_id, statement.conversation_id)
        case = _submit(statement, conversation, premoderated=True)
    decision = "pass" if accept else "return"
    decide(caller, case.id, decision=decision, reason_code=reason_code, reason=reason)
    return statement


def take_decision(case: ModerationCase) -> None:
    """What moderation decided, applied to the statement.

    A machine only says that it found nothing: until a person has read it, the statement
    stays pending, which a permissive conversation shows.
    """
    statement = found.lock_statement(case.community_id, case.subject_id)
    if case.state == "returned":
        statement.moderation, statement.reason_code = rules.REJECTED, case.reason_code
    elif case.state == "passed" and case.decided_by is not None:
        statement.moderation, statement.reason_code = rules.ACCEPTED, None


def vote(caller: Caller, statement_id: UUID, value: int, *, client_key: str | None = None) -> Cast:
    """Agree, pass or disagree; the latest of a person's votes counts."""
    return _cast(caller, statement_id, caller.resident_id, value, client_key=client_key)


def key_vote(
    caller: Caller,
    statement_id: UUID,
    *,
    resident_id: UUID,
    value: int,
    channel: str,
    client_key: str | None = None,
) -> Cast:
    """Write down the vote somebody gave by phone, at the door, at the desk or on paper."""
    community_id = community_of(caller)
    homes = household_ids_of(community_id, [resident_id]).get(resident_id)
    if not homes:
        raise NotFound("此人还没有在本社区通过居住核验。")
    rules.check_may_key(
        is_own=resident_id == caller.resident_id,
        is_covered=any(covers_household(caller, home, today()) for home in homes),
    )
    cast = _cast(
        caller,
        statement_id,
        resident_id,
        value,
        client_key=client_key,
        channel=channel,
        keyed_by=caller.resident_id,
    )
    if not cast.counts:
        _check_not_over_own(community_id, statement_id, resident_id)
    if cast.is_new:
        statement = found.find_statement(community_id, statement_id)
        conversation = found.find_conversation(community_id, statement.conversation_id)
        announce(
            notices.vote_keyed(conversation, statement, resident_id, channel=channel, at=utc_now())
        )
    return cast


def _check_not_over_own(community_id: UUID, statement_id: UUID, resident_id: UUID) -> None:
    """Asked after the keyed vote was put: the row has decided by then, also between two at once."""
    standing = votes.counting_vote(community_id, statement_id, resident_id)
    if standing is not None:
        rules.check_not_over_own(
            standing["channel"],
            was_keyed=standing["keyed_by"] is not None,
            cast_at=standing["cast_at"],
        )


def _cast(
    caller: Caller,
    statement_id: UUID,
    resident_id: UUID,
    value: int,
    *,
    client_key: str | None,
    **keyed: Any,
) -> Cast:
    community_id, now = community_of(caller), utc_now()
    cast = votes.cast_vote(
        community_id,
        statement_id,
        resident_id,
        value,
        now=now,
        client_key=client_key,
        **({"channel": caller.channel} | keyed),
    )
    if cast.is_new or cast.is_repeat:
        return cast
    if cast.is_repeat is False:
        raise rules.KeyAlreadyUsed("请换一个编号再提交。")
    if cast.was_open:
        return cast  # the same vote, sent twice at the same moment
    obstacle = votes.obstacle(community_id, statement_id, resident_id, now=now)
    if obstacle is None:
        raise NotFound
    raise (
        rules.why_no_vote(
            is_closed=obstacle.is_closed,
            is_shown=obstacle.is_shown,
            is_mine=obstacle.is_mine,
            moderation=obstacle.moderation,
        )
        or rules.ConversationClosed()
    )


def _submit(
    statement: Statement, conversation: Conversation, *, premoderated: bool
) -> ModerationCase:
    return submit_text(
        community_id=statement.community_id,
        subject_type=SUBJECT,
        subject_id=statement.id,
        author_id=statement.author_id or conversation.opened_by,
        title=conversation.topic,
        text=statement.text,
        scene=COMMENT_SCENE,
        premoderated=premoderated,
    )
