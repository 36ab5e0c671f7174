"""A community that thanks many at once: the sheet has an item for each kind of batch."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from backend import clock
from backend.clock import today
from backend.database import db, transaction
from backend.ledger.actions import open_account, set_account
from backend.ledger.models import Asset, OwnerKind
from backend.residents.models import RoleAssignment
from backend.virtue_bank.actions.proposing import propose_batch
from backend.virtue_bank.jobs.batches import draft_duty_batches, pay_due_batches
from backend.virtue_bank.models import GrantBatch, GrantLine, ProposedLine
from tests.factories import Person
from tests.virtue_bank.a_bank import BANK, Bank, a_bare_bank, noon, went

BATCH_ITEMS: list[dict[str, Any]] = [
    {"code": "D1", "title": "楼栋长履职", "category": "履职", "points": 20, "points_max": 30},
    {"code": "M1", "title": "参加议事会", "category": "议事", "points": 5, "points_max": 10},
    {"code": "V1", "title": "志愿服务", "category": "志愿服务", "points": 10, "points_max": 50},
    {"code": "H1", "title": "好邻居评选", "category": "评选", "points": 50, "points_max": 50},
]


RULED_DAYS = 100  # the month before this one is ruled by the sheet, too


@dataclass(kw_only=True)
class Thanks:
    """The bank, and short ways of bringing a batch where a story begins."""

    bank: Bank
    second_worker: Person
    people: list[Person] = field(default_factory=list)

    @property
    def app(self) -> Flask:
        return self.bank.app

    @property
    def community_id(self) -> UUID:
        return self.bank.place.id

    def proposed(
        self, people: list[Person], *, kind: str = "meeting", basis_id: UUID | None = None
    ) -> str | None:
        """As another part of the house proposes it; the id of the batch."""
        lines = [
            ProposedLine(
                resident_id=person.id,
                basis_kind="meeting",
                basis_id=basis_id or UUID(int=1),
                note="议事会",
            )
            for person in people
        ]
        with self.app.app_context(), transaction():
            batch = propose_batch(self.community_id, kind, lines)
            return str(batch.id) if batch else None

    def batch(self, batch_id: str) -> dict[str, Any]:
        return went(self.bank.now(self.bank.member).get(f"{BANK}/batches/{batch_id}"))

    def lines(self, batch_id: str) -> list[dict[str, Any]]:
        member = self.bank.now(self.bank.member)
        found: list[dict[str, Any]] = went(
            member.get(f"{BANK}/batches/{batch_id}/lines", limit="50")
        )["items"]
        return found

    def line_of(self, batch_id: str, person: Person) -> dict[str, Any]:
        [found] = [line for line in self.lines(batch_id) if line["resident_id"] == str(person.id)]
        return found

    def review(self, batch_id: str, *strikes: tuple[str, str], by: Person | None = None) -> Any:
        said = {
            "row_version": self.batch(batch_id)["row_version"],
            "strikes": [{"line_id": line, "reason": reason} for line, reason in strikes],
        }
        reviewer = self.bank.now(by or self.bank.worker)
        return reviewer.post(f"{BANK}/batches/{batch_id}/review", said)

    def approve(self, batch_id: str, *, by: Person | None = None) -> Any:
        said = {"row_version": self.batch(batch_id)["row_version"]}
        approver = self.bank.now(by or self.bank.member)
        return approver.post(f"{BANK}/batches/{batch_id}/approval", said)

    def shown(self, people: list[Person], **about: Any) -> str:
        """Proposed, reviewed, approved: it hangs on the board."""
        batch_id = self.proposed(people, **about)
        assert batch_id is not None
        went(self.review(batch_id))
        went(self.approve(batch_id))
        return batch_id

    def after_window(self, batch_id: str) -> Any:
        """Inside the block it is the first moment after the window."""
        return clock.at(datetime.fromisoformat(self.batch(batch_id)["shown_until"]))

    def pay(self) -> None:
        self.bank.run(pay_due_batches)

    def draft_duty(self) -> None:
        self.bank.run(draft_duty_batches)

    def points(self, person: Person) -> int:
        return self.bank.left(self.bank.account_of(person))[0]

    def freeze(self, person: Person, *, frozen: bool = True) -> None:
        with self.app.app_context(), transaction():
            account = open_account(self.community_id, Asset.POINTS, OwnerKind.PERSON, person.id)
            set_account(self.community_id, account, frozen=frozen)

    def captain(
        self, person: Person, *, role: str = "building_captain", since: date = date(2024, 1, 1)
    ) -> None:
        with self.app.app_context(), transaction():
            db.session.add(
                RoleAssignment(
                    resident_id=person.id,
                    role=role,
                    scope_type="building",
                    scope_id=self.bank.place.building_id,
                    community_id=self.community_id,
                    valid=Range(since, None),
                    basis="elected",
                    appointed_by=None,
                )
            )

    def post(self, person: Person, *, by: Person | None = None, **about: Any) -> Any:
        new = {
            "resident_id": str(person.id),
            "post": "building_captain",
            "building_id": str(self.bank.place.building_id),
            "points_per_month": 20,
            "from_on": "2024-01-01",
        }
        return self.bank.now(by or self.bank.member).post(f"{BANK}/duty-posts", new | about)

    def batches(self, **about: Any) -> list[dict[str, Any]]:
        member = self.bank.now(self.bank.member)
        found: list[dict[str, Any]] = went(member.get(f"{BANK}/batches", **about))["items"]
        return found

    def rows(self) -> list[tuple[Any, ...]]:
        """Every batch and line, as the tables keep them."""
        with self.app.app_context():
            told = []
            for table in (GrantBatch, GrantLine):
                found = db.session.execute(
                    select(table.__table__)
                    .where(table.community_id == self.community_id)
                    .order_by(table.id)
                )
                told += [tuple(row) for row in found]
            db.session.remove()
            return told


def a_thankful_bank(app: Flask, *, quota: int = 1000) -> Thanks:
    """A sheet with an item of each kind, a budget, quotas of chair and member, residents."""
    with clock.at(noon(today() - timedelta(days=RULED_DAYS))):
        bank = a_bare_bank(app)  # whoever adopted it held office then
    bank.sheet_id = bank.sheet(
        begins_on=today() - timedelta(days=RULED_DAYS), items=BATCH_ITEMS, caps=[]
    )
    bank.budget_id = bank.a_budget(100_000)
    bank.quotas({bank.member.id: quota, bank.chair.id: quota})
    names = ("钱一", "孙二", "李三")
    return Thanks(
        bank=bank,
        second_worker=bank.place.a_worker("grid_worker", name="冯网格"),
        people=[bank.place.a_resident(name=name) for name in names],
    )
