"""What the desk shows around meetings: their topics, what waits for a day, what came of items."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import text

from backend.database import db
from backend.deliberation.queries.matters import asked_by, visible_to
from backend.residents.models import Caller

_NOTICES = text("""
SELECT DISTINCT ON (b.source_id) b.source_id AS proposal_id, b.id, b.state, b.number
  FROM bulletin b
  JOIN proposal p ON p.community_id = b.community_id AND p.id = b.source_id
 WHERE b.community_id = :community_id AND b.source_type = 'proposal' AND b.kind = 'result'
   AND b.source_id = ANY(:proposal_ids) AND b.source_round = p.round
 ORDER BY b.source_id, b.version DESC
""")


def topics_of_meetings(
    community_id: UUID, caller: Caller, meeting_ids: Collection[UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    """The agendas of these meetings in order; a title only where the caller may read it."""
    rows = db.session.execute(
        text(f"""
SELECT i.meeting_id, p.id AS proposal_id, p.serial_no,
       CASE WHEN {visible_to(caller)} THEN t.title END AS title
  FROM agenda_item i
  JOIN proposal p ON p.community_id = i.community_id AND p.id = i.proposal_id
  JOIN proposal_text t ON t.community_id = i.community_id AND t.proposal_id = i.proposal_id
   AND t.version = i.text_version
 WHERE i.community_id = :community_id AND i.meeting_id = ANY(:meeting_ids)
   AND i.result IS DISTINCT FROM 'postponed'
 ORDER BY i.meeting_id, i.position"""),  # noqa: S608, built of our own words
        asked_by(community_id, caller) | {"meeting_ids": list(meeting_ids)},
    )
    topics: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows.mappings():
        topics.setdefault(row["meeting_id"], []).append(dict(row))
    return topics


def waiting_for_a_day(
    community_id: UUID, caller: Caller, *, body: str | None = None, limit: int
) -> list[dict[str, Any]]:
    """Matters that no agenda has yet, oldest first; one more than `limit`."""
    fits = "AND p.required_body IS NOT DISTINCT FROM :body" if body else ""
    rows = db.session.execute(
        text(f"""
SELECT p.id, p.serial_no, t.title, p.required_body, p.status, p.submitted_at, p.version,
       (SELECT count(*) FROM support s WHERE s.community_id = p.community_id
           AND s.proposal_id = p.id AND s.withdrawn_at IS NULL) AS supporters,
       EXISTS (SELECT 1 FROM proposal_event e WHERE e.community_id = p.community_id
           AND e.proposal_id = p.id AND e.kind = 'party_reviewed'
           AND e.payload->>'round' = p.round::text) AS is_reviewed
  FROM proposal p
  JOIN proposal_text t ON t.community_id = p.community_id AND t.proposal_id = p.id
   AND t.version = p.text_version
 WHERE p.community_id = :community_id AND p.status IN ('queued', 'adjourned') {fits}
   AND {visible_to(caller)}
 ORDER BY p.submitted_at, p.id LIMIT :rows"""),  # noqa: S608, built of our own words
        asked_by(community_id, caller) | {"body": body, "rows": limit + 1},
    )
    return [dict(row) for row in rows.mappings()]


def result_notices(
    community_id: UUID, proposal_ids: Collection[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The newest result notice of each matter in its present round."""
    asked = {"community_id": community_id, "proposal_ids": list(proposal_ids)}
    found = db.session.execute(_NOTICES, asked).mappings()
    return {row["proposal_id"]: dict(row) for row in found}
