"""Writing evidence into the transaction of what it proves, and sealing it later."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from backend.audit import queries, rules
from backend.audit.identity import Reader
from backend.audit.models import AuditBlock, AuditEvent
from backend.audit.rules import Block, Fault, Row
from backend.clock import utc_now
from backend.database import db
from backend.days import end_of, start_of

MOST_IN_A_BLOCK = 5000
BLOCKS_AT_ONCE = 100


Told = Callable[[UUID | None, int | None, UUID | None], None]


class _Registered:
    told: Told | None = None


def on_broken(tell: Told) -> None:
    """Have `tell(chain, block_no, event_id)` called for each broken chain the night finds.

    Registered at start-up: the people who must hear of it live above.
    """
    _Registered.told = tell


def record(
    action: str,
    *,
    object_type: str,
    object_id: UUID | None = None,
    actor_id: UUID | None = None,
    actor_role: str = "system",
    session_kind: str = "none",
    community_id: UUID | None = None,
    on_behalf_of_id: UUID | None = None,
    outcome: str = "done",
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one event; it stays if and only if the current transaction commits.

    `detail` takes ids, codes, old and new enum values, counts and hashes, never free text.
    """
    event = AuditEvent(
        at=utc_now(),
        action=action,
        object_type=object_type,
        object_id=object_id,
        actor_id=actor_id,
        actor_role=actor_role,
        session_kind=session_kind,
        community_id=community_id,
        on_behalf_of_id=on_behalf_of_id,
        outcome=outcome,
        detail=detail or {},
        row_hash="",
    )
    event.row_hash = rules.row_hash(_hashed(event))
    db.session.add(event)


