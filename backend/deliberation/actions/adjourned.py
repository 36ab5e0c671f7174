"""After a meeting with too few people: back to the queue, or up to the body above."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.deliberation.actions.moves import move, take
from backend.deliberation.actions.standing import Standing
from backend.deliberation.models import Proposal
from backend.deliberation.notices import meetings as notices
from backend.deliberation.queries import meetings as found
from backend.deliberation.rules import meetings as rules
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids


def hand_up(caller: Caller, proposal_id: UUID, *, reason: str, version: int) -> Proposal:
    """Twice too few people: the body above takes the matter up; everybody reads why."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    below = proposal.required_body
    above = rules.body_above(below, found.adjournments_of(proposal, below or ""))
    move(
        proposal,
        "queued",
        by,
        reason_code="handed_up",
        note=reason,
        payload={"from_body": below, "to_body": above},
    )
    proposal.required_body = above
    announce(notices.handed_up(proposal, rules.BODIES[above], reason))
    return proposal


def requeue(proposal: Proposal, by: Standing, at: datetime, payload: dict[str, Any]) -> bool:
    """No new day within fifteen: the matter waits for the next session and keeps its age.

    After the second meeting somebody must choose between the body above and shelving; the
    timetable chooses nothing.
    """
    body = proposal.required_body or ""
    if found.adjournments_of(proposal, body) >= rules.ADJOURNMENTS:
        return False
    move(proposal, "queued", by, reason_code="no_new_day", payload=payload, at=at)
    announce(notices.no_new_day(proposal))
    for chair in holder_ids(proposal.community_id, "chair"):
        announce(notices.find_a_day(proposal, chair))
    return True
