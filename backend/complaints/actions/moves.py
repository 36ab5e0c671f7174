"""What every step of a complaint does: history, evidence, the next day, who is told."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today
from backend.complaints import notices, rules
from backend.complaints.models import Complaint, ComplaintEvent
from backend.database import db
from backend.notifications.actions import announce
from backend.notifications.models import Notice
from backend.residents.models import Caller
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.holidays import holidays
from backend.residents.queries.people import (
    household_ids_of,
    kin_of,
    residents_of_households,
)
from backend.residents.queries.settings import setting_on

# Who is told of a new one: the first of these offices that has nothing to do with it.
HANDLERS = ("counter_clerk", "chair", "committee_member", "street_clerk")


def happened(
    complaint: Complaint,
    kind: str,
    caller: Caller,
    *,
    note: str = "",
    by_role: str = "",
    channel: str = "",
) -> None:
    """Keep it in the history, and as evidence without the words."""
    by_role = by_role or caller.acting_role
    db.session.add(
        ComplaintEvent(
            community_id=complaint.community_id,
            complaint_id=complaint.id,
            kind=kind,
            by_id=caller.resident_id,
            by_role=by_role,
            channel=channel or caller.channel,
            note=note,
        )
    )
    db.session.flush()
    record(
        f"complaint.{kind}",
        object_type="complaint",
        object_id=complaint.id,
        actor_id=caller.resident_id,
        actor_role=by_role,
        session_kind=caller.session_kind,
        community_id=complaint.community_id,
        on_behalf_of_id=complaint.complainant_id if by_role != rules.COMPLAINANT else None,
        detail={"kind": complaint.kind, "round": complaint.round},
    )


def due_at(here: UUID, setting: str) -> datetime:
    return rules.due_at(today(), setting_on(here, setting, today()), holidays())


def due_anew(complaint: Complaint, setting: str) -> None:
    complaint.due_at = due_at(complaint.community_id, setting)
    complaint.overdue_told_at = None


def tell_handlers(complaint: Complaint) -> None:
    for office in HANDLERS:
        people = unconcerned(complaint, [office])
        for person in people:
            announce(notices.to_handler(complaint, person))
        if people:
            return


def unconcerned(complaint: Complaint, offices: Iterable[str]) -> list[UUID]:
    """Holders of the first of the offices in which somebody has nothing to do with it."""
    people = {each for each in concerned(complaint) if each is not None}
    near = people | kin_of(people)
    homes = household_ids_of(complaint.community_id, people)
    shared = residents_of_households(
        complaint.community_id, frozenset[UUID]().union(*homes.values())
    )
    near = near.union(*shared.values())
    for office in offices:
        free = [each for each in holder_ids(complaint.community_id, office) if each not in near]
        if free:
            return free
    return []


def concerned(complaint: Complaint) -> tuple[UUID | None, ...]:
    return complaint.complainant_id, complaint.about_id


def tell(notice: Notice | None) -> None:
    if notice is not None:
        announce(notice)
