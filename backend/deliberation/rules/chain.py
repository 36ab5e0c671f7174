"""The event chain of one case: what is hashed, and how a stranger checks it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from backend.errors import Conflict

GENESIS = "0" * 64
VERSION = 1
HASHED = (
    "community_id",
    "proposal_id",
    "seq",
    "kind",
    "from_status",
    "to_status",
    "actor_id",
    "actor_role",
    "on_behalf_of_id",
    "channel",
    "reason_code",
    "note_sha256",
    "payload",
    "occurred_at",
    "prev_hash",
)

Event = Mapping[str, Any]


class ChainBroken(Conflict):
    title = "办理记录校验不一致"


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: what a proposal's own row must say."""

    seq: int
    hash: str
    status: str | None


def canonical(value: Any) -> str:
    """The one way to write `value` as JSON: keys sorted, no spaces, no floats, times in UTC."""
    return json.dumps(
        _plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def event_hash(event: Event) -> str:
    """The hash of an event row; its id, birthday and the hash itself are not part of it."""
    return sha256(canonical({"v": VERSION, **{name: event[name] for name in HASHED}}))


def verify(events: Iterable[Event]) -> Head:
    """Walk one case's events in order; refuse at the first that does not follow."""
    head = Head(0, GENESIS, None)
    for event in events:
        problem = _problem(event, head)
        if problem:
            raise ChainBroken(f"第{head.seq + 1}条记录{problem}。", seq=head.seq + 1)
        head = Head(event["seq"], event["hash"], event["to_status"])
    return head


def _problem(event: Event, head: Head) -> str | None:
    if event["seq"] != head.seq + 1:
        return "缺失或次序错乱"
    if event["prev_hash"] != head.hash:
        return "与上一条不相接"
    if head.status is not None and event["from_status"] != head.status:
        return "的起始状态与上一条不符"
    try:
        unchanged = event["hash"] == event_hash(event)
    except TypeError:  # something that no event of ours holds, such as a float
        unchanged = False
    return None if unchanged else "的内容已被改动"


def _plain(value: Any) -> Any:
    match value:
        case float():
            raise TypeError("No floats in a hashed record.")
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case UUID():
            return str(value)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value
