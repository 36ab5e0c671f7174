"""Events and blocks of the evidence, and what of them waits to be sealed."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, func, literal_column, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from backend.audit.models import AuditBlock, AuditEvent
from backend.database import db

DISTRICT = "district"
_first_word = func.split_part(AuditEvent.action, ".", 1)


def chains_to_seal() -> Sequence[UUID | None]:
    """The chains that have unsealed events, the district's (None) among them."""
    waiting = select(AuditEvent.community_id).where(AuditEvent.block_no.is_(None)).distinct()
    return db.session.scalars(waiting).all()


def hold_chain(community_id: UUID | None) -> bool:
    """Whether this transaction alone may seal the chain until it ends."""
    key = func.hashtextextended(f"audit:{community_id or DISTRICT}", 0)
    return bool(db.session.scalar(select(func.pg_try_advisory_xact_lock(key))))


def sealable_events(community_id: UUID | None, count: int) -> Sequence[AuditEvent]:
    """Unsealed events, oldest first, of transactions no older one of which still runs.

    A row may carry an earlier id than one that was sealed before: its transaction committed
    later. None is skipped, because rows wait until nothing older can still commit. What a
    restored dump brought may bear a number that only the server it came from had reached.
    """
    oldest = literal_column("(pg_snapshot_xmin(pg_current_snapshot())::text)::bigint", BigInteger)
    to_come = literal_column("(pg_snapshot_xmax(pg_current_snapshot())::text)::bigint", BigInteger)
    waiting = select(AuditEvent).where(
        _in_chain(AuditEvent.community_id, community_id),
        AuditEvent.block_no.is_(None),
        or_(AuditEvent.xid < oldest, AuditEvent.xid >= to_come),
    )
    return db.session.scalars(waiting.order_by(AuditEvent.id).limit(count)).all()


def mark_sealed(event_ids: Sequence[UUID], no: int) -> None:
    """Write the block's number into its events, in one statement."""
    db.session.execute(
        update(AuditEvent)
        .where(AuditEvent.id.in_(event_ids))
        .values(block_no=no)
        .execution_options(synchronize_session=False)
    )


def last_block(community_id: UUID | None) -> AuditBlock | None:
    """The newest block of the chain; None before the first."""
    newest = select(AuditBlock).where(_in_chain(AuditBlock.community_id, community_id))
    return db.session.scalar(newest.order_by(AuditBlock.no.desc()).limit(1))


def chains() -> Sequence[UUID | None]:
    """Every chain that has a block or an event; the district's is None."""
    sealed = select(AuditBlock.community_id)
    written = select(AuditEvent.community_id)
    return sorted(db.session.scalars(sealed.union(written)).all(), key=str)


def first_no_sealed_from(community_id: UUID | None, moment: datetime) -> int | None:
    """The number of the first block sealed at `moment` or later."""
    later = select(func.min(AuditBlock.no)).where(
        _in_chain(AuditBlock.community_id, community_id), AuditBlock.sealed_at >= moment
    )
    return db.session.scalar(later)


def block_numbered(community_id: UUID | None, no: int) -> AuditBlock | None:
    return db.session.scalar(
        select(AuditBlock).where(
            _in_chain(AuditBlock.community_id, community_id), AuditBlock.no == no
        )
    )


def blocks_from(
    community_id: UUID | None, no: int, count: int, sealed_before: datetime | None
) -> Sequence[AuditBlock]:
    """At most `count` blocks, from number `no` on, in the chain's order."""
    wanted = select(AuditBlock).where(
        _in_chain(AuditBlock.community_id, community_id), AuditBlock.no >= no
    )
    if sealed_before is not None:
        wanted = wanted.where(AuditBlock.sealed_at < sealed_before)
    return db.session.scalars(
        wanted.order_by(AuditBlock.no).limit(count).execution_options(populate_existing=True)
    ).all()


