"""Who stands too near to a piece of work to judge it or to type in what others think of it."""

from uuid import UUID

from backend.deliberation.models import Proposal
from backend.deliberation.queries.outcomes import doers
from backend.residents.queries.people import household_ids_of, kin_of


def near_the_work(proposal: Proposal, person_id: UUID) -> bool:
    """Whether the person did it, lives with somebody who did, or is a near relative of one."""
    did = doers(proposal)
    if person_id in did or did & kin_of([person_id]):
        return True
    homes = household_ids_of(proposal.community_id, [person_id, *did])
    mine = homes.get(person_id, frozenset())
    return any(mine & homes.get(each, frozenset()) for each in did)
