"""What stands on the shelf, what it is worth, and that the stock agrees with its movements."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from backend.database import db, transaction
from backend.virtue_bank.jobs.shop import check_stock
from backend.virtue_bank.queries.accounts import circulation
from backend.virtue_bank.queries.shop import shelf_value
from tests.test_bad_input import is_problem
from tests.virtue_bank.a_shop import BANK, SOAP, Shop, a_shop, refused, went


@pytest.fixture
def shop(app: Flask) -> Shop:
    return a_shop(app)


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
