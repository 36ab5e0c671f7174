"""The system's own moves: what happens to one matter when its clock has run out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from backend.clock import utc_now
from backend.days import end_of
from backend.deliberation.actions.adjourned import requeue
from backend.deliberation.actions.appraising import JUST_BEFORE, close_appraisal
from backend.deliberation.actions.moves import move, record
from backend.deliberation.actions.reminders import asking_why
from backend.deliberation.actions.standing import Standing, timetable_stands
from backend.deliberation.actions.tasks import last_day_of_work
from backend.deliberation.models import Proposal
from backend.deliberation.notices import outcomes as notices
from backend.deliberation.queries import outcomes as found
from backend.deliberation.queries import sweeping
from backend.deliberation.queries.appraisals import latest_question
from backend.deliberation.queries.belongings import latest_resolution
from backend.deliberation.rules import clocks, stages
from backend.deliberation.rules.guards import Facts
from backend.deliberation.rules.outcomes import closed_as
from backend.errors import Conflict
from backend.notifications.actions import announce, announce_all
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.holidays import holidays

DUE_AT_A_TIME = 200
# For what depends on no fact; asking for the facts of ten thousand matters takes its time.
SYSTEM = Standing(actor_id=None, roles=frozenset({"system"}), channel="system", facts=Facts())
# Who is told first when a matter stands still, by status; overdue once more, the street is.
NEXT_LEVEL: Mapping[str, tuple[str, ...]] = {
    "referred": ("chair", "street_clerk"),
    "resolved": ("chair", "supervisor"),
    "publicized": ("chair", "supervisor", "committee_member", "counter_clerk"),
    "inspecting": ("chair", "supervisor"),
    "appraising": ("chair", "supervisor"),
    "outcome_publicized": ("chair", "supervisor", "committee_member", "counter_clerk"),
}
FIRST = ("chair",)
STREET = ("street_clerk", "street_lead", "supervisor")


def due_now(
    after: tuple[datetime, UUID] | None = None,
) -> list[tuple[UUID, UUID, datetime]]:
    """(community, matter, due) of the next matters that are due; `after` is the last one seen."""
    return sweeping.due_page(utc_now(), after, limit=DUE_AT_A_TIME)


class Offices:
    """Who holds which office where, asked once for a block of matters."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], list[UUID]] = {}

    def holders(self, community_id: UUID, *roles: str) -> list[UUID]:
        asked = (community_id, *roles)
        if asked not in self._known:
            self._known[asked] = holder_ids(community_id, *roles)
        return self._known[asked]


def move_all_due(block: Sequence[tuple[UUID, UUID]]) -> int:
    """Do what is due with these matters; how many still were due and free."""
    offices = Offices()
    return sum(move_if_due(community_id, matter, offices) for community_id, matter in block)


def move_if_due(community_id: UUID, proposal_id: UUID, offices: Offices | None = None) -> bool:
    """Do what is due with one matter, as of the time it was due; nothing if it no longer is."""
    locked = sweeping.lock_if_due(community_id, proposal_id, utc_now())
    if locked is None or locked[0].status_due_at is None:
        return False
    proposal, last_event_at = locked
    due_at = proposal.status_due_at or utc_now()
    told_before = proposal.escalated_at is not None and proposal.escalated_at >= due_at
    if told_before and proposal.status == "acting":
        due_at += sweeping.STREET_AFTER
    at = max(due_at, last_event_at or due_at)
    try:
        done = _SWEEPS.get(proposal.status, _nothing)(proposal, at)
    except Conflict:  # a precondition is missing: people must act
        done = False
    if not done:
        _escalate(proposal, at, offices or Offices())
    return True


def _nothing(_proposal: Proposal, _at: datetime) -> bool:
    return False


