"""What happens at the counter: a code is looked up, things go out, are refused, come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backend import crypto
from backend.clock import today, utc_now
from backend.database import db
from backend.ledger.actions import post_hold, reverse
from backend.ledger.models import Code, Source
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.people import masked_names
from backend.residents.queries.settings import setting_on
from backend.virtue_bank.actions.families import pass_on
from backend.virtue_bank.actions.orders import CODE, release
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models.orders import ShopOrder
from backend.virtue_bank.models.shop import Counter, StockMovement
from backend.virtue_bank.notices import orders as notices
from backend.virtue_bank.queries import orders as queries
from backend.virtue_bank.queries import shop
from backend.virtue_bank.queries.families import family_state
from backend.virtue_bank.rules import counter as rules
from backend.virtue_bank.rules import orders as order_rules


@dataclass(frozen=True, kw_only=True)
class Behind:
    """What a code stands for: the holder's masked name, and the orders that wait."""

    holder: str
    order_ids: list[UUID]


def look_up(caller: Caller, counter_id: UUID, code: str) -> Behind:
    """Show what is to be handed out for a code, before anything is.

    Raises:
        WrongCode: kept, and counted for this counter.
        TooManyTries: it was wrong too often here; everybody waits.
    """
    counter = _attended(caller, counter_id)
    orders = _behind(counter, code)
    return _seen(orders)


def hand_out(
    caller: Caller,
    counter_id: UUID,
    code: str,
    *,
    lines: Sequence[tuple[UUID, int]],
    brought_by: str,
) -> Behind:
    """Hand out against the code, all of it or what `lines` says; points go for what went out."""
    counter = _attended(caller, counter_id)
    orders = {order.id: order for order in _behind(counter, code)}
    for order in orders.values():
        order_rules.check_may_serve(is_own=order.placed_by == caller.resident_id)
    given = rules.pieces_to_give({each.id: each.quantity for each in orders.values()}, lines)
    chosen = [order for order in orders.values() if order.id in given]
    items = shop.find_items(counter.community_id, [order.item_id for order in chosen])
    for order in chosen:
        pieces = given[order.id]
        announce(notices.picked_up(order, items[order.item_id].title, pieces, brought_by))
        witness(
            caller,
            "shop_order.picked_up",
            "shop_order",
            order.id,
            given=pieces,
            ordered=order.quantity,
        )
        _move(order, pieces, caller)
    seen = _seen(chosen)
    for order in chosen:  # all on one account with a limit, so several calls are safe
        _post(order, given[order.id], caller, brought_by)
    return seen


def refuse(caller: Caller, order_id: UUID, *, reason: str) -> ShopOrder:
    """The clerk cannot hand it out, and says why; the holder has the points again."""
    order = queries.lock_order(community_of(caller), order_id)
    _check_serves(caller, order.counter_id)
    order_rules.check_may_serve(is_own=order.placed_by == caller.resident_id)
    order_rules.check_waiting(order.state, expires_at=order.expires_at, now=utc_now())
    witness(caller, "shop_order.refused", "shop_order", order.id)
    release(order, "refused", by=caller.resident_id, reason=reason)
    return order


def ask_return(caller: Caller, order_id: UUID, *, reason: str) -> ShopOrder:
    """The clerk has the whole order back and asks a committee member to confirm."""
    order = queries.lock_order(community_of(caller), order_id)
    _check_serves(caller, order.counter_id)
    order_rules.check_may_serve(is_own=order.placed_by == caller.resident_id)
    now = utc_now()
    order_rules.check_may_ask_return(
        state=order.state,
        is_asked=order.return_asked_at is not None,
        closed_at=order.closed_at,
        days=setting_on(order.community_id, "points.return_days", today()),
        now=now,
    )
    order.return_asked_by, order.return_asked_at, order.reason = caller.resident_id, now, reason
    witness(caller, "shop_order.return_asked", "shop_order", order.id)
    db.session.flush()
    return order


def decide_return(caller: Caller, order_id: UUID, *, accepted: bool, reason: str) -> ShopOrder:
    """Somebody else takes it back, and the points with it, or says why not."""
    order = queries.lock_order(community_of(caller), order_id)
    order_rules.check_may_confirm_return(
        state=order.state,
        is_asked=order.return_asked_at is not None,
        is_own=order.placed_by == caller.resident_id,
        is_same_person=order.return_asked_by == caller.resident_id,
    )
    title = shop.find_item(order.community_id, order.item_id).title
    witness(caller, "shop_order.return_decided", "shop_order", order.id, accepted=accepted)
    if accepted:
        _take_back(order, title, caller)
    else:
        announce(notices.return_declined(order, title, reason))
        order.return_asked_by, order.return_asked_at, order.reason = None, None, ""
        db.session.flush()
    return order


