"""Orders of the points shop over HTTP, from the screen until they are fetched, left or undone."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect

from backend import clock
from backend.clock import SHANGHAI
from backend.database import db
from backend.notifications.models import Notice
from backend.virtue_bank.jobs.shop import void_due_orders
from backend.virtue_bank.models import ShopOrder
from tests.counting import counted_statements
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