def _drop_draft(proposal: Proposal, _at: datetime) -> bool:
    """Thirty days after the last word was written."""
    written_at = sweeping.words_written_at(proposal)
    due = clocks.next_due("draft", written_at, holidays()) if written_at else None
    if due is not None and due > utc_now():
        proposal.status_due_at = due
    elif proposal.last_seq == 0:
        sweeping.drop_draft(proposal)
    else:  # its chain is evidence: the words stay with their author, and no clock runs
        proposal.status_due_at = None
    return True


def _lapse(proposal: Proposal, at: datetime) -> bool:
    move(proposal, "lapsed", SYSTEM, payload=_delay(proposal), at=at)
    announce(notices.lapsed(proposal))
    return True


def _close_guided(proposal: Proposal, at: datetime) -> bool:
    _close(proposal, at, "guided")
    return True


def _without_a_day(proposal: Proposal, at: datetime) -> bool:
    return requeue(proposal, SYSTEM, at, _delay(proposal))


def _after_objections(proposal: Proposal, at: datetime) -> bool:
    """Agreed: work begins. Not agreed: closed when the notice has hung its full term."""
    by = timetable_stands(proposal, at)
    if by.facts.outcome != "agreed":
        _close(proposal, at, closed_as(by.facts.outcome, None))
        return True
    last = last_day_of_work(proposal)
    move(
        proposal,
        "acting",
        by,
        payload=_delay(proposal),
        at=at,
        due_at=end_of(last) if last else None,
    )
    announce(notices.work_begins(proposal))
    decision = latest_resolution(proposal)
    for task in found.tasks_of(proposal, decision.id) if decision else ():
        if task.state == "open":
            announce(notices.task_given(proposal, task))
    return True


def _close_appraised(proposal: Proposal, at: datetime) -> bool:
    asked = latest_question(proposal)
    snapshot = asked.snapshot if asked else None
    decision = latest_resolution(proposal)
    _close(
        proposal,
        at,
        closed_as(decision.outcome if decision else None, snapshot["next"] if snapshot else None),
    )
    return True


def _close(proposal: Proposal, at: datetime, how: str) -> None:
    move(
        proposal,
        "closed",
        timetable_stands(proposal, at),
        payload=_delay(proposal) | {"closed_as": how},
        at=at,
        closed_as=how,
    )
    announce(notices.closed(proposal, stages.CLOSED_AS[how]))


def _escalate(proposal: Proposal, at: datetime, offices: Offices) -> None:
    """Once for every clock: the author reads an apology, the next level hears of it."""
    again = proposal.escalated_at is not None
    people = STREET if again else NEXT_LEVEL.get(proposal.status, FIRST)
    proposal.escalated_at = at
    event = record(
        proposal,
        "overdue",
        SYSTEM,
        payload=_delay(proposal) | {"level": 2 if again else 1},
        at=at,
    )
    label = stages.STATES[proposal.status].label
    announce_all(
        [
            notices.overdue(proposal, proposal.author_id, event.seq),
            *asking_why(proposal, offices.holders),
            *(
                notices.overdue_upward(proposal, person, event.seq, label)
                for person in offices.holders(proposal.community_id, *people)
            ),
        ]
    )
    if proposal.status == "submitted" and not again:
        began = (proposal.status_due_at or at) - JUST_BEFORE
        proposal.status_due_at = clocks.due_at(began, clocks.CHAIR_TAKES_OVER, holidays())


def _delay(proposal: Proposal) -> dict[str, object]:
    """What was due when, and how much later it is done."""
    if proposal.status_due_at is None:
        return {}
    late = utc_now() - proposal.status_due_at
    return {
        "due_at": proposal.status_due_at.isoformat(timespec="seconds"),
        "delay_seconds": int(late.total_seconds()),
    }


_SWEEPS = {
    "draft": _drop_draft,
    "returned": _lapse,
    "guided": _close_guided,
    "adjourned": _without_a_day,
    "publicized": _after_objections,
    "appraising": close_appraisal,
    "outcome_publicized": _close_appraised,
}
