"""Accepting, answering, calling back, and what the person says of the answer."""

from uuid import UUID

from backend.clock import utc_now
from backend.complaints import notices, queries, rules
from backend.complaints.actions.moves import (
    concerned,
    due_anew,
    due_at,
    happened,
    tell,
    tell_handlers,
    unconcerned,
)
from backend.complaints.models import Complaint
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.people import close_to

OVERSEERS = ("supervisor", "street_clerk", "chair")


def accept(caller: Caller, complaint_id: UUID) -> Complaint:
    """受理: from now on the days of the answer run.

    Raises:
        OwnComplaint: it concerns the handler, their household or near relatives.
        NotNow: it was accepted before.
    """
    complaint = _taken(caller, complaint_id, "received")
    complaint.state = "accepted"
    due_anew(complaint, "complaint.answer_working_days")
    happened(complaint, "accepted", caller)
    tell(notices.accepted(complaint))
    return complaint


def answer(caller: Caller, complaint_id: UUID, *, text: str) -> Complaint:
    """答复: the person reads it and says whether that will do.

    Raises:
        OwnComplaint: it concerns the handler, their household or near relatives.
        NotNow: it was not accepted, or is answered.
    """
    complaint = _taken(caller, complaint_id, "accepted")
    complaint.state = "answered"
    due_anew(complaint, "complaint.call_back_working_days")
    happened(complaint, "answered", caller, note=text)
    tell(notices.answered(complaint))
    return complaint


def call_back(
    caller: Caller, complaint_id: UUID, *, outcome: str, note: str, channel: str
) -> Complaint:
    """回访: what the person said on the phone or at the door, or that nobody was reached.

    Raises:
        OwnComplaint: it concerns the handler, their household or near relatives.
        NotNow: there is no answer to ask about.
    """
    complaint = _taken(caller, complaint_id, "answered")
    _heard(caller, complaint, outcome, note=note, by_role=caller.acting_role, channel=channel)
    return complaint


def say(caller: Caller, complaint_id: UUID, *, satisfied: bool, note: str) -> Complaint:
    """Say of an answer whether it will do; once, dissatisfaction opens the case again.

    Raises:
        NotNow: there is no answer, or everything was said.
    """
    complaint = queries.lock_own(community_of(caller), caller.resident_id, complaint_id)
    rules.check_may_say(state=complaint.state, round=complaint.round, closed_as=complaint.closed_as)
    outcome = "satisfied" if satisfied else "unsatisfied"
    _heard(
        caller,
        complaint,
        outcome,
        note=note,
        by_role=rules.COMPLAINANT,
        channel=caller.channel,
    )
    return complaint


def tell_overdue() -> None:
    """Tell those who oversee, and the person, once, that a day has passed."""
    for complaint in queries.lock_overdue(utc_now()):
        for overseer in unconcerned(complaint, OVERSEERS):
            announce(notices.overdue_to_overseer(complaint, overseer))
        tell(notices.overdue_to_person(complaint))
        complaint.overdue_told_at = utc_now()


def _heard(
    caller: Caller, complaint: Complaint, outcome: str, *, note: str, by_role: str, channel: str
) -> None:
    happened(complaint, outcome, caller, note=note, by_role=by_role, channel=channel)
    calls = queries.calls_in_vain(complaint) if outcome == "unreachable" else 0
    follows = rules.after_hearing(outcome, round=complaint.round, calls=calls)
    is_again = follows.round != complaint.round
    days = "complaint.answer_working_days" if is_again else "complaint.call_back_working_days"
    due = None if follows.state == "closed" else due_at(complaint.community_id, days)
    complaint.state, complaint.round = follows.state, follows.round
    complaint.closed_as, complaint.due_at = follows.closed_as, due
    complaint.overdue_told_at = None
    if follows.state == "closed":
        tell(notices.closed(complaint))
    elif is_again:
        tell(notices.opened_again(complaint))
        tell_handlers(complaint)


def _taken(caller: Caller, complaint_id: UUID, state: str) -> Complaint:
    """The complaint, held, if the caller may handle it and it stands in this state."""
    complaint = queries.lock_for_staff(community_of(caller), caller.resident_id, complaint_id)
    rules.check_may_handle(
        caller.resident_id,
        concerned=concerned(complaint),
        close_to_handler=close_to(complaint.community_id, caller),
    )
    rules.check_state(complaint.state, state)
    return complaint
