"""Objections as both sides see them, and as those who answer or judge do."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.residents.models import Caller, community_of
from backend.residents.queries.people import names
from backend.virtue_bank.actions.listing_deeds import rows
from backend.virtue_bank.actions.showing_deeds import readable
from backend.virtue_bank.models import DeedObjection
from backend.virtue_bank.queries import objections as queries
from backend.virtue_bank.rules.deeds import by_whom


def of_deed(caller: Caller, deed_id: UUID) -> list[DeedObjection]:
    """All objections to a deed the caller may read, oldest first."""
    return list(queries.objections_of(readable(caller, deed_id)))


def own(caller: Caller, *, limit: int, after: UUID | None) -> Sequence[DeedObjection]:
    """What the caller objected to or complained of, one row more than `limit`."""
    return queries.objections_by(community_of(caller), caller.resident_id, limit=limit, after=after)


def to_answer(
    caller: Caller, *, limit: int, after: tuple[datetime, UUID] | None
) -> list[dict[str, Any]]:
    """What waits for the committee."""
    return _handled(caller, waiting=[("objection", "open")], limit=limit, after=after)


def to_judge(
    caller: Caller, *, limit: int, after: tuple[datetime, UUID] | None
) -> list[dict[str, Any]]:
    """What waits for the supervisors: appeals, and complaints, which go to them at once."""
    return _handled(
        caller,
        waiting=[("objection", "appealed"), ("complaint", "open")],
        limit=limit,
        after=after,
    )


def _handled(
    caller: Caller,
    *,
    waiting: Collection[tuple[str, str]],
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> list[dict[str, Any]]:
    here = community_of(caller)
    found = queries.waiting_objections(
        here,
        caller.resident_id,
        waiting=waiting,
        limit=limit,
        after=after,
    )
    people = names(
        who for objection, _ in found for who in (objection.actor_id, objection.by_proxy_id)
    )
    deeds = {each["id"]: each for each in rows(here, [deed for _, deed in found])}
    return [
        {
            "id": objection.id,
            "deed_id": deed.id,
            "kind": objection.kind,
            "state": objection.state,
            "state_label": objection.state_label,
            "outcome": objection.outcome,
            "reason": objection.reason,
            "judged_reason": objection.judged_reason,
            "due_at": objection.due_at,
            "created_at": objection.created_at,
            "text": objection.text,
            "appeal_text": objection.appeal_text,
            "objector": by_whom(people, objection.actor_id, objection.by_proxy_id),
            "deed": deeds[deed.id],
        }
        for objection, deed in found
    ]
