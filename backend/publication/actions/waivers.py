"""Letting a due publication be: the chair says why, a supervisor agrees."""

from uuid import UUID

from backend.audit.actions import record
from backend.clock import utc_now
from backend.database import db
from backend.notifications.actions import announce
from backend.publication import notices, queries
from backend.publication.models import DueItem
from backend.publication.rules import corrections as rules
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids


def ask_waiver(caller: Caller, due_item_id: UUID, *, reason: str) -> DueItem:
    """Ask the supervisors to let it be; until they agree it stays due.

    Raises:
        DueItemSettled: it is published or waived.
        WaiverAsked: somebody has asked already.
    """
    item = queries.lock_due(community_of(caller), due_item_id)
    rules.check_waivable(is_open=item.is_open, asked=item.waiver_asked_by is not None)
    item.waiver_reason, item.waiver_asked_by = reason, caller.resident_id
    for person in holder_ids(item.community_id, "supervisor"):
        announce(notices.waiver_asked(item, person))
    _record("due_item.waiver_asked", caller, item)
    db.session.flush()
    return item


def answer_waiver(caller: Caller, due_item_id: UUID, *, agreed: bool) -> DueItem:
    """A supervisor agrees, or it stays due.

    Raises:
        NoWaiverAsked: nobody asked.
        OwnWaiver: the same person asked.
    """
    item = queries.lock_due(community_of(caller), due_item_id)
    rules.check_waiver_answer(
        is_open=item.is_open, asked_by=item.waiver_asked_by, answers=caller.resident_id
    )
    if agreed:
        item.waived_by, item.waived_at = caller.resident_id, utc_now()
    else:
        item.waiver_reason = item.waiver_asked_by = None
    _record("due_item.waived" if agreed else "due_item.waiver_refused", caller, item)
    db.session.flush()
    return item


def _record(action: str, caller: Caller, item: DueItem) -> None:
    record(
        action,
        object_type="due_item",
        object_id=item.id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=item.community_id,
        detail={"item": item.item_code, "source_id": str(item.source_id)},
    )
