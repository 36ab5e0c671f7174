"""A neighbourhood whose virtue bank is open: a sheet in force, a budget, quotas of this month."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import text

from backend import clock
from backend.clock import SHANGHAI, today
from backend.database import db, transaction
from backend.ledger.actions import hold, open_account, pay, post_hold
from backend.ledger.models import Asset, Code, OwnerKind, Source
from backend.ledger.queries import balances
from backend.notifications.models import Notice
from backend.residents.identity import open_session
from backend.virtue_bank.models import Quota
from backend.virtue_bank.queries.budgets import quota_of
from tests.factories import Neighbourhood, Person, a_neighbourhood

BANK = "/virtue-bank"
IN_FORCE_DAYS = 20  # the sheet rules deeds since so many days
ITEMS: list[dict[str, Any]] = [
    {"code": "A1", "title": "为老人送餐", "category": "助老", "points": 10, "points_max": 10},
    {"code": "A2", "title": "陪同就医", "category": "助老", "points": 15, "points_max": 60},
    {
        "code": "B1",
        "title": "清理楼道",
        "category": "环境",
        "points": 5,
        "points_max": 20,
        "unit": "小时",
        "needs_helped": False,
    },
]
CAPS: list[dict[str, Any]] = [
    {"item_code": "A1", "subject": "person", "period": "day", "cap": 20},
    {"item_code": "A1", "subject": "pair", "period": "week", "cap": 40},
    {"item_code": None, "subject": "person", "period": "year", "cap": 600},
]
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


def at_once(work: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all of `work` in threads that start together."""
    start = Barrier(len(work))

    def run(each: Callable[[], Any]) -> Any:
        start.wait()
        return each()

    with ThreadPoolExecutor(len(work)) as pool:
        return [done.result() for done in [pool.submit(run, each) for each in work]]


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=SHANGHAI)


