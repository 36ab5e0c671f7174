"""Who hears of a matter: its author, those who stand behind it, and those who follow it."""

from uuid import UUID

from sqlalchemy import exists, select, union

from backend.database import Json
from backend.deliberation.models import Follow, Proposal, Support
from backend.notifications.queries.audiences import ResidentIds
from backend.residents.models import Resident


def matter_circle(community_id: UUID, parameters: Json) -> ResidentIds:
    """The circle of the matters `proposal_ids`, and whoever else is named in `also`.

    Somebody who muted a matter does not hear of it through that matter.
    """
    matters = [UUID(each) for each in parameters["proposal_ids"]]
    named = [UUID(each) for each in parameters.get("also", ())]
    author = select(Proposal.author_id, Proposal.id).where(
        Proposal.community_id == community_id, Proposal.id.in_(matters)
    )
    supporters = select(Support.resident_id, Support.proposal_id).where(
        Support.community_id == community_id,
        Support.proposal_id.in_(matters),
        Support.withdrawn_at.is_(None),
    )
    followers = select(Follow.resident_id, Follow.proposal_id).where(
        Follow.community_id == community_id,
        Follow.proposal_id.in_(matters),
        Follow.muted_at.is_(None),
    )
    circle = union(author, supporters, followers).subquery("circle")
    person, matter = circle.c
    muted = exists().where(
        Follow.community_id == community_id,
        Follow.proposal_id == matter,
        Follow.resident_id == person,
        Follow.muted_at.is_not(None),
    )
    hears = select(person).where(~muted)
    return select(Resident.id).where(
        Resident.status == "active", Resident.id.in_(hears) | Resident.id.in_(named)
    )
