"""Items, counters and stock. What decides about stock decides in the statement that changes it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Update, delete, func, select, text, update

from backend.database import Json, db, tell
from backend.errors import NotFound
from backend.virtue_bank.models.shop import (
    Counter,
    CounterClerk,
    ShopItem,
    StockDonation,
    StockMovement,
)

Row = TypeVar("Row")

_TAKE = """
UPDATE shop_item SET held = held + :quantity
 WHERE community_id = :community_id AND id = :item_id AND state = 'on'
   AND on_hand - held >= :quantity
RETURNING points
"""
_GIVE = """
UPDATE shop_item SET held = held - :held, on_hand = on_hand - :given
 WHERE community_id = :community_id AND id = :item_id
RETURNING on_hand
"""


@dataclass(frozen=True, kw_only=True)
class StockFault:
    """An item whose numbers do not follow from its movements and its open orders."""

    community_id: UUID
    item_id: UUID
    on_hand: int
    moved: int
    held: int
    ordered: int


def take_stock(community_id: UUID, item_id: UUID, quantity: int) -> int | None:
    """Hold so many pieces and answer what one costs; None: so many are not to be had."""
    told = {"community_id": community_id, "item_id": item_id, "quantity": quantity}
    taken = tell(_TAKE, told)
    return taken[0]["points"] if taken else None


def release_stock(community_id: UUID, item_id: UUID, quantity: int) -> None:
    """Let go of pieces an order waited for."""
    db.session.execute(_stock_of(community_id, item_id).values(held=ShopItem.held - quantity))


def give_stock(community_id: UUID, item_id: UUID, *, held: int, given: int) -> int:
    """Hand pieces out of those an order held; the rest is free again. What is on hand then."""
    told = {"community_id": community_id, "item_id": item_id, "held": held, "given": given}
    left = tell(_GIVE, told)
    return int(_found(left[0] if left else None)["on_hand"])


def add_stock(community_id: UUID, item_id: UUID, quantity: int) -> int:
    """Put pieces on the shelf; what is on hand then."""
    return _on_hand_after(
        _stock_of(community_id, item_id).values(on_hand=ShopItem.on_hand + quantity)
    )


def drop_stock(community_id: UUID, item_id: UUID, quantity: int) -> int | None:
    """Take pieces off the shelf; what is on hand then. None: open orders wait for them."""
    left: int | None = db.session.scalar(
        _stock_of(community_id, item_id)
        .values(on_hand=ShopItem.on_hand - quantity)
        .where(ShopItem.on_hand - ShopItem.held >= quantity)
        .returning(ShopItem.on_hand)
    )
    return left


def find_items(community_id: UUID, item_ids: Iterable[UUID]) -> dict[UUID, ShopItem]:
    """The items, each as it stands now.

    Raises:
        NotFound: the community has not all of them.
    """
    wanted = set(item_ids)
    found = db.session.scalars(
        select(ShopItem)
        .where(ShopItem.community_id == community_id, ShopItem.id.in_(wanted))
        .execution_options(populate_existing=True)
    )
    items = {item.id: item for item in found}
    if items.keys() != wanted:
        raise NotFound
    return items


def find_item(community_id: UUID, item_id: UUID) -> ShopItem:
    return find_items(community_id, [item_id])[item_id]


def lock_item(community_id: UUID, item_id: UUID) -> ShopItem:
    """The item, held until the transaction ends."""
    return _found(
        db.session.get(
            ShopItem,
            (community_id, item_id),
            with_for_update={"key_share": True},
            populate_existing=True,
        )
    )


def items_on_offer(community_id: UUID, *, limit: int, after: UUID | None) -> list[Json]:
    """A page of what can be ordered or soon again, newest first, one row more than `limit`."""
    return _item_rows(community_id, ShopItem.state == "on", limit=limit, after=after)


def all_items(community_id: UUID, *, limit: int, after: UUID | None) -> list[Json]:
    """As `items_on_offer`, with what is off the shelf."""
    return _item_rows(community_id, ShopItem.id.is_not(None), limit=limit, after=after)


def item_row(community_id: UUID, item_id: UUID) -> Json:
    """One item as the lists show it."""
    rows = _item_rows(community_id, ShopItem.id == item_id, limit=1, after=None)
    return _found(rows[0] if rows else None)


def donors_of(community_id: UUID, item_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The names of those who gave goods and agreed to be named, by item, oldest gift first."""
    rows = db.session.execute(
        select(StockDonation.item_id, StockDonation.donor_name)
        .where(
            StockDonation.community_id == community_id,
            StockDonation.item_id.in_(set(item_ids)),
            StockDonation.donor_name.is_not(None),
        )
        .order_by(StockDonation.id)
    )
    found: dict[UUID, list[str]] = {}
    for item_id, name in rows:
        names = found.setdefault(item_id, [])
        if name and name not in names:
            names.append(name)
    return found


