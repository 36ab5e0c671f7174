"""A round of honours brought to where a story begins."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask

from backend import clock
from backend.clock import today, utc_now
from backend.database import transaction
from backend.residents.actions.me import publish_policy
from backend.virtue_bank.jobs.honours import move_due_honour_rounds
from tests.factories import Person
from tests.virtue_bank.a_bank import BANK, went
from tests.virtue_bank.a_batch import Thanks, a_thankful_bank

STORY = "三年来每天给楼上独居的老人送报纸。"


@dataclass(kw_only=True)
class Round:
    """One round, and short ways of moving it."""

    thanks: Thanks
    policy_version: int
    panel: list[Person]
    id: str = ""

    @property
    def url(self) -> str:
        return f"{BANK}/honour-rounds/{self.id}"

    def now(self, person: Person) -> Person:
        return self.thanks.bank.now(person)

    @property
    def chair(self) -> Person:
        return self.now(self.thanks.bank.chair)

    def told(self) -> dict[str, Any]:
        rounds = went(self.chair.get(f"{BANK}/honour-rounds"))["items"]
        [found] = [each for each in rounds if each["id"] == self.id]
        return dict(found)

    def nominations(self, person: Person | None = None) -> list[dict[str, Any]]:
        reader = self.now(person) if person else self.chair
        found: list[dict[str, Any]] = went(reader.get(f"{self.url}/nominations"))["items"]
        return found

    def state_of(self, nomination_id: str) -> str:
        [found] = [each for each in self.nominations() if each["id"] == nomination_id]
        return str(found["state"])

    def nominate(self, nominee: Person, *, by: Person) -> Any:
        new = {"nominee_id": str(nominee.id), "story": STORY}
        return self.now(by).post(f"{self.url}/nominations", new)

    def answer(self, nomination_id: str, person: Person, **about: Any) -> Any:
        said = {"agreed": True, "policy_version": self.policy_version} | about
        return self.now(person).post(f"{BANK}/nominations/{nomination_id}/consent", said)

    def agreed(self, nominee: Person, *, by: Person) -> str:
        nomination_id: str = went(self.nominate(nominee, by=by), 201)["id"]
        went(self.answer(nomination_id, nominee))
        return nomination_id

    def end_of(self, step: str) -> datetime:
        return datetime.fromisoformat(self.told()[step])

    def sweep(self) -> None:
        self.thanks.bank.run(move_due_honour_rounds)

    def name_panel(self, members: list[Person]) -> Any:
        body = {"member_ids": [str(each.id) for each in members]}
        return self.chair.post(f"{self.url}/panel", body)

    def speak(self, nomination_id: str, person: Person, *, yes: bool = True) -> Any:
        said = {"in_favour": yes, "reason": ""}
        return self.now(person).post(f"{BANK}/nominations/{nomination_id}/voices", said)

    def select(self, *nomination_ids: str) -> Any:
        body = {
            "row_version": self.told()["row_version"],
            "nomination_ids": list(nomination_ids),
        }
        return self.chair.post(f"{self.url}/decision", body)

    def to_reviewing(self) -> datetime:
        """Both sweeps; the moment from which on it is reviewed."""
        with clock.at(self.end_of("nominations_until")):
            self.sweep()
            until = self.end_of("consents_until")
        with clock.at(until):
            self.sweep()
        return until

    def to_publicity(self, *nomination_ids: str) -> datetime:
        """All the panel says yes and they hang there; the moment the days are over."""
        began = self.to_reviewing()
        with clock.at(began + timedelta(hours=1)):
            went(self.name_panel(self.panel))
            for nomination_id in nomination_ids:
                for member in self.panel:
                    went(self.speak(nomination_id, member), 201)
            went(self.select(*nomination_ids))
            return self.end_of("shown_until")


def a_round(app: Flask, *, opened: bool = True, **about: Any) -> Round:
    """A round for the good neighbour, open for nominations, and who will be its panel."""
    thanks = a_thankful_bank(app)
    with app.app_context(), transaction():
        version = publish_policy(f"隐私政策（{utc_now()}）").version
    bank = thanks.bank
    made = Round(
        thanks=thanks,
        policy_version=version,
        panel=[bank.member, bank.supervisor, bank.place.a_resident(name="评议居民")],
    )
    new = {
        "title": "好邻居",
        "criteria": "热心帮助邻里。",
        "counted_from": date(today().year - 1, 1, 1).isoformat(),
        "counted_until": date(today().year + 1, 1, 1).isoformat(),
        "places": 2,
    }
    planned = went(made.chair.post(f"{BANK}/honour-rounds", new | about), 201)
    made.id = planned["id"]
    if opened:
        went(made.chair.post(f"{made.url}/opening", {"row_version": planned["row_version"]}))
    return made
