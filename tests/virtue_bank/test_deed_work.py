"""Deeds that wait stand in the work of whoever may decide on them."""

from datetime import timedelta

import pytest

from backend import clock
from backend.clock import today, utc_now
from tests.factories import Person
from tests.virtue_bank.a_bank import BANK, Bank, went
from tests.virtue_bank.a_deed import Neighbours, neighbours
from tests.workload.test_queue import kinds_at


@pytest.fixture
def people(bank: Bank) -> Neighbours:
    return neighbours(bank)


def deeds_at(people: Neighbours, person: Person) -> set[str]:
    return {kind for kind in kinds_at(people.now(person)) if kind.startswith("deed_")}


def test_a_deed_waits_for_those_of_its_grid_and_then_for_the_second(people: Neighbours) -> None:
    bank = people.bank
    deed = people.confirmed(display="building")
    assert deeds_at(people, bank.worker) == {"deed_review"}
    assert deeds_at(people, bank.member) == {"deed_review"}
    assert deeds_at(people, bank.chair) == set()

    went(people.decide(deed))

    assert deeds_at(people, bank.worker) == set()
    assert deeds_at(people, bank.member) == {"deed_second_review"}


def test_an_objection_waits_for_who_did_not_review_and_an_appeal_for_the_supervisors(
    people: Neighbours,
) -> None:
    bank = people.bank
    deed = people.confirmed()
    went(people.decide(deed, by=bank.member))
    objection = went(people.object(deed), 201)
    assert deeds_at(people, bank.member) == set()
    assert deeds_at(people, bank.chair) == {"deed_objection"}

    went(people.answer(objection, "upheld"))
    assert deeds_at(people, bank.chair) == set()
    went(people.appeal(objection, people.doer))

    assert deeds_at(people, bank.supervisor) == {"deed_appeal"}


def test_what_waits_goes_on_where_it_was_though_the_last_was_decided(people: Neighbours) -> None:
    deeds = [
        people.confirmed(),
        people.confirmed(place="5号楼"),
        people.confirmed(occurred_on=(today() - timedelta(days=1)).isoformat()),
    ]
    reader = people.now(people.bank.worker)
    url = f"{BANK}/deeds/waiting"
    first = went(reader.get(url, limit="2"))
    assert [each["id"] for each in first["items"]] == [each["id"] for each in deeds[:2]]

    with clock.at(utc_now() + timedelta(days=3)):
        went(people.decide(deeds[1], by=people.bank.member))
        reader = people.now(people.bank.worker)
        rest = went(reader.get(url, limit="2", after=first["next"]))

    assert [each["id"] for each in rest["items"]] == [deeds[2]["id"]]


def test_objections_go_on_where_they_were_though_the_last_was_answered(
    people: Neighbours,
) -> None:
    deeds = [
        people.on_the_board(),
        people.on_the_board(place="5号楼"),
        people.on_the_board(occurred_on=(today() - timedelta(days=1)).isoformat()),
    ]
    made = [went(people.object(deed), 201)["id"] for deed in deeds]
    reader = people.now(people.bank.chair)
    url = f"{BANK}/deed-objections/waiting"
    first = went(reader.get(url, limit="2"))
    assert [each["id"] for each in first["items"]] == made[:2]

    with clock.at(utc_now() + timedelta(days=3)):
        went(people.answer({"id": made[1]}, "dismissed", by=people.bank.member))
        reader = people.now(people.bank.chair)
        rest = went(reader.get(url, limit="2", after=first["next"]))

    assert [each["id"] for each in rest["items"]] == made[2:]
