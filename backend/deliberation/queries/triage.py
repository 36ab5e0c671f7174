"""The triage board: what waits to be accepted or sorted, with what seems to tell the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from backend.database import db
from backend.deliberation.queries.matters import asked_by, visible_to
from backend.residents.models import Caller

_SCOPE = """proposal p JOIN proposal_text t ON t.community_id = p.community_id
    AND t.proposal_id = p.id AND t.version = p.text_version"""
_LATE = "coalesce(p.status_due_at, 'infinity')"
_BEYOND = f"""({_LATE}, p.id) > (SELECT {_LATE}, p.id FROM proposal p
    WHERE p.community_id = :community_id AND p.id = :after)"""  # noqa: S608
_OPEN = """(SELECT count(*) FROM objection o JOIN proposal p ON p.community_id = o.community_id
    AND p.id = o.proposal_id WHERE o.community_id = :community_id AND o.decided_at IS NULL
    AND {seen})"""


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What the board is narrowed to; None leaves it open."""

    status: str
    grid_id: UUID | None = None
    due_before: datetime | None = None
    only: UUID | None = None


def waiting(
    community_id: UUID, caller: Caller, narrowed: Narrowed, *, after: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """A page of the board, what is due first first, one row more than `limit`; one statement."""
    seen = visible_to(caller)
    conditions = {
        "p.grid_id = :grid_id": narrowed.grid_id,
        "p.status_due_at < :due_before": narrowed.due_before,
        "p.id = :only": narrowed.only,
        _BEYOND: after,
    }
    wanted = " AND ".join(condition for condition, value in conditions.items() if value is not None)
    rows = db.session.execute(
        text(f"""
WITH page AS (
    SELECT p.id, p.community_id, p.serial_no, t.title, t.body, t.body_norm, p.place, p.version,
           p.preclass, p.category_code, p.status, p.status_due_at AS due_at, p.assignee_id,
           p.author_id = :me AS mine, p.round
      FROM {_SCOPE}
     WHERE p.community_id = :community_id AND p.status = :status AND {seen}
           {"AND " + wanted if wanted else ""}
     ORDER BY {_LATE}, p.id LIMIT :rows
)
SELECT page.*, w.name AS assignee,
    EXISTS (SELECT 1 FROM inquiry_note n WHERE n.community_id = page.community_id
        AND n.proposal_id = page.id AND n.round = page.round) AS is_noted,
    (SELECT json_agg(json_build_object('id', a.id, 'serial_no', a.serial_no, 'title', a.title))
       FROM (SELECT p.id, p.serial_no, t.title FROM {_SCOPE}
              WHERE p.community_id = :community_id AND p.id <> page.id AND p.status <> 'draft'
                AND t.body_norm % page.body_norm AND {seen}
              ORDER BY similarity(t.body_norm, page.body_norm) DESC LIMIT 3) a) AS alike
  FROM page LEFT JOIN resident w ON w.id = page.assignee_id
 ORDER BY coalesce(page.due_at, 'infinity'), page.id"""),  # noqa: S608, built of our own words
        asked_by(community_id, caller)
        | {
            "status": narrowed.status,
            "grid_id": narrowed.grid_id,
            "due_before": narrowed.due_before,
            "only": narrowed.only,
            "after": after,
            "rows": limit + 1,
        },
    )
    return [dict(row) for row in rows.mappings()]


def counts(community_id: UUID, caller: Caller) -> Mapping[str, int]:
    """How much waits on the board: to be accepted, to be sorted, to be answered."""
    seen = visible_to(caller)
    row = db.session.execute(
        text(f"""
SELECT count(*) FILTER (WHERE p.status = 'submitted') AS submitted,
       count(*) FILTER (WHERE p.status = 'inquiring') AS inquiring,
       {_OPEN.format(seen=seen)} AS objections
  FROM proposal p
 WHERE p.community_id = :community_id AND p.status IN ('submitted', 'inquiring')
   AND {seen}"""),  # noqa: S608, built of our own words
        asked_by(community_id, caller),
    )
    return dict(row.mappings().one())


def open_objections(
    community_id: UUID,
    caller: Caller,
    *,
    target: str | None = None,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """A page of appeals, objections and questions that wait, oldest first, one row more.

    `target` narrows it to one kind.
    """
    rows = db.session.execute(
        text(f"""
SELECT o.id, o.target, o.text, o.due_at, o.decided_by IS NOT NULL AS is_half_decided,
       p.id AS proposal_id, p.serial_no, t.title
  FROM objection o JOIN {_SCOPE} ON p.community_id = o.community_id AND p.id = o.proposal_id
 WHERE o.community_id = :community_id AND o.decided_at IS NULL AND {visible_to(caller)}
       {"AND o.id > :after" if after else ""} {"AND o.target = :target" if target else ""}
 ORDER BY o.id LIMIT :rows"""),  # noqa: S608, built of our own words
        asked_by(community_id, caller) | {"after": after, "target": target, "rows": limit + 1},
    )
    return [dict(row) for row in rows.mappings()]
