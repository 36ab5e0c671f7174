"""Points of a past year expire: told thirty days before, line by line, once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend import clock
from backend.clock import today
from backend.database import db, transaction
from backend.ledger.actions import hold, pay, set_account, special_account, void_hold
from backend.ledger.models import Asset, Code, OwnerKind, Source
from backend.ledger.queries import reconcile, transfer
from backend.residents.models import Setting
from backend.virtue_bank.actions import settlements as actions
from backend.virtue_bank.jobs import settlements as jobs
from backend.virtue_bank.models import SettlementLine
from backend.virtue_bank.queries import settlements as queries
from tests.factories import Person, a_neighbourhood
from tests.virtue_bank.a_bank import BANK, Bank, noon, refused, went

URL = f"{BANK}/settlements"


@dataclass(kw_only=True)
class Year:
    """A bank whose points expire, and the days of one settlement."""

    bank: Bank
    number: int

    @property
    def planned(self) -> date:
        return date(self.number + 1, 1, 8)

    @property
    def announced(self) -> date:
        return date(self.number + 1, 1, 20)

    @property
    def expires(self) -> date:
        return date(self.number + 1, 3, 1)

    def plan(self, **about: Any) -> Any:
        new = {"year": self.number, "expires_on": self.expires.isoformat()} | about
        return self.bank.now(self.bank.chair).post(URL, new)

    def announce(self, settlement: dict[str, Any], by: Person | None = None) -> Any:
        person = self.bank.now(by or self.bank.member)
        return person.post(f"{URL}/{settlement['id']}/announcement")

    def planned_and_announced(self) -> dict[str, Any]:
        with clock.at(noon(self.planned)):
            settlement = went(self.plan(), 201)
        with clock.at(noon(self.announced)):
            told = went(self.announce(settlement))
            self.bank.run(jobs.tell_settlements)
        return told

    def run(self) -> None:
        with clock.at(noon(self.expires)):
            self.bank.run(jobs.run_settlements)

    def own(self, person: Person) -> Any:
        with clock.at(noon(self.expires)):
            found = went(self.bank.now(person).get(URL))["items"]
        [line] = found[0]["own"]
        return {name: line[name] for name in ("announced", "expired", "transfer_id")}

    def spend(self, person: Person, points: int) -> None:
        """As the counter does it, on the day before."""
        self._moved(person, points, Code.REDEEM)

    def hold(self, person: Person, points: int) -> int:
        return self._moved(person, points, Code.REDEEM, held=True)

    def void(self, hold_id: int) -> None:
        with self.bank.app.app_context(), transaction():
            void_hold(
                self.bank.place.id,
                hold_id=hold_id,
                code=Code.REDEEM,
                source=Source.SHOP_ORDER,
                source_id=uuid4(),
                actor_id=uuid4(),
            )

    def _moved(self, person: Person, points: int, code: Code, *, held: bool = False) -> int:
        here, account_id = self.bank.place.id, self.bank.account_of(person)
        move: Callable[..., Any] = hold if held else pay
        with self.bank.app.app_context(), transaction():
            made = move(
                here,
                asset=Asset.POINTS,
                code=code,
                debit_id=account_id,
                credit_id=special_account(here, Asset.POINTS, OwnerKind.SHOP_SINK),
                amount=points,
                source=Source.SHOP_ORDER,
                source_id=uuid4(),
                actor_id=person.id,
            )
            number: int = made.transfer_id
            return number


@pytest.fixture
def year(bank: Bank) -> Year:
    with bank.app.app_context(), transaction():
        db.session.add(
            Setting(
                community_id=bank.place.id,
                key="points.expire_by_year",
                value=1,
                valid_from=date(2020, 1, 1),
                basis="居民代表会议决议〔2026〕9号",
                set_by=bank.chair.id,
            )
        )
    return Year(bank=bank, number=today().year)


def test_points_of_the_year_expire_after_everybody_was_told(year: Year) -> None:
    bank = year.bank
    saver, spender = bank.place.a_resident(name="王芳"), bank.place.a_resident(name="李强")
    bank.award(saver, 80)
    bank.award(spender, 50)

    year.planned_and_announced()
    assert [each for each in bank.told(saver) if "80分将在" in each]
    assert [each for each in bank.told(spender) if "50分将在" in each]
    year.spend(spender, 30)
    year.run()

    assert bank.left(bank.account_of(saver)) == (0, 0, 0)
    assert bank.left(bank.account_of(spender)) == (0, 0, 0)
    assert year.own(saver)["expired"] == 80
    assert year.own(spender) | {"transfer_id": None} == {
        "announced": 50,
        "expired": 20,
        "transfer_id": None,
    }
    assert bank.told(saver)[-1] == "80分已过期"
    with bank.app.app_context():
        found = transfer(bank.place.id, year.own(spender)["transfer_id"])
        assert found is not None
        assert (found.code, found.amount) == (Code.EXPIRE, 20)
        assert list(reconcile(bank.place.id)) == []


def test_the_run_does_nothing_twice(year: Year) -> None:
    person = year.bank.place.a_resident()
    year.bank.award(person, 80)
    settlement = year.planned_and_announced()
    year.run()
    books, told = year.bank.books(), year.bank.told(person)

    year.run()
    with clock.at(noon(year.expires)):
        year.bank.run(jobs.tell_settlements)
        listed = went(year.bank.now(year.bank.chair).get(URL))["items"]

    assert year.bank.books() == books
    assert year.bank.told(person) == told
    assert [(each["id"], each["state"]) for each in listed] == [(settlement["id"], "done")]


def test_nothing_expires_before_its_day(year: Year) -> None:
    person = year.bank.place.a_resident()
    year.bank.award(person, 80)
    year.planned_and_announced()

    last_moment = noon(year.expires).replace(hour=0) - timedelta(seconds=2)
    with clock.at(last_moment):
        year.bank.run(jobs.run_settlements)
    assert year.bank.left(year.bank.account_of(person)) == (80, 0, 0)

    with clock.at(last_moment + timedelta(seconds=3)):
        year.bank.run(jobs.run_settlements)
    assert year.bank.left(year.bank.account_of(person)) == (0, 0, 0)


def test_what_is_earned_after_the_year_stays(year: Year) -> None:
    bank, person = year.bank, year.bank.place.a_resident()
    bank.award(person, 80)
    with clock.at(noon(year.planned)):
        bank.quotas({bank.worker.id: 500})
        bank.award(person, 25)
    year.planned_and_announced()
    year.spend(person, 10)
    year.run()

    assert year.own(person)["expired"] == 70  # the ten spent were the oldest
    assert bank.left(bank.account_of(person)) == (25, 0, 0)


def test_what_an_order_holds_does_not_expire_while_it_waits(year: Year) -> None:
    bank, person = year.bank, year.bank.place.a_resident()
    bank.award(person, 80)
    order = year.hold(person, 30)
    year.planned_and_announced()
    year.run()

    assert year.own(person) | {"transfer_id": 0} == {
        "announced": 80,
        "expired": 50,
        "transfer_id": 0,
    }
    assert bank.left(bank.account_of(person)) == (0, 30, 0)
    year.void(order)
    year.run()
    assert bank.left(bank.account_of(person)) == (30, 0, 0)


def test_never_more_expires_than_was_announced(year: Year) -> None:
    """An order given up after the announcement was counted in it."""
    bank, person = year.bank, year.bank.place.a_resident()
    bank.award(person, 80)
    order = year.hold(person, 30)
    year.planned_and_announced()
    year.void(order)
    year.run()

    assert (year.own(person)["announced"], year.own(person)["expired"]) == (80, 80)


def test_a_frozen_account_gives_nothing_this_time(year: Year) -> None:
    bank, person = year.bank, year.bank.place.a_resident()
    bank.award(person, 80)
    year.planned_and_announced()
    with bank.app.app_context(), transaction():
        set_account(bank.place.id, bank.account_of(person), frozen=True)
    year.run()

    assert year.own(person)["expired"] == 0
    assert bank.left(bank.account_of(person)) == (80, 0, 0)


def test_a_run_that_stops_in_the_middle_is_gone_on_with(year: Year) -> None:
    people = [year.bank.place.a_resident(name=f"居民{n}") for n in range(5)]
    for person in people:
        year.bank.award(person, 10)
    settlement = year.planned_and_announced()
    here = year.bank.place.id
    with year.bank.app.app_context(), clock.at(noon(year.expires)):
        with transaction():
            assert actions.begin(here, UUID(settlement["id"]))
        with transaction():
            first = db.session.query(SettlementLine).order_by(SettlementLine.account_id).first()
            assert first is not None
            line_id = first.id
        with transaction():
            actions.settle_line(here, line_id)
        with transaction():
            assert not actions.finish(here, UUID(settlement["id"]))
        with transaction():
            actions.settle_line(here, line_id)  # a posted line is never recomputed
    year.run()

    assert [year.own(person)["expired"] for person in people] == [10] * 5


def test_a_line_whose_account_moves_meanwhile_is_reckoned_once_more(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody spends between the look and the posting: the ledger refuses, the next look fits."""
    bank, person = year.bank, year.bank.place.a_resident()
    bank.award(person, 80)
    year.planned_and_announced()
    looked: list[int] = []
    look = queries.holding

    def look_and_be_overtaken(*asked: Any) -> Any:
        found = look(*asked)
        looked.append(found.debits)
        if len(looked) == 1:
            in_another_thread(lambda: year.spend(person, 30))
        return found

    monkeypatch.setattr(queries, "holding", look_and_be_overtaken)
    year.run()

    assert looked == [0, 30, 80]  # once more when it is posted
    assert year.own(person)["expired"] == 50


