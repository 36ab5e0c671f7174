"""核销 and 商店 at the desk: from the code to the receipt, and back; what was typed stays."""

import pytest
from flask import Flask

from tests.console.browser import a_browser, form_of, main_of
from tests.virtue_bank.a_shop import Shop, a_shop
from tests.virtue_bank.pages.looking import AT, cost


@pytest.fixture
def shop(app: Flask) -> Shop:
    return a_shop(app)


def test_a_clerk_hands_out_part_of_a_basket_against_its_code(shop: Shop) -> None:
    granny, soap, towel = shop.somebody(points=90), shop.an_item(), shop.an_item(title="毛巾")
    code = shop.order(granny, (soap, 2), (towel, 1)).get_json()["code"]
    clerk = a_browser(shop.app, shop.clerk)
    assert "等人来领" in clerk.get(f"{AT}/counter").text

    behind = clerk.send(f"{AT}/counter/{shop.counter_id}/code", code=code.lower())
    assert "发给陈*奶" in behind.text
    url = f"{AT}/counter/{shop.counter_id}/pick-ups"
    held = form_of(behind, url)
    assert held["code"] == code.lower()
    is_soap = held["lines.0.order_id"] == _order_of(shop, soap)
    first, second = ("1", "0") if is_soap else ("0", "1")
    told = held | {"lines.0.quantity": first, "lines.1.quantity": second, "brought_by": "张阿姨"}
    answer = clerk.send(url, **told)

    assert answer.status_code == 303
    receipt = main_of(clerk.get(answer.location))
    assert "洗衣液，1份" in receipt
    assert "张阿姨" in receipt
    assert code not in answer.location + receipt
    assert shop.points_of(granny) == (50, 20, 0)
    assert not shop.faults()


def test_a_wrong_code_stays_in_its_field_and_tells_how_often_one_may_try(shop: Shop) -> None:
    clerk = a_browser(shop.app, shop.clerk)
    url = f"{AT}/counter/{shop.counter_id}/code"

    answer = clerk.send(url, code="22223333")

    assert answer.status_code == 409
    assert "还可以试4次" in answer.text
    assert form_of(answer, url)["code"] == "22223333"


def test_nothing_at_all_is_not_handed_out(shop: Shop) -> None:
    granny = shop.somebody(points=50)
    _, code = shop.ordered(granny, shop.an_item())
    clerk = a_browser(shop.app, shop.clerk)
    url = f"{AT}/counter/{shop.counter_id}/pick-ups"
    behind = clerk.send(f"{AT}/counter/{shop.counter_id}/code", code=code)

    answer = clerk.send(url, **form_of(behind, url) | {"lines.0.quantity": "0"})

    assert answer.status_code == 422
    assert "至少发一样" in answer.text
    assert "发给陈*奶" in answer.text
    assert form_of(answer, url)["lines.0.quantity"] == "0"
    assert shop.points_of(granny) == (30, 20, 0)


def test_what_cannot_be_handed_out_gives_the_points_back_with_a_reason(shop: Shop) -> None:
    granny = shop.somebody(points=50)
    order_id, _ = shop.ordered(granny, shop.an_item())
    clerk = a_browser(shop.app, shop.clerk)
    url = f"{AT}/orders/{order_id}/refusal"
    assert clerk.send(url, reason="").status_code == 422

    answer = clerk.send(url, reason="刚好破损了，下周补货")

    assert answer.status_code == 303
    assert "没有领成" in clerk.get(answer.location).text
    assert shop.points_of(granny) == (50, 0, 0)


def test_a_return_needs_the_clerk_and_a_member(shop: Shop) -> None:
    granny = shop.somebody(points=50)
    order_id, code = shop.ordered(granny, shop.an_item())
    assert shop.brings(code).status_code == 200
    clerk, member = a_browser(shop.app, shop.clerk), a_browser(shop.app, shop.member)

    assert clerk.send(f"{AT}/orders/{order_id}/return", reason="漏了").status_code == 303
    assert "等另一位委员确认" in clerk.get(f"{AT}/orders/{order_id}").text
    assert order_id in member.get(f"{AT}/shop/returns").text
    url = f"{AT}/orders/{order_id}/return-decision"
    assert form_of(member.get(f"{AT}/orders/{order_id}"), url)
    assert member.send(url, accepted="true").status_code == 303

    assert "已退回" in member.get(f"{AT}/orders/{order_id}").text
    assert shop.points_of(granny) == (50, 0, 0)
    assert not shop.faults()


