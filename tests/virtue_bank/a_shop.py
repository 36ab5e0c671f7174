"""A neighbourhood with a points shop: a counter, its clerk, a shelf, and people who have points."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range

from backend.clock import today
from backend.database import db, transaction
from backend.ledger.actions import open_account, open_community, pay, reverse, special_account
from backend.ledger.models import Asset, Code, OwnerKind, Source
from backend.ledger.queries import account, balances
from backend.notifications.models import Notice
from backend.residents.identity import open_session
from backend.residents.models import RoleAssignment
from backend.virtue_bank.queries.shop import StockFault, reconcile_stock
from tests.factories import Neighbourhood, Person, a_neighbourhood

BANK = "/virtue-bank"
COUNTER = {"title": "一楼便民窗口", "place": "居委会一楼", "hours": "工作日9点到17点"}
SOAP = {"title": "洗衣液", "description": "两斤装", "kind": "goods", "points": 20}
LEDGER = """
SELECT (SELECT md5(string_agg(a::text, '|' ORDER BY a::text)) FROM ledger.account a
         WHERE a.community_id = :here),
       (SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ledger.transfer t
         WHERE t.community_id = :here)
"""


def went(answer: Any, status: int | None = None) -> dict[str, Any]:
    assert answer.status_code < 300, answer.text
    assert status in (None, answer.status_code)
    told: dict[str, Any] = answer.get_json()
    return told


def refused(answer: Any, kind: str, status: int = 409) -> dict[str, Any]:
    told: dict[str, Any] = answer.get_json()
    assert (answer.status_code, told.get("type")) == (status, f"/problems/{kind}"), answer.text
    return told


@dataclass(kw_only=True)
class Shop:
    app: Flask
    place: Neighbourhood
    member: Person
    clerk: Person
    counter_id: str

    def an_item(self, *, received: int = 10, **about: Any) -> str:
        """Something on the shelf, with pieces of it."""
        new = SOAP | {"counter_id": self.counter_id} | about
        item_id: str = went(self.member.post(f"{BANK}/shop/items", new))["id"]
        if received:
            self.receive(item_id, received)
        return item_id

    def receive(self, item_id: str, quantity: int, **about: Any) -> dict[str, Any]:
        moved = {"kind": "received", "quantity": quantity} | about
        return went(self.member.post(f"{BANK}/shop/items/{item_id}/movements", moved))

    def a_counter(self, title: str, *clerks: Person) -> str:
        new = COUNTER | {"title": title, "clerk_ids": [str(each.id) for each in clerks]}
        counter_id: str = went(self.member.post(f"{BANK}/counters", new))["id"]
        return counter_id

    def somebody(self, *, points: int, name: str = "陈奶奶", **about: Any) -> Person:
        """A resident who earned so many points."""
        person = self.place.a_resident(name=name, **about)
        if points:
            self.credit(person, points)
        return person

    def credit(self, person: Person, points: int) -> int:
        """Points as a credited deed brings them; the number of the transfer."""
        with self.app.app_context(), transaction():
            there = open_account(self.place.id, Asset.POINTS, OwnerKind.PERSON, person.id)
            issuer = special_account(self.place.id, Asset.POINTS, OwnerKind.ISSUER)
            made = pay(
                self.place.id,
                asset=Asset.POINTS,
                code=Code.AWARD,
                debit_id=issuer,
                credit_id=there,
                amount=points,
                source=Source.DEED_SHARE,
                source_id=uuid4(),
                actor_id=self.member.id,
            )
        return made.transfer_id

    def undo(self, transfer_id: int, points: int) -> None:
        """Reverse an award, which may leave a debt."""
        with self.app.app_context(), transaction():
            reverse(
                self.place.id,
                transfer_id=transfer_id,
                amount=points,
                code=Code.REVERSE,
                source=Source.REVERSAL_REQUEST,
                source_id=uuid4(),
                actor_id=self.member.id,
                approver_id=self.clerk.id,
            )

    def in_office(self, person: Person, role: str) -> Person:
        """The same person at work, holding one more office."""
        with self.app.app_context(), transaction():
            held = RoleAssignment(
                resident_id=person.id,
                role=role,
                scope_type="community",
                scope_id=None,
                community_id=self.place.id,
                street_id=None,
                valid=Range(today() - timedelta(days=30), None),
                basis="appointed",
                appointed_by=None,
            )
            db.session.add(held)
            return replace(person, token=open_session(person.id, "console"))

    def again(self, person: Person, kind: str = "resident") -> Person:
        """The same person, signed in now."""
        with self.app.app_context(), transaction():
            return replace(person, token=open_session(person.id, kind))

    def order(self, person: Person, *lines: tuple[str, int], key: str = "") -> Any:
        told = {"lines": [{"item_id": item, "quantity": count} for item, count in lines]}
        headers = {"Idempotency-Key": key} if key else {}
        return person.post(f"{BANK}/shop/orders", told, **headers)

    def ordered(self, person: Person, item_id: str, quantity: int = 1) -> tuple[str, str]:
        """An order of one item: (its id, the code)."""
        told = went(self.order(person, (item_id, quantity)), 201)
        return told["orders"][0]["id"], told["code"]

    def brings(self, code: str, *, clerk: Person | None = None, **about: Any) -> Any:
        told = {"counter_id": self.counter_id, "code": code} | about
        return (clerk or self.clerk).post(f"{BANK}/counter/pick-ups", told)

    def does(
        self, what: str, order_id: str, who: Person, body: dict[str, Any] | None = None
    ) -> Any:
        return who.post(f"{BANK}/shop/orders/{order_id}/{what}", body)

    def points_of(self, person: Person) -> tuple[int, int, int]:
        """(available, held, debt)"""
        with self.app.app_context():
            found = account(self.place.id, Asset.POINTS, OwnerKind.PERSON, person.id)
            if found is None:
                return 0, 0, 0
            left = balances(self.place.id, [found.id])[found.id]
            return left.available, left.pending, left.debt

    def item(self, item_id: str) -> dict[str, Any]:
        """The item as the committee sees it."""
        rows = went(self.member.get(f"{BANK}/shop/stock", limit="100"))["items"]
        found: dict[str, Any] = next(row for row in rows if row["id"] == item_id)
        return found

    def stock(self, item_id: str) -> tuple[int, int]:
        """(on hand, held)"""
        found = self.item(item_id)
        return found["on_hand"], found["held"]

    def books(self) -> Any:
        """Everything the ledger holds of this community, byte by byte."""
        with self.app.app_context():
            return tuple(db.session.execute(text(LEDGER), {"here": self.place.id}).one())

    def faults(self) -> list[StockFault]:
        with self.app.app_context():
            return reconcile_stock(self.place.id)

    def told(self, person: Person) -> list[str]:
        with self.app.app_context():
            found = db.session.query(Notice).filter_by(resident_id=person.id)
            return [each.headline for each in found.order_by(Notice.id)]

    def run(self, work: Any) -> None:
        with self.app.app_context():
            work()


def a_shop(app: Flask) -> Shop:
    place = a_neighbourhood(app)
    return a_shop_at(place, member=place.a_worker("committee_member", name="孙委员"))


def a_shop_at(place: Neighbourhood, *, member: Person) -> Shop:
    """A shop in a neighbourhood that is there already."""
    app = place.app
    with app.app_context(), transaction():
        open_community(place.id, Asset.POINTS)
    clerk = place.a_worker("counter_clerk", name="钱窗口")
    new = COUNTER | {"clerk_ids": [str(clerk.id)]}
    counter = went(member.post(f"{BANK}/counters", new))
    return Shop(app=app, place=place, member=member, clerk=clerk, counter_id=counter["id"])
