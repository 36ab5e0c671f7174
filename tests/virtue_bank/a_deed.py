"""A good deed on its way: somebody brings a meal, two people say so, the board shows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend import clock
from backend.clock import today, utc_now
from backend.database import db, transaction
from backend.residents.models import Consent, Policy, Setting
from backend.virtue_bank.jobs.deeds import lapse_due_deeds, post_due_awards
from backend.virtue_bank.models import Deed
from tests.factories import Person
from tests.virtue_bank.a_bank import BANK, Bank, went

DEEDS = f"{BANK}/deeds"
STORY = "给行动不便的老人送了三天午饭。"


@dataclass(kw_only=True)
class Neighbours:
    """A bank with the people a deed needs; nothing is drawn for a second look by chance."""

    bank: Bank
    doer: Person
    helped: Person
    witness: Person
    other: Person

    def told(self, **about: Any) -> dict[str, Any]:
        return {
            "item_id": self.bank.items["A1"],
            "occurred_on": today().isoformat(),
            "story": STORY,
            "place": "3号楼201",
            "helped_id": str(self.helped.id),
            "witness_ids": [str(self.witness.id)],
        } | about

    def now(self, person: Person) -> Person:
        return self.bank.now(person)

    def a_draft(self, **about: Any) -> dict[str, Any]:
        return went(self.now(self.doer).post(DEEDS, self.told(**about)), 201)

    def submitted(self, **about: Any) -> dict[str, Any]:
        draft = self.a_draft(**about)
        seen = {"row_version": draft["row_version"]}
        return went(self.now(self.doer).post(f"{DEEDS}/{draft['id']}/submit", seen))

    def say(self, deed_id: str, who: Person, stance: str = "yes", *, unrelated: bool = True) -> Any:
        said = {"stance": stance, "unrelated": unrelated}
        return self.now(who).post(f"{DEEDS}/{deed_id}/confirmations", said)

    def confirmed(self, **about: Any) -> dict[str, Any]:
        deed = self.submitted(**about)
        went(self.say(deed["id"], self.helped), 201)
        return went(self.say(deed["id"], self.witness), 201)

    def decide(self, deed: dict[str, Any], by: Person | None = None, **about: Any) -> Any:
        said = {
            "outcome": "approve",
            "call_note": "电话问过老人，属实。",
            "row_version": self.version(deed["id"]),
        }
        reviewer = self.now(by or self.bank.worker)
        return reviewer.post(f"{DEEDS}/{deed['id']}/decision", said | about)

    def second(self, deed: dict[str, Any], by: Person | None = None, **about: Any) -> Any:
        said = {"outcome": "approve", "row_version": self.version(deed["id"])}
        reviewer = self.now(by or self.bank.member)
        return reviewer.post(f"{DEEDS}/{deed['id']}/second-decision", said | about)

    def on_the_board(self, **about: Any) -> dict[str, Any]:
        deed = went(self.decide(self.confirmed(**about)))
        assert deed["state"] == "publicity", deed
        return deed

    def object(self, deed: dict[str, Any], by: Person | None = None, **about: Any) -> Any:
        said = {"reason": "那几天是他女儿送的饭。"}
        objector = self.now(by or self.other)
        return objector.post(f"{DEEDS}/{deed['id']}/objections", said | about)

    def answer(self, objection: dict[str, Any], outcome: str, by: Person | None = None) -> Any:
        said = {"outcome": outcome, "reason": "问过两家人，情况核实清楚了。"}
        handler = self.now(by or self.bank.chair)
        return handler.post(f"{BANK}/deed-objections/{objection['id']}/decision", said)

    def appeal(self, objection: dict[str, Any], by: Person) -> Any:
        said = {"reason": "请再问一下楼上的邻居。"}
        return self.now(by).post(f"{BANK}/deed-objections/{objection['id']}/appeal", said)

    def judge(self, objection: dict[str, Any], outcome: str, by: Person | None = None) -> Any:
        said = {"outcome": outcome, "reason": "监督委员会核实了情况。"}
        judge = self.now(by or self.bank.supervisor)
        return judge.post(f"{BANK}/deed-objections/{objection['id']}/appeal-decision", said)

    def read(self, deed_id: str, by: Person | None = None) -> dict[str, Any]:
        return went(self.now(by or self.doer).get(f"{DEEDS}/{deed_id}"))

    def state(self, deed_id: str) -> str:
        return str(self.row(deed_id).state)

    def version(self, deed_id: str) -> int:
        return self.row(deed_id).row_version

    def row(self, deed_id: str) -> Deed:
        with self.bank.app.app_context():
            found = db.session.scalars(select(Deed).where(Deed.id == UUID(deed_id))).one()
            db.session.expunge(found)
            return found

    def has(self, person: Person) -> int:
        """What is on the person's account and free."""
        return self.bank.left(self.bank.account_of(person))[0]

    def board(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = went(self.now(self.other).get(f"{BANK}/board"))["items"]
        return lines

    def sweep(self) -> None:
        """What the timetable does every few minutes."""
        self.bank.run(lapse_due_deeds)
        self.bank.run(post_due_awards)

    @contextmanager
    def after(self, moment: datetime | None) -> Iterator[None]:
        assert moment is not None
        with clock.at(moment + timedelta(seconds=1)):
            yield

    @contextmanager
    def when_over(self, deed: dict[str, Any]) -> Iterator[None]:
        """Just after the deed has hung its days."""
        with self.after(self.row(deed["id"]).display_until):
            yield

    def consents(self, *people: Person) -> None:
        """They agree to be named on the board."""
        with self.bank.app.app_context(), transaction():
            policy = Policy(
                kind="general",
                version=1,
                text="隐私政策",
                sha256="0" * 64,
                effective_on=date(2020, 1, 1),
            )
            db.session.add(policy)
            db.session.flush()
            db.session.add_all(
                Consent(
                    resident_id=person.id,
                    purpose="honour_list",
                    policy_id=policy.id,
                    channel="mini_program",
                    given_at=utc_now(),
                )
                for person in people
            )

    def withdraws_consent(self, person: Person) -> None:
        with self.bank.app.app_context(), transaction():
            given = db.session.scalars(select(Consent).where(Consent.resident_id == person.id))
            for each in given:
                each.withdrawn_at = utc_now()


def neighbours(bank: Bank) -> Neighbours:
    set_number(bank, "points.second_review_percent", 0)
    return Neighbours(
        bank=bank,
        doer=bank.place.a_resident(name="王小芳"),
        helped=bank.place.a_resident(name="李奶奶"),
        witness=bank.place.a_resident(name="陈邻居"),
        other=bank.place.a_resident(name="何邻居"),
    )


def set_number(bank: Bank, key: str, value: int) -> None:
    with bank.app.app_context(), transaction():
        db.session.add(
            Setting(
                community_id=bank.place.id,
                key=key,
                value=value,
                valid_from=today() - timedelta(days=60),
                basis="居民会议决定",
                set_by=bank.chair.id,
            )
        )
