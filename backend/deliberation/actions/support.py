"""Standing behind a matter, and wanting to hear of it."""

from dataclasses import dataclass
from uuid import UUID

from backend.clock import utc_now
from backend.database import db
from backend.deliberation.actions.filing import check_may_record
from backend.deliberation.models import Follow, Proposal, Support
from backend.deliberation.queries import belongings
from backend.deliberation.queries.matters import find_visible
from backend.deliberation.rules import filing, stages
from backend.deliberation.rules.guards import Facts
from backend.residents.models import Caller, community_of


@dataclass(frozen=True)
class Standing:
    """How many stand behind a matter now, and whether the one who asked does."""

    supporters: int
    supported: bool


def support(caller: Caller, proposal_id: UUID) -> Standing:
    """附议, once a person; asking twice is refused, and changes nothing."""
    return _stand_behind(caller, proposal_id, caller.resident_id, channel=caller.channel)


def key_support(
    caller: Caller, proposal_id: UUID, *, resident_id: UUID, channel: str, serial_no: str | None
) -> Standing:
    """What somebody said by phone, at the door, at the desk or on paper counts the same.

    Raises:
        NotAResident, LivesElsewhere: the caller writes down nothing of theirs.
        WithdrawnInPerson: they took their support back themselves.
    """
    check_may_record(caller, resident_id)
    return _stand_behind(
        caller,
        proposal_id,
        resident_id,
        channel=channel,
        keyed_by=caller.resident_id,
        serial_no=serial_no,
    )


def withdraw_support(caller: Caller, proposal_id: UUID) -> Standing:
    """Taking it back; the row stays, so that the count can be explained."""
    proposal = _lock(caller, proposal_id)
    mine = belongings.support_of(proposal, caller.resident_id)
    if mine is not None and mine.withdrawn_at is None:
        mine.withdrawn_at = utc_now()
    return Standing(belongings.supporters(proposal), supported=False)


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
    caller: Caller,
    proposal_id: UUID,
    resident_id: UUID,
    *,
    channel: str,
    keyed_by: UUID | None = None,
    serial_no: str | None = None,
) -> Standing:
    """One row a person for good; the matter's row lock makes the second asking see the first."""
    proposal = _lock(caller, proposal_id)
    known = belongings.support_of(proposal, resident_id)
    facts = Facts(
        by_author=proposal.author_id == resident_id,
        supported_by_me=known is not None and known.withdrawn_at is None,
    )
    stages.check_work("support", proposal.status, {"resident"}, facts)
    filing.check_not_taken_back(
        is_keyed=keyed_by is not None,
        withdrawn=known is not None and known.withdrawn_at is not None,
    )
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
    else:
        known.withdrawn_at, known.channel, known.keyed_by = None, channel, keyed_by
    return Standing(belongings.supporters(proposal), supported=True)


def _lock(caller: Caller, proposal_id: UUID) -> Proposal:
    """The matter, if the caller may see it, held so that its supporters are counted once."""
    return find_visible(community_of(caller), caller, proposal_id, lock=True)
