"""The points shop over HTTP: an order from the screen to the counter, and all that may go wrong."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from backend import clock
from backend.clock import SHANGHAI
from backend.database import db, transaction
from backend.notifications.models import Notice
from backend.virtue_bank.jobs.shop import check_stock, void_due_orders
from backend.virtue_bank.models import ShopOrder
from backend.virtue_bank.queries.accounts import circulation
from backend.virtue_bank.queries.shop import shelf_value
from tests.counting import counted_statements
from tests.factories import a_neighbourhood
from tests.test_bad_input import is_problem
from tests.virtue_bank.a_shop import BANK, SOAP, Shop, a_shop, refused, went

NOON = datetime(2027, 3, 2, 12, tzinfo=SHANGHAI)


@pytest.fixture
def shop(app: Flask) -> Shop:
    return a_shop(app)


def test_an_old_person_orders_and_a_neighbour_brings_the_code(shop: Shop) -> None:
    granny, soap = shop.somebody(points=50), shop.an_item()
    told = went(shop.order(granny, (soap, 2)), 201)
    [order] = told["orders"]
    assert (order["state"], order["points"], order["counter"]["title"]) == (
        "placed",
        40,
        "一楼便民窗口",
    )
    assert shop.points_of(granny) == (10, 40, 0)
    assert shop.stock(soap) == (10, 2)

    seen = went(
        shop.clerk.post(
            f"{BANK}/counter/codes", {"counter_id": shop.counter_id, "code": told["code"].lower()}
        )
    )
    assert (seen["holder"], seen["orders"][0]["title"]) == ("陈*奶", "洗衣液")
    receipt = went(shop.brings(told["code"], brought_by="张阿姨"))

    assert receipt["orders"][0]["state"] == "picked_up"
    assert shop.points_of(granny) == (10, 0, 0)
    assert shop.stock(soap) == (8, 0)
    mine = went(granny.get(f"{BANK}/me/orders/{order['id']}"))
    assert (mine["given"], mine["points"], mine["brought_by"]) == (2, 40, "张阿姨")
    assert shop.told(granny) == ["兑换成功，请来领取", "洗衣液由张阿姨代领"]
    assert not shop.faults()


def test_a_code_is_in_no_notice_no_list_and_no_table(shop: Shop) -> None:
    granny = shop.somebody(points=50)
    _, code = shop.ordered(granny, shop.an_item())

    assert code not in granny.get(f"{BANK}/me/orders").text
    with shop.app.app_context():
        order = db.session.query(ShopOrder).filter_by(placed_by=granny.id).one()
        columns = [str(getattr(order, name)) for name in inspect(ShopOrder).columns.keys()]  # noqa: SIM118, a collection of its own
        said = [str(each.body) + str(each.payload) for each in db.session.query(Notice)]
    assert not [text for text in columns + said if code in text]


def test_where_and_until_when_is_told_at_once_and_the_end_in_the_digest(shop: Shop) -> None:
    with clock.at(NOON):
        granny = shop.somebody(points=50)
        clerk = shop.clerk = shop.place.a_worker("counter_clerk")
        shop.member = shop.again(shop.member, "console")
        shop.counter_id = shop.a_counter("二楼窗口", clerk)
        order_id, _ = shop.ordered(granny, shop.an_item())
        went(shop.does("cancellation", order_id, granny))
    with shop.app.app_context():
        now, later = db.session.query(Notice).filter_by(resident_id=granny.id).order_by(Notice.id)
    assert "2027年3月9日" in now.body
    assert "居委会一楼" in now.body
    assert [now.at_once, later.at_once] == [True, False]
    assert len(now.payload["reason"]) <= 20


def test_all_ordered_together_shares_one_code(shop: Shop) -> None:
    granny = shop.somebody(points=100)
    soap, rice = shop.an_item(), shop.an_item(title="大米", points=30)
    told = went(shop.order(granny, (soap, 1), (rice, 2)), 201)
    assert len(told["orders"]) == 2
    assert len({order["basket"] for order in told["orders"]}) == 1
    assert shop.points_of(granny) == (20, 80, 0)

    receipt = went(shop.brings(told["code"]))

    assert {order["state"] for order in receipt["orders"]} == {"picked_up"}
    assert shop.points_of(granny) == (20, 0, 0)
    assert (shop.stock(soap), shop.stock(rice)) == ((9, 0), (8, 0))
    assert not shop.faults()


def test_what_is_fetched_elsewhere_is_ordered_by_itself(shop: Shop) -> None:
    granny = shop.somebody(points=100)
    there = shop.a_counter("活动站", shop.clerk)
    soap, rice = shop.an_item(), shop.an_item(title="大米", counter_id=there)
    before = shop.books()

    refused(shop.order(granny, (soap, 1), (rice, 1)), "several-counters")

    assert shop.books() == before


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


def test_the_same_key_twice_is_one_order_and_one_code(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100), shop.an_item()
    first = shop.order(granny, (soap, 1), key="k1")
    books, stock = shop.books(), shop.stock(soap)
    again = shop.order(granny, (soap, 1), key="k1")

    assert again.get_json() == first.get_json()
    assert again.headers["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first.headers
    assert (shop.books(), shop.stock(soap)) == (books, stock)
    assert shop.told(granny) == ["兑换成功，请来领取"]
    refused(shop.order(granny, (soap, 2), key="k1"), "key-reused")
    assert shop.books() == books

    went(shop.brings(first.get_json()["code"]))
    late = went(shop.order(granny, (soap, 1), key="k1"))
    assert (late["code"], late["orders"][0]["state"]) == (None, "picked_up")


def test_two_people_may_use_the_same_key(shop: Shop) -> None:
    soap = shop.an_item()
    codes = {
        went(shop.order(shop.somebody(points=20), (soap, 1), key="k"))["code"] for _ in range(2)
    }

    assert len(codes) == 2


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


def test_sold_out_says_what_is_left(shop: Shop) -> None:
    granny, soap = shop.somebody(points=500), shop.an_item(received=3)
    shop.ordered(granny, soap, 2)
    before = shop.books()

    told = refused(shop.order(granny, (soap, 2)), "sold-out")

    assert told["left"] == 1
    assert (shop.books(), shop.stock(soap)) == (before, (3, 2))
    assert went(granny.get(f"{BANK}/shop/items"))["items"][0]["available"] == 1


def test_who_has_too_few_points_hears_how_many_are_missing(shop: Shop) -> None:
    soap = shop.an_item()
    poor, nobody = shop.somebody(points=15), shop.somebody(points=0)
    before = shop.books()

    assert refused(shop.order(poor, (soap, 1)), "insufficient-points")["short"] == 5
    refused(shop.order(nobody, (soap, 1)), "insufficient-points")
    assert (shop.books(), shop.stock(soap)) == (before, (10, 0))


def test_held_points_are_not_spent_again(shop: Shop) -> None:
    granny, soap = shop.somebody(points=30), shop.an_item()
    shop.ordered(granny, soap)

    assert refused(shop.order(granny, (soap, 1)), "insufficient-points")["short"] == 10


def test_who_owes_points_orders_nothing(shop: Shop) -> None:
    granny, soap = shop.somebody(points=0), shop.an_item()
    award = shop.credit(granny, 20)
    went(shop.brings(shop.ordered(granny, soap)[1]))
    shop.undo(award, 20)
    assert shop.points_of(granny) == (0, 0, 20)
    before = shop.books()

    assert refused(shop.order(granny, (soap, 1)), "has-debt")["debt"] == 20
    assert shop.books() == before
    shop.credit(granny, 45)
    shop.ordered(granny, soap)


def test_a_person_has_a_limit_a_month(shop: Shop) -> None:
    with clock.at(NOON):
        shop.member = shop.again(shop.member, "console")
        granny, soap = shop.somebody(points=500), shop.an_item(per_person_month=2)
        first, _ = shop.ordered(granny, soap)
        shop.ordered(granny, soap)
        assert refused(shop.order(granny, (soap, 1)), "limit-reached")["left"] == 0
        [shown] = went(granny.get(f"{BANK}/shop/items"))["items"]
        assert shown["left_this_month"] == 0
        went(shop.does("cancellation", first, granny))
        shop.ordered(granny, soap)
        shop.ordered(shop.somebody(points=40), soap, 2)
    with clock.at(NOON.replace(month=4, day=1, hour=0)):
        shop.ordered(shop.again(granny), soap, 2)


def test_an_order_is_taken_back_while_it_waits(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100), shop.an_item()
    order_id, code = shop.ordered(granny, soap, 2)

    told = went(shop.does("cancellation", order_id, granny))

    assert told["state"] == "cancelled"
    assert (shop.points_of(granny), shop.stock(soap)) == ((100, 0, 0), (10, 0))
    refused(shop.brings(code), "wrong-code")
    assert refused(shop.does("cancellation", order_id, granny), "not-waiting")["current_state"] == (
        "cancelled"
    )


def test_only_the_holder_takes_it_back_or_sees_it(shop: Shop) -> None:
    order_id, _ = shop.ordered(shop.somebody(points=100), shop.an_item())
    other = shop.somebody(points=100)
    before = shop.books()

    for what in ("cancellation", "code"):
        assert shop.does(what, order_id, other).status_code == 404
    assert other.get(f"{BANK}/me/orders/{order_id}").status_code == 404
    assert went(other.get(f"{BANK}/me/orders"))["items"] == []
    assert shop.books() == before


def test_nobody_comes_and_everything_goes_back(shop: Shop) -> None:
    with clock.at(NOON):
        shop.member = shop.again(shop.member, "console")
        granny, soap = shop.somebody(points=100), shop.an_item()
        order_id, code = shop.ordered(granny, soap, 2)
    end = datetime(2027, 3, 10, tzinfo=SHANGHAI)
    with clock.at(end - timedelta(minutes=1)):
        shop.run(void_due_orders)
        assert shop.points_of(granny) == (60, 40, 0)
    with clock.at(end):
        shop.clerk = shop.again(shop.clerk, "console")
        shop.member = shop.again(shop.member, "console")
        granny = shop.again(granny)
        refused(shop.brings(code), "wrong-code")
        refused(shop.does("cancellation", order_id, granny), "not-waiting")
        before = shop.books()
        for _ in range(2):
            shop.run(void_due_orders)
        assert shop.books() != before
        assert went(granny.get(f"{BANK}/me/orders/{order_id}"))["state"] == "expired"
        assert (shop.points_of(granny), shop.stock(soap)) == ((100, 0, 0), (10, 0))
    assert shop.told(granny)[-1] == "洗衣液过期没有领取"
    assert not shop.faults()


def test_the_clerk_says_why_it_cannot_be_handed_out(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100), shop.an_item()
    order_id, code = shop.ordered(granny, soap)
    is_problem(shop.does("refusal", order_id, shop.clerk, {"reason": " "}), 422)

    told = went(shop.does("refusal", order_id, shop.clerk, {"reason": "瓶子破了"}))

    assert (told["state"], told["reason"]) == ("refused", "瓶子破了")
    assert (shop.points_of(granny), shop.stock(soap)) == ((100, 0, 0), (10, 0))
    assert shop.told(granny)[-1] == "洗衣液没有领成"
    refused(shop.brings(code), "wrong-code")


def a_fetched_order(shop: Shop) -> tuple[Any, str, str]:
    granny, soap = shop.somebody(points=100), shop.an_item()
    order_id, code = shop.ordered(granny, soap, 2)
    went(shop.brings(code))
    return granny, soap, order_id


def test_two_of_the_staff_take_a_whole_order_back(shop: Shop) -> None:
    granny, soap, order_id = a_fetched_order(shop)
    asked = went(shop.does("return", order_id, shop.clerk, {"reason": "漏液"}))
    assert (asked["state"], asked["return_asked_at"] is not None) == ("picked_up", True)
    assert shop.points_of(granny) == (60, 0, 0)
    waiting = went(shop.member.get(f"{BANK}/shop/returns"))["items"]
    assert [row["id"] for row in waiting] == [order_id]

    told = went(shop.does("return-decision", order_id, shop.member, {"accepted": True}))

    assert told["state"] == "returned"
    assert (shop.points_of(granny), shop.stock(soap)) == ((100, 0, 0), (10, 0))
    moved = went(shop.member.get(f"{BANK}/shop/items/{soap}/movements"))["items"]
    assert [(row["kind"], row["quantity"]) for row in moved] == [
        ("returned", 2),
        ("given", 2),
        ("received", 10),
    ]
    assert shop.told(granny)[-1] == "洗衣液已退回"
    before = shop.books()
    again_asked = shop.does("return-decision", order_id, shop.member, {"accepted": True})
    refused(again_asked, "nothing-to-return")
    refused(shop.does("return", order_id, shop.clerk, {"reason": "漏液"}), "not-waiting")
    assert shop.books() == before
    assert not shop.faults()


def test_a_return_may_be_declined_for_a_reason(shop: Shop) -> None:
    granny, _, order_id = a_fetched_order(shop)
    before = shop.books()
    went(shop.does("return", order_id, shop.clerk, {"reason": "用过了"}))
    decision = {"accepted": False, "reason": "已经用掉一半"}

    told = went(shop.does("return-decision", order_id, shop.member, decision))

    assert (told["state"], told["return_asked_at"]) == ("picked_up", None)
    assert shop.books() == before
    assert shop.told(granny)[-1] == "洗衣液没有退成"
    went(shop.does("return", order_id, shop.clerk, {"reason": "还是漏"}))


def test_whoever_asks_for_a_return_does_not_confirm_it(shop: Shop) -> None:
    _, _, order_id = a_fetched_order(shop)
    both = shop.in_office(shop.clerk, "committee_member")
    went(shop.does("return", order_id, both, {"reason": "漏液"}))
    before = shop.books()

    refused(shop.does("return-decision", order_id, both, {"accepted": True}), "same-hands", 403)
    assert shop.books() == before


def test_after_seven_days_nothing_is_taken_back(shop: Shop) -> None:
    _, _, order_id = a_fetched_order(shop)
    with clock.at(clock.utc_now() + timedelta(days=9)):
        clerk = shop.again(shop.clerk, "console")
        refused(shop.does("return", order_id, clerk, {"reason": "漏液"}), "too-late-to-return")


def test_a_return_after_points_were_taken_away_repays_the_debt(shop: Shop) -> None:
    granny, soap = shop.somebody(points=0), shop.an_item()
    award = shop.credit(granny, 50)
    order_id, code = shop.ordered(granny, soap, 2)
    went(shop.brings(code))
    shop.undo(award, 50)
    assert shop.points_of(granny) == (0, 0, 40)

    went(shop.does("return", order_id, shop.clerk, {"reason": "漏液"}))
    went(shop.does("return-decision", order_id, shop.member, {"accepted": True}))

    assert shop.points_of(granny) == (0, 0, 0)


def test_open_orders_keep_their_points_when_the_item_changes(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100), shop.an_item()
    order_id, code = shop.ordered(granny, soap)
    there = shop.a_counter("活动站")
    changed = SOAP | {"points": 35, "counter_id": there, "state": "off", "row_version": 1}
    changed.pop("kind")

    told = went(shop.member.put(f"{BANK}/shop/items/{soap}", changed))

    assert (told["points"], told["row_version"], told["held"]) == (35, 2, 1)
    went(shop.brings(code))
    assert shop.points_of(granny) == (80, 0, 0)
    refused(shop.order(granny, (soap, 1)), "not-offered")
    stale = shop.member.put(f"{BANK}/shop/items/{soap}", changed)
    assert refused(stale, "stale-item")["current_version"] == 2
    assert went(granny.get(f"{BANK}/shop/items"))["items"] == []
    assert order_id


def test_nobody_pays_other_points_than_stood_on_the_screen(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100), shop.an_item()
    before = shop.books()
    line = {"item_id": soap, "points": 15}

    told = refused(granny.post(f"{BANK}/shop/orders", {"lines": [line]}), "points-changed")

    assert told["points"] == 20
    assert shop.books() == before
    went(granny.post(f"{BANK}/shop/orders", {"lines": [line | {"points": 20}]}))


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


MONEY = ["微信红包", "百元现金", "超市购物卡", "话费充值"]


@pytest.mark.parametrize("title", MONEY)
def test_nothing_as_good_as_money_gets_on_the_shelf(shop: Shop, title: str) -> None:
    new = SOAP | {"counter_id": shop.counter_id, "title": title}

    told = is_problem(shop.member.post(f"{BANK}/shop/items", new), 422)

    assert told["type"] == "/problems/cash-like"
    assert list(told["errors"]["json"]) == ["title"]
    assert went(shop.member.get(f"{BANK}/shop/stock"))["items"] == []


def test_what_orders_wait_for_is_not_written_off(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100), shop.an_item(received=5)
    shop.ordered(granny, soap, 3)
    url = f"{BANK}/shop/items/{soap}/movements"
    off = {"kind": "written_off", "quantity": 3, "reason": "过期"}

    assert refused(shop.member.post(url, off), "below-held")["held"] == 3
    is_problem(shop.member.post(url, off | {"quantity": 2, "reason": ""}), 422)
    went(shop.member.post(url, off | {"quantity": 2}))

    assert shop.stock(soap) == (3, 3)
    assert not shop.faults()


def test_a_gift_names_its_giver_only_with_consent(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100), shop.an_item(received=0)
    named = {"may_be_named": True, "donor_name": "和平里超市"}
    moved = shop.receive(soap, 5, gift=named)
    shop.receive(soap, 2, gift={"may_be_named": False, "donor_name": "李某"})
    shop.receive(soap, 1, gift=named)
    assert (moved["is_gift"], moved["donor_name"]) == (True, "和平里超市")

    def donors() -> list[str]:
        [item] = went(granny.get(f"{BANK}/shop/items"))["items"]
        shown: list[str] = item["donors"]
        return shown

    assert donors() == ["和平里超市"]
    kept = went(shop.member.get(f"{BANK}/shop/items/{soap}/movements"))["items"]
    assert "李某" not in str(kept)
    for each in kept:
        if each["donor_name"]:
            gone = shop.member.delete(f"{BANK}/shop/donations/{each['donation_id']}/name")
            assert gone.status_code == 204
    assert donors() == []
    assert shop.stock(soap) == (8, 0)
    off = {"kind": "written_off", "quantity": 1, "reason": "坏", "gift": named}
    is_problem(shop.member.post(f"{BANK}/shop/items/{soap}/movements", off), 422)


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


def test_the_shelf_is_worth_what_can_still_be_ordered(shop: Shop) -> None:
    soap = shop.an_item(received=5)
    shop.an_item(title="大米", points=30, received=2)
    shop.ordered(shop.somebody(points=100), soap, 2)

    with shop.app.app_context():
        assert shelf_value(shop.place.id) == 3 * 20 + 2 * 30
        assert shelf_value(uuid4()) == 0


def test_what_an_order_holds_is_neither_on_the_shelf_nor_in_anybodys_hands(shop: Shop) -> None:
    soap, granny = shop.an_item(received=5), shop.somebody(points=100)
    order_id, _ = shop.ordered(granny, soap, 2)

    def both() -> tuple[int, int]:
        with shop.app.app_context():
            return shelf_value(shop.place.id), circulation(shop.place.id)

    assert both() == (60, 60)
    went(shop.does("cancellation", order_id, granny))
    assert both() == (100, 100)
    _, code = shop.ordered(granny, soap, 2)
    went(shop.brings(code))
    assert both() == (60, 60)


def test_lists_ask_the_same_however_long_they_are(shop: Shop) -> None:
    granny = shop.somebody(points=500)

    def asked(path: str, person: Any) -> int:
        with counted_statements(shop.app) as statements:
            went(person.get(f"{BANK}{path}", limit="50"))
        return len(statements)

    paths = {
        "/shop/items": granny,
        "/me/orders": granny,
        "/shop/stock": shop.member,
        f"/counters/{shop.counter_id}/orders": shop.clerk,
    }
    counts = []
    for _ in range(2):
        for n in range(4):
            shop.ordered(granny, shop.an_item(title=f"第{n}种"))
        counts.append({path: asked(path, person) for path, person in paths.items()})

    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 5


def test_a_planted_difference_is_found_told_and_kept_as_evidence(shop: Shop) -> None:
    soap = shop.an_item()
    shop.run(check_stock)
    assert shop.told(shop.member) == []
    with shop.app.app_context(), transaction():
        planted = text("UPDATE shop_item SET on_hand = on_hand + 1 WHERE id = :id")
        db.session.execute(planted, {"id": soap})

    for _ in range(2):
        shop.run(check_stock)

    [fault] = shop.faults()
    assert (fault.on_hand, fault.moved, fault.held, fault.ordered) == (11, 10, 0, 0)
    assert shop.told(shop.member) == ["商店库存对不上"]
