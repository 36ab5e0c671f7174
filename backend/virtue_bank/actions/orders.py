"""What a resident does in the points shop: order, cancel, ask for a new code; and what lapses."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from backend import crypto
from backend.clock import today, utc_now
from backend.database import db
from backend.days import moments_of_month
from backend.errors import NotFound
from backend.ledger.actions import hold, person_key, special_account, void_hold
from backend.ledger.models import (
    SYSTEM_ID,
    Account,
    AccountFrozen,
    Asset,
    Code,
    InsufficientPoints,
    KeyReused,
    OwnerKind,
    Source,
)
from backend.ledger.queries import account, is_frozen
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.people import lock_resident, names
from backend.residents.queries.settings import setting_on
from backend.virtue_bank.models.orders import ShopOrder
from backend.virtue_bank.models.shop import Counter, ShopItem
from backend.virtue_bank.notices import families as family_notices
from backend.virtue_bank.notices import orders as notices
from backend.virtue_bank.queries import families, shop
from backend.virtue_bank.queries import orders as queries
from backend.virtue_bank.rules import families as family_rules
from backend.virtue_bank.rules import orders as rules
from backend.virtue_bank.rules.counter import CounterClosed

ROUTE = "shop/orders"
SEED, CODE = "shop_order.code", "shop_order.code_mac"
DUE_AT_A_TIME = 200


@dataclass(frozen=True, kw_only=True)
class Line:
    """So many of one item; `points` is what one cost where it was chosen."""

    item_id: UUID
    quantity: int
    points: int | None = None


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What was ordered together; the code is known in this answer alone."""

    order_ids: list[UUID]
    code: str | None
    is_replay: bool


def place(
    caller: Caller, lines: Sequence[Line], *, key: str | None, from_family: bool = False
) -> Placed:
    """Set the points and the pieces aside, and give out the code.

    Many points of a family wait for another adult first. Sent again under the same key, nothing
    happens twice and the answer is the same.

    Raises:
        KeyReused: this key came with something else before.
        NotOffered, SoldOut, LimitReached, HasDebt, SeveralCounters, CounterClosed: the shop's no.
        InsufficientPoints, AccountFrozen: the ledger's.
    """
    community_id, person_id = community_of(caller), caller.resident_id
    basket = person_key(community_id, ROUTE, person_id, key or str(uuid4()))
    wanted = sorted(lines, key=lambda line: line.item_id)
    said = _hash_of(wanted, from_family=from_family)
    lock_resident(person_id)  # the month's limit is a count over this person's orders
    before = queries.basket_of(community_id, basket)
    if before:
        return _again(before, said)
    items = shop.find_items(community_id, [line.item_id for line in wanted])
    rules.check_one_counter({item.counter_id for item in items.values()})
    counter = _open_counter(community_id, items[wanted[0].item_id].counter_id)
    purse = _purse(community_id, person_id, from_family=from_family)
    _check(purse, person_id, items, wanted)
    others = _who_must_agree(purse, person_id, _cost(items, wanted)) if from_family else []
    orders = [
        _order(
            items[line.item_id],
            line,
            person_id=person_id,
            account_id=purse.id,
            basket=basket,
            said=said,
            expires_at=_end(community_id, awaits_family=bool(others)),
        )
        for line in wanted
    ]
    sink = special_account(community_id, Asset.POINTS, OwnerKind.SHOP_SINK)
    code = None
    if others:
        _ask_family(orders, others)
    else:
        code = _sign(orders)
        titles = [items[order.item_id].title for order in orders]
        announce(notices.placed(orders, titles, counter, utc_now()))
    _take_pieces(orders)
    _hold_points(orders, sink=sink)
    return Placed(order_ids=[order.id for order in orders], code=code, is_replay=False)


def agree(caller: Caller, order_id: UUID, *, agreed: bool, reason: str) -> Sequence[ShopOrder]:
    """Another adult of the family says yes or no to all that was ordered together."""
    community_id = community_of(caller)
    order = queries.find_order(community_id, order_id)
    if caller.resident_id not in families.adults_of_account(community_id, order.account_id):
        raise NotFound
    basket = queries.lock_basket(community_id, order.basket)
    waiting = [each for each in basket if each.state == "awaiting_family"]
    family_rules.check_may_agree(
        is_waiting=bool(waiting), is_own=order.placed_by == caller.resident_id
    )
    if not agreed:
        for each in waiting:
            release(each, "cancelled", by=caller.resident_id, reason=reason)
        return waiting
    if is_frozen(community_id, order.account_id):
        raise AccountFrozen("现在可以不同意，积分放回家庭账户。")
    for each in waiting:
        each.state, each.allowed_by = "placed", caller.resident_id
        each.expires_at = _end(community_id, awaits_family=False)
    _sign(waiting)
    counter = shop.find_counter(community_id, order.counter_id)
    announce(family_notices.agreed(order, counter.place))
    db.session.flush()
    return waiting


