"""What waits for today's digest, person by person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, cast, column, exists, func, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.types import Text

from backend.database import db
from backend.notifications.models import Delivery, Notice, NoticePreference, Subscription
from backend.notifications.queries.reach import has_message, is_message_of, withdrew
from backend.residents.models import WechatIdentity

_CANCEL_EXPIRED = text("""
UPDATE delivery d
   SET state = 'cancelled', reason = 'expired', due_at = NULL, finished_at = :now
  FROM notice n
 WHERE d.channel = 'digest' AND d.state = 'due' AND d.due_at <= :now
   AND n.community_id = d.community_id AND n.id = d.notice_id AND n.expires_at <= :now
""")

_WAITING = text("""
WITH people AS (
    SELECT DISTINCT resident_id FROM delivery
     WHERE channel = 'digest' AND state = 'due' AND due_at <= :now
     ORDER BY resident_id LIMIT :limit
), matters AS (
    SELECT d.resident_id, n.kind, (array_agg(d.community_id))[1] AS community_id,
           count(DISTINCT coalesce(n.thread_key, CAST(n.id AS text))) AS number
      FROM people p
      JOIN delivery d ON d.resident_id = p.resident_id AND d.channel = 'digest'
                     AND d.state = 'due' AND d.due_at <= :now
      JOIN notice n ON n.community_id = d.community_id AND n.id = d.notice_id
     GROUP BY d.resident_id, n.kind
)
SELECT m.resident_id, jsonb_object_agg(m.kind, m.number) AS counts,
       coalesce(r.home_community_id, (array_agg(m.community_id))[1]) AS community_id
  FROM matters m JOIN resident r ON r.id = m.resident_id
 GROUP BY m.resident_id, r.home_community_id
""")

_SETTLE = text("""
UPDATE delivery
   SET state = :state, reason = :reason, due_at = CAST(:due_at AS timestamptz),
       finished_at = CASE WHEN :state <> 'due' THEN CAST(:now AS timestamptz) END
 WHERE channel = 'digest' AND state = 'due' AND due_at <= :now AND resident_id = ANY(:people)
""")


def cancel_expired(now: datetime) -> None:
    db.session.execute(_CANCEL_EXPIRED, {"now": now})


def people_waiting(
    template_id: str | None, key_of_day: str, *, now: datetime, limit: int
) -> Sequence[Any]:
    """People with something in the digest: counts by kind, and what stands in the way of a card.

    `reachable` says whether a card can arrive, `had_one` whether today's already went out.
    """
    waiting = (
        _WAITING.bindparams(now=now, limit=limit)
        .columns(column("resident_id", Uuid), column("counts", JSONB), column("community_id", Uuid))
        .subquery("waiting")
    )
    person = waiting.c.resident_id
    unwanted = exists().where(
        NoticePreference.resident_id == person,
        NoticePreference.topic == "digest",
        NoticePreference.mode == "inbox",
    )
    had_one = exists().where(
        Notice.community_id == waiting.c.community_id,
        Notice.event_key == func.concat(key_of_day, cast(person, Text)),
    )
    return db.session.execute(
        select(
            waiting.c.resident_id,
            waiting.c.counts,
            waiting.c.community_id,
            and_(has_message(), ~withdrew(person), ~unwanted).label("reachable"),
            had_one.label("had_one"),
        )
        .select_from(waiting)
        .outerjoin(WechatIdentity, WechatIdentity.resident_id == person)
        .outerjoin(Subscription, is_message_of(WechatIdentity.id, template_id))
        .group_by(waiting.c.resident_id, waiting.c.counts, waiting.c.community_id)
    ).all()


def add_digests(notices: Sequence[Mapping[str, Any]], cards: Sequence[Mapping[str, Any]]) -> None:
    if notices:
        db.session.execute(insert(Notice), list(notices))
        db.session.execute(insert(Delivery), list(cards))


def settle_digest_rows(
    people: Sequence[UUID],
    state: str,
    *,
    now: datetime,
    reason: str | None = None,
    due_at: datetime | None = None,
) -> None:
    if people:
        asked = {
            "people": list(people),
            "state": state,
            "reason": reason,
            "due_at": due_at,
            "now": now,
        }
        db.session.execute(_SETTLE, asked)