def test_later_points_do_not_hide_that_the_account_moved_meanwhile(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger would give as much: what was earned since is not to pay for it."""
    bank, person = year.bank, year.bank.place.a_resident()
    bank.award(person, 80)
    with clock.at(noon(year.planned)):
        bank.quotas({bank.worker.id: 500})
        bank.award(person, 60)
    year.planned_and_announced()
    looks = 0
    look = queries.holding

    def look_and_be_overtaken(*asked: Any) -> Any:
        nonlocal looks
        found, looks = look(*asked), looks + 1
        if looks == 1:
            in_another_thread(lambda: year.spend(person, 30))
        return found

    monkeypatch.setattr(queries, "holding", look_and_be_overtaken)
    year.run()

    assert year.own(person)["expired"] == 50
    assert bank.left(bank.account_of(person)) == (60, 0, 0)


def in_another_thread(work: Callable[[], None]) -> None:
    thread = Thread(target=work)
    thread.start()
    thread.join()


def with_points(bank: Bank, account_id: int, points: int) -> None:
    with bank.app.app_context(), transaction():
        pay(
            bank.place.id,
            asset=Asset.POINTS,
            code=Code.AWARD,
            debit_id=special_account(bank.place.id, Asset.POINTS, OwnerKind.ISSUER),
            credit_id=account_id,
            amount=points,
            source=Source.GRANT_LINE,
            source_id=uuid4(),
            actor_id=bank.member.id,
        )


def test_every_adult_of_a_family_hears_what_its_account_will_lose(year: Year) -> None:
    bank, families = year.bank, f"{BANK}/families"
    mother = bank.place.a_resident(name="王秀兰")
    father = bank.place.a_resident(name="李建国", household_id=mother.household_id)
    family = went(mother.post(families, {"household_id": str(mother.household_id)}), 201)
    asked = {"resident_id": str(father.id), "role": "adult"}
    went(mother.post(f"{families}/{family['id']}/members", asked))
    went(father.post(f"{families}/{family['id']}/consent"))
    with_points(bank, family["account_id"], 60)

    year.planned_and_announced()
    year.run()

    for adult in (mother, father):
        assert [each for each in bank.told(adult) if "60分将在" in each]
        assert bank.told(adult)[-1] == "60分已过期"
        assert year.own(adult)["expired"] == 60


def test_who_has_not_agreed_to_join_reads_nothing_of_what_the_family_has_or_loses(
    year: Year,
) -> None:
    bank, families = year.bank, f"{BANK}/families"
    mother = bank.place.a_resident(name="王秀兰")
    father = bank.place.a_resident(name="李建国", household_id=mother.household_id)
    family = went(mother.post(families, {"household_id": str(mother.household_id)}), 201)
    asked = {"resident_id": str(father.id), "role": "adult"}
    went(mother.post(f"{families}/{family['id']}/members", asked))
    with_points(bank, family["account_id"], 60)

    year.planned_and_announced()

    assert year.own(mother)["announced"] == 60
    [found] = went(bank.now(father).get(f"{BANK}/settlements"))["items"]
    assert found["own"] == []
    invited = went(father.get(f"{BANK}/me/family"))
    assert (invited["available"], invited["pending"]) == (None, None)

    went(father.post(f"{families}/{family['id']}/consent"))
    assert went(father.get(f"{BANK}/me/family"))["available"] == 60
    assert year.own(father)["announced"] == 60


def test_two_people_and_time_enough(year: Year) -> None:
    bank = year.bank
    with clock.at(noon(year.planned)):
        refused(year.plan(expires_on=year.planned.isoformat()), "notice-too-short")
        settlement = went(year.plan(), 201)
        refused(year.plan(), "settlement-underway")
        refused(year.announce(settlement, by=bank.chair), "same-person", 403)
    with clock.at(noon(year.expires - timedelta(days=30))):
        late = refused(year.announce(settlement), "notice-too-short")
        assert late["first_day"] == (year.expires + timedelta(days=1)).isoformat()


def test_a_year_that_is_not_over_is_planned_and_not_announced(year: Year) -> None:
    settlement = went(year.plan(), 201)

    refused(year.announce(settlement), "year-not-over")


def test_where_points_do_not_expire_nothing_is_settled(bank: Bank) -> None:
    year = Year(bank=bank, number=today().year)
    with clock.at(noon(year.planned)):
        refused(year.plan(), "no-settlement-policy")


def test_who_was_told_hears_that_it_is_off(year: Year) -> None:
    bank, person = year.bank, year.bank.place.a_resident()
    bank.award(person, 80)
    settlement = year.planned_and_announced()
    with clock.at(noon(year.announced)):
        url = f"{URL}/{settlement['id']}/withdrawal"
        dropped = went(bank.now(bank.chair).post(url, {"reason": "会议决定延后一年。"}))
        assert dropped["state"] == "dropped"
    year.run()

    assert bank.left(bank.account_of(person)) == (80, 0, 0)
    with clock.at(noon(year.expires)):
        refused(bank.now(bank.chair).post(url, {"reason": "再次取消"}), "not-to-drop")
        went(year.plan(expires_on=(year.expires + timedelta(days=60)).isoformat()), 201)


def test_settlements_follow_one_another(year: Year) -> None:
    bank, person = year.bank, year.bank.place.a_resident()
    bank.award(person, 80)
    year.planned_and_announced()
    year.run()
    with clock.at(noon(year.expires)):
        later = (year.expires + timedelta(days=90)).isoformat()
        refused(year.plan(expires_on=later), "cutoff-taken")


def test_a_plan_is_the_committees_until_it_is_announced(year: Year, app: Flask) -> None:
    resident = year.bank.place.a_resident()
    with clock.at(noon(year.planned)):
        settlement = went(year.plan(), 201)
        assert went(year.bank.now(resident).get(URL))["items"] == []
        refused(year.bank.now(resident).post(URL, {}), "access-denied", 403)
        elsewhere = a_neighbourhood(app).a_worker("committee_member")
        refused(year.announce(settlement, by=elsewhere), "not-found", 404)
