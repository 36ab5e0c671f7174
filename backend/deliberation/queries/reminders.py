"""What has waited so long that somebody should hear of it again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, func, select

from backend.database import db
from backend.deliberation.models import Proposal, ProposalEvent, Referral, Task


def unanswered_referrals(
    sent_before: datetime, after: UUID | None, limit: int
) -> list[tuple[Proposal, Referral]]:
    """Referred matters whose department has not answered, by the referral's id."""
    rows = (
        select(Proposal, Referral)
        .join(
            Referral,
            and_(
                Referral.community_id == Proposal.community_id, Referral.proposal_id == Proposal.id
            ),
        )
        .where(
            Proposal.status == "referred",
            Referral.replied_at.is_(None),
            Referral.sent_at >= Proposal.status_since,
            Referral.sent_at <= sent_before,
        )
    )
    if after is not None:
        rows = rows.where(Referral.id > after)
    found = db.session.execute(rows.order_by(Referral.id).limit(limit))
    return [(proposal, referral) for proposal, referral in found]


def silent_tasks(
    silent_since: datetime, after: UUID | None, limit: int
) -> list[tuple[Proposal, Task]]:
    """Open tasks of which nothing was heard since then, by the task's id."""
    last_word = func.greatest(Proposal.status_since, Task.created_at, Task.news_at)
    rows = (
        select(Proposal, Task)
        .join(
            Task, and_(Task.community_id == Proposal.community_id, Task.proposal_id == Proposal.id)
        )
        .where(
            Proposal.status == "acting",
            Task.state == "open",
            last_word <= silent_since,
        )
    )
    if after is not None:
        rows = rows.where(Task.id > after)
    found = db.session.execute(rows.order_by(Task.id).limit(limit))
    return [(proposal, task) for proposal, task in found]


def unexplained(overdue_before: datetime, after: UUID | None, limit: int) -> Sequence[Proposal]:
    """Overdue matters nobody has given a reason for, by their id."""
    said = exists().where(
        ProposalEvent.community_id == Proposal.community_id,
        ProposalEvent.proposal_id == Proposal.id,
        ProposalEvent.kind == "overdue_explained",
        ProposalEvent.occurred_at >= Proposal.escalated_at,
    )
    rows = select(Proposal).where(Proposal.escalated_at <= overdue_before, ~said)
    if after is not None:
        rows = rows.where(Proposal.id > after)
    return db.session.scalars(rows.order_by(Proposal.id).limit(limit)).all()
