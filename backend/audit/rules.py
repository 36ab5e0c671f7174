"""How evidence is hashed. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

FIRST_PREV_HASH = "0" * 64
HASHED = (
    "id",
    "at",
    "action",
    "object_type",
    "object_id",
    "actor_id",
    "actor_role",
    "session_kind",
    "community_id",
    "on_behalf_of_id",
    "outcome",
    "detail",
)


def canonical(value: Mapping[str, Any]) -> bytes:
    """Sorted keys, no spaces, UTF-8, times as RFC 3339 in UTC with microseconds."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
    ).encode()


def row_hash(columns: Mapping[str, Any]) -> str:
    """SHA-256 over the columns of `HASHED`."""
    return hashlib.sha256(canonical({name: columns[name] for name in HASHED})).hexdigest()


def events_hash(row_hashes: Iterable[str]) -> str:
    return hashlib.sha256("".join(row_hashes).encode()).hexdigest()


def block_hash(*, prev_hash: str, no: int, n: int, events: str) -> str:
    return hashlib.sha256(f"{prev_hash}|{no}|{n}|{events}".encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    raise TypeError(type(value).__name__)
