"""Matters whose clock has run out and with which something must happen now."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, text

from backend.database import db
from backend.deliberation.models import Follow, Proposal, ProposalText

STREET_AFTER = timedelta(days=7)  # overdue work goes to the street

# Escalated is escalated, until the clock is set anew, overdue work goes on for another week, or
# an objection that held the matter up has been decided. While one is being answered in time,
# nothing is late.
_IS_DUE = """
    p.status_due_at <= :now
AND (p.escalated_at IS NULL
     OR p.escalated_at < p.status_due_at
     OR (p.status = 'acting' AND p.escalated_at < p.status_due_at + :street_after
         AND p.status_due_at + :street_after <= :now)
     OR EXISTS (SELECT 1 FROM objection o WHERE o.community_id = p.community_id
         AND o.proposal_id = p.id AND o.decided_at > p.escalated_at
         AND o.target IN ('rejection', 'triage', 'publication')))
AND NOT EXISTS (SELECT 1 FROM objection o WHERE o.community_id = p.community_id
     AND o.proposal_id = p.id AND o.decided_at IS NULL AND o.due_at > :now
     AND o.target IN ('rejection', 'triage', 'publication'))
"""
_DUE_PAGE = text(f"""
SELECT p.community_id, p.id, p.status_due_at FROM proposal p
 WHERE {_IS_DUE} AND (p.status_due_at, p.id) > (:after_due, :after_id)
 ORDER BY p.status_due_at, p.id LIMIT :limit
""")  # noqa: S608, only constants
_LOCK_DUE = text(f"""
SELECT p.id, (SELECT e.occurred_at FROM proposal_event e WHERE e.community_id = p.community_id
    AND e.proposal_id = p.id AND e.seq = p.last_seq) AS last_event_at
  FROM proposal p
 WHERE p.community_id = :community_id AND p.id = :proposal_id AND {_IS_DUE}
   FOR UPDATE OF p SKIP LOCKED
""")  # noqa: S608


def due_page(
    now: datetime, after: tuple[datetime, UUID] | None, *, limit: int
) -> list[tuple[UUID, UUID, datetime]]:
    """(community, matter, due) of what is due, longest due first, from behind `after` on."""
    due, matter = after or (datetime(1970, 1, 1, tzinfo=now.tzinfo), UUID(int=0))
    rows = db.session.execute(
        _DUE_PAGE,
        {
            "now": now,
            "street_after": STREET_AFTER,
            "after_due": due,
            "after_id": matter,
            "limit": limit,
        },
    )
    return [(row[0], row[1], row[2]) for row in rows]


def lock_if_due(
    community_id: UUID, proposal_id: UUID, now: datetime
) -> tuple[Proposal, datetime | None] | None:
    """The matter, locked, and when its last event was; None unless it is (still) due and free."""
    asked = {
        "community_id": community_id,
        "proposal_id": proposal_id,
        "now": now,
        "street_after": STREET_AFTER,
    }
    locked = db.session.execute(_LOCK_DUE, asked).one_or_none()
    if locked is None:
        return None
    proposal = db.session.get_one(Proposal, (community_id, proposal_id), populate_existing=True)
    return proposal, locked.last_event_at


def words_written_at(proposal: Proposal) -> datetime | None:
    """When the author last wrote at the text."""
    return db.session.scalar(
        select(func.max(ProposalText.created_at)).where(
            ProposalText.community_id == proposal.community_id,
            ProposalText.proposal_id == proposal.id,
        )
    )


def drop_draft(proposal: Proposal) -> None:
    """Forget a draft that was never handed in: it has no number and no chain."""
    for table, owner in (
        (Follow, Follow.proposal_id),
        (ProposalText, ProposalText.proposal_id),
        (Proposal, Proposal.id),
    ):
        db.session.execute(
            delete(table).where(
                table.community_id == proposal.community_id,
                owner == proposal.id,
            )
        )