def _take_back(order: ShopOrder, title: str, caller: Caller) -> None:
    pieces, paid, asked_by = order.given, order.posted_id, order.return_asked_by
    if pieces is None or paid is None or asked_by is None:
        raise AssertionError(order.id)  # the table's own checks say so
    announce(notices.returned(order, title))
    left = shop.add_stock(order.community_id, order.item_id, pieces)
    _note(order, "returned", pieces, left, caller)
    family_ended = family_state(order.community_id, order.account_id) == "closed"
    db.session.flush()
    order.reversal_id = reverse(
        order.community_id,
        transfer_id=paid,
        amount=order.points,
        code=Code.REVERSE,
        source=Source.SHOP_ORDER,
        source_id=order.id,
        actor_id=asked_by,
        approver_id=caller.resident_id,
    ).transfer_id
    order.state, order.returned_by = "returned", caller.resident_id
    db.session.flush()
    if family_ended:
        pass_on(
            order.community_id,
            order.account_id,
            to=order.placed_by,
            points=order.points,
            source_id=order.id,
            by=asked_by,
        )


def _move(order: ShopOrder, given: int, caller: Caller) -> None:
    left = shop.give_stock(order.community_id, order.item_id, held=order.quantity, given=given)
    _note(order, "given", given, left, caller)


def _note(order: ShopOrder, kind: str, pieces: int, left: int, caller: Caller) -> None:
    movement = StockMovement(
        community_id=order.community_id,
        item_id=order.item_id,
        kind=kind,
        quantity=pieces,
        on_hand_after=left,
        order_id=order.id,
        by_id=caller.resident_id,
    )
    db.session.add(movement)


def _post(order: ShopOrder, pieces: int, caller: Caller, brought_by: str) -> None:
    order.posted_id = post_hold(
        order.community_id,
        hold_id=order.hold_id,
        amount=order.points_each * pieces,
        code=Code.REDEEM,
        source=Source.SHOP_ORDER,
        source_id=order.id,
        actor_id=caller.resident_id,
    ).transfer_id
    order.state, order.given, order.brought_by = "picked_up", pieces, brought_by
    order.closed_by, order.closed_at = caller.resident_id, utc_now()
    db.session.flush()


def _attended(caller: Caller, counter_id: UUID) -> Counter:
    """The counter, held so that wrong codes are counted one after the other."""
    counter = shop.lock_counter(community_of(caller), counter_id)
    _check_serves(caller, counter_id)
    if counter.state != "open":
        raise rules.CounterClosed
    return counter


def _check_serves(caller: Caller, counter_id: UUID) -> None:
    if not shop.is_clerk(community_of(caller), counter_id, caller.resident_id):
        raise rules.NotYourCounter("请到自己值班的领取点办理，或请居委会把您加到这里。")


def _behind(counter: Counter, typed: str) -> Sequence[ShopOrder]:
    """The orders that wait for this code here; a wrong one is counted, and the refusal kept."""
    now = utc_now()
    rules.check_may_try(counter.tries, counter.tries_since, now)
    code = rules.plain_code(typed)
    found = queries.lock_behind_code(counter.community_id, crypto.macs(CODE, code)) if code else []
    waiting = [order for order in found if order.expires_at > now]
    if not waiting:
        counter.tries, counter.tries_since = rules.after_wrong_try(
            counter.tries, counter.tries_since, now
        )
        left = rules.tries_left(counter.tries, counter.tries_since, now)
        raise rules.WrongCode(f"请核对后再输，还可以试{left}次。", tries_left=left)
    if waiting[0].counter_id != counter.id:
        there = shop.find_counter(counter.community_id, waiting[0].counter_id)
        raise rules.OtherCounter(f"请到{there.place}（{there.title}）领取。")
    return waiting


def _seen(orders: Sequence[ShopOrder]) -> Behind:
    holder_id = orders[0].placed_by
    return Behind(
        holder=masked_names([holder_id]).get(holder_id, ""),
        order_ids=[order.id for order in orders],
    )
