"""Standing behind a matter, and wanting to hear of it."""

from uuid import UUID

from backend.clock import utc_now
from backend.database import db
from backend.deliberation.actions.filing import community_of
from backend.deliberation.actions.moves import take
from backend.deliberation.models import Follow, Proposal, Support
from backend.deliberation.queries import belongings
from backend.deliberation.queries.matters import find_visible
from backend.deliberation.rules import filing, stages
from backend.deliberation.rules.refusals import AlreadySupported, OwnProposal
from backend.residents.models import Caller
from backend.residents.queries.people import is_live_resident


def support(caller: Caller, proposal_id: UUID) -> Proposal:
    """附议, once a person; asking twice changes nothing and is told so."""
    find_visible(community_of(caller), caller, proposal_id)
    proposal, by = take(caller, community_of(caller), proposal_id)
    stages.check_work("support", proposal.status, by.roles, by.facts)
    _stand_behind(proposal, caller.resident_id, channel=caller.channel)
    return proposal


def key_support(
    caller: Caller, proposal_id: UUID, *, resident_id: UUID, channel: str, serial_no: str | None
) -> Proposal:
    """What somebody said by phone, at the door, at the desk or on paper counts the same."""
    community_id = community_of(caller)
    if not is_live_resident(community_id, resident_id):
        raise filing.NotAResident("请先为这位居民办理居住核验。")
    find_visible(community_id, caller, proposal_id)
    proposal, by = take(caller, community_id, proposal_id)
    if proposal.author_id == resident_id:
        raise OwnProposal
    stages.check_work(
        "support",
        proposal.status,
        by.roles,
        by.knowing(by_author=False, supported_by_me=False).facts,
    )
    _stand_behind(
        proposal, resident_id, channel=channel, keyed_by=caller.resident_id, serial_no=serial_no
    )
    return proposal


def withdraw_support(caller: Caller, proposal_id: UUID) -> Proposal:
    """Taking it back; the row stays, so that the count can be explained."""
    proposal, _ = take(caller, community_of(caller), proposal_id)
    standing = belongings.support_of(proposal, caller.resident_id)
    if standing is not None and standing.withdrawn_at is None:
        standing.withdrawn_at = utc_now()
    return proposal


def follow(caller: Caller, proposal_id: UUID, *, muted: bool) -> Proposal:
    proposal = find_visible(community_of(caller), caller, proposal_id)
    known = belongings.follow_of(proposal, caller.resident_id)
    if known is None:
        known = Follow(
            community_id=proposal.community_id,
            proposal_id=proposal.id,
            resident_id=caller.resident_id,
        )
        db.session.add(known)
    known.muted_at = utc_now() if muted else None
    return proposal


def _stand_behind(
    proposal: Proposal,
    resident_id: UUID,
    *,
    channel: str,
    keyed_by: UUID | None = None,
    serial_no: str | None = None,
) -> None:
    """One row a person for good; the matter's row lock makes the second asking see the first."""
    known = belongings.support_of(proposal, resident_id)
    if known is None:
        db.session.add(
            Support(
                community_id=proposal.community_id,
                proposal_id=proposal.id,
                resident_id=resident_id,
                channel=channel,
                keyed_by=keyed_by,
                serial_no=serial_no,
            )
        )
    elif known.withdrawn_at is None:
        raise AlreadySupported
    else:
        known.withdrawn_at, known.channel, known.keyed_by = None, channel, keyed_by