def movements_of(
    community_id: UUID, item_id: UUID, *, limit: int, after: UUID | None
) -> list[Json]:
    """A page of what came and went, newest first, one row more than `limit`."""
    rows = (
        select(
            *StockMovement.__table__.columns,
            StockDonation.id.label("donation_id"),
            StockDonation.donor_name,
        )
        .outerjoin(
            StockDonation,
            (StockDonation.community_id == StockMovement.community_id)
            & (StockDonation.movement_id == StockMovement.id),
        )
        .where(StockMovement.community_id == community_id, StockMovement.item_id == item_id)
    )
    if after is not None:
        rows = rows.where(StockMovement.id < after)
    return _rows(rows.order_by(StockMovement.id.desc()).limit(limit + 1))


def lock_donation(community_id: UUID, donation_id: UUID) -> StockDonation:
    return _found(
        db.session.get(
            StockDonation, (community_id, donation_id), with_for_update=True, populate_existing=True
        )
    )


def items_of_an_older_month(month: date, limit: int) -> Sequence[tuple[UUID, UUID]]:
    """(community, item) of what goes by the month and still shows an older one."""
    rows = db.session.execute(
        select(ShopItem.community_id, ShopItem.id)
        .where(ShopItem.slots.is_not(None), ShopItem.slots_month < month)
        .order_by(ShopItem.id)
        .limit(limit)
    )
    return [(community_id, item_id) for community_id, item_id in rows]


def find_counter(community_id: UUID, counter_id: UUID) -> Counter:
    return _found(db.session.get(Counter, (community_id, counter_id)))


def lock_counter(community_id: UUID, counter_id: UUID) -> Counter:
    """The counter, held until the transaction ends: wrong codes are counted on it.

    Not against new orders, whose foreign key shares the row.
    """
    return _found(
        db.session.get(
            Counter,
            (community_id, counter_id),
            with_for_update={"key_share": True},
            populate_existing=True,
        )
    )


def counters(community_id: UUID) -> Sequence[Counter]:
    """All counters of the community, oldest first; there are a handful."""
    return db.session.scalars(
        select(Counter).where(Counter.community_id == community_id).order_by(Counter.id)
    ).all()


def counters_served_by(community_id: UUID, clerk_id: UUID) -> set[UUID]:
    return set(
        db.session.scalars(
            select(CounterClerk.counter_id).where(
                CounterClerk.community_id == community_id, CounterClerk.resident_id == clerk_id
            )
        )
    )


def is_clerk(community_id: UUID, counter_id: UUID, clerk_id: UUID) -> bool:
    return counter_id in counters_served_by(community_id, clerk_id)


def clerks_of(community_id: UUID) -> dict[UUID, list[UUID]]:
    """Who hands out where, by counter."""
    rows = db.session.execute(
        select(CounterClerk.counter_id, CounterClerk.resident_id)
        .where(CounterClerk.community_id == community_id)
        .order_by(CounterClerk.id)
    )
    found: dict[UUID, list[UUID]] = {}
    for counter_id, clerk_id in rows:
        found.setdefault(counter_id, []).append(clerk_id)
    return found


