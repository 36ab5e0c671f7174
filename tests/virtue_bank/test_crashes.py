"""Web server, worker and PostgreSQL die while deeds and orders go on: all of it counts once."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from backend import clock
from backend.database import forget_connections, reading
from backend.ledger.actions.checking import reconcile
from backend.virtue_bank.queries.shop import reconcile_stock
from tests.doubles import RunningDouble
from tests.factories import Person
from tests.processes import House, a_house, until
from tests.test_crashes import Client, go_on, move_to_noon, rows
from tests.virtue_bank.a_bank import BANK, Bank, an_open_bank
from tests.virtue_bank.a_deed import set_number
from tests.virtue_bank.a_shop import Shop, a_shop_at

POINTS, PRICE, MANY = 5, 2, 2000
HUNG, A_SLOT = timedelta(days=20), timedelta(minutes=5)
POSTS = """
SELECT source_id, count(*) FILTER (WHERE kind = 2) AS holds,
       count(*) FILTER (WHERE kind = 3) AS posts, count(*) AS all
  FROM ledger.transfer WHERE community_id = :here AND source_type = :source
   AND source_id IN (SELECT id FROM {table} WHERE community_id = :here) GROUP BY 1
"""


class OnTheStreet(Client):
    """Several people's phones, one after the other; each request has a key of its own."""

    bank: Bank
    shop: Shop
    item_id: str
    witnesses: tuple[Person, Person]

    def says(self, who: Person, path: str, key: str, body: dict[str, Any]) -> Any:
        self.person = who
        return self.ask("POST", f"{BANK}{path}", key, body)


class Doer(OnTheStreet):
    """Claims, hands in, is confirmed and decided on, until the deed hangs."""

    def do_one(self, number: int) -> None:
        doer = self.person
        claim = {
            "item_id": self.bank.items["B1"],
            "occurred_on": clock.today().isoformat(),
            "story": "清理楼道。",
            "place": f"{number}号楼",
            "witness_ids": [str(each.id) for each in self.witnesses],
        }
        deed = self.says(doer, "/deeds", f"claim-{number}", claim)
        seen = {"row_version": deed["row_version"]} if deed else {}
        submitted = self.says(doer, f"/deeds/{deed['id']}/submit", f"submit-{number}", seen)
        yes = {"stance": "yes", "unrelated": True}
        for each in self.witnesses:
            self.says(each, f"/deeds/{deed['id']}/confirmations", f"yes-{number}", yes)
        passes = {
            "outcome": "approve",
            "call_note": "看过，干净。",
            "row_version": submitted["row_version"] + 1,
        }
        path = f"/deeds/{deed['id']}/decision"
        if self.says(self.bank.worker, path, f"passes-{number}", passes):
            self.done[str(deed["id"])] = submitted["serial"]
        self.person = doer


class Shopper(OnTheStreet):
    """Orders and fetches."""

    def do_one(self, number: int) -> None:
        who = self.person
        lines = {"lines": [{"item_id": self.item_id, "quantity": 1}]}
        placed = self.says(who, "/shop/orders", f"order-{number}", lines)
        fetched = {"counter_id": self.shop.counter_id, "code": placed["code"]} if placed else {}
        if self.says(self.shop.clerk, "/counter/pick-ups", f"fetch-{number}", fetched):
            self.done[str(placed["orders"][0]["id"])] = placed["code"]
        self.person = who


@pytest.fixture
def house(double: RunningDouble) -> Iterator[House]:
    with a_house(double.settings()) as running:
        move_to_noon()
        yield running
    clock.share_through(None)
    double.reset()


@pytest.mark.long
def test_every_deed_and_order_that_was_answered_counts_once(house: House) -> None:
    bank = an_open_bank(house.app)
    set_number(bank, "points.second_review_percent", 0)
    shop = a_shop_at(bank.place, member=bank.member)
    doer, buyer = bank.place.a_resident(name="王小芳"), shop.somebody(points=MANY)
    stop = threading.Event()
    doing, buying = Doer(house, doer, stop), Shopper(house, buyer, stop)
    for client in (doing, buying):
        client.bank, client.shop = bank, shop
        client.item_id = shop.an_item(title=type(client).__name__, points=PRICE, received=MANY)
        client.witnesses = (bank.place.a_resident(), bank.place.a_resident())

    for client in (doing, buying):
        client.start()
    go_on(doing, buying)
    for name in ("web", "postgres"):
        house.kill(name)
        house.start_again(name)
        go_on(doing, buying)
    stop.set()
    for client in (doing, buying):
        client.join(30)
        assert not client.is_alive()
        assert not client.refusal
    credit_through_deaths(house, len(doing.done))

    with house.app.app_context():
        forget_connections()  # ours died with PostgreSQL
        check_deeds(bank, doing, doer)
        check_orders(bank, buying, buyer)
        with reading():
            assert reconcile(bank.place.id) == []
            assert reconcile_stock(bank.place.id) == []


def credit_through_deaths(house: House, deeds: int) -> None:
    """The windows are over; the worker dies while it credits, and PostgreSQL after it."""
    with house.app.app_context():
        clock.move(HUNG)
        until(lambda: credited() > 0, "the worker credits")
        for name in ("worker", "postgres"):
            house.kill(name)
            house.start_again(name)

        def is_done() -> bool:
            clock.move(A_SLOT)  # the timetable's next run is due
            return credited() == deeds

        until(is_done, "all is credited", seconds=60)


def credited() -> int:
    found = rows("SELECT count(*) AS n FROM deed_share WHERE posted_id IS NOT NULL")
    return int(found[0].n)


def check_deeds(bank: Bank, doing: Doer, doer: Person) -> None:
    here = bank.place.id
    found = rows("SELECT id, serial, state FROM deed WHERE actor_id = :who", who=doer.id)
    moved = rows(POSTS.format(table="deed_share"), here=here, source=1)

    assert {str(row.id): row.serial for row in found} == doing.done
    assert {row.state for row in found} == {"credited"}
    numbers = sorted(int(serial.rsplit("-", 1)[1]) for serial in doing.done.values())
    assert numbers == list(range(1, len(numbers) + 1))
    assert [(row.holds, row.posts, row.all) for row in moved] == [(1, 1, 2)] * len(found)
    assert bank.left(bank.account_of(doer)) == (POINTS * len(found), 0, 0)


def check_orders(bank: Bank, buying: Shopper, buyer: Person) -> None:
    found = rows("SELECT id, state FROM shop_order WHERE placed_by = :who", who=buyer.id)
    moved = rows(POSTS.format(table="shop_order"), here=bank.place.id, source=3)

    assert {str(row.id) for row in found} == set(buying.done)
    assert {row.state for row in found} == {"picked_up"}
    assert [(row.holds, row.posts, row.all) for row in moved] == [(1, 1, 2)] * len(found)
    assert bank.left(bank.account_of(buyer)) == (MANY - PRICE * len(found), 0, 0)
