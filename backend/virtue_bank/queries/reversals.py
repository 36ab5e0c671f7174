"""Requests for reversal: who asks, who answers, what waits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select

from backend.database import db
from backend.errors import NotFound
from backend.ledger.models import Source, Transfer
from backend.ledger.queries import transfer
from backend.virtue_bank.models import DeedShare, GrantLine, ReversalRequest

MOST = 2**63 - 1  # a number in a path may be longer


def find_entry(community_id: UUID, transfer_id: int) -> Transfer:
    """Raises NotFound: the community's ledger holds no such entry."""
    found = transfer(community_id, transfer_id) if transfer_id <= MOST else None
    if found is None:
        raise NotFound("没有这笔记录。")
    return found


def earner_of(entry: Transfer) -> UUID | None:
    """Whose deed or line the entry thanks for, whatever account it went to."""
    if entry.source_type == Source.DEED_SHARE:
        share = db.session.get(DeedShare, (entry.community_id, entry.source_id))
        return None if share is None else share.acted_id
    if entry.source_type == Source.GRANT_LINE:
        line = db.session.get(GrantLine, (entry.community_id, entry.source_id))
        return None if line is None else line.resident_id
    return None


def find_request(community_id: UUID, request_id: UUID) -> ReversalRequest:
    """Raises NotFound: the community has no such request."""
    found = db.session.get(ReversalRequest, (community_id, request_id))
    if found is None:
        raise NotFound
    return found


def lock_request(community_id: UUID, request_id: UUID) -> ReversalRequest:
    """The request, held until the transaction ends.

    Raises:
        NotFound: the community has no such request.
    """
    found = db.session.get(
        ReversalRequest, (community_id, request_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def requests_page(
    community_id: UUID, *, holder_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[ReversalRequest]:
    """Requests, newest first, one more than `limit`; of one holder, or of all."""
    rows = select(ReversalRequest).where(ReversalRequest.community_id == community_id)
    if holder_id is not None:
        rows = rows.where(ReversalRequest.holder_id == holder_id)
    if after is not None:
        rows = rows.where(ReversalRequest.id < after)
    return db.session.scalars(rows.order_by(ReversalRequest.id.desc()).limit(limit + 1)).all()


def is_asked_for(community_id: UUID, transfer_id: int) -> bool:
    """Whether somebody has asked to reverse this entry and the asking stands."""
    asked = exists().where(
        ReversalRequest.community_id == community_id,
        ReversalRequest.transfer_id == transfer_id,
        ReversalRequest.state != "dropped",
    )
    return bool(db.session.scalar(select(asked)))


def is_reversed(community_id: UUID, transfer_id: int) -> bool:
    """Whether the ledger holds a reversal of this entry already."""
    reversal = exists().where(
        Transfer.community_id == community_id, Transfer.reverses_id == transfer_id
    )
    return bool(db.session.scalar(select(reversal)))


def hold_transfer(community_id: UUID, transfer_id: int) -> None:
    """Let nobody else ask about this entry until the transaction ends."""
    lock = func.hashtextextended(f"reversal:{community_id}:{transfer_id}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))


def lock_unanswered(now: datetime, limit: int) -> Sequence[ReversalRequest]:
    """Requests whose time for an answer is over, held; what somebody else holds is theirs."""
    return db.session.scalars(
        select(ReversalRequest)
        .where(ReversalRequest.state == "requested", ReversalRequest.answer_until <= now)
        .order_by(ReversalRequest.answer_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
