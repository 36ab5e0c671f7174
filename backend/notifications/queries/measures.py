"""Sums over the outbox for the metrics."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from backend.database import db

_DUE = text("""
SELECT count(*) AS due, min(due_at) AS oldest FROM delivery
 WHERE state = 'due' AND channel = 'wechat' AND lane BETWEEN 0 AND 15
   AND urgency = ANY(:urgencies) AND due_at <= :now
""")
_UNEXPANDED = text("SELECT min(created_at) FROM notice WHERE expanded_at IS NULL")
_REACH = text("""
SELECT n.kind, count(*) FILTER (WHERE d.channel = 'inbox') AS people,
       count(*) FILTER (WHERE d.channel <> 'inbox' AND d.state = 'delivered') AS reached
  FROM notice n JOIN delivery d ON d.community_id = n.community_id AND d.notice_id = n.id
 WHERE n.created_at >= :since AND n.kind <> 'digest' GROUP BY n.kind
""")
_BALANCES = text("""
SELECT template, sum(accepted - spent) AS left_over FROM subscription
 WHERE muted_at IS NULL AND banned_at IS NULL AND NOT long_term GROUP BY template
""")


def cards_due(now: datetime, urgencies: Sequence[int]) -> tuple[int, datetime | None]:
    """How many cards could go out now, and since when the oldest could."""
    row = db.session.execute(_DUE, {"now": now, "urgencies": list(urgencies)}).one()
    return row.due, row.oldest


def oldest_unexpanded() -> datetime | None:
    found: datetime | None = db.session.scalar(_UNEXPANDED)
    return found


def reach_since(since: datetime) -> Sequence[Any]:
    """(kind, people, reached) of the notices since then; reached means by a card or a digest."""
    return db.session.execute(_REACH, {"since": since}).all()


def balances() -> Sequence[Any]:
    """(template, messages left) of all people together."""
    return db.session.execute(_BALANCES).all()
