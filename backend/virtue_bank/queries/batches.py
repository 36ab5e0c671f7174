"""Batches and their lines: what waits, what hangs on the board, what is to be paid."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select, tuple_

from backend.database import Json, db
from backend.errors import NotFound
from backend.notifications.queries.audiences import ResidentIds
from backend.residents.models import Resident
from backend.virtue_bank.models import (
    CATEGORIES,
    GrantBatch,
    GrantLine,
    ProposedLine,
    Quota,
    RuleItem,
    RuleSheet,
)

ON_THE_BOARD = ("standing", "objected")


def item_of_kind(community_id: UUID, kind: str, on: date) -> RuleItem | None:
    """The item by which the sheet in force that day gives points of this kind."""
    return db.session.scalar(
        select(RuleItem)
        .join(
            RuleSheet,
            and_(
                RuleSheet.community_id == RuleItem.community_id,
                RuleSheet.id == RuleItem.sheet_id,
            ),
        )
        .where(
            RuleItem.community_id == community_id,
            RuleItem.category == CATEGORIES[kind],
            RuleSheet.in_force.contains(on),
        )
        .order_by(RuleItem.code)
        .limit(1)
    )


def hold_proposing(community_id: UUID) -> None:
    """Let nobody else propose lines here until the transaction ends."""
    lock = func.hashtextextended(f"grant_batch:{community_id}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))


def may_pay_alone(community_id: UUID) -> bool:
    """Whether no other worker pays lines of this community just now; it is then held off."""
    lock = func.hashtextextended(f"grant_batch.paying:{community_id}", 0)
    return bool(db.session.scalar(select(func.pg_try_advisory_xact_lock(lock))))


def taken(
    community_id: UUID, lines: Iterable[ProposedLine], period_start: date
) -> set[tuple[str, UUID, UUID]]:
    """(basis kind, basis, person) of those lines that were given or are on their way."""
    wanted = [(line.basis_kind, line.basis_id, line.resident_id) for line in lines]
    rows = db.session.execute(
        select(GrantLine.basis_kind, GrantLine.basis_id, GrantLine.resident_id).where(
            GrantLine.community_id == community_id,
            GrantLine.period_start == period_start,
            GrantLine.struck_reason.is_(None),
            tuple_(GrantLine.basis_kind, GrantLine.basis_id, GrantLine.resident_id).in_(wanted),
        )
    )
    return {(kind, basis, person) for kind, basis, person in rows}


def people_given(community_id: UUID, basis_kind: str, period_start: date) -> set[UUID]:
    """Who was given something on such a ground for that month, or is about to be."""
    return set(
        db.session.scalars(
            select(GrantLine.resident_id).where(
                GrantLine.community_id == community_id,
                GrantLine.basis_kind == basis_kind,
                GrantLine.period_start == period_start,
                GrantLine.struck_reason.is_(None),
            )
        )
    )


def has_batch(community_id: UUID, kind: str, period_start: date) -> bool:
    """Whether a batch of that month was ever drafted, even if it was cancelled."""
    found = exists().where(
        GrantBatch.community_id == community_id,
        GrantBatch.kind == kind,
        GrantBatch.period_start == period_start,
    )
    return bool(db.session.scalar(select(found)))


def find_batch(community_id: UUID, batch_id: UUID) -> GrantBatch:
    """Raises NotFound: the community has no such batch."""
    found = db.session.get(GrantBatch, (community_id, batch_id))
    if found is None:
        raise NotFound
    return found


def lock_batch(community_id: UUID, batch_id: UUID) -> GrantBatch:
    """The batch, held until the transaction ends.

    Raises:
        NotFound: the community has no such batch.
    """
    found = db.session.get(
        GrantBatch, (community_id, batch_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def batches_page(
    community_id: UUID,
    *,
    states: Collection[str],
    kind: str | None,
    after: UUID | None,
    limit: int,
) -> Sequence[GrantBatch]:
    """Batches, newest first, one more than `limit`."""
    rows = select(GrantBatch).where(GrantBatch.community_id == community_id)
    if states:
        rows = rows.where(GrantBatch.state.in_(states))
    if kind is not None:
        rows = rows.where(GrantBatch.kind == kind)
    if after is not None:
        rows = rows.where(GrantBatch.id < after)
    return db.session.scalars(rows.order_by(GrantBatch.id.desc()).limit(limit + 1)).all()


def lines_page(
    community_id: UUID, batch_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[GrantLine]:
    """The lines of a batch as they were written down, one more than `limit`."""
    rows = select(GrantLine).where(
        GrantLine.community_id == community_id, GrantLine.batch_id == batch_id
    )
    if after is not None:
        rows = rows.where(GrantLine.id > after)
    return db.session.scalars(rows.order_by(GrantLine.id).limit(limit + 1)).all()


def lock_lines(
    community_id: UUID, batch_id: UUID, *, states: Collection[str] = ()
) -> Sequence[GrantLine]:
    """The lines of a batch (in these states), held until the transaction ends."""
    rows = select(GrantLine).where(
        GrantLine.community_id == community_id, GrantLine.batch_id == batch_id
    )
    if states:
        rows = rows.where(GrantLine.state.in_(states))
    held = rows.order_by(GrantLine.id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(held).all()


def lock_these_lines(
    community_id: UUID, batch_id: UUID, line_ids: Collection[UUID]
) -> Sequence[GrantLine]:
    """Those of the lines that are still to be paid, held until the transaction ends."""
    return db.session.scalars(
        select(GrantLine)
        .where(
            GrantLine.community_id == community_id,
            GrantLine.batch_id == batch_id,
            GrantLine.id.in_(line_ids),
            GrantLine.state == "standing",
        )
        .order_by(GrantLine.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def lock_line(community_id: UUID, line_id: UUID) -> GrantLine:
    """One line, held until the transaction ends.

    Raises:
        NotFound: the community has no such line.
    """
    found = db.session.get(
        GrantLine, (community_id, line_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def find_line(community_id: UUID, line_id: UUID) -> GrantLine:
    """Raises NotFound: the community has no such line."""
    found = db.session.get(GrantLine, (community_id, line_id))
    if found is None:
        raise NotFound
    return found


def points_of(community_id: UUID, batch_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """(lines, points) of each batch that are not struck, in one statement."""
    rows = db.session.execute(
        select(GrantLine.batch_id, func.count(), func.sum(GrantLine.points))
        .where(
            GrantLine.community_id == community_id,
            GrantLine.batch_id.in_(batch_ids),
            GrantLine.state != "struck",
        )
        .group_by(GrantLine.batch_id)
    )
    return {batch_id: (lines, int(points)) for batch_id, lines, points in rows}


def items_of(community_id: UUID, item_ids: Collection[UUID]) -> dict[UUID, RuleItem]:
    """The items of the sheets that these batches go by."""
    rows = db.session.scalars(
        select(RuleItem).where(RuleItem.community_id == community_id, RuleItem.id.in_(item_ids))
    )
    return {item.id: item for item in rows}


def board_page(
    community_id: UUID, now: datetime, *, after: UUID | None, limit: int
) -> Sequence[tuple[GrantLine, GrantBatch]]:
    """Lines that hang on the board, as they were written down, one more than `limit`."""
    rows = _with_batch(community_id).where(
        GrantLine.state.in_(ON_THE_BOARD),
        GrantBatch.state == "publicity",
        GrantBatch.shown_until > now,
    )
    if after is not None:
        rows = rows.where(GrantLine.id > after)
    found = db.session.execute(rows.order_by(GrantLine.id).limit(limit + 1))
    return [(line, batch) for line, batch in found]


def own_lines(
    community_id: UUID, resident_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[tuple[GrantLine, GrantBatch]]:
    """A person's own lines since they were shown, newest first, one more than `limit`."""
    rows = _with_batch(community_id).where(
        GrantLine.resident_id == resident_id,
        GrantBatch.state.in_(("publicity", "paying", "posted")),
    )
    if after is not None:
        rows = rows.where(GrantLine.id < after)
    found = db.session.execute(rows.order_by(GrantLine.id.desc()).limit(limit + 1))
    return [(line, batch) for line, batch in found]


