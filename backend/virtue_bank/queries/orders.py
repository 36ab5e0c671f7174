"""Orders: one's own, those behind a code, those that wait at a counter, those that are due."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_

from backend.database import Json, db, tell
from backend.errors import NotFound
from backend.virtue_bank.models.orders import COUNTED, OPEN, ShopOrder
from backend.virtue_bank.models.shop import Counter, ShopItem

_BEHIND_CODE = """
SELECT 1 FROM shop_order
 WHERE community_id = :community_id AND code_mac = :mac AND state = 'placed' LIMIT 1
"""
_ORDERED_IN = """
SELECT item_id, sum(coalesce(given, quantity))::bigint AS pieces FROM shop_order
 WHERE community_id = :community_id AND placed_by = :person_id AND item_id = ANY(:item_ids)
   AND created_at >= :since AND created_at < :until AND state = ANY(:states)
 GROUP BY item_id
"""


def basket_of(community_id: UUID, basket: UUID) -> Sequence[ShopOrder]:
    """What was ordered together, by item."""
    return db.session.scalars(_basket(community_id, basket)).all()


def lock_basket(community_id: UUID, basket: UUID) -> Sequence[ShopOrder]:
    """What was ordered together, by item, held until the transaction ends."""
    return db.session.scalars(_held(_basket(community_id, basket))).all()


def lock_behind_code(community_id: UUID, macs: Sequence[str]) -> Sequence[ShopOrder]:
    """The open orders a code stands for, held until the transaction ends, by item."""
    behind = select(ShopOrder).where(
        ShopOrder.community_id == community_id,
        ShopOrder.code_mac.in_(macs),
        ShopOrder.state == "placed",
    )
    return db.session.scalars(_held(behind.order_by(ShopOrder.item_id))).all()


def is_code_taken(community_id: UUID, mac: str) -> bool:
    return bool(tell(_BEHIND_CODE, {"community_id": community_id, "mac": mac}))


def lock_own(community_id: UUID, person_id: UUID, order_id: UUID) -> ShopOrder:
    """The person's own order, held until the transaction ends; of anybody else's there is none."""
    order = lock_order(community_id, order_id)
    if order.placed_by != person_id:
        raise NotFound
    return order


def find_order(community_id: UUID, order_id: UUID) -> ShopOrder:
    """Any order of the community, as it stands now.

    Raises:
        NotFound: there is none.
    """
    return _found(db.session.get(ShopOrder, (community_id, order_id), populate_existing=True))


def lock_order(community_id: UUID, order_id: UUID) -> ShopOrder:
    """Any order of the community, held until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    return _found(
        db.session.get(
            ShopOrder, (community_id, order_id), with_for_update=True, populate_existing=True
        )
    )


