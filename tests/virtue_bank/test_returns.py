"""What was fetched from the shop and comes back."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from backend import clock
from tests.virtue_bank.a_shop import BANK, Shop, a_shop, refused, went


@pytest.fixture
def shop(app: Flask) -> Shop:
    return a_shop(app)


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
