"""Reminding those who must act, and the reason they give when they were late."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from backend.clock import today, utc_now
from backend.days import day_of
from backend.deliberation.actions.filing import who_accepts
from backend.deliberation.actions.moves import record, take
from backend.deliberation.models import Proposal
from backend.deliberation.notices import reminders as notices
from backend.deliberation.queries import outcomes as found
from backend.deliberation.queries import reminders as waiting
from backend.deliberation.queries.belongings import latest_resolution
from backend.deliberation.rules import clocks, filing
from backend.notifications.actions import announce, announce_all
from backend.notifications.models import Notice
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids

AT_A_TIME = 200
OFFICES = {"referred": "street_clerk", "inspecting": "supervisor"}
ASSIGNED = ("inquiring", "referred", "guided")


def explain(
    caller: Caller, proposal_id: UUID, *, reason: str, expected_on: date, version: int
) -> Proposal:
    """说明逾期原因: an apology, the reason and a new day, which the author reads.

    The clock stays as it is: what is late stays late.
    """
    filing.check_expected(expected_on, today())
    proposal, by = take(caller, community_of(caller), proposal_id, version)
    record(
        proposal,
        "overdue_explained",
        by,
        action="explain_overdue",
        note=reason,
        payload={"expected_on": expected_on.isoformat()},
    )
    announce(notices.explained(proposal, reason, expected_on))
    return proposal


def asking_why(
    proposal: Proposal, holders: Callable[..., list[UUID]] = holder_ids, again: int = 0
) -> list[Notice]:
    """Have whoever let the clock run out say why."""
    return [
        notices.explanation_owed(proposal, person, again)
        for person in _in_charge(proposal, holders)
    ]


def remind_of_referrals(after: UUID | None) -> UUID | None:
    """The next departments that have not answered; the last one's id, None at the end."""
    now = utc_now()
    rows = waiting.unanswered_referrals(_ago(clocks.REFERRAL_REMINDER), after, AT_A_TIME)
    for proposal, referral in rows:
        week = (now - referral.sent_at) // timedelta(days=clocks.REFERRAL_REMINDER)
        for person in _in_charge(proposal):
            announce(notices.referral_waits(proposal, referral, person, week))
    return rows[-1][1].id if rows else None


def remind_of_tasks(after: UUID | None) -> UUID | None:
    """The next tasks nobody has reported on; the last one's id, None at the end."""
    now = utc_now()
    rows = waiting.silent_tasks(_ago(clocks.NEWS_OF_A_TASK), after, AT_A_TIME)
    for proposal, task in rows:
        last = max(each for each in (proposal.status_since, task.created_at, task.news_at) if each)
        time = (now - last) // timedelta(days=clocks.NEWS_OF_A_TASK)
        announce(notices.news_wanted(proposal, task, day_of(last), time))
    return rows[-1][1].id if rows else None


def remind_of_explanations(after: UUID | None) -> UUID | None:
    """The next unexplained matters; the last one's id, None at the end."""
    now = utc_now()
    rows = waiting.unexplained(_ago(clocks.EXPLANATION_REMINDER), after, AT_A_TIME)
    for proposal in rows:
        late = now - (proposal.escalated_at or now)
        again = late // timedelta(days=clocks.EXPLANATION_REMINDER)
        announce_all(asking_why(proposal, again=again))
    return rows[-1].id if rows else None


def _ago(days: int) -> datetime:
    return utc_now() - timedelta(days=days)


def _in_charge(proposal: Proposal, holders: Callable[..., list[UUID]] = holder_ids) -> list[UUID]:
    """Who does the work, or was named for the matter, with the office; else the chair."""
    if proposal.status == "submitted":
        return who_accepts(proposal)
    if proposal.status == "acting" and (decision := latest_resolution(proposal)) is not None:
        tasks = found.tasks_of(proposal, decision.id)
        doing = list(dict.fromkeys(task.assignee_id for task in tasks if task.state == "open"))
        if doing:
            return doing
    named = [proposal.assignee_id] if proposal.assignee_id and proposal.status in ASSIGNED else []
    office = OFFICES.get(proposal.status)
    there = holders(proposal.community_id, office) if office else []
    return list(dict.fromkeys([*named, *there])) or holders(proposal.community_id, "chair")
