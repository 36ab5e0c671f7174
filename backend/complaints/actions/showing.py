"""A complaint with all that happened, as its author sees it and as staff do."""

from typing import Any
from uuid import UUID

from backend import crypto
from backend.complaints import queries, rules
from backend.complaints.actions.moves import HANDLERS, concerned
from backend.complaints.models import CONTACT, Complaint, ComplaintEvent
from backend.moderation.queries import find_case
from backend.residents.models import CHANNEL_NAMES, Caller, community_of
from backend.residents.queries.people import close_to, names

HAPPENED = {
    "received": "提出",
    "accepted": "受理",
    "answered": "答复",
    "satisfied": "表示满意",
    "unsatisfied": "表示不满意",
    "unreachable": "没有联系上",
}
REVIEWS = {
    "held": "正在审核",
    "escalated": "已报主任，还在审核",
    "passed": "看过，可以留着",
    "returned": "已退回，别人看不到了",
    "replaced": "作者改过，按新的审核",
}
COMMITTEE, STREET, SELF = "居委会", "街道", "本人"


def show_own(caller: Caller, complaint_id: UUID) -> dict[str, Any]:
    """The caller's own; who of the staff did what is not in it."""
    complaint = queries.find_own(community_of(caller), caller.resident_id, complaint_id)
    return {
        "complaint": complaint,
        "may_say": rules.may_say(
            state=complaint.state, round=complaint.round, closed_as=complaint.closed_as
        ),
        "history": [
            _event(each, _office(each, to_self="我")) for each in queries.history_of(complaint)
        ],
    }


def show_to_staff(caller: Caller, complaint_id: UUID) -> dict[str, Any]:
    """Any of the community's but those about the caller.

    Who wrote is for those who may handle it: not for who oversees them, nor for kin of
    somebody it is about.
    """
    complaint = queries.find_for_staff(community_of(caller), caller.resident_id, complaint_id)
    history = queries.history_of(complaint)
    people = names(
        [complaint.complainant_id, complaint.about_id, *(each.by_id for each in history)]
    )
    free = rules.may_handle(
        caller.resident_id,
        concerned=concerned(complaint),
        close_to_handler=close_to(complaint.community_id, caller),
    )
    knows = free and not caller.roles.isdisjoint(HANDLERS)
    person = people.get(complaint.complainant_id, "") if complaint.complainant_id else ""
    case = find_case(complaint.community_id, complaint.case_id) if complaint.case_id else None
    return {
        "complaint": complaint,
        "history": [
            _event(each, _office(each, to_self=(knows and person) or SELF), people)
            for each in history
        ],
        "complainant": person if knows else "",
        "contact": contact_of(complaint) if knows else "",
        "about": people.get(complaint.about_id, "") if complaint.about_id else "",
        "reason": rules.REASONS.get(complaint.reason_code or "", ""),
        "channel_label": CHANNEL_NAMES[complaint.channel],
        "review": REVIEWS[case.state] if case else "",
        "may_handle": free,
    }


def contact_of(complaint: Complaint) -> str:
    """The name and number somebody left who is in no register."""
    if complaint.contact_sealed is None:
        return ""
    return crypto.unseal(complaint.contact_sealed, f"{CONTACT}:{complaint.id}")


def _event(event: ComplaintEvent, by: str, people: dict[UUID, str] | None = None) -> dict[str, Any]:
    is_staff = event.by_role != rules.COMPLAINANT
    name = (people or {}).get(event.by_id, "") if is_staff else ""
    return {
        "at": event.created_at,
        "kind": event.kind,
        "label": HAPPENED[event.kind],
        "by": f"{by} {name}".strip(),
        "note": event.note,
    }


def _office(event: ComplaintEvent, *, to_self: str) -> str:
    if event.by_role == rules.COMPLAINANT:
        return to_self
    return STREET if event.by_role.startswith("street") else COMMITTEE