def drop_clerks(community_id: UUID, counter_id: UUID) -> None:
    db.session.execute(
        delete(CounterClerk).where(
            CounterClerk.community_id == community_id, CounterClerk.counter_id == counter_id
        )
    )


def is_title_taken(community_id: UUID, title: str, *, but: UUID | None = None) -> bool:
    same = select(Counter.id).where(Counter.community_id == community_id, Counter.title == title)
    if but is not None:
        same = same.where(Counter.id != but)
    return db.session.scalar(same) is not None


def shelf_value(community_id: UUID) -> int:
    """What everything that can still be ordered would cost together, in points.

    What open orders hold is not in it: their points are set aside already.
    """
    worth = func.sum(ShopItem.points * (ShopItem.on_hand - ShopItem.held))
    shelf = select(worth).where(ShopItem.community_id == community_id, ShopItem.state == "on")
    return int(db.session.scalar(shelf) or 0)


_FAULTS = text("""
SELECT i.community_id, i.id AS item_id, i.on_hand, coalesce(m.moved, 0) AS moved,
       i.held, coalesce(o.ordered, 0) AS ordered
  FROM shop_item i
  LEFT JOIN (SELECT community_id, item_id,
                    sum(CASE WHEN kind IN ('received', 'returned') THEN quantity
                             ELSE -quantity END) AS moved
               FROM stock_movement GROUP BY community_id, item_id) m
    ON m.community_id = i.community_id AND m.item_id = i.id
  LEFT JOIN (SELECT community_id, item_id, sum(quantity) AS ordered
               FROM shop_order WHERE state IN ('awaiting_family', 'placed')
              GROUP BY community_id, item_id) o
    ON o.community_id = i.community_id AND o.item_id = i.id
 WHERE (CAST(:community_id AS uuid) IS NULL OR i.community_id = CAST(:community_id AS uuid))
   AND (i.on_hand <> coalesce(m.moved, 0) OR i.held <> coalesce(o.ordered, 0))
 ORDER BY i.community_id, i.id
""")


def reconcile_stock(community_id: UUID | None = None) -> list[StockFault]:
    """Every item, here or in the whole district, whose stock does not add up.

    On hand is what was received and returned less what was given and written off; held is what
    open orders wait for. One statement, so what is under way at the same time makes no fault.
    """
    rows = db.session.execute(_FAULTS, {"community_id": community_id}).mappings()
    return [StockFault(**row) for row in rows]


def _item_rows(
    community_id: UUID, condition: ColumnElement[bool], *, limit: int, after: UUID | None
) -> list[Json]:
    rows: Select[Any] = (
        select(
            *ShopItem.__table__.columns,
            (ShopItem.on_hand - ShopItem.held).label("available"),
            Counter.title.label("counter_title"),
            Counter.place.label("counter_place"),
            Counter.hours.label("counter_hours"),
        )
        .join(
            Counter,
            (Counter.community_id == ShopItem.community_id) & (Counter.id == ShopItem.counter_id),
        )
        .where(ShopItem.community_id == community_id, condition)
    )
    if after is not None:
        rows = rows.where(ShopItem.id < after)
    return _rows(rows.order_by(ShopItem.id.desc()).limit(limit + 1))


def _rows(statement: Select[Any]) -> list[Json]:
    return [dict(row) for row in db.session.execute(statement).mappings()]


def _stock_of(community_id: UUID, item_id: UUID) -> Update:
    return (
        update(ShopItem)
        .where(ShopItem.community_id == community_id, ShopItem.id == item_id)
        .execution_options(synchronize_session=False)
    )


def _on_hand_after(change: Update) -> int:
    left: int | None = db.session.scalar(change.returning(ShopItem.on_hand))
    return _found(left)


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row
