"""Where somebody acts and for whom, and the evidence that staff did."""

from typing import Any
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today
from backend.residents.models import Caller, community_of
from backend.residents.queries.covering import covers_person
from backend.virtue_bank.rules.deeds import NotYourPerson

RECORDERS = ("grid_worker", "service_worker", "committee_member", "counter_clerk", "chair")


def check_speaks_for(caller: Caller, resident_id: UUID) -> None:
    """Staff type the words of people whose home a role of theirs covers.

    Raises:
        NotYourPerson: none does.
    """
    if not covers_person(caller, resident_id, today(), *RECORDERS):
        raise NotYourPerson("请由负责这户的网格员或社区窗口代录。")


def witness(
    caller: Caller, action: str, object_type: str, object_id: UUID | None, **detail: Any
) -> None:
    """Keep as evidence what a member of the staff did; `detail` holds ids, numbers and codes."""
    record(
        action,
        object_type=object_type,
        object_id=object_id,
        actor_id=caller.hand_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=community_of(caller),
        on_behalf_of_id=caller.resident_id if caller.proxy else None,
        detail=detail,
    )
