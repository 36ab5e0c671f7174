"""Deeds that wait stand in the work of whoever may decide on them."""

import pytest

from tests.factories import Person
from tests.virtue_bank.a_bank import Bank, went
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
