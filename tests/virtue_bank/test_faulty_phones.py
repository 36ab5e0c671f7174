"""Requests and answers get lost, come twice or late: people end up with what they were told."""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from backend import clock
from backend.clock import today, utc_now
from backend.ledger.actions.checking import reconcile
from backend.virtue_bank.jobs.deeds import post_due_awards
from backend.virtue_bank.queries.shop import reconcile_stock
from tests.factories import Person
from tests.virtue_bank.a_bank import BANK, Bank
from tests.virtue_bank.a_deed import set_number
from tests.virtue_bank.a_shop import Shop, a_shop_at

SEEDS = (1, 20, 300)
DEEDS, ORDERS = 9, 9
POINTS, PRICE = 5, 2
HUNG = timedelta(days=20)  # by then every window is over, whatever holidays there are


@dataclass(frozen=True, kw_only=True)
class Said:
    """One request as its phone keeps it until it is answered."""

    who: Person
    url: str
    body: dict[str, Any]
    key: str = field(default_factory=lambda: str(uuid4()))


Doing = Generator[Said, dict[str, Any], None]
"""What somebody does one after the other: each answer is waited for."""


def essence(answer: dict[str, Any]) -> Any:
    """What stays the same; an order's answer is kept nowhere, so it tells how the order is now."""
    return [each["id"] for each in answer["orders"]] if "code" in answer else answer


@dataclass
class Air:
    """Between the phones and the server; what was sent may arrive once more, much later."""

    random: Random
    late: list[tuple[Said, dict[str, Any]]] = field(default_factory=list)

    def deliver(self, said: Said) -> dict[str, Any] | None:
        """The answer, if it comes back."""
        fault = self.random.choice(("none", "request lost", "answer lost", "twice"))
        if fault == "request lost":
            return None
        answer = self._arrives(said)
        if fault == "twice":
            assert essence(self._arrives(said)) == essence(answer)
        self.late.append((said, answer))
        return None if fault == "answer lost" else answer

    def something_late(self) -> None:
        """An old copy arrives: nothing happens, and the answer is the one of then."""
        if self.late:
            said, answer = self.random.choice(self.late)
            assert essence(self._arrives(said)) == essence(answer)

    def _arrives(self, said: Said) -> dict[str, Any]:
        answer = said.who.post(said.url, said.body, **{"Idempotency-Key": said.key})
        assert answer.status_code < 300, answer.text
        told: dict[str, Any] = answer.get_json()
        return told

    def run(self, all_of_it: list[Doing]) -> None:
        """Everybody goes on in any order until all have done what they wanted."""
        waiting = [(doing, next(doing)) for doing in all_of_it]
        while waiting:
            turn = self.random.randrange(len(waiting))
            doing, said = waiting.pop(turn)
            answer = self.deliver(said)
            with suppress(StopIteration):
                waiting.append((doing, said if answer is None else doing.send(answer)))
            if self.random.random() < 0.2:
                self.something_late()


@dataclass
class Purse:
    """What somebody must have."""

    earned: int = 0
    held: int = 0
    spent: int = 0

    @property
    def columns(self) -> tuple[int, int, int]:
        return self.earned - self.held - self.spent, self.held, 0


@dataclass
class Street:
    """The people, what each must have, and what the worker's quota must have given."""

    bank: Bank
    shop: Shop
    item_id: str
    doers: list[Person]
    witnesses: list[Person]
    purses: dict[str, Purse]
    promised: int = 0

    def deed(self, number: int) -> Doing:
        """From the claim to the board."""
        doer = self.doers[number % len(self.doers)]
        claim = {
            "item_id": self.bank.items["B1"],
            "occurred_on": today().isoformat(),
            "story": "清理楼道。",
            "place": f"{number}号楼",
            "witness_ids": [str(each.id) for each in self.witnesses],
        }
        deed = yield Said(who=doer, url=f"{BANK}/deeds", body=claim)
        url = f"{BANK}/deeds/{deed['id']}"
        submitted = yield Said(
            who=doer, url=f"{url}/submit", body={"row_version": deed["row_version"]}
        )
        yes = {"stance": "yes", "unrelated": True}
        for each in self.witnesses:
            yield Said(who=each, url=f"{url}/confirmations", body=yes)
        passes = {
            "outcome": "approve",
            "call_note": "看过，干净。",
            "row_version": submitted["row_version"] + 1,
        }
        decided = yield Said(who=self.bank.worker, url=f"{url}/decision", body=passes)
        assert decided["state"] == "publicity"
        self.promised += POINTS

    def order(self, number: int) -> Doing:
        """Fetched, or taken back, or left waiting."""
        who = self.doers[number % len(self.doers)]
        purse = self.purses[str(who.id)]
        lines = {"lines": [{"item_id": self.item_id, "quantity": 1}]}
        placed = yield Said(who=who, url=f"{BANK}/shop/orders", body=lines)
        purse.held += PRICE
        if number % 3 == 0:
            fetched = {"counter_id": self.shop.counter_id, "code": placed["code"]}
            yield Said(who=self.shop.clerk, url=f"{BANK}/counter/pick-ups", body=fetched)
            purse.held -= PRICE
            purse.spent += PRICE
        elif number % 3 == 1:
            order_id = placed["orders"][0]["id"]
            yield Said(who=who, url=f"{BANK}/shop/orders/{order_id}/cancellation", body={})
            purse.held -= PRICE

    def now(self) -> None:
        """Everybody signs in again; much time has passed."""
        self.doers = [self.bank.now(each) for each in self.doers]
        self.shop.clerk = self.bank.now(self.shop.clerk)

    def have(self) -> dict[str, tuple[int, int, int]]:
        return {str(each.id): self.bank.left(self.bank.account_of(each)) for each in self.doers}

    def must_have(self) -> dict[str, tuple[int, int, int]]:
        return {person: purse.columns for person, purse in self.purses.items()}


@pytest.fixture
def street(bank: Bank, app: Flask) -> Street:
    set_number(bank, "points.second_review_percent", 0)
    shop = a_shop_at(bank.place, member=bank.member)
    doers = [bank.place.a_resident(name=f"王{each}") for each in "一二三"]
    return Street(
        bank=bank,
        shop=shop,
        item_id=shop.an_item(points=PRICE, received=ORDERS),
        doers=doers,
        witnesses=[bank.place.a_resident(name="李见证"), bank.place.a_resident(name="赵见证")],
        purses={str(each.id): Purse() for each in doers},
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_gets_lost_or_comes_twice_everybody_has_what_they_were_told(
    street: Street, seed: int
) -> None:
    air, bank = Air(Random(seed)), street.bank
    quota = bank.quota(bank.worker)
    whole = bank.left(quota.account_id)[0]

    air.run([street.deed(number) for number in range(DEEDS)])
    assert bank.left(quota.account_id) == (whole - street.promised, street.promised, 0)
    assert street.have() == street.must_have()

    with clock.at(utc_now() + HUNG):
        for _ in range(2):
            bank.run(post_due_awards)
        for each in street.doers:
            street.purses[str(each.id)].earned = POINTS * DEEDS // len(street.doers)
        assert bank.left(quota.account_id) == (whole - street.promised, 0, 0)
        assert street.have() == street.must_have()
        street.now()
        air.late.clear()  # their phones have long given up
        air.run([street.order(number) for number in range(ORDERS)])
        assert street.have() == street.must_have()

    with bank.app.app_context():
        assert reconcile(bank.place.id) == []
        assert reconcile_stock(bank.place.id) == []
