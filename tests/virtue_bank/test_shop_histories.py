"""Whatever residents, clerks, members and the clock do in whatever order: the shop adds up."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from backend import clock
from backend.virtue_bank.jobs.shop import void_due_orders
from tests.factories import Person
from tests.virtue_bank.a_shop import BANK, Shop, a_shop, went

HISTORIES, STEPS = 20, 30
COSTS = (20, 35)
FEW = st.integers(1, 4)


@dataclass(kw_only=True)
class Expected:
    """An order as the model knows it."""

    id: str
    code: str
    who: int
    item: int
    quantity: int
    state: str = "placed"
    given: int = 0


@dataclass(kw_only=True)
class Purse:
    """What somebody must have."""

    person: Person
    earned: int = 0
    spent: int = 0
    held: int = 0

    @property
    def free(self) -> int:
        return self.earned - self.spent - self.held


@dataclass(kw_only=True)
class Shelf:
    """What must be there."""

    id: str
    cost: int
    on_hand: int = 0
    held: int = 0
    moved: list[tuple[str, int]] = field(default_factory=list)


class History(RuleBasedStateMachine):
    """The shop beside a model of a few numbers; every step asks both and compares."""

    app: Flask
    orders = Bundle("orders")

    @initialize()
    def open(self) -> None:
        self.shop: Shop = a_shop(self.app)
        self.purses = [Purse(person=self.shop.somebody(points=0)) for _ in range(2)]
        self.shelves = [
            Shelf(id=self.shop.an_item(title=f"第{n}种", points=cost, received=0), cost=cost)
            for n, cost in enumerate(COSTS)
        ]
        self.books: Any = None

    @rule(who=st.integers(0, 1), points=st.sampled_from([15, 40, 100]))
    def earn(self, who: int, points: int) -> None:
        self.shop.credit(self.purses[who].person, points)
        self.purses[who].earned += points

    @rule(item=st.integers(0, 1), pieces=FEW)
    def receive(self, item: int, pieces: int) -> None:
        shelf = self.shelves[item]
        self.shop.receive(shelf.id, pieces)
        shelf.on_hand += pieces
        shelf.moved.append(("received", pieces))

    @rule(item=st.integers(0, 1), pieces=FEW)
    def write_off(self, item: int, pieces: int) -> None:
        shelf = self.shelves[item]
        off = {"kind": "written_off", "quantity": pieces, "reason": "过期"}
        answer = self.shop.member.post(f"{BANK}/shop/items/{shelf.id}/movements", off)
        if self.decided(answer, may=shelf.on_hand - shelf.held >= pieces):
            shelf.on_hand -= pieces
            shelf.moved.append(("written_off", pieces))

    @rule(target=orders, who=st.integers(0, 1), item=st.integers(0, 1), pieces=FEW)
    def place(self, who: int, item: int, pieces: int) -> Any:
        purse, shelf = self.purses[who], self.shelves[item]
        cost = shelf.cost * pieces
        may = shelf.on_hand - shelf.held >= pieces and purse.free >= cost and purse.earned > 0
        answer = self.shop.order(purse.person, (shelf.id, pieces))
        if not self.decided(answer, may=may):
            return multiple()
        told = answer.get_json()
        purse.held += cost
        shelf.held += pieces
        order_id = told["orders"][0]["id"]
        return Expected(id=order_id, code=told["code"], who=who, item=item, quantity=pieces)

    @rule(order=orders)
    def cancel(self, order: Expected) -> None:
        answer = self.shop.does("cancellation", order.id, self.purses[order.who].person)
        if self.decided(answer, may=order.state == "placed"):
            self.free(order, "cancelled")

    @rule(order=orders)
    def refuse(self, order: Expected) -> None:
        answer = self.shop.does("refusal", order.id, self.shop.clerk, {"reason": "破损"})
        if self.decided(answer, may=order.state == "placed"):
            self.free(order, "refused")

    @rule(order=orders, pieces=st.integers(1, 5))
    def pick_up(self, order: Expected, pieces: int) -> None:
        if order.state != "placed":
            return  # a wrong code counts, and would close the counter for the rest
        lines = [{"order_id": order.id, "quantity": pieces}]
        answer = self.shop.brings(order.code, lines=lines)
        if self.decided(answer, may=pieces <= order.quantity):
            purse, shelf = self.purses[order.who], self.shelves[order.item]
            self.free(order, "picked_up")
            order.given = pieces
            purse.spent += shelf.cost * pieces
            shelf.on_hand -= pieces
            shelf.moved.append(("given", pieces))

    @rule(order=orders)
    def bring_back(self, order: Expected) -> None:
        answer = self.shop.does("return", order.id, self.shop.clerk, {"reason": "漏液"})
        if self.decided(answer, may=order.state == "picked_up"):
            decision = {"accepted": True}
            went(self.shop.does("return-decision", order.id, self.shop.member, decision))
            shelf = self.shelves[order.item]
            order.state = "returned"
            self.purses[order.who].spent -= shelf.cost * order.given
            shelf.on_hand += order.given
            shelf.moved.append(("returned", order.given))

    @rule(order=orders)
    def ask_for_another_code(self, order: Expected) -> None:
        answer = self.shop.does("code", order.id, self.purses[order.who].person)
        if self.decided(answer, may=order.state == "placed"):
            order.code = answer.get_json()["code"]

    def free(self, order: Expected, state: str) -> None:
        shelf = self.shelves[order.item]
        order.state = state
        shelf.held -= order.quantity
        self.purses[order.who].held -= shelf.cost * order.quantity

    def decided(self, answer: Any, *, may: bool) -> bool:
        """Both said the same; a refusal left the ledger as it was, byte by byte."""
        assert (answer.status_code < 300) == may, answer.text
        if not may:
            assert self.shop.books() == self.books
        return may

    @invariant()
    def everything_adds_up(self) -> None:
        if not hasattr(self, "purses"):
            return
        for purse in self.purses:
            assert self.shop.points_of(purse.person) == (purse.free, purse.held, 0)
        for shelf in self.shelves:
            assert self.shop.stock(shelf.id) == (shelf.on_hand, shelf.held)
        assert not self.shop.faults()
        self.books = self.shop.books()

    def teardown(self) -> None:
        """In the end nobody comes any more."""
        if not hasattr(self, "purses"):
            return
        with clock.at(clock.utc_now() + timedelta(days=9)):
            self.shop.run(void_due_orders)
        for purse in self.purses:
            purse.held = 0
        for shelf in self.shelves:
            shelf.held = 0
        self.everything_adds_up()


def test_whatever_happens_the_shop_adds_up(app: Flask) -> None:
    class HistoryHere(History):
        pass

    HistoryHere.app = app
    run_state_machine_as_test(
        HistoryHere,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
