"""Writing to the department once more about what it has answered before."""

from datetime import datetime

from backend.database import db
from backend.days import last_day_before
from backend.deliberation.models import Proposal, Referral
from backend.deliberation.queries.outcomes import latest_department


def refer_again(proposal: Proposal, *, at: datetime) -> None:
    """A matter that has just become `referred` anew; its clock is the department's."""
    db.session.add(
        Referral(
            community_id=proposal.community_id,
            proposal_id=proposal.id,
            department=latest_department(proposal),
            sent_at=at,
            due_on=last_day_before(proposal.status_due_at or at),
        )
    )
