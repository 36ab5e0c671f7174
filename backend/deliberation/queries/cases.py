"""One matter: found, locked, and with its chain of events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert

from backend.database import db
from backend.deliberation.models import (
    Proposal,
    ProposalEvent,
    ProposalSerial,
    ProposalText,
)
from backend.errors import NotFound

_CHAIN = [
    column for column in ProposalEvent.__table__.columns if column.name not in {"id", "created_at"}
]


class NoSuchProposal(NotFound):
    title = "事项不存在"


def find_proposal(community_id: UUID, proposal_id: UUID) -> Proposal:
    proposal = db.session.get(Proposal, (community_id, proposal_id))
    if proposal is None:
        raise NoSuchProposal
    return proposal


def lock_proposal(community_id: UUID, proposal_id: UUID) -> Proposal:
    """The matter as it is now, held until the transaction ends: the lock of its chain."""
    proposal = db.session.scalar(
        select(Proposal)
        .where(Proposal.community_id == community_id, Proposal.id == proposal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if proposal is None:
        raise NoSuchProposal
    return proposal


def proposals_after(place: tuple[UUID, UUID] | None, count: int) -> Sequence[Proposal]:
    """The next matters of all communities, in the order of their keys."""
    wanted = select(Proposal).order_by(Proposal.community_id, Proposal.id).limit(count)
    if place is not None:
        wanted = wanted.where(tuple_(Proposal.community_id, Proposal.id) > place)
    return db.session.scalars(wanted.execution_options(populate_existing=True)).all()


def text_in_force(proposal: Proposal) -> ProposalText:
    text = db.session.scalar(
        select(ProposalText).where(
            ProposalText.community_id == proposal.community_id,
            ProposalText.proposal_id == proposal.id,
            ProposalText.version == proposal.text_version,
        )
    )
    if text is None:
        raise NoSuchProposal
    return text


def chain_of(proposal: Proposal) -> list[dict[str, Any]]:
    """The hashed columns of every event, in order."""
    rows = db.session.execute(
        select(*_CHAIN)
        .where(
            ProposalEvent.community_id == proposal.community_id,
            ProposalEvent.proposal_id == proposal.id,
        )
        .order_by(ProposalEvent.seq)
    )
    return [dict(row) for row in rows.mappings()]


def moves_of(proposal: Proposal) -> list[tuple[str, str, datetime]]:
    """(to_status, actor_role, occurred_at) of every change of status: what a timeline shows."""
    rows = db.session.execute(
        select(ProposalEvent.to_status, ProposalEvent.actor_role, ProposalEvent.occurred_at)
        .where(
            ProposalEvent.community_id == proposal.community_id,
            ProposalEvent.proposal_id == proposal.id,
            ProposalEvent.from_status != ProposalEvent.to_status,
        )
        .order_by(ProposalEvent.seq)
    )
    return [(row.to_status, row.actor_role, row.occurred_at) for row in rows]


def next_number(community_id: UUID, year: int) -> int:
    """The next serial number of the year; its row is held, so numbers have no gaps."""
    count = insert(ProposalSerial).values(community_id=community_id, year=year, last_no=1)
    number: int | None = db.session.scalar(
        count.on_conflict_do_update(
            index_elements=["community_id", "year"],
            set_={"last_no": ProposalSerial.last_no + 1},
        ).returning(ProposalSerial.last_no)
    )
    if number is None:
        raise AssertionError
    return number
