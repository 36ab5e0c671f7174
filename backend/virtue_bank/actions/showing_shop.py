"""Shelves and orders as people see them: what is left for me, until when, and where."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from backend.clock import today
from backend.database import Json
from backend.days import last_day_before, moments_of_month
from backend.residents.models import Caller, community_of
from backend.virtue_bank.models.orders import ORDER_STATES
from backend.virtue_bank.models.shop import ITEM_KINDS, MOVEMENT_KINDS, Counter
from backend.virtue_bank.queries import families, orders, shop
from backend.virtue_bank.rules.counter import NotYourCounter


def shelves(caller: Caller, *, limit: int, after: UUID | None) -> list[Json]:
    """What can be ordered, and how much of it the caller still may this month."""
    community_id = community_of(caller)
    rows = shop.items_on_offer(community_id, limit=limit, after=after)
    since, until = moments_of_month(today())
    ids = [row["id"] for row in rows]
    mine = orders.ordered_in(community_id, caller.resident_id, ids, since=since, until=until)
    return [
        row | {"left_this_month": _left(row, mine.get(row["id"], 0))}
        for row in _items(community_id, rows)
    ]


def stock(caller: Caller, *, limit: int, after: UUID | None) -> list[Json]:
    """Everything, on the shelf or off it, as those who keep it see it."""
    community_id = community_of(caller)
    return _items(community_id, shop.all_items(community_id, limit=limit, after=after))


def stock_item(community_id: UUID, item_id: UUID) -> Json:
    """One item of `stock`."""
    return _items(community_id, [shop.item_row(community_id, item_id)])[0]


def movements(caller: Caller, item_id: UUID, *, limit: int, after: UUID | None) -> list[Json]:
    """What came and went of an item, newest first."""
    community_id = community_of(caller)
    shop.find_item(community_id, item_id)
    return [
        row
        | {
            "kind_label": MOVEMENT_KINDS[row["kind"]],
            "is_gift": row["donation_id"] is not None,
        }
        for row in shop.movements_of(community_id, item_id, limit=limit, after=after)
    ]


def movement(caller: Caller, item_id: UUID, movement_id: UUID) -> Json:
    """The movement that was just written."""
    newest = movements(caller, item_id, limit=1, after=None)
    return next(row for row in newest if row["id"] == movement_id)


def counters(caller: Caller) -> list[Counter]:
    """Where things are fetched now."""
    return [each for each in shop.counters(community_of(caller)) if each.state == "open"]


def staff_counters(caller: Caller) -> list[Json]:
    """All counters with their clerks."""
    community_id = community_of(caller)
    clerks = shop.clerks_of(community_id)
    return [
        _staff_counter(each, clerks.get(each.id, []), caller)
        for each in shop.counters(community_id)
    ]


def staff_counter(caller: Caller, counter: Counter) -> Json:
    """One of them."""
    return _staff_counter(counter, shop.clerks_of(counter.community_id).get(counter.id, []), caller)


def own_orders(caller: Caller, *, limit: int, after: UUID | None) -> list[Json]:
    """A page of one's own orders, newest first."""
    return _orders(
        orders.own_orders(community_of(caller), caller.resident_id, limit=limit, after=after)
    )


def own_order(caller: Caller, order_id: UUID) -> Json:
    """One of one's own."""
    return _orders([orders.shown_own(community_of(caller), caller.resident_id, order_id)])[0]


def family_orders(caller: Caller, *, limit: int, after: UUID | None) -> list[Json]:
    """What waits for an adult of the caller's family; nothing without one."""
    community_id = community_of(caller)
    account_id = families.family_account_of(community_id, caller.resident_id)
    if account_id is None:
        return []
    return _orders(orders.awaiting_family(community_id, account_id, limit=limit, after=after))


def these_orders(caller: Caller, order_ids: Iterable[UUID]) -> list[Json]:
    """Orders the caller has just done something with."""
    return _orders(orders.shown(community_of(caller), order_ids))


def counter_orders(
    caller: Caller, counter_id: UUID, *, view: str, limit: int, after: UUID | None
) -> list[Json]:
    """What waits at the caller's counter, or what went out there; never whose it is."""
    community_id = community_of(caller)
    shop.find_counter(community_id, counter_id)
    if not shop.is_clerk(community_id, counter_id, caller.resident_id):
        raise NotYourCounter
    if view == "given":
        return _orders(orders.given_at(community_id, [counter_id], limit=limit, after=after))
    return _orders(orders.waiting_at(community_id, counter_id, limit=limit, after=after))


def returns_asked(caller: Caller, *, limit: int, after: UUID | None) -> list[Json]:
    """Returns that wait for a second person."""
    return _orders(orders.returns_asked(community_of(caller), limit=limit, after=after))


def _items(community_id: UUID, rows: Sequence[Json]) -> list[Json]:
    donors = shop.donors_of(community_id, [row["id"] for row in rows])
    return [
        row
        | {
            "kind_label": ITEM_KINDS[row["kind"]],
            "donors": donors.get(row["id"], []),
            "counter": _place(row),
        }
        for row in rows
    ]


def _orders(rows: Sequence[Json]) -> list[Json]:
    return [
        row
        | {
            "state_label": ORDER_STATES[row["state"]],
            "last_day": last_day_before(row["expires_at"]),
            "counter": _place(row),
        }
        for row in rows
    ]


def _place(row: Json) -> Json:
    return {
        "id": row["counter_id"],
        "title": row["counter_title"],
        "place": row["counter_place"],
        "hours": row["counter_hours"],
    }


def _left(row: Json, ordered: int) -> int | None:
    limit: int | None = row["per_person_month"]
    return None if limit is None else max(0, limit - ordered)


def _staff_counter(counter: Counter, clerk_ids: Sequence[UUID], caller: Caller) -> dict[str, Any]:
    return {
        "id": counter.id,
        "title": counter.title,
        "place": counter.place,
        "hours": counter.hours,
        "state": counter.state,
        "row_version": counter.row_version,
        "clerk_ids": list(clerk_ids),
        "is_mine": caller.resident_id in clerk_ids,
    }