def batches_to_pay(now: datetime) -> list[tuple[UUID, UUID]]:
    """(community, batch) of all whose window is over and that somebody can move on."""
    open_lines = (
        exists()
        .where(GrantLine.community_id == GrantBatch.community_id)
        .where(GrantLine.batch_id == GrantBatch.id)
    )
    payable = open_lines.where(GrantLine.state == "standing")
    waiting = open_lines.where(GrantLine.state == "objected")
    rows = db.session.execute(
        select(GrantBatch.community_id, GrantBatch.id)
        .where(
            GrantBatch.shown_until <= now,
            or_(
                GrantBatch.state == "publicity",
                and_(GrantBatch.state == "paying", or_(payable, ~waiting)),
            ),
        )
        .order_by(GrantBatch.shown_until, GrantBatch.id)
    )
    return [(community_id, batch_id) for community_id, batch_id in rows]


def find_quota(community_id: UUID, quota_id: UUID) -> Quota:
    """The quota a batch was approved from.

    Raises:
        NotFound: the community has no such quota.
    """
    found = db.session.get(Quota, (community_id, quota_id))
    if found is None:
        raise NotFound
    return found


def payable_lines(community_id: UUID, batch_id: UUID, limit: int) -> Sequence[UUID]:
    """The next lines to be paid, as they were written down."""
    return db.session.scalars(
        select(GrantLine.id)
        .where(
            GrantLine.community_id == community_id,
            GrantLine.batch_id == batch_id,
            GrantLine.state == "standing",
        )
        .order_by(GrantLine.id)
        .limit(limit)
    ).all()


def line_states(community_id: UUID, batch_id: UUID) -> Sequence[str]:
    """Every state some line of the batch is in."""
    return db.session.scalars(
        select(GrantLine.state)
        .where(GrantLine.community_id == community_id, GrantLine.batch_id == batch_id)
        .distinct()
    ).all()


def lock_overdue_batches(now: datetime) -> Sequence[GrantBatch]:
    """Batches nobody reviewed or approved in time and nobody was told of, held."""
    return db.session.scalars(
        select(GrantBatch)
        .where(
            GrantBatch.state.in_(("drafted", "reviewed")),
            GrantBatch.due_at <= now,
            GrantBatch.overdue_told_at.is_(None),
        )
        .order_by(GrantBatch.id)
        .limit(200)
        .with_for_update(skip_locked=True)
    ).all()


def _with_batch(community_id: UUID) -> Select[GrantLine, GrantBatch]:
    return (
        select(GrantLine, GrantBatch)
        .join(
            GrantBatch,
            and_(
                GrantBatch.community_id == GrantLine.community_id,
                GrantBatch.id == GrantLine.batch_id,
            ),
        )
        .where(GrantLine.community_id == community_id)
    )


def audience_of_batch(community_id: UUID, parameters: Json) -> ResidentIds:
    """Whoever has a line in the batch that is not struck."""
    named = select(GrantLine.resident_id).where(
        GrantLine.community_id == community_id,
        GrantLine.batch_id == UUID(parameters["batch_id"]),
        GrantLine.state != "struck",
    )
    return select(Resident.id).where(Resident.status == "active", Resident.id.in_(named))