def seal(chain: UUID | None) -> None:
    """Seal what is settled of one chain in a block; what somebody else seals is left to them."""
    if queries.hold_chain(chain):
        _seal_chain(chain)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a verification read, and the first fault of each broken chain."""

    chains: int
    blocks: int
    events: int
    faults: tuple[Fault, ...]

    @property
    def is_good(self) -> bool:
        return not self.faults


def verify_and_tell(chain: UUID | None) -> Report:
    """Recompute one chain; who looks after it hears that it is broken, in this transaction."""
    report = verify(chain=chain, district=chain is None)
    for fault in report.faults:
        if _Registered.told is not None:
            _Registered.told(fault.chain, fault.block_no, fault.event_id)
    return report


def verify_for(
    reader: Reader,
    *,
    chain: UUID | None,
    sealed_from: date | None = None,
    sealed_to: date | None = None,
) -> Report:
    """Recompute what the reader may read; that somebody looked is evidence too."""
    report = verify(chain=chain, sealed_from=sealed_from, sealed_to=sealed_to)
    record(
        "audit.verified",
        object_type="audit_chain",
        object_id=chain,
        actor_id=reader.resident_id,
        actor_role=reader.acting_role,
        session_kind=reader.session_kind,
        community_id=chain,
        detail={"faults": len(report.faults), "blocks": report.blocks},
    )
    return report


def exported(
    *, chain: UUID | None, sealed_from: date | None = None, sealed_to: date | None = None
) -> Iterator[dict[str, Any]]:
    """Blocks of one chain, each followed by its events, as plain values that can be recomputed.

    Without `sealed_to` the events no block holds yet come last.
    """
    no = queries.first_no_sealed_from(chain, start_of(sealed_from)) if sealed_from else 1
    end = end_of(sealed_to) if sealed_to else None
    while no is not None and (blocks := queries.blocks_from(chain, no, BLOCKS_AT_ONCE, end)):
        rows = _rows_by_block(chain, blocks[0].no, blocks[-1].no)
        for block in blocks:
            yield {"block": asdict(_block(block)), "chain": chain, "sealed_at": block.sealed_at}
            for row in rows.get(block.no, []):
                yield {"event": row.columns, "row_hash": row.row_hash, "block_no": block.no}
        no = blocks[-1].no + 1
    if end is None:
        for event in queries.unsealed_events(chain, MOST_IN_A_BLOCK):
            row = _row(event)
            yield {"event": row.columns, "row_hash": row.row_hash, "block_no": None}


def as_line(exported_row: Mapping[str, Any]) -> bytes:
    """One line of JSON, written as it is hashed."""
    return rules.canonical(exported_row)


def verify(
    *,
    chain: UUID | None = None,
    district: bool = False,
    sealed_from: date | None = None,
    sealed_to: date | None = None,
) -> Report:
    """Recompute chains from their rows, of blocks sealed on these days (both included).

    `chain` is one community's; `district` the district's own; with neither, all of them.
    """
    wanted = [chain] if chain is not None or district else queries.chains()
    walks = [_walk(each, sealed_from, sealed_to) for each in wanted]
    return Report(
        chains=len(walks),
        blocks=sum(walk.blocks for walk in walks),
        events=sum(walk.events for walk in walks),
        faults=tuple(walk.fault for walk in walks if walk.fault is not None),
    )


@dataclass(kw_only=True)
class _Walk:
    """How far one chain was read."""

    blocks: int = 0
    events: int = 0
    fault: Fault | None = None


def _seal_chain(community_id: UUID | None) -> None:
    events = queries.sealable_events(community_id, MOST_IN_A_BLOCK)
    if not events:
        return
    last = queries.last_block(community_id)
    no = last.no + 1 if last else 1
    prev_hash = last.block_hash if last else rules.FIRST_PREV_HASH
    together = rules.events_hash(event.row_hash for event in events)
    db.session.add(
        AuditBlock(
            community_id=community_id,
            no=no,
            n=len(events),
            prev_hash=prev_hash,
            events_hash=together,
            block_hash=rules.block_hash(prev_hash=prev_hash, no=no, n=len(events), events=together),
            sealed_at=utc_now(),
        )
    )
    queries.mark_sealed([event.id for event in events], no)


def _walk(chain: UUID | None, sealed_from: date | None, sealed_to: date | None) -> _Walk:
    walk = _Walk()
    given = queries.numbers_given(chain)  # first, for the sealer goes on meanwhile
    no = queries.first_no_sealed_from(chain, start_of(sealed_from)) if sealed_from else 1
    if no is None:  # no block of these days; what was cut off at the end shows all the same
        last = queries.last_block(chain)
        no = last.no + 1 if last else 1
    before = queries.block_numbered(chain, no - 1)
    prev_hash = before.block_hash if before else rules.FIRST_PREV_HASH
    end = end_of(sealed_to) if sealed_to else None
    while blocks := queries.blocks_from(chain, no, BLOCKS_AT_ONCE, end):
        rows = _rows_by_block(chain, blocks[0].no, blocks[-1].no)
        for block in blocks:
            inside = rows.get(block.no, [])
            walk.fault = rules.fault_in_block(
                chain, _block(block), inside, no=no, prev_hash=prev_hash
            )
            if walk.fault:
                return walk
            walk.blocks, walk.events = walk.blocks + 1, walk.events + len(inside)
            no, prev_hash = block.no + 1, block.block_hash
    if end is None:
        unsealed = [_row(event) for event in queries.unsealed_events(chain, MOST_IN_A_BLOCK)]
        walk.events += len(unsealed)
        walk.fault = rules.fault_in_unsealed(
            chain,
            unsealed,
            last_no=no - 1,
            given=given,
            now=utc_now(),
        )
    return walk


def _rows_by_block(chain: UUID | None, first: int, last: int) -> dict[int | None, list[Row]]:
    rows: dict[int | None, list[Row]] = {}
    for event in queries.events_of_blocks(chain, first, last):
        rows.setdefault(event.block_no, []).append(_row(event))
    return rows


def _row(event: AuditEvent) -> Row:
    return Row(columns=_hashed(event), row_hash=event.row_hash)


def _block(block: AuditBlock) -> Block:
    return Block(
        no=block.no,
        n=block.n,
        prev_hash=block.prev_hash,
        events_hash=block.events_hash,
        block_hash=block.block_hash,
    )


def _hashed(event: AuditEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in rules.HASHED}
