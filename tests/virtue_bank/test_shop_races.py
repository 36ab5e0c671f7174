"""Many at one shelf, at one order, on one account at once; and whatever happens in any order."""

from collections import Counter as Tally
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from backend import clock
from backend.virtue_bank.jobs.shop import void_due_orders
from tests.virtue_bank.a_shop import BANK, Shop, a_shop, went


@pytest.fixture
def shop(app: Flask) -> Shop:
    return a_shop(app)


def at_once(work: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all of `work` in threads that start together."""
    start = Barrier(len(work))

    def run(each: Callable[[], Any]) -> Any:
        start.wait()
        return each()

    with ThreadPoolExecutor(len(work)) as pool:
        return [done.result() for done in [pool.submit(run, each) for each in work]]


def kinds(answers: Sequence[Any]) -> Tally[str]:
    return Tally(
        "went" if answer.status_code < 300 else answer.get_json()["type"].rpartition("/")[2]
        for answer in answers
    )


def test_the_last_item_goes_to_one(shop: Shop) -> None:
    soap = shop.an_item(received=1)
    people = [shop.somebody(points=20) for _ in range(12)]

    answers = at_once([partial(shop.order, person, (soap, 1)) for person in people])

    assert kinds(answers) == {"went": 1, "sold-out": 11}
    assert shop.stock(soap) == (1, 1)
    held = [shop.points_of(person) for person in people]
    assert sorted(held) == [(0, 20, 0)] + [(20, 0, 0)] * 11
    assert not shop.faults()


def test_twelve_orders_at_once_never_overspend(shop: Shop) -> None:
    granny = shop.somebody(points=70)
    items = [shop.an_item(title=f"第{n}种", received=5) for n in range(4)]

    answers = at_once([partial(shop.order, granny, (items[n % 4], 1)) for n in range(12)])

    assert kinds(answers) == {"went": 3, "insufficient-points": 9}
    assert shop.points_of(granny) == (10, 60, 0)
    assert sum(shop.stock(item)[1] for item in items) == 3
    assert not shop.faults()


def test_twelve_orders_at_once_keep_the_limit_of_the_month(shop: Shop) -> None:
    granny, soap = shop.somebody(points=500), shop.an_item(received=20, per_person_month=2)

    answers = at_once([partial(shop.order, granny, (soap, 1)) for _ in range(12)])

    assert kinds(answers) == {"went": 2, "limit-reached": 10}


def test_one_key_from_twelve_threads_is_one_order(shop: Shop) -> None:
    granny, soap = shop.somebody(points=500), shop.an_item(received=20)

    answers = at_once([partial(shop.order, granny, (soap, 2), key="one") for _ in range(12)])

    assert kinds(answers) == {"went": 12}
    assert len({answer.get_json()["code"] for answer in answers}) == 1
    assert len({answer.get_json()["orders"][0]["id"] for answer in answers}) == 1
    assert sum("Idempotent-Replay" in answer.headers for answer in answers) == 11
    assert (shop.points_of(granny), shop.stock(soap)) == ((460, 40, 0), (20, 2))


def test_baskets_of_the_same_things_never_wait_for_each_other(shop: Shop) -> None:
    items = [shop.an_item(title=f"第{n}种", received=20) for n in range(4)]
    people = [shop.somebody(points=200) for _ in range(8)]
    turned = [[(item, 1) for item in (items if n % 2 else items[::-1])] for n in range(8)]

    answers = at_once(
        [partial(shop.order, who, *lines) for who, lines in zip(people, turned, strict=True)]
    )

    assert kinds(answers) == {"went": 8}
    assert [shop.stock(item) for item in items] == [(20, 8)] * 4
    codes = [answer.get_json()["code"] for answer in answers]
    given = at_once([partial(shop.brings, code) for code in codes])
    assert kinds(given) == {"went": 8}
    assert [shop.stock(item) for item in items] == [(12, 0)] * 4
    assert not shop.faults()


def test_one_code_at_two_counters_and_with_eight_clerks_is_handed_out_once(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100), shop.an_item()
    clerks = [shop.clerk, *(shop.place.a_worker("counter_clerk") for _ in range(3))]
    there = shop.a_counter("活动站", *clerks)
    words = {"title": "一楼便民窗口", "place": "居委会一楼", "state": "open", "row_version": 1}
    words["clerk_ids"] = [str(each.id) for each in clerks]
    went(shop.member.put(f"{BANK}/counters/{shop.counter_id}", words))
    _, code = shop.ordered(granny, soap, 2)

    answers = at_once(
        [partial(shop.brings, code, clerk=each) for each in clerks]
        + [partial(shop.brings, code, clerk=each, counter_id=there) for each in clerks]
    )

    assert kinds(answers)["went"] == 1
    assert set(kinds(answers)) <= {"went", "wrong-code", "other-counter"}
    assert (shop.points_of(granny), shop.stock(soap)) == ((60, 0, 0), (8, 0))
    assert not shop.faults()


def test_taking_back_and_handing_out_at_once_is_one_of_both(shop: Shop) -> None:
    soap = shop.an_item(received=50)
    for _ in range(5):
        granny = shop.somebody(points=20)
        order_id, code = shop.ordered(granny, soap)
        before = shop.stock(soap)
        answers = at_once(
            [
                partial(shop.brings, code),
                partial(shop.does, "cancellation", order_id, granny),
                partial(shop.does, "code", order_id, granny),
            ]
        )
        fetched, taken_back = (answer.status_code < 300 for answer in answers[:2])
        assert not (fetched and taken_back)
        state = went(granny.get(f"{BANK}/me/orders/{order_id}"))["state"]
        assert (
            shop.points_of(granny)
            == {
                "picked_up": (0, 0, 0),
                "cancelled": (20, 0, 0),
                "placed": (0, 20, 0),  # the new code was quicker than both
            }[state]
        )
        assert shop.stock(soap)[0] == before[0] - fetched
    assert not shop.faults()


def test_sweeps_at_once_give_everything_back_once(shop: Shop) -> None:
    soap, people = shop.an_item(received=20), [shop.somebody(points=20) for _ in range(6)]
    for person in people:
        shop.ordered(person, soap)
    with clock.at(clock.utc_now() + timedelta(days=9)):
        at_once([partial(shop.run, void_due_orders)] * 4)
        shop.run(void_due_orders)

    assert [shop.points_of(person) for person in people] == [(20, 0, 0)] * 6
    assert not shop.faults()


def test_wrong_codes_at_once_are_counted_one_by_one(shop: Shop) -> None:
    answers = at_once([partial(shop.brings, f"2222222{n}") for n in range(2, 10)])

    assert kinds(answers) == {"wrong-code": 5, "too-many-tries": 3}


def test_one_return_is_confirmed_once(shop: Shop) -> None:
    granny, soap = shop.somebody(points=100), shop.an_item()
    order_id, code = shop.ordered(granny, soap)
    went(shop.brings(code))
    went(shop.does("return", order_id, shop.clerk, {"reason": "漏液"}))
    members = [shop.place.a_worker("committee_member") for _ in range(6)]

    answers = at_once(
        [
            partial(shop.does, "return-decision", order_id, member, {"accepted": True})
            for member in members
        ]
    )

    assert kinds(answers) == {"went": 1, "nothing-to-return": 5}
    assert (shop.points_of(granny), shop.stock(soap)) == ((100, 0, 0), (10, 0))
