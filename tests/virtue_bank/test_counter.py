"""At the counter: codes, whose counter it is, what is handed out and what is not."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from backend import clock
from tests.factories import a_neighbourhood
from tests.test_bad_input import is_problem
from tests.virtue_bank.a_shop import BANK, Shop, a_shop, refused, went


@pytest.fixture
def shop(app: Flask) -> Shop:
    return a_shop(app)


def test_less_is_handed_out_and_less_is_paid(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100), shop.an_item()
    order_id, code = shop.ordered(granny, soap, 3)
    lines = [{"order_id": order_id, "quantity": 2}]

    receipt = went(shop.brings(code, lines=lines))

    assert (receipt["orders"][0]["given"], receipt["orders"][0]["points"]) == (2, 40)
    assert shop.points_of(granny) == (60, 0, 0)
    assert shop.stock(soap) == (8, 0)
    assert not shop.faults()
    refused(shop.brings(code), "wrong-code")


def test_what_is_not_there_yet_stays_waiting_for_the_same_code(shop: Shop) -> None:
    granny = shop.somebody(points=100)
    soap, rice = shop.an_item(), shop.an_item(title="大米", points=30)
    told = went(shop.order(granny, (soap, 1), (rice, 1)), 201)
    first = next(order for order in told["orders"] if order["item_id"] == soap)

    went(shop.brings(told["code"], lines=[{"order_id": first["id"], "quantity": 1}]))
    assert shop.points_of(granny) == (50, 30, 0)
    rest = went(shop.brings(told["code"]))

    assert [order["title"] for order in rest["orders"]] == ["大米"]
    assert shop.points_of(granny) == (50, 0, 0)


def test_more_than_was_ordered_is_never_handed_out(shop: Shop) -> None:
    order_id, code = shop.ordered(shop.somebody(points=100), shop.an_item())
    before = shop.books()

    for wrong in ({"order_id": order_id, "quantity": 2}, {"order_id": str(uuid4()), "quantity": 1}):
        is_problem(shop.brings(code, lines=[wrong]), 422)
    twice = [{"order_id": order_id, "quantity": 1}] * 2
    is_problem(shop.brings(code, lines=twice), 422)

    assert shop.books() == before
    went(shop.brings(code))


def test_a_clerks_double_tap_hands_out_once(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100), shop.an_item()
    _, code = shop.ordered(granny, soap)
    told = {"counter_id": shop.counter_id, "code": code}
    key = {"Idempotency-Key": "tap"}

    first = shop.clerk.post(f"{BANK}/counter/pick-ups", told, **key)
    second = shop.clerk.post(f"{BANK}/counter/pick-ups", told, **key)

    assert first.get_json() == second.get_json()
    assert shop.points_of(granny) == (80, 0, 0)


def test_a_forgotten_code_is_replaced_by_another(shop: Shop) -> None:
    granny = shop.somebody(points=100)
    order_id, code = shop.ordered(granny, shop.an_item())

    new = went(shop.does("code", order_id, granny), 201)["code"]

    assert new != code
    refused(shop.brings(code), "wrong-code")
    went(shop.brings(new))
    refused(shop.does("code", order_id, granny), "not-waiting")


def test_after_five_wrong_codes_everybody_at_the_counter_waits_ten_minutes(shop: Shop) -> None:
    granny = shop.somebody(points=100)
    _, code = shop.ordered(granny, shop.an_item())
    before = shop.books()
    left = [refused(shop.brings(f"2345678{n}"), "wrong-code")["tries_left"] for n in range(5)]
    assert left == [4, 3, 2, 1, 0]

    wait = shop.brings(code)

    assert refused(wait, "too-many-tries", 429)["retry_after_seconds"] <= 601
    assert wait.headers["Retry-After"]
    other = shop.place.a_worker("counter_clerk", name="周窗口")
    elsewhere = shop.a_counter("活动站", other)
    refused(shop.brings("22222222", clerk=other, counter_id=elsewhere), "wrong-code")
    assert shop.books() == before
    with clock.at(clock.utc_now() + timedelta(minutes=10, seconds=1)):
        went(shop.brings(code))


def test_what_is_right_is_no_try(shop: Shop) -> None:
    granny, soap = shop.somebody(points=200), shop.an_item()
    refused(shop.brings("22222222"), "wrong-code")
    for _ in range(6):
        went(shop.brings(shop.ordered(granny, soap)[1]))

    assert refused(shop.brings("22222222"), "wrong-code")["tries_left"] == 3


def test_a_code_of_another_counter_is_sent_there(shop: Shop) -> None:
    granny = shop.somebody(points=100)
    other = shop.place.a_worker("counter_clerk")
    there = shop.a_counter("活动站", other)
    _, code = shop.ordered(granny, shop.an_item())

    told = refused(shop.brings(code, clerk=other, counter_id=there), "other-counter")

    assert "一楼便民窗口" in told["detail"]
    went(shop.brings(code))


def test_only_clerks_of_the_counter_hand_out_there(shop: Shop) -> None:
    other = shop.place.a_worker("counter_clerk")
    order_id, code = shop.ordered(shop.somebody(points=100), shop.an_item())

    refused(shop.brings(code, clerk=other), "not-your-counter", 403)
    refused(shop.does("refusal", order_id, other, {"reason": "坏了"}), "not-your-counter", 403)
    listed = other.get(f"{BANK}/counters/{shop.counter_id}/orders")
    refused(listed, "not-your-counter", 403)


def test_nobody_serves_oneself(shop: Shop) -> None:
    clerk = shop.somebody(points=100, name="吴窗口")
    at_work = shop.in_office(clerk, "counter_clerk")
    shop.counter_id = shop.a_counter("活动站", at_work, shop.clerk)
    order_id, code = shop.ordered(clerk, shop.an_item())
    before = shop.books()

    refused(shop.brings(code, clerk=at_work), "own-order", 403)
    refused(shop.does("refusal", order_id, at_work, {"reason": "坏了"}), "own-order", 403)

    assert shop.books() == before
    went(shop.brings(code))
    refused(shop.does("return", order_id, at_work, {"reason": "坏了"}), "own-order", 403)


@pytest.mark.parametrize("wrong", ["", "O0O0O0O0", "  ", "一二三四五六七八", "2345678", "x" * 41])
def test_nonsense_is_no_code(shop: Shop, wrong: str) -> None:
    assert shop.brings(wrong).status_code in {409, 422}


def test_a_closed_counter_hands_nothing_out_and_takes_no_orders(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100), shop.an_item()
    _, code = shop.ordered(granny, soap)
    url, words = (
        f"{BANK}/counters/{shop.counter_id}",
        {
            "title": "一楼便民窗口",
            "place": "居委会一楼",
            "clerk_ids": [str(shop.clerk.id)],
        },
    )
    went(shop.member.put(url, words | {"row_version": 1, "state": "closed"}))

    refused(shop.brings(code), "counter-closed")
    refused(shop.order(granny, (soap, 1)), "counter-closed")
    assert went(granny.get(f"{BANK}/shop/counters"))["items"] == []
    went(shop.member.put(url, words | {"row_version": 2, "state": "open"}))
    went(shop.brings(code))


def test_who_hands_out_holds_the_office(shop: Shop) -> None:
    stranger = a_neighbourhood(shop.app).a_worker("counter_clerk")
    for person in (shop.place.a_resident(), shop.member, stranger):
        new = {"title": "二号", "place": "二楼", "clerk_ids": [str(person.id)]}
        is_problem(shop.member.post(f"{BANK}/counters", new), 422)
    refused(
        shop.member.post(f"{BANK}/counters", {"title": "一楼便民窗口", "place": "别处"}),
        "title-taken",
    )


def test_the_clerk_says_why_it_cannot_be_handed_out(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100), shop.an_item()
    order_id, code = shop.ordered(granny, soap)
    is_problem(shop.does("refusal", order_id, shop.clerk, {"reason": " "}), 422)

    told = went(shop.does("refusal", order_id, shop.clerk, {"reason": "瓶子破了"}))

    assert (told["state"], told["reason"]) == ("refused", "瓶子破了")
    assert (shop.points_of(granny), shop.stock(soap)) == ((100, 0, 0), (10, 0))
    assert shop.told(granny)[-1] == "洗衣液没有领成"
    refused(shop.brings(code), "wrong-code")


def test_the_clerk_sees_what_waits_and_never_for_whom(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100, name="陈秀英"), shop.an_item()
    first, code = shop.ordered(granny, soap)
    second, _ = shop.ordered(granny, soap)
    url = f"{BANK}/counters/{shop.counter_id}/orders"

    waiting = shop.clerk.get(url)
    assert [row["id"] for row in went(waiting)["items"]] == [first, second]
    assert "陈" not in waiting.text
    assert str(granny.id) not in waiting.text
    went(shop.brings(code))

    assert [row["id"] for row in went(shop.clerk.get(url))["items"]] == [second]
    assert [row["id"] for row in went(shop.clerk.get(url, view="given"))["items"]] == [first]
