"""Where somebody acts, and the evidence that staff did."""

from typing import Any
from uuid import UUID

from backend.audit.actions import record
from backend.residents.models import Caller, community_of


def witness(
    caller: Caller, action: str, object_type: str, object_id: UUID | None, **detail: Any
) -> None:
    """Keep as evidence what a member of the staff did; `detail` holds ids, numbers and codes."""
    record(
        action,
        object_type=object_type,
        object_id=object_id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=community_of(caller),
        detail=detail,
    )