def new_code(caller: Caller, order_id: UUID) -> Placed:
    """Another code for all that was ordered together and still waits; the old one is void."""
    community_id = community_of(caller)
    lock_resident(caller.resident_id)
    order = queries.find_order(community_id, order_id)
    if order.placed_by != caller.resident_id:
        raise NotFound
    basket = queries.lock_basket(community_id, order.basket)
    rules.check_waiting(order.state, expires_at=order.expires_at, now=utc_now())
    waiting = [each for each in basket if each.state == "placed"]
    issue = max(each.code_issue for each in waiting) + 1
    for each in waiting:
        each.code_issue = issue
    code = _sign(waiting)
    db.session.flush()
    return Placed(order_ids=[each.id for each in waiting], code=code, is_replay=False)


def cancel(caller: Caller, order_id: UUID) -> ShopOrder:
    """Take one's own order back while it waits."""
    order = queries.lock_own(community_of(caller), caller.resident_id, order_id)
    rules.check_open(order.state, expires_at=order.expires_at, now=utc_now())
    release(order, "cancelled", by=caller.resident_id)
    return order


def due_now(after: tuple[datetime, UUID] | None) -> Sequence[tuple[UUID, UUID, datetime]]:
    """(community, order, moment) of what nobody came for in time."""
    return queries.due(utc_now(), limit=DUE_AT_A_TIME, after=after)


def void_due(community_id: UUID, order_id: UUID) -> bool:
    """Give points and pieces back if the order is still due; safe to call twice."""
    order = queries.lock_due(community_id, order_id, utc_now())
    if order is None:
        return False
    release(order, "expired", by=None)
    return True


def release(order: ShopOrder, state: str, *, by: UUID | None, reason: str = "") -> None:
    """End a locked order that waits, without a pick-up: pieces and points are free again."""
    order.state, order.closed_at, order.closed_by, order.reason = state, utc_now(), by, reason
    told = {
        "cancelled": notices.cancelled if by == order.placed_by else notices.declined,
        "expired": notices.expired,
        "refused": notices.refused,
    }[state]
    announce(told(order, shop.find_item(order.community_id, order.item_id).title))
    shop.release_stock(order.community_id, order.item_id, order.quantity)
    void_hold(
        order.community_id,
        hold_id=order.hold_id,
        code=Code.REDEEM,
        source=Source.SHOP_ORDER,
        source_id=order.id,
        actor_id=by or SYSTEM_ID,
    )


def _again(before: Sequence[ShopOrder], said: str) -> Placed:
    """The first answer once more: the code is worked out again, while it counts."""
    if any(order.body_sha256 != said for order in before):
        raise KeyReused
    waiting = [order for order in before if order.state == "placed"]
    code = _code_of(waiting[0]) if waiting else None
    return Placed(order_ids=[order.id for order in before], code=code, is_replay=True)


def _check(
    purse: Account, person_id: UUID, items: dict[UUID, ShopItem], wanted: Sequence[Line]
) -> None:
    since, until = moments_of_month(today())
    before = queries.ordered_in(purse.community_id, person_id, items, since=since, until=until)
    posted = purse.credits_posted - purse.debits_posted
    for line in wanted:
        item = items[line.item_id]
        rules.check_order(
            state=item.state,
            available=item.available,
            quantity=line.quantity,
            limit=item.per_person_month,
            ordered_this_month=before.get(item.id, 0),
            debt=max(0, purse.debits_pending - posted),
        )
        rules.check_points(shown=line.points, now=item.points)
    if purse.frozen:
        raise AccountFrozen("积分一分不少，查清楚以后照常用。")
    short = _cost(items, wanted) - (posted - purse.debits_pending)
    if short > 0:
        raise InsufficientPoints(f"还差{short}分。", short=short)


def _cost(items: dict[UUID, ShopItem], wanted: Sequence[Line]) -> int:
    return sum(items[line.item_id].points * line.quantity for line in wanted)


def _purse(community_id: UUID, person_id: UUID, *, from_family: bool) -> Account:
    kind, owner_id = OwnerKind.PERSON, person_id
    if from_family:
        family = families.find_family_of(community_id, person_id)
        if family is None:
            raise InsufficientPoints("您还没有家庭积分账户。")
        kind, owner_id = OwnerKind.FAMILY, family.id
    found = account(community_id, Asset.POINTS, kind, owner_id)
    if found is None:
        raise InsufficientPoints("您还没有积分。做了好事可以申报，经证明和公示后入账。")
    return found


