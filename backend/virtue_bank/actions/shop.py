"""What the committee does with the shop: counters, items, and what comes onto the shelf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from backend.clock import today
from backend.database import db
from backend.days import month_of
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models.shop import (
    Counter,
    CounterClerk,
    ShopItem,
    StockDonation,
    StockMovement,
)
from backend.virtue_bank.queries import shop as queries
from backend.virtue_bank.rules import shop as rules

CLERK = "counter_clerk"
ITEMS_AT_A_TIME = 200


@dataclass(frozen=True, kw_only=True)
class Gift:
    """Goods somebody gave; without a name the giver is thanked unnamed."""

    donor_name: str | None = None


def add_counter(
    caller: Caller, *, title: str, place: str, hours: str, clerk_ids: Sequence[UUID]
) -> Counter:
    """Open a place where things are handed out."""
    community_id = community_of(caller)
    if queries.is_title_taken(community_id, title):
        raise rules.TitleTaken("请换一个名称。")
    counter = Counter(community_id=community_id, title=title, place=place, hours=hours)
    db.session.add(counter)
    db.session.flush()
    _seat(counter, clerk_ids)
    witness(caller, "counter.added", "counter", counter.id, clerks=len(clerk_ids))
    return counter


def change_counter(
    caller: Caller,
    counter_id: UUID,
    *,
    row_version: int,
    clerk_ids: Sequence[UUID],
    **words: Any,
) -> Counter:
    """Name, place, hours, clerks, whether it is open: all of it as it shall be from now on."""
    counter = queries.lock_counter(community_of(caller), counter_id)
    rules.check_version(yours=row_version, current=counter.row_version)
    if queries.is_title_taken(counter.community_id, words["title"], but=counter.id):
        raise rules.TitleTaken("请换一个名称。")
    _set(counter, words)
    queries.drop_clerks(counter.community_id, counter.id)
    _seat(counter, clerk_ids)
    witness(caller, "counter.changed", "counter", counter.id, clerks=len(clerk_ids))
    return counter


def add_item(caller: Caller, *, kind: str, slots: int | None, **words: Any) -> ShopItem:
    """Put something on the shelf; what goes by the month is there at once.

    Raises:
        CashLike: it is as good as money.
        NotByTheMonth: slots for goods, or none for a service or a room.
    """
    community_id = community_of(caller)
    rules.check_wording(title=words["title"], description=words["description"])
    rules.check_slots(kind, slots)
    queries.find_counter(community_id, words["counter_id"])
    item = ShopItem(community_id=community_id, kind=kind, slots=slots, **words)
    db.session.add(item)
    db.session.flush()
    witness(caller, "shop_item.added", "shop_item", item.id, points=item.points)
    if slots is not None:
        item.slots_month = month_of(today())
        _add(item, slots, by=caller.resident_id, reason=_slots_of(item.slots_month))
    db.session.flush()
    return item


def change_item(
    caller: Caller, item_id: UUID, *, row_version: int, slots: int | None, **words: Any
) -> ShopItem:
    """The item as it shall be from now on; other slots count from next month.

    Open orders keep what they were placed for: their points, and where they are fetched.
    """
    item = queries.lock_item(community_of(caller), item_id)
    rules.check_version(yours=row_version, current=item.row_version)
    rules.check_wording(title=words["title"], description=words["description"])
    rules.check_slots(item.kind, slots)
    queries.find_counter(item.community_id, words["counter_id"])
    before = item.points
    _set(item, words | {"slots": slots})
    witness(
        caller,
        "shop_item.changed",
        "shop_item",
        item.id,
        points_before=before,
        points=item.points,
        state=item.state,
    )
    return item


def move_stock(
    caller: Caller, item_id: UUID, *, kind: str, quantity: int, reason: str, gift: Gift | None
) -> StockMovement:
    """Pieces came in, perhaps as a gift, or must be written off for a reason.

    Raises:
        BelowHeld: open orders wait for some of them.
    """
    item = queries.lock_item(community_of(caller), item_id)
    rules.check_movement(kind, reason=reason, is_gift=gift is not None)
    if kind == "received":
        movement = _add(item, quantity, by=caller.resident_id, reason=reason)
    else:
        movement = _drop(item, quantity, by=caller.resident_id, reason=reason)
    if gift is not None:
        donation = StockDonation(
            community_id=item.community_id,
            movement_id=movement.id,
            item_id=item.id,
            donor_name=gift.donor_name,
        )
        db.session.add(donation)
        db.session.flush()
    witness(caller, f"stock.{kind}", "shop_item", item.id, quantity=quantity)
    return movement


def forget_donor(caller: Caller, donation_id: UUID) -> None:
    """Whoever gave no longer wants to be named; what they gave stays counted."""
    donation = queries.lock_donation(community_of(caller), donation_id)
    donation.donor_name = None
    witness(caller, "stock_donation.unnamed", "stock_donation", donation.id)
    db.session.flush()


def items_to_open() -> Sequence[tuple[UUID, UUID]]:
    """(community, item) of what goes by the month and still shows an older one."""
    return queries.items_of_an_older_month(month_of(today()), ITEMS_AT_A_TIME)


def open_month(community_id: UUID, item_id: UUID) -> bool:
    """Write the rest of the old month off and give out the new one's slots, once a month.

    What open orders hold stays theirs. Safe to call twice.
    """
    item, month = queries.lock_item(community_id, item_id), month_of(today())
    if item.slots is None or item.slots_month is None or item.slots_month >= month:
        return False
    if item.available:
        _drop(item, item.available, by=None, reason=f"{_slots_of(item.slots_month)}没有用完")
    item.slots_month = month
    _add(item, item.slots, by=None, reason=_slots_of(month))
    db.session.flush()
    return True


def _add(item: ShopItem, quantity: int, *, by: UUID | None, reason: str) -> StockMovement:
    left = queries.add_stock(item.community_id, item.id, quantity)
    return _note(item, "received", quantity, left, by=by, reason=reason)


def _drop(item: ShopItem, quantity: int, *, by: UUID | None, reason: str) -> StockMovement:
    left = queries.drop_stock(item.community_id, item.id, quantity)
    if left is None:
        raise rules.BelowHeld(f"现有{item.on_hand}份，其中{item.held}份已被预约。", held=item.held)
    return _note(item, "written_off", quantity, left, by=by, reason=reason)


def _note(
    item: ShopItem, kind: str, quantity: int, left: int, *, by: UUID | None, reason: str
) -> StockMovement:
    movement = StockMovement(
        community_id=item.community_id,
        item_id=item.id,
        kind=kind,
        quantity=quantity,
        on_hand_after=left,
        by_id=by,
        reason=reason,
    )
    db.session.add(movement)
    db.session.flush()
    return movement


def _seat(counter: Counter, clerk_ids: Sequence[UUID]) -> None:
    """Whoever hands out here holds the office of clerk."""
    strangers = set(clerk_ids) - set(holder_ids(counter.community_id, CLERK))
    if strangers:
        raise rules.NoClerk(errors={"clerk_ids": ["只能选本社区在任的窗口工作人员"]})
    db.session.add_all(
        CounterClerk(community_id=counter.community_id, counter_id=counter.id, resident_id=clerk_id)
        for clerk_id in dict.fromkeys(clerk_ids)
    )
    db.session.flush()


def _set(row: ShopItem | Counter, words: dict[str, Any]) -> None:
    for name, value in words.items():
        setattr(row, name, value)
    row.row_version += 1


def _slots_of(month: date) -> str:
    return f"{month.year}年{month.month}月名额"
