"""The shop's rules, without a database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import SHANGHAI
from backend.virtue_bank.rules import counter, orders, shop

NOON = datetime(2027, 3, 2, 12, tzinfo=SHANGHAI)
FITS: dict[str, Any] = {
    "state": "on",
    "available": 3,
    "quantity": 1,
    "limit": None,
    "ordered_this_month": 0,
    "debt": 0,
}
SEEDS = st.binary(min_size=32, max_size=32).map(bytes.hex)


def test_who_owes_nothing_may_order_what_is_there() -> None:
    orders.check_order(**FITS)
    orders.check_order(**(FITS | {"quantity": 3}))
    orders.check_order(**(FITS | {"limit": 2, "ordered_this_month": 1}))


def test_nobody_pays_another_price_than_the_one_shown() -> None:
    orders.check_points(shown=8, now=8)
    orders.check_points(shown=None, now=8)
    for shown in (7, 9):
        with pytest.raises(orders.PointsChanged):
            orders.check_points(shown=shown, now=8)


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        ({"state": "off"}, orders.NotOffered),
        ({"debt": 1}, orders.HasDebt),
        ({"available": 0}, orders.SoldOut),
        ({"quantity": 4}, orders.SoldOut),
        ({"limit": 2, "ordered_this_month": 2}, orders.LimitReached),
        ({"limit": 2, "ordered_this_month": 1, "quantity": 2}, orders.LimitReached),
    ],
    ids=str,
)
def test_an_order_is_refused_for(fault: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        orders.check_order(**(FITS | fault))


def test_the_refusal_says_what_is_left() -> None:
    with pytest.raises(orders.LimitReached) as limit:
        orders.check_order(**(FITS | {"limit": 3, "ordered_this_month": 1, "quantity": 3}))
    with pytest.raises(orders.SoldOut) as sold:
        orders.check_order(**(FITS | {"quantity": 9}))

    assert (limit.value.members, sold.value.members) == ({"left": 2}, {"left": 3})


def test_all_ordered_together_is_fetched_at_one_counter() -> None:
    orders.check_one_counter({1})
    with pytest.raises(orders.SeveralCounters):
        orders.check_one_counter({1, 2})


@given(SEEDS)
def test_a_code_has_eight_characters_nobody_mistakes(seed: str) -> None:
    code = orders.new_code(seed)

    assert len(code) == 8
    assert set(code) <= set("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
    assert orders.new_code(seed) == code
    assert counter.plain_code(f" {code[:4].lower()}-{code[4:]}　") == code


@given(SEEDS, SEEDS)
def test_another_seed_is_another_code(one: str, other: str) -> None:
    same = int(one, 16) % 2**40 == int(other, 16) % 2**40

    assert (orders.new_code(one) == orders.new_code(other)) == same


@pytest.mark.parametrize(
    "typed", ["", "2345678", "234567890", "2345678O", "２３４５６７８", "八个字" * 3]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert counter.plain_code(typed) is None


def test_wide_letters_are_letters() -> None:
    assert counter.plain_code("２３４５ａｂｃｄ") == "2345ABCD"


@pytest.mark.parametrize(
    ("placed", "ends"),
    [
        (datetime(2027, 3, 2, 0, 0, tzinfo=SHANGHAI), date(2027, 3, 10)),
        (datetime(2027, 3, 2, 23, 59, 59, tzinfo=SHANGHAI), date(2027, 3, 10)),
        (datetime(2027, 3, 1, 16, 0, tzinfo=UTC), date(2027, 3, 10)),  # midnight in Shanghai
        (datetime(2027, 12, 30, 9, 0, tzinfo=SHANGHAI), date(2028, 1, 7)),
        (datetime(2028, 2, 22, 9, 0, tzinfo=SHANGHAI), date(2028, 3, 1)),
    ],
)
def test_a_code_counts_to_the_end_of_the_seventh_day(placed: datetime, ends: date) -> None:
    end = orders.last_moment(placed, 7)

    assert end.astimezone(SHANGHAI) == datetime(ends.year, ends.month, ends.day, tzinfo=SHANGHAI)
    orders.check_waiting("placed", expires_at=end, now=end - timedelta(microseconds=1))
    with pytest.raises(orders.NotWaiting):
        orders.check_waiting("placed", expires_at=end, now=end)


def test_only_what_comes_in_is_a_gift_and_what_is_written_off_says_why() -> None:
    shop.check_movement("received", reason="", is_gift=True)
    shop.check_movement("received", reason="", is_gift=False)
    shop.check_movement("written_off", reason="受潮了。", is_gift=False)
    for kind, reason, is_gift in (("written_off", "", False), ("written_off", "受潮了。", True)):
        with pytest.raises(shop.NotAMovement):
            shop.check_movement(kind, reason=reason, is_gift=is_gift)


@pytest.mark.parametrize("state", ["picked_up", "cancelled", "expired", "refused", "returned"])
def test_what_is_closed_waits_for_nobody(state: str) -> None:
    with pytest.raises(orders.NotWaiting) as refusal:
        orders.check_waiting(state, expires_at=NOON + timedelta(days=1), now=NOON)

    assert refusal.value.members["current_state"] == state


def test_five_wrong_codes_and_everybody_waits_ten_minutes() -> None:
    tries, since = 0, None
    for left in (5, 4, 3, 2, 1):
        counter.check_may_try(tries, since, NOON)
        assert counter.tries_left(tries, since, NOON) == left
        tries, since = counter.after_wrong_try(tries, since, NOON)
    with pytest.raises(counter.TooManyTries) as wait:
        counter.check_may_try(tries, since, NOON + timedelta(minutes=9, seconds=30))
    assert 30 <= wait.value.members["retry_after_seconds"] <= 31

    after = NOON + timedelta(minutes=10)
    counter.check_may_try(tries, since, after)
    assert counter.after_wrong_try(tries, since, after) == (1, after)


def test_nothing_named_means_all_of_it() -> None:
    one, other = uuid4(), uuid4()

    assert counter.pieces_to_give({one: 2, other: 1}, []) == {one: 2, other: 1}
    assert counter.pieces_to_give({one: 2, other: 1}, [(one, 1)]) == {one: 1}
    assert counter.pieces_to_give({one: 2, other: 1}, [(one, 2)]) == {one: 2}


@pytest.mark.parametrize("pieces", [0, 3, -1])
def test_no_more_than_was_ordered(pieces: int) -> None:
    one = uuid4()

    with pytest.raises(counter.NotInThisBasket):
        counter.pieces_to_give({one: 2}, [(one, pieces)])


def test_only_what_is_in_the_basket_and_once() -> None:
    one = uuid4()
    for wished in ([(uuid4(), 1)], [(one, 1), (one, 1)]):
        with pytest.raises(counter.NotInThisBasket):
            counter.pieces_to_give({one: 2}, wished)


MONEY = [
    "现金 50 元",
    "红 包",
    "沃尔玛购物卡",
    "１００元话费",
    "京东E卡",
    "抵 物业费",
    "超市代金券",
    "比特币",
]
THINGS = [
    "洗衣液",
    "五常大米 5 斤",
    "理发一次",
    "活动室半天",
    "手写感谢卡",
    "油壶",
    "儿童红帽子",
    "金桔",
]


@pytest.mark.parametrize("title", MONEY)
def test_what_is_as_good_as_money_is_refused(title: str) -> None:
    with pytest.raises(shop.CashLike) as refusal:
        shop.check_wording(title=title, description="好东西")

    assert list(refusal.value.members["errors"]["json"]) == ["title"]


@pytest.mark.parametrize("title", THINGS)
def test_things_are_things(title: str) -> None:
    shop.check_wording(title=title, description="")


def test_services_and_rooms_go_by_the_month_and_nothing_else_does() -> None:
    shop.check_slots("room", 8)
    shop.check_slots("goods", None)
    for kind, slots in (("service", None), ("room", None), ("goods", 3), ("thanks", 1)):
        with pytest.raises(shop.NotByTheMonth):
            shop.check_slots(kind, slots)


def test_who_changes_an_item_has_seen_it_as_it_is() -> None:
    shop.check_version(yours=3, current=3)
    with pytest.raises(shop.StaleItem) as refusal:
        shop.check_version(yours=2, current=3)

    assert refusal.value.members == {"your_version": 2, "current_version": 3}


RETURN: dict[str, Any] = {"state": "picked_up", "is_asked": False, "closed_at": NOON, "days": 7}


def test_a_return_is_asked_within_seven_days_of_the_pick_up() -> None:
    end = orders.last_moment(NOON, 7)
    orders.check_may_ask_return(**RETURN, now=end - timedelta(seconds=1))
    with pytest.raises(orders.TooLateToReturn):
        orders.check_may_ask_return(**RETURN, now=end)


@pytest.mark.parametrize("fault", [{"state": "placed"}, {"is_asked": True}, {"state": "returned"}])
def test_only_what_was_fetched_is_returned_and_once(fault: dict[str, Any]) -> None:
    with pytest.raises(orders.NotWaiting):
        orders.check_may_ask_return(**(RETURN | fault), now=NOON)


def test_two_take_a_return_back_and_neither_is_the_holder() -> None:
    fine: dict[str, Any] = {
        "state": "picked_up",
        "is_asked": True,
        "is_own": False,
        "is_same_person": False,
    }
    orders.check_may_confirm_return(**fine)
    for fault, refusal in (
        ({"is_same_person": True}, orders.SameHands),
        ({"is_own": True}, orders.OwnOrder),
        ({"is_asked": False}, orders.NothingToReturn),
        ({"state": "returned"}, orders.NothingToReturn),
    ):
        with pytest.raises(refusal):
            orders.check_may_confirm_return(**(fine | fault))
