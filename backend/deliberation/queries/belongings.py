"""What belongs to one matter: notes, sortings, supports, objections, referrals."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from backend.database import db
from backend.deliberation.models import (
    Follow,
    InquiryNote,
    Objection,
    Proposal,
    ProposalEvent,
    ProposalText,
    Resolution,
    Support,
    Triage,
)
from backend.deliberation.queries.cases import NoSuchProposal


def inquiry_notes(proposal: Proposal) -> Sequence[InquiryNote]:
    return db.session.scalars(
        select(InquiryNote)
        .where(
            InquiryNote.community_id == proposal.community_id,
            InquiryNote.proposal_id == proposal.id,
        )
        .order_by(InquiryNote.id)
    ).all()


def triage_count(proposal: Proposal) -> int:
    """How often the matter has been sorted in its present round."""
    count = db.session.scalar(
        select(func.count()).where(
            Triage.community_id == proposal.community_id,
            Triage.proposal_id == proposal.id,
            Triage.round == proposal.round,
        )
    )
    return count or 0


def latest_triage(proposal: Proposal) -> Triage | None:
    return db.session.scalar(
        select(Triage)
        .where(Triage.community_id == proposal.community_id, Triage.proposal_id == proposal.id)
        .order_by(Triage.round.desc(), Triage.no.desc())
        .limit(1)
    )


def latest_event(proposal: Proposal, kind: str) -> ProposalEvent | None:
    return db.session.scalar(
        select(ProposalEvent)
        .where(
            ProposalEvent.community_id == proposal.community_id,
            ProposalEvent.proposal_id == proposal.id,
            ProposalEvent.kind == kind,
        )
        .order_by(ProposalEvent.seq.desc())
        .limit(1)
    )


def newest_event(proposal: Proposal) -> ProposalEvent:
    return db.session.scalars(
        select(ProposalEvent).where(
            ProposalEvent.community_id == proposal.community_id,
            ProposalEvent.proposal_id == proposal.id,
            ProposalEvent.seq == proposal.last_seq,
        )
    ).one()


def side_of(proposal: Proposal, objection_id: UUID) -> str | None:
    """Whether the chair or the supervision committee spoke first on this objection."""
    return db.session.scalar(
        select(ProposalEvent.payload["as"].astext).where(
            ProposalEvent.community_id == proposal.community_id,
            ProposalEvent.proposal_id == proposal.id,
            ProposalEvent.kind == "objection_proposed",
            ProposalEvent.payload["objection_id"].astext == str(objection_id),
        )
    )


def reopening_askers(proposal: Proposal) -> set[UUID]:
    """Who has asked, since the matter was closed, that it be taken up again."""
    rows = db.session.scalars(
        select(ProposalEvent.actor_id).where(
            ProposalEvent.community_id == proposal.community_id,
            ProposalEvent.proposal_id == proposal.id,
            ProposalEvent.kind == "reopening_asked",
            ProposalEvent.occurred_at >= proposal.status_since,
        )
    )
    return {asker for asker in rows if asker is not None}


def support_of(proposal: Proposal, resident_id: UUID) -> Support | None:
    return db.session.scalar(
        select(Support).where(
            Support.community_id == proposal.community_id,
            Support.proposal_id == proposal.id,
            Support.resident_id == resident_id,
        )
    )


def supporters(proposal: Proposal) -> int:
    """How many stand behind it now."""
    db.session.flush()
    count = db.session.scalar(
        select(func.count()).where(
            Support.community_id == proposal.community_id,
            Support.proposal_id == proposal.id,
            Support.withdrawn_at.is_(None),
        )
    )
    return count or 0


def follow_of(proposal: Proposal, resident_id: UUID) -> Follow | None:
    return db.session.scalar(
        select(Follow).where(
            Follow.community_id == proposal.community_id,
            Follow.proposal_id == proposal.id,
            Follow.resident_id == resident_id,
        )
    )


def objection_by(proposal: Proposal, target_id: UUID, by_id: UUID) -> Objection | None:
    return db.session.scalar(
        select(Objection).where(
            Objection.community_id == proposal.community_id,
            Objection.target_id == target_id,
            Objection.by_id == by_id,
        )
    )


def open_objections(proposal: Proposal, target: str) -> Sequence[Objection]:
    """Those against decisions of this kind that nobody has answered; the matter is locked."""
    return db.session.scalars(
        select(Objection)
        .where(
            Objection.community_id == proposal.community_id,
            Objection.proposal_id == proposal.id,
            Objection.target == target,
            Objection.decided_at.is_(None),
        )
        .order_by(Objection.id)
        .with_for_update()
    ).all()


def find_objection(community_id: UUID, objection_id: UUID) -> Objection:
    found = db.session.get(Objection, (community_id, objection_id))
    if found is None:
        raise NoSuchProposal
    return found


def lock_objection(community_id: UUID, objection_id: UUID) -> Objection:
    found = db.session.get(
        Objection, (community_id, objection_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NoSuchProposal
    return found


def text_by_id(community_id: UUID, text_id: UUID) -> ProposalText | None:
    return db.session.get(ProposalText, (community_id, text_id))


def latest_resolution(proposal: Proposal) -> Resolution | None:
    return db.session.scalar(
        select(Resolution)
        .where(
            Resolution.community_id == proposal.community_id,
            Resolution.proposal_id == proposal.id,
            Resolution.round == proposal.round,
        )
        .order_by(Resolution.attempt.desc())
        .limit(1)
    )
