"""Receiving a matter: accept it, send it back for more, or refuse it; name who looks into it."""

from uuid import UUID

from backend.clock import today
from backend.deliberation.actions.moves import move, record, take
from backend.deliberation.models import Proposal
from backend.deliberation.notices import matters as notices
from backend.deliberation.queries.circumstances import circumstances
from backend.deliberation.rules.refusals import ConflictOfInterest
from backend.errors import NotFound
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids

LOOKS_INTO = ("committee_member", "chair", "party_secretary", "counter_clerk")


def accept(caller: Caller, proposal_id: UUID, *, version: int, note: str) -> Proposal:
    """受理: from now on the matter is looked into, and others may see it."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    move(proposal, "inquiring", by, note=note or None)
    announce(notices.accepted(proposal))
    return proposal


def send_back(
    caller: Caller,
    proposal_id: UUID,
    *,
    version: int,
    reason_code: str,
    note: str,
    missing: list[str],
) -> Proposal:
    """退回补充: the author is told what is missing and until when."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    move(proposal, "returned", by, reason_code=reason_code, note=note, payload={"missing": missing})
    announce(notices.returned(proposal, missing, note))
    return proposal


def reject(
    caller: Caller, proposal_id: UUID, *, version: int, reason_code: str, clause: str, note: str
) -> Proposal:
    """不予受理: with the reason in plain words and the clause it rests on."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    move(proposal, "rejected", by, reason_code=reason_code, note=note, payload={"clause": clause})
    announce(notices.rejected(proposal, note))
    return proposal


def assign(caller: Caller, proposal_id: UUID, *, version: int, assignee_id: UUID) -> Proposal:
    """Name who looks into it: somebody of the staff who has nothing to do with the author."""
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    if assignee_id not in holder_ids(proposal.community_id, *LOOKS_INTO):
        raise NotFound("承办人须是本社区的两委干部或社工。")
    if not circumstances(proposal, assignee_id, today=today())["unrelated"]:
        raise ConflictOfInterest("请指定与提出人无关的人办理。")
    record(proposal, "assigned", by, action="assign", payload={"assignee_id": str(assignee_id)})
    proposal.assignee_id = assignee_id
    announce(notices.assigned(proposal, assignee_id))
    return proposal
