"""From a session token to the person, their homes and their live roles, in one statement."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from backend.database import ask, db
from backend.residents.models.masks import UNNAMED

CallerRow = Mapping[str, Any]
_CALLER = """
SELECT s.id AS session_id, s.kind, s.resident_id, r.home_community_id,
       r.phone_mac IS NOT NULL AS has_phone,
       (SELECT json_agg(json_build_array(h.community_id, h.household_id, h.is_main))
          FROM residency h
         WHERE h.resident_id = s.resident_id AND h.valid @> CAST(:today AS date)) AS homes,
       (SELECT json_agg(json_build_object(
                 'id', a.id, 'role', a.role, 'scope_type', a.scope_type, 'scope_id', a.scope_id,
                 'community_id', a.community_id, 'street_id', a.street_id,
                 'communities', CASE WHEN a.scope_type = 'street' THEN
                    (SELECT json_agg(c.id) FROM community c WHERE c.street_id = a.street_id) END)
               ORDER BY a.id)
          FROM role_assignment a
         WHERE a.resident_id = s.resident_id AND a.state = 'live'
           AND a.valid @> CAST(:today AS date)) AS duties
  FROM login_session s JOIN resident r ON r.id = s.resident_id
 WHERE s.token_hash = :token_hash AND s.revoked_at IS NULL AND s.expires_at > :now
   AND r.status = 'active'
"""
_SEAT = """
SELECT coalesce(r.name, r.nickname) AS person,
       (SELECT c.name FROM community c WHERE c.id = :here) AS community
  FROM resident r WHERE r.id = :me
"""


def caller_row(token_hash: str, *, now: datetime, today: date) -> CallerRow | None:
    """One row of `_CALLER`, or None where no live session has this token."""
    asked = {"token_hash": token_hash, "now": now, "today": today}
    return next(iter(ask(_CALLER, asked)), None)


def own_caller_row(token_hash: str, *, now: datetime, today: date) -> CallerRow | None:
    """As `caller_row`, seen from inside the present transaction."""
    asked = {"token_hash": token_hash, "now": now, "today": today}
    row = db.session.execute(text(_CALLER), asked).mappings().first()
    return None if row is None else dict(row)


def seat_names(me: UUID, here: UUID | None) -> tuple[str, str]:
    """The names of who sits at a desk and of the community it serves; on every page of it."""
    row = ask(_SEAT, {"me": me, "here": here})[0]
    return row["person"] or UNNAMED, row["community"] or ""
