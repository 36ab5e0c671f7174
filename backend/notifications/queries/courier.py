"""The courier's statements: lease a lane, claim what is due in it, record what came of it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from backend.database import db
from backend.notifications.models import LANES
from backend.notifications.queries.reach import CONSENT_PURPOSE

_SET_UP_LANES = text("""
INSERT INTO courier_lane (lane, leased_until)
SELECT lane, :now FROM generate_series(0, :last) AS lane ON CONFLICT DO NOTHING
""")

_LEASE = text("""
UPDATE courier_lane SET leased_until = :until, leased_by = :courier
 WHERE lane = (
    SELECT l.lane FROM courier_lane l
     WHERE l.leased_until <= :now
       AND (EXISTS (SELECT 1 FROM delivery d
                     WHERE d.lane = l.lane AND d.state = 'due' AND d.channel = 'wechat'
                       AND d.urgency = ANY(:urgencies) AND d.due_at <= :now)
            OR EXISTS (SELECT 1 FROM delivery d
                        WHERE d.lane = l.lane AND d.state = 'sending' AND d.channel = 'wechat'))
     ORDER BY l.leased_until, l.lane LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING lane
""")

_FREE = text("""
UPDATE courier_lane SET leased_until = :now, leased_by = NULL
 WHERE lane = :lane AND leased_by = :courier
""")

# Whoever sent these died before saying what came of it; WeChat's event may have said so.
_FIND_LOST = text("""
UPDATE delivery
   SET state = CASE WHEN msgid IS NOT NULL THEN 'delivered'
                    WHEN attempts >= :most THEN 'given_up' ELSE 'due' END,
       finished_at = CASE WHEN msgid IS NOT NULL OR attempts >= :most
                          THEN CAST(:now AS timestamptz) END,
       reason = CASE WHEN msgid IS NULL AND attempts >= :most THEN 'lost' END,
       due_at = CASE WHEN msgid IS NULL AND attempts < :most
                     THEN CAST(:again AS timestamptz) END,
       unsure = msgid IS NULL
 WHERE lane = :lane AND state = 'sending' AND channel = 'wechat'
""")

# Live identities are picked by the order, not by a condition, for the reason in `reach`.
_DUE = text("""
WITH near AS (
    SELECT c.* FROM unnest(CAST(:urgencies AS integer[])) AS u(urgency)
    CROSS JOIN LATERAL (
        SELECT d.community_id, d.id, d.notice_id, d.resident_id, d.urgency, d.due_at,
               d.attempts, d.unsure, d.subscription_id
          FROM delivery d
         WHERE d.lane = :lane AND d.state = 'due' AND d.channel = 'wechat'
           AND d.urgency = u.urgency AND d.due_at <= :now
         ORDER BY d.due_at, d.id LIMIT :near FOR UPDATE SKIP LOCKED) AS c
), first AS (
    SELECT DISTINCT ON (resident_id) * FROM near ORDER BY resident_id, urgency, due_at, id
)
SELECT f.community_id, f.id, f.resident_id, f.urgency, f.attempts, f.unsure,
       f.subscription_id AS held_id, n.kind, n.payload, n.page, n.expires_at,
       w.id AS identity_id, w.openid_sealed, s.id AS subscription_id,
       coalesce((SELECT k.withdrawn_at IS NOT NULL FROM consent k
                  WHERE k.resident_id = f.resident_id AND k.purpose = :purpose
                  ORDER BY k.given_at DESC LIMIT 1), false) AS withdrew
  FROM first f
  JOIN notice n ON n.community_id = f.community_id AND n.id = f.notice_id
  LEFT JOIN LATERAL (
       SELECT i.id, i.openid_sealed, i.unbound_at FROM wechat_identity i
        WHERE i.resident_id = f.resident_id
        ORDER BY (i.unbound_at IS NULL) DESC, i.bound_at DESC LIMIT 1) AS w
         ON w.unbound_at IS NULL
  LEFT JOIN subscription s
         ON s.wechat_identity_id = w.id AND s.template = CAST(:templates AS jsonb) ->> n.kind
 ORDER BY f.urgency, f.due_at, f.id LIMIT :most
""")

_RESERVE = text("""
UPDATE subscription SET spent = spent + 1
 WHERE id = ANY(:ids) AND (long_term OR spent < accepted)
   AND muted_at IS NULL AND banned_at IS NULL
RETURNING id
""")

_CLAIM = text("""
UPDATE delivery d
   SET state = r.state, reason = r.reason, subscription_id = r.subscription_id,
       attempts = d.attempts + CASE WHEN r.state = 'sending' THEN 1 ELSE 0 END,
       msgid = NULL, due_at = CASE WHEN r.state = 'sending' THEN d.due_at END,
       finished_at = CASE WHEN r.state <> 'sending' THEN CAST(:now AS timestamptz) END
  FROM jsonb_to_recordset(CAST(:rows AS jsonb))
       AS r(community_id uuid, id uuid, state text, reason text, subscription_id uuid)
 WHERE d.community_id = r.community_id AND d.id = r.id
""")

# `attempts` tells our try from a later one by a courier who found us dead.
_RECORD = text("""
UPDATE delivery d
   SET state = r.state, due_at = r.due_at, reason = r.reason, unsure = r.unsure,
       attempts = d.attempts - CASE WHEN r.counted THEN 0 ELSE 1 END,
       msgid = coalesce(r.msgid, d.msgid),
       subscription_id = CASE WHEN r.keeps THEN d.subscription_id END,
       finished_at = CASE WHEN r.state <> 'due' THEN CAST(:now AS timestamptz) END
  FROM jsonb_to_recordset(CAST(:rows AS jsonb))
       AS r(community_id uuid, id uuid, attempts integer, state text, due_at timestamptz,
            reason text, unsure boolean, counted boolean, keeps boolean, msgid text)
 WHERE d.community_id = r.community_id AND d.id = r.id
   AND d.attempts = r.attempts AND d.state IN ('sending', 'due')
RETURNING d.id
""")


def lease_lane(
    courier_id: UUID, urgencies: Sequence[int], *, now: datetime, lasting: timedelta
) -> int | None:
    """A free lane in which something is due, ours until the lease ends; None if there is none."""
    asked = {
        "now": now,
        "until": now + lasting,
        "courier": courier_id,
        "urgencies": list(urgencies),
    }
    lane: int | None = db.session.scalar(_LEASE, asked)
    return lane


def set_up_lanes(now: datetime) -> None:
    db.session.execute(_SET_UP_LANES, {"now": now, "last": LANES - 1})


def free_lane(lane: int, courier_id: UUID, now: datetime) -> None:
    db.session.execute(_FREE, {"lane": lane, "courier": courier_id, "now": now})


def find_lost(lane: int, *, now: datetime, again: datetime, most: int) -> None:
    """Rows still `sending` in a lane we have just leased: they may have arrived.

    After `most` attempts they are given up.
    """
    asked = {"lane": lane, "now": now, "again": again, "most": most}
    db.session.execute(_FIND_LOST, asked)


def due_cards(
    lane: int,
    urgencies: Sequence[int],
    templates: Mapping[str, str],
    *,
    now: datetime,
    limit: int,
) -> list[dict[str, Any]]:
    """What is due in the lane, at most one card a person, locked."""
    asked = {
        "lane": lane,
        "urgencies": list(urgencies),
        "now": now,
        "near": 4 * limit,
        "most": limit,
        "purpose": CONSENT_PURPOSE,
        "templates": json.dumps(dict(templates)),
    }
    return [dict(row) for row in db.session.execute(_DUE, asked).mappings()]


def reserve(subscription_ids: Sequence[UUID]) -> set[UUID]:
    """Take one message from each of these balances; which ones had one."""
    if not subscription_ids:
        return set()
    return set(db.session.scalars(_RESERVE, {"ids": sorted(subscription_ids)}))


def claim(rows: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """Mark cards as being sent, or as ended before they were."""
    db.session.execute(_CLAIM, {"rows": _json(rows), "now": now})


def record(rows: Iterable[Mapping[str, Any]], now: datetime) -> set[UUID]:
    """Write down what came of the cards; the ids of those that were still ours."""
    return set(db.session.scalars(_RECORD, {"rows": _json(rows), "now": now}))


def _json(rows: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps(list(rows), default=str)
