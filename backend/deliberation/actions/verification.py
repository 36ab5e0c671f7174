"""Recomputing the chains of all cases, some at a time."""

from dataclasses import dataclass
from uuid import UUID

from backend.deliberation.actions.moves import verify_chain
from backend.deliberation.models import Proposal
from backend.deliberation.queries.cases import lock_proposal, proposals_after
from backend.deliberation.rules.chain import ChainBroken

Place = tuple[UUID, UUID]  # community, proposal


@dataclass(frozen=True, kw_only=True)
class Batch:
    """How many cases were read, after which one the next batch begins, the first fault."""

    cases: int
    last: Place | None
    fault: str | None = None


def verify_chains(after: Place | None, count: int) -> Batch:
    """Recompute the next `count` cases; `last` is None when there are no more."""
    found = proposals_after(after, count)
    for number, proposal in enumerate(found, start=1):
        try:
            _verify(proposal)
        except ChainBroken as broken:
            name = proposal.serial_no or proposal.id
            return Batch(cases=number, last=None, fault=f"事项 {name}：{broken.detail}")
    end = found[-1] if len(found) == count else None
    return Batch(cases=len(found), last=(end.community_id, end.id) if end else None)


def _verify(proposal: Proposal) -> None:
    """A case may move between the reading of its row and of its events: then look again."""
    try:
        verify_chain(proposal)
    except ChainBroken:
        verify_chain(lock_proposal(proposal.community_id, proposal.id))
