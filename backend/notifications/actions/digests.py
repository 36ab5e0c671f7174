"""每日汇总: one card a day for whoever has something in it."""

from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from backend.clock import today, utc_now
from backend.notifications.models import LANES, LOW
from backend.notifications.queries import digests
from backend.notifications.rules import digest_hint, next_digest, release
from backend.wechat import wechat

BLOCK = 1_000
DIGEST = "digest"
PAGE = "account/inbox"


def make_digests() -> int:
    """One card for each of the next people whose digest is due; how many were looked at."""
    now = utc_now()
    way = wechat()
    template = way.templates.get(DIGEST) if way.enabled else None
    key_of_day = f"digest:{today()}:"
    digests.cancel_expired(now)
    rows = digests.people_waiting(
        template.id if template else None, key_of_day, now=now, limit=BLOCK
    )
    written = [row for row in rows if row.reachable and not row.had_one]
    notices = [_notice(row, key_of_day) for row in written]
    digests.add_digests(notices, [_card(notice) for notice in notices])
    digests.settle_digest_rows([row.resident_id for row in written], "delivered", now=now)
    digests.settle_digest_rows(
        [row.resident_id for row in rows if row.had_one],
        "due",
        now=now,
        due_at=next_digest(now),
    )
    digests.settle_digest_rows(
        [row.resident_id for row in rows if not row.had_one and not row.reachable],
        "given_up",
        now=now,
        reason="no_balance",
    )
    return len(rows)


def _notice(row: Any, key_of_day: str) -> dict[str, Any]:
    number = sum(row.counts.values())
    hint = digest_hint(row.counts)
    now = utc_now()
    return {
        "community_id": row.community_id,
        "id": uuid7(),
        "created_at": now,
        "event_key": f"{key_of_day}{row.resident_id}",
        "kind": DIGEST,
        "headline": f"今天有 {number} 条新消息",
        "body": hint,
        "payload": {"count": str(number), "hint": hint},
        "page": PAGE,
        "resident_id": row.resident_id,
        "urgency": LOW,
        "at_once": True,
        "expanded_at": now,
    }


def _card(notice: dict[str, Any]) -> dict[str, Any]:
    resident_id: UUID = notice["resident_id"]
    lane = resident_id.bytes[15] & (LANES - 1)
    return {
        "community_id": notice["community_id"],
        "id": uuid7(),
        "created_at": notice["created_at"],
        "notice_id": notice["id"],
        "resident_id": resident_id,
        "channel": "wechat",
        "lane": lane,
        "urgency": LOW,
        "state": "due",
        "due_at": release(notice["created_at"], LOW).of(lane),
        "attempts": 0,
        "unsure": False,
    }