def test_a_member_keeps_the_shelf_and_a_stale_change_keeps_what_was_typed(shop: Shop) -> None:
    member = a_browser(shop.app, shop.member)
    new = {"kind": "goods", "title": "洗衣液", "points": "20", "counter_id": shop.counter_id}
    made = member.send(f"{AT}/shop/new", **new)
    assert made.status_code == 303
    url = made.location
    came = {"kind": "received", "quantity": "6", "is_gift": "true", "donor_name": "李先生"}
    assert member.send(f"{url}/movements", **came, may_be_named="true").status_code == 303
    seen = member.get(url)
    assert "捐赠：李先生" in seen.text
    held = form_of(seen, url) | {"points": "25", "state": "on", "counter_id": shop.counter_id}
    assert member.send(url, **held).status_code == 303

    stale = member.send(url, **held | {"points": "30"})

    assert stale.status_code == 409
    assert form_of(stale, url)["points"] == "30"
    assert form_of(stale, url)["row_version"] == "2"
    assert "现金" in member.send(f"{AT}/shop/new", **new | {"title": "超市购物卡"}).text


def test_only_where_something_has_moved_is_there_something_new_to_look_at(shop: Shop) -> None:
    member, clerk = a_browser(shop.app, shop.member), a_browser(shop.app, shop.clerk)
    new = {"title": "二楼窗口", "place": "二楼", "clerk_ids": str(shop.clerk.id)}
    member.send(f"{AT}/shop/counters", **new)
    url = f"{AT}/shop/{shop.an_item()}"
    held = form_of(member.get(url), url) | {"state": "on", "counter_id": shop.counter_id}
    assert member.send(url, **held | {"points": "25"}).status_code == 303

    taken = member.send_swap(f"{AT}/shop/counters", **new)
    wrong = clerk.send_swap(f"{AT}/counter/{shop.counter_id}/code", code="22223333")
    stale = member.send_swap(url, **held | {"points": "30"})

    assert [each.status_code for each in (taken, wrong, stale)] == [409] * 3
    assert "已有同名的领取点" in taken.text
    assert "还可以试4次" in wrong.text
    assert ["看看新内容" in each.text for each in (taken, wrong, stale)] == [False, False, True]


def test_counters_and_their_clerks(shop: Shop) -> None:
    member = a_browser(shop.app, shop.member)
    new = {"title": "二楼窗口", "place": "二楼", "clerk_ids": str(shop.clerk.id)}
    assert member.send(f"{AT}/shop/counters", **new).status_code == 303
    assert "二楼窗口" in a_browser(shop.app, shop.clerk).get(f"{AT}/counter").text
    assert member.send(f"{AT}/shop/counters", **new).status_code == 409


def test_supervisors_read_and_change_nothing(shop: Shop) -> None:
    item = shop.an_item()
    supervisor = a_browser(shop.app, shop.place.a_worker("supervisor"))
    assert "<form" not in main_of(supervisor.get(f"{AT}/shop/{item}"))
    assert "<form" not in main_of(supervisor.get(f"{AT}/shop/counters"))
    assert supervisor.send(f"{AT}/shop/{item}", title="x").status_code == 403


def test_lists_cost_the_same_however_long_they_are(shop: Shop) -> None:
    clerk, member = a_browser(shop.app, shop.clerk), a_browser(shop.app, shop.member)
    granny, soap = shop.somebody(points=500), shop.an_item(received=50)
    shop.ordered(granny, soap)
    pages = [(clerk, f"{AT}/counter"), (member, f"{AT}/shop"), (member, f"{AT}/shop/{soap}")]
    few = [cost(shop.app, browser, url) for browser, url in pages]
    for title in "一二三":
        shop.an_item(title=title)
        shop.receive(soap, 1)
        shop.ordered(granny, soap)

    assert [cost(shop.app, browser, url) for browser, url in pages] == few


def _order_of(shop: Shop, item_id: str) -> str:
    rows = shop.clerk.get(f"/virtue-bank/counters/{shop.counter_id}/orders").get_json()["items"]
    return next(str(row["id"]) for row in rows if row["item_id"] == item_id)
