"""How evidence is hashed. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

FIRST_PREV_HASH = "0" * 64
# What concerns persons and their sign-ins, not the government of the community.
PERSONAL = frozenset(
    {"access", "account", "consent", "kin", "person", "proxy", "residence", "session", "sign_in"}
)
LONGEST_UNSEALED = timedelta(minutes=15)
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


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Where a chain is broken first; `chain` is a community, or None for the district's own."""

    chain: UUID | None
    reason: str
    block_no: int | None = None
    event_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """An event as it is in the table: the columns that are hashed, and the hash it carries."""

    columns: Mapping[str, Any]
    row_hash: str

    @property
    def is_whole(self) -> bool:
        return row_hash(self.columns) == self.row_hash


@dataclass(frozen=True, kw_only=True)
class Block:
    no: int
    n: int
    prev_hash: str
    events_hash: str
    block_hash: str


def fault_in_block(
    chain: UUID | None, block: Block, rows: Sequence[Row], *, no: int, prev_hash: str
) -> Fault | None:
    """What is wrong with the block that should be number `no` after the one with `prev_hash`."""
    for row in rows:
        if not row.is_whole:
            return Fault(
                chain=chain,
                block_no=block.no,
                event_id=row.columns["id"],
                reason="the event was changed",
            )
    recomputed = block_hash(
        prev_hash=block.prev_hash, no=block.no, n=block.n, events=block.events_hash
    )
    reasons = {
        f"block {no} is missing": block.no != no,
        "it does not follow the block before": block.prev_hash != prev_hash,
        "the block was changed": block.block_hash != recomputed,
        f"it sealed {block.n} events, {len(rows)} are there": len(rows) != block.n,
        "its events are not those it sealed": events_hash(row.row_hash for row in rows)
        != block.events_hash,
    }
    wrong = next((reason for reason, is_so in reasons.items() if is_so), None)
    return Fault(chain=chain, block_no=block.no, reason=wrong) if wrong else None


def fault_in_unsealed(
    chain: UUID | None,
    rows: Sequence[Row],
    *,
    last_no: int,
    given: tuple[int | None, int | None],
    now: datetime,
) -> Fault | None:
    """What is wrong beside the blocks: some cut off, events changed, never sealed or hidden.

    `given`: the lowest and the highest number events carry; blocks are counted from 1.
    """
    lowest, highest = given
    absent = lowest if lowest is not None and lowest < 1 else highest
    if absent is not None and not 1 <= absent <= last_no:
        return Fault(chain=chain, block_no=absent, reason="events name a block that is not there")
    for row in rows:
        if not row.is_whole:
            return Fault(chain=chain, event_id=row.columns["id"], reason="the event was changed")
        if now - row.columns["at"] > LONGEST_UNSEALED:
            return Fault(
                chain=chain, event_id=row.columns["id"], reason="the event was never sealed"
            )
    return None


def _plain(value: Any) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    raise TypeError(type(value).__name__)