def events_of_blocks(community_id: UUID | None, first: int, last: int) -> Sequence[AuditEvent]:
    """The events that say they are in these blocks, in the order they were sealed in."""
    wanted = select(AuditEvent).where(
        _in_chain(AuditEvent.community_id, community_id),
        AuditEvent.block_no.between(first, last),
    )
    return db.session.scalars(
        wanted.order_by(AuditEvent.block_no, AuditEvent.id).execution_options(
            populate_existing=True
        )
    ).all()


def unsealed_events(community_id: UUID | None, count: int) -> Sequence[AuditEvent]:
    """The oldest events no block holds yet."""
    waiting = select(AuditEvent).where(
        _in_chain(AuditEvent.community_id, community_id), AuditEvent.block_no.is_(None)
    )
    return db.session.scalars(
        waiting.order_by(AuditEvent.id).limit(count).execution_options(populate_existing=True)
    ).all()


def oldest_unsealed() -> datetime | None:
    """When the oldest event that no block holds yet was written; of all chains."""
    return db.session.scalar(select(func.min(AuditEvent.at)).where(AuditEvent.block_no.is_(None)))


def numbers_given(community_id: UUID | None) -> tuple[int | None, int | None]:
    """The lowest and the highest block number any event carries."""
    given = select(func.min(AuditEvent.block_no), func.max(AuditEvent.block_no)).where(
        _in_chain(AuditEvent.community_id, community_id)
    )
    lowest, highest = db.session.execute(given).one()
    return lowest, highest


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What a list of events is narrowed to; None leaves it open."""

    kind: str | None = None  # the first word of the act, before the dot
    outcome: str | None = None
    actor_id: UUID | None = None
    object_id: UUID | None = None
    since: datetime | None = None
    before: datetime | None = None


def events(
    community_id: UUID | None,
    *,
    everywhere: bool,
    hidden: Collection[str],
    sought: Sought | None = None,
    limit: int,
    after: UUID | None,
) -> Sequence[AuditEvent]:
    """A page of events, newest first, one row more than `limit`.

    Acts whose first word (before the dot) is in `hidden` are left out.
    """
    wanted = select(AuditEvent).where(_first_word.not_in(list(hidden)))
    if sought is not None:
        wanted = wanted.where(*_narrowed(sought))
    if not everywhere:
        wanted = wanted.where(_in_chain(AuditEvent.community_id, community_id))
    if after is not None:
        wanted = wanted.where(AuditEvent.id < after)
    return db.session.scalars(wanted.order_by(AuditEvent.id.desc()).limit(limit + 1)).all()


def blocks(
    community_id: UUID | None, *, everywhere: bool, limit: int, after: UUID | None
) -> Sequence[AuditBlock]:
    """A page of blocks, newest first, one row more than `limit`."""
    wanted = select(AuditBlock)
    if not everywhere:
        wanted = wanted.where(_in_chain(AuditBlock.community_id, community_id))
    if after is not None:
        wanted = wanted.where(AuditBlock.id < after)
    return db.session.scalars(wanted.order_by(AuditBlock.id.desc()).limit(limit + 1)).all()


def _narrowed(sought: Sought) -> list[ColumnElement[bool]]:
    conditions: dict[str, Callable[[Any], ColumnElement[bool]]] = {
        "kind": lambda kind: _first_word == kind,
        "outcome": lambda outcome: AuditEvent.outcome == outcome,
        "actor_id": lambda actor_id: AuditEvent.actor_id == actor_id,
        "object_id": lambda object_id: AuditEvent.object_id == object_id,
        "since": lambda moment: AuditEvent.at >= moment,
        "before": lambda moment: AuditEvent.at < moment,
    }
    asked = vars(sought).items()
    return [conditions[name](value) for name, value in asked if value is not None]


def _in_chain(
    column: InstrumentedAttribute[UUID | None], community_id: UUID | None
) -> ColumnElement[bool]:
    return column.is_(None) if community_id is None else column == community_id