def month_end(day: date) -> date:
    """The last day of the month of that day."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


@dataclass(kw_only=True)
class Bank:
    """The place, its staff, and short ways of getting where a story begins."""

    app: Flask
    place: Neighbourhood
    chair: Person
    member: Person
    worker: Person
    supervisor: Person
    sheet_id: str = ""
    budget_id: str = ""
    items: dict[str, str] = field(default_factory=dict)

    def now(self, person: Person) -> Person:
        """The person with a session of this moment: sessions do not last through a story."""
        kind = "resident" if person.household_id else "console"
        with self.app.app_context(), transaction():
            return replace(person, token=open_session(person.id, kind))

    def sheet(
        self,
        *,
        begins_on: date,
        items: Sequence[dict[str, Any]] = ITEMS,
        caps: Sequence[dict[str, Any]] = CAPS,
    ) -> str:
        """A version that rules deeds from that day on: written, laid open and adopted before."""
        with clock.at(noon(begins_on - timedelta(days=9))):
            sheet_id = self.written(items=items, caps=caps)
            self.laid_open(sheet_id)
        with clock.at(noon(begins_on - timedelta(days=1))):
            self.adopted(sheet_id, begins_on=begins_on)
        return sheet_id

    def written(
        self,
        *,
        items: Sequence[dict[str, Any]] = ITEMS,
        caps: Sequence[dict[str, Any]] = CAPS,
    ) -> str:
        chair = self.now(self.chair)
        sheet = went(chair.post(f"{BANK}/rule-sheets"), 201)
        words = {"row_version": sheet["row_version"], "items": items, "caps": caps}
        sheet_id: str = sheet["id"]
        went(chair.put(f"{BANK}/rule-sheets/{sheet_id}/items", words))
        return sheet_id

    def laid_open(self, sheet_id: str) -> dict[str, Any]:
        chair = self.now(self.chair)
        url = f"{BANK}/rule-sheets/{sheet_id}"
        version = went(chair.get(url))["sheet"]["row_version"]
        return went(chair.post(f"{url}/consultation", {"row_version": version}))

    def adopted(self, sheet_id: str, *, begins_on: date) -> dict[str, Any]:
        went(self.noted(sheet_id, begins_on=begins_on))
        url = f"{BANK}/rule-sheets/{sheet_id}/adoption-confirmation"
        return went(self.now(self.member).post(url))

    def noted(self, sheet_id: str, *, begins_on: date, adopted_on: date | None = None) -> Any:
        resolved = {
            "resolution_ref": "居民代表会议决议〔2026〕3号",
            "adopted_on": (adopted_on or today()).isoformat(),
            "from": begins_on.isoformat(),
        }
        return self.now(self.chair).post(f"{BANK}/rule-sheets/{sheet_id}/adoption", resolved)

    def proposed_budget(self, points: int, **about: Any) -> Any:
        """A year from this month on; nothing is on the shelves, and the reason says so."""
        since = today().replace(day=1)
        new = {
            "from": since.isoformat(),
            "to": month_end(since + timedelta(days=320)).isoformat(),
            "points": points,
            "resolution_ref": "居民代表会议决议〔2026〕4号",
            "coverage_reason": "商店下月备货。",
        }
        return self.now(self.chair).post(f"{BANK}/budgets", new | about)

    def a_budget(self, points: int, **about: Any) -> str:
        budget = went(self.proposed_budget(points, **about), 201)
        budget_id: str = budget["id"]
        went(self.now(self.member).post(f"{BANK}/budgets/{budget_id}/confirmation"))
        return budget_id

    def proposed_quotas(
        self, points: dict[UUID, int], *, month: date | None = None, budget_id: str = ""
    ) -> Any:
        lines = [{"holder_id": str(who), "points": many} for who, many in points.items()]
        new = {"month": (month or today()).isoformat(), "quotas": lines}
        url = f"{BANK}/budgets/{budget_id or self.budget_id}/quotas"
        return self.now(self.chair).post(url, new)

    def quotas(self, points: dict[UUID, int], **about: Any) -> str:
        """Allot so much to each, by two people; the id of the allotment."""
        allotment_id: str = went(self.proposed_quotas(points, **about), 201)["id"]
        went(self.now(self.member).post(f"{BANK}/allotments/{allotment_id}/confirmation"))
        return allotment_id

    def quota(self, holder: Person, *, month: date | None = None) -> Quota:
        with self.app.app_context():
            found = quota_of(self.place.id, holder.id, month or today())
            assert found is not None
            db.session.expunge(found)
            return found

    def left(self, account_id: int | None) -> tuple[int, int, int]:
        """(available, held, debt) of an account."""
        assert account_id is not None
        with self.app.app_context():
            found = balances(self.place.id, [account_id])[account_id]
            return found.available, found.pending, found.debt

    def account_of(self, person: Person) -> int:
        with self.app.app_context(), transaction():
            return open_account(self.place.id, Asset.POINTS, OwnerKind.PERSON, person.id)

    def award(
        self,
        person: Person,
        points: int,
        *,
        by: Person | None = None,
        out_of: Quota | None = None,
    ) -> int:
        """Points out of an approver's quota, as a credited deed brings them; the transfer."""
        giver = out_of or self.quota(by or self.worker)
        there = self.account_of(person)
        assert giver.account_id is not None
        with self.app.app_context(), transaction():
            made = pay(
                self.place.id,
                asset=Asset.POINTS,
                code=Code.AWARD,
                debit_id=giver.account_id,
                credit_id=there,
                amount=points,
                source=Source.DEED_SHARE,
                source_id=uuid4(),
                actor_id=person.id,
                approver_id=giver.holder_id,
            )
            return made.transfer_id

    def held(self, person: Person, points: int) -> tuple[int, UUID]:
        """Points set aside on the worker's quota: (the hold, its source)."""
        giver, there, source_id = self.quota(self.worker), self.account_of(person), uuid4()
        assert giver.account_id is not None
        with self.app.app_context(), transaction():
            made = hold(
                self.place.id,
                asset=Asset.POINTS,
                code=Code.AWARD,
                debit_id=giver.account_id,
                credit_id=there,
                amount=points,
                source=Source.DEED_SHARE,
                source_id=source_id,
                actor_id=person.id,
                approver_id=giver.holder_id,
            )
            return made.transfer_id, source_id

    def posted(self, held: tuple[int, UUID], points: int) -> None:
        hold_id, source_id = held
        with self.app.app_context(), transaction():
            post_hold(
                self.place.id,
                hold_id=hold_id,
                amount=points,
                code=Code.AWARD,
                source=Source.DEED_SHARE,
                source_id=source_id,
                actor_id=self.worker.id,
            )

    def books(self) -> Any:
        """Everything the ledger holds of this community, byte by byte."""
        with self.app.app_context():
            return tuple(db.session.execute(text(LEDGER), {"here": self.place.id}).one())

    def told(self, person: Person) -> list[str]:
        """What the person's inbox will say, oldest first."""
        with self.app.app_context():
            found = db.session.query(Notice).filter_by(resident_id=person.id)
            return [each.headline for each in found.order_by(Notice.id)]

    def run(self, work: Callable[[], Any]) -> None:
        with self.app.app_context():
            work()


def a_bare_bank(app: Flask) -> Bank:
    """Its people alone: no sheet, no budget, no books."""
    place = a_neighbourhood(app)
    return Bank(
        app=app,
        place=place,
        chair=place.a_worker("chair", name="周主任"),
        member=place.a_worker("committee_member", name="孙委员"),
        worker=place.a_worker("grid_worker", name="吴网格"),
        supervisor=place.a_worker("supervisor", name="郑监督"),
    )


def an_open_bank(app: Flask, *, budget: int = 100_000, quota: int = 1000) -> Bank:
    """A sheet in force since twenty days, a budget of a year, a quota each for two approvers."""
    bank = a_bare_bank(app)
    bank.sheet_id = bank.sheet(begins_on=today() - timedelta(days=IN_FORCE_DAYS))
    told = went(bank.chair.get(f"{BANK}/rule-sheets/{bank.sheet_id}"))
    bank.items = {item["code"]: item["id"] for item in told["items"]}
    bank.budget_id = bank.a_budget(budget)
    bank.quotas({bank.worker.id: quota, bank.member.id: quota})
    return bank