def _who_must_agree(purse: Account, person_id: UUID, cost: int) -> Sequence[UUID]:
    """The other adults, where it is so much that one of them must agree; else nobody."""
    community_id = purse.community_id
    member = families.membership_of(community_id, person_id)
    if member is None or member.consented_at is None:
        raise family_rules.ConsentMissing("请先同意加入家庭账户。")
    since, until = moments_of_month(today())
    spent = families.spent_by(community_id, purse.id, person_id, since=since, until=until)
    family_rules.check_monthly_limit(limit=member.monthly_limit, spent=spent, points=cost)
    if not family_rules.needs_another(cost):
        return []
    adults = families.adults_of_account(community_id, purse.id)
    others = [each for each in adults if each != person_id]
    if not others:
        raise family_rules.NobodyToAgree(f"一次最多用{family_rules.TWO_ABOVE}分，请分几次兑换。")
    return others


def _ask_family(orders: Sequence[ShopOrder], others: Sequence[UUID]) -> None:
    points = sum(order.points for order in orders)
    for order in orders:
        order.state = "awaiting_family"
    name = names([orders[0].placed_by]).get(orders[0].placed_by, "")
    for adult_id in others:
        announce(family_notices.to_agree(orders[0], points, adult_id, name))


def _end(community_id: UUID, *, awaits_family: bool) -> datetime:
    if awaits_family:
        return rules.last_moment(utc_now(), family_rules.DAYS_TO_AGREE)
    days = setting_on(community_id, "points.pick_up_days", today())
    return rules.last_moment(utc_now(), days)


def _open_counter(community_id: UUID, counter_id: UUID) -> Counter:
    counter = shop.find_counter(community_id, counter_id)
    if counter.state != "open":
        raise CounterClosed("请等居委会重新安排领取的地方。")
    return counter


def _order(
    item: ShopItem,
    line: Line,
    *,
    person_id: UUID,
    account_id: int,
    basket: UUID,
    said: str,
    expires_at: datetime,
) -> ShopOrder:
    return ShopOrder(
        community_id=item.community_id,
        item_id=item.id,
        counter_id=item.counter_id,
        quantity=line.quantity,
        points_each=item.points,
        account_id=account_id,
        placed_by=person_id,
        hold_id=0,
        basket=basket,
        code_mac="",
        expires_at=expires_at,
        idem_key=uuid5(basket, str(item.id)),
        body_sha256=said,
    )


def _take_pieces(orders: Sequence[ShopOrder]) -> None:
    """By item, so that two baskets never wait for each other."""
    for order in orders:
        points = shop.take_stock(order.community_id, order.item_id, order.quantity)
        if points is None:
            left = shop.find_item(order.community_id, order.item_id).available
            raise rules.sold_out(left)
        rules.check_points(shown=order.points_each, now=points)


def _hold_points(orders: Sequence[ShopOrder], *, sink: int) -> None:
    """An order is written once it knows the number of its hold.

    That is the one statement after the ledger's, on rows nobody else waits for.
    """
    for order in orders:
        order.hold_id = hold(
            order.community_id,
            asset=Asset.POINTS,
            code=Code.REDEEM,
            debit_id=order.account_id,
            credit_id=sink,
            amount=order.points,
            source=Source.SHOP_ORDER,
            source_id=order.id,
            actor_id=order.placed_by,
        ).transfer_id
    db.session.add_all(orders)
    db.session.flush()


def _sign(orders: Sequence[ShopOrder]) -> str:
    """Give the orders a code no open order of the community has; the code."""
    first = orders[0]
    while True:
        code = rules.new_code(crypto.mac(SEED, f"{first.basket}:{first.code_issue}"))
        mac = crypto.mac(CODE, code)
        if not queries.is_code_taken(first.community_id, mac):
            break
        for order in orders:
            order.code_issue += 1
    for order in orders:
        order.code_mac = mac
    return code


def _code_of(order: ShopOrder) -> str | None:
    """The code once more; None if its key is no longer ours."""
    for seed in crypto.macs(SEED, f"{order.basket}:{order.code_issue}"):
        code = rules.new_code(seed)
        if order.code_mac in crypto.macs(CODE, code):
            return code
    return None


def _hash_of(lines: Sequence[Line], *, from_family: bool) -> str:
    said = ";".join(f"{line.item_id}:{line.quantity}" for line in lines)
    said += ";family" if from_family else ""
    return hashlib.sha256(said.encode()).hexdigest()
