"""What of the shop stands in the queue of those who work there."""

from flask import Flask

from tests.virtue_bank.a_shop import a_shop, went
from tests.workload.test_queue import kinds_at


def test_orders_wait_at_the_desk_of_their_counters_clerk_and_returns_at_another_persons(
    app: Flask,
) -> None:
    shop = a_shop(app)
    other = shop.place.a_worker("counter_clerk")
    granny, soap = shop.somebody(points=100), shop.an_item()
    assert kinds_at(shop.clerk) & {"shop_orders", "shop_return"} == set()

    order_id, code = shop.ordered(granny, soap)
    shop.ordered(granny, soap)
    assert "shop_orders" in kinds_at(shop.clerk)
    assert "shop_orders" not in kinds_at(other) | kinds_at(shop.member)

    went(shop.brings(code))
    assert "shop_return" not in kinds_at(shop.member)
    went(shop.does("return", order_id, shop.clerk, {"reason": "漏液"}))
    assert "shop_return" in kinds_at(shop.member)
    went(shop.does("return-decision", order_id, shop.member, {"accepted": True}))
    assert "shop_return" not in kinds_at(shop.member)
