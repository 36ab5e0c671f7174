"""Writing evidence into the transaction of what it proves, and sealing it later."""

from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from backend.audit import rules
from backend.audit.models import AuditEvent
from backend.clock import utc_now
from backend.database import db


def record(
    action: str,
    *,
    object_type: str,
    object_id: UUID | None = None,
    actor_id: UUID | None = None,
    actor_role: str = "system",
    session_kind: str = "none",
    community_id: UUID | None = None,
    on_behalf_of_id: UUID | None = None,
    outcome: str = "done",
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one event; it stays if and only if the current transaction commits.

    `detail` takes ids, codes, old and new enum values, counts and hashes, never free text.
    """
    columns = {
        "id": uuid7(),
        "at": utc_now(),
        "action": action,
        "object_type": object_type,
        "object_id": object_id,
        "actor_id": actor_id,
        "actor_role": actor_role,
        "session_kind": session_kind,
        "community_id": community_id,
        "on_behalf_of_id": on_behalf_of_id,
        "outcome": outcome,
        "detail": detail or {},
    }
    event_id = columns.pop("id")
    event = AuditEvent(**columns, row_hash=rules.row_hash(columns | {"id": event_id}))
    event.id = event_id
    db.session.add(event)