def lock_due(community_id: UUID, order_id: UUID, now: datetime) -> ShopOrder | None:
    """The order if it still waits and its days are over; None also while somebody holds it."""
    return db.session.scalar(
        select(ShopOrder)
        .where(
            ShopOrder.community_id == community_id,
            ShopOrder.id == order_id,
            ShopOrder.state.in_(OPEN),
            ShopOrder.expires_at <= now,
        )
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def due(
    now: datetime, *, limit: int, after: tuple[datetime, UUID] | None
) -> Sequence[tuple[UUID, UUID, datetime]]:
    """(community, order, moment) of what nobody came for, longest due first."""
    late = select(ShopOrder.community_id, ShopOrder.id, ShopOrder.expires_at).where(
        ShopOrder.state.in_(OPEN), ShopOrder.expires_at <= now
    )
    if after is not None:
        late = late.where(tuple_(ShopOrder.expires_at, ShopOrder.id) > after)
    rows = db.session.execute(late.order_by(ShopOrder.expires_at, ShopOrder.id).limit(limit))
    return [(community_id, order_id, moment) for community_id, order_id, moment in rows]


def ordered_in(
    community_id: UUID,
    person_id: UUID,
    item_ids: Iterable[UUID],
    *,
    since: datetime,
    until: datetime,
) -> dict[UUID, int]:
    """How many pieces of each item the person ordered then and did not give back."""
    told = {
        "community_id": community_id,
        "person_id": person_id,
        "item_ids": list(set(item_ids)),
        "since": since,
        "until": until,
        "states": list(COUNTED),
    }
    return {row["item_id"]: row["pieces"] for row in tell(_ORDERED_IN, told)}


def own_orders(
    community_id: UUID, person_id: UUID, *, limit: int, after: UUID | None
) -> list[Json]:
    """A page of one's own, newest first, one row more than `limit`."""
    own = _shown(community_id).where(ShopOrder.placed_by == person_id)
    if after is not None:
        own = own.where(ShopOrder.id < after)
    return _rows(own.order_by(ShopOrder.id.desc()).limit(limit + 1))


def waiting_at(
    community_id: UUID, counter_id: UUID, *, limit: int, after: UUID | None
) -> list[Json]:
    """A page of what waits at the counter, oldest first, one row more than `limit`."""
    waiting = _shown(community_id).where(
        ShopOrder.counter_id == counter_id, ShopOrder.state == "placed"
    )
    if after is not None:
        waiting = waiting.where(ShopOrder.id > after)
    return _rows(waiting.order_by(ShopOrder.id).limit(limit + 1))


def given_at(
    community_id: UUID, counter_ids: Iterable[UUID], *, limit: int, after: UUID | None
) -> list[Json]:
    """A page of what was handed out at these counters, newest first: for returns."""
    given = _shown(community_id).where(
        ShopOrder.counter_id.in_(set(counter_ids)), ShopOrder.state.in_(("picked_up", "returned"))
    )
    if after is not None:
        given = given.where(ShopOrder.id < after)
    return _rows(given.order_by(ShopOrder.id.desc()).limit(limit + 1))


def awaiting_family(
    community_id: UUID, account_id: int, *, limit: int, after: UUID | None
) -> list[Json]:
    """A page of what waits for an adult of the family, oldest first, one more than `limit`."""
    waiting = _shown(community_id).where(
        ShopOrder.account_id == account_id, ShopOrder.state == "awaiting_family"
    )
    if after is not None:
        waiting = waiting.where(ShopOrder.id > after)
    return _rows(waiting.order_by(ShopOrder.id).limit(limit + 1))


def returns_asked(community_id: UUID, *, limit: int, after: UUID | None) -> list[Json]:
    """A page of returns that wait for a second person, oldest order first."""
    asked = _shown(community_id).where(
        ShopOrder.state == "picked_up", ShopOrder.return_asked_at.is_not(None)
    )
    if after is not None:
        asked = asked.where(ShopOrder.id > after)
    return _rows(asked.order_by(ShopOrder.id).limit(limit + 1))


def shown(community_id: UUID, order_ids: Iterable[UUID]) -> list[Json]:
    """Orders as lists show them, oldest first."""
    wanted = _shown(community_id).where(ShopOrder.id.in_(set(order_ids)))
    return _rows(wanted.order_by(ShopOrder.id))


def shown_own(community_id: UUID, person_id: UUID, order_id: UUID) -> Json:
    """One of one's own.

    Raises:
        NotFound: there is none.
    """
    own = _shown(community_id).where(ShopOrder.placed_by == person_id, ShopOrder.id == order_id)
    rows = _rows(own)
    if not rows:
        raise NotFound
    return rows[0]


def _found(order: ShopOrder | None) -> ShopOrder:
    if order is None:
        raise NotFound
    return order


def _rows(statement: Select[Any]) -> list[Json]:
    return [dict(row) for row in db.session.execute(statement).mappings()]


def _basket(community_id: UUID, basket: UUID) -> Select[ShopOrder]:
    together = select(ShopOrder).where(
        ShopOrder.community_id == community_id, ShopOrder.basket == basket
    )
    return together.order_by(ShopOrder.item_id)


def _held(orders: Select[ShopOrder]) -> Select[ShopOrder]:
    return orders.with_for_update().execution_options(populate_existing=True)


def _shown(community_id: UUID) -> Select[Any]:
    return (
        select(
            *ShopOrder.__table__.columns,
            (ShopOrder.points_each * func.coalesce(ShopOrder.given, ShopOrder.quantity)).label(
                "points"
            ),
            ShopItem.title,
            ShopItem.kind,
            Counter.title.label("counter_title"),
            Counter.place.label("counter_place"),
            Counter.hours.label("counter_hours"),
        )
        .join(
            ShopItem,
            (ShopItem.community_id == ShopOrder.community_id) & (ShopItem.id == ShopOrder.item_id),
        )
        .join(
            Counter,
            (Counter.community_id == ShopOrder.community_id) & (Counter.id == ShopOrder.counter_id),
        )
        .where(ShopOrder.community_id == community_id)
    )
