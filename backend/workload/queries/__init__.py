"""待办: what waits for one person in all domains, by the day it is due, in one statement.

It lists what there is to do, never who has done how much of it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from backend.clock import today, utc_now
from backend.database import db
from backend.deliberation.queries.matters import asked_by, visible_to
from backend.residents.models import Caller
from backend.residents.queries.covering import buildings_covered
from backend.workload.queries.neighbourhood import NEIGHBOURHOOD
from backend.workload.queries.points import POINTS

_COLUMNS = "kind, id, matter_id, title, reference, due_at"
COVERING = ("grid_worker", "service_worker", "committee_member", "chair")
KINDS = (*NEIGHBOURHOOD, *POINTS)
NAMES = tuple(kind.name for kind in KINDS)


def work_of(
    community_id: UUID,
    caller: Caller,
    *,
    kind: str | None = None,
    after: tuple[datetime | None, UUID, str] | None = None,
    limit: int,
) -> list[dict[str, Any]]:
    """A page of what waits for the caller, first due first, one row more than `limit`.

    `after`: day, id and kind of the row before; one matter may wait for two things at once.
    """
    found = _union(caller, kind)
    if not found:
        return []
    place = "coalesce(due_at, 'infinity'), id, kind"
    beyond = f"WHERE ({place}) > (:after_due, :after_id, :after_kind)" if after else ""
    due_at, last, last_kind = after or (None, None, None)
    rows = db.session.execute(
        text(
            f"SELECT {_COLUMNS} FROM ({found}) AS work {beyond}"  # noqa: S608, our own words
            f" ORDER BY {place} LIMIT :rows"
        ),
        _asked(community_id, caller)
        | {
            "after_due": due_at or "infinity",
            "after_id": last,
            "after_kind": last_kind,
            "rows": limit + 1,
        },
    )
    return [dict(row) for row in rows.mappings()]


def count_of_work(community_id: UUID, caller: Caller) -> int:
    """How much waits for the caller: one's own number, shown to nobody else."""
    found = _union(caller, None)
    if not found:
        return 0
    counted = text(f"SELECT count(*) FROM ({found}) AS work")  # noqa: S608, our own words
    return db.session.scalar(counted, _asked(community_id, caller)) or 0


def kinds_of(caller: Caller) -> list[str]:
    """The kinds of work that can come to the caller at all."""
    return [kind.name for kind in KINDS if kind.serves(caller)]


def _union(caller: Caller, only: str | None) -> str:
    seen = visible_to(caller)
    return " UNION ALL ".join(
        kind.sql.replace("{seen}", seen)
        for kind in KINDS
        if kind.serves(caller) and only in (None, kind.name)
    )


def _asked(community_id: UUID, caller: Caller) -> dict[str, Any]:
    covered = buildings_covered(caller, today(), *COVERING)
    return asked_by(community_id, caller) | {
        "now": utc_now(),
        "today": today(),
        "is_supervisor": "supervisor" in caller.roles,
        "is_chair": "chair" in caller.roles,
        "is_moderator": "moderator" in caller.roles,
        "all_buildings": covered is None,
        "buildings": list(covered or ()),
    }
