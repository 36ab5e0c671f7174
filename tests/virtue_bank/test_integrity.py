"""What is unusual is a case for the supervisors: one deed or one pair, and no list of workers."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from backend.clock import today
from backend.database import db, transaction
from backend.residents.models import Kin
from backend.virtue_bank.jobs.integrity import open_integrity_cases
from tests.counting import counted_statements
from tests.factories import Person, a_neighbourhood
from tests.virtue_bank.a_bank import BANK, an_open_bank, refused, went
from tests.virtue_bank.a_deed import Neighbours, neighbours, set_number

URL = f"{BANK}/integrity-cases"


@pytest.fixture
def people(app: Flask) -> Neighbours:
    """A bank whose approvers have a thousand points, so that one deed is a small part."""
    around = neighbours(an_open_bank(app))
    set_number(around.bank, "points.call_back_percent", 1)
    return around


def cases(around: Neighbours, **asked: Any) -> list[dict[str, Any]]:
    around.bank.run(open_integrity_cases)
    found = went(around.now(around.bank.supervisor).get(URL, **asked))
    lines: list[dict[str, Any]] = found["items"]
    return lines


def of_kind(around: Neighbours, kind: str) -> list[dict[str, Any]]:
    return [each for each in cases(around) if each["kind"] == kind]


def read(around: Neighbours, case: dict[str, Any]) -> dict[str, Any]:
    return went(around.now(around.bank.supervisor).get(f"{URL}/{case['id']}"))


def close(around: Neighbours, case: dict[str, Any], by: Person | None = None) -> Any:
    found = {"state": "explained", "finding": "问过双方，老人确实每天需要送饭。"}
    person = around.now(by or around.bank.supervisor)
    return person.post(f"{URL}/{case['id']}/closing", found)


def test_much_of_one_months_points_for_one_person_is_asked_about(app: Flask) -> None:
    around = neighbours(an_open_bank(app, quota=30))
    set_number(around.bank, "points.call_back_percent", 1)
    deed = around.on_the_board()

    [case] = of_kind(around, "pair_share")

    assert case["serials"] == [deed["serial"]]
    assert "name" not in str(case)
    told = read(around, case)
    assert told["percent"] == 33
    assert {each["part"]: each["name"] for each in told["people"]} == {
        "审批人": "吴网格",
        "得到积分的居民": "王小芳",
    }
    assert "有善行需要核查" in around.bank.told(around.bank.supervisor)


def test_a_small_part_is_nothing_to_ask_about(people: Neighbours) -> None:
    people.on_the_board()

    assert of_kind(people, "pair_share") == []


def test_the_same_two_people_again_without_a_picture_are_asked_about(people: Neighbours) -> None:
    first = people.on_the_board(occurred_on=(today() - timedelta(days=1)).isoformat())
    assert of_kind(people, "same_confirmers") == []
    second = people.on_the_board()

    [case] = of_kind(people, "same_confirmers")

    assert case["serials"] == [first["serial"], second["serial"]]
    assert {each["name"] for each in read(people, case)["people"]} == {"李奶奶", "陈邻居"}


def test_the_helped_of_a_drawn_deed_is_called_back(app: Flask) -> None:
    around = neighbours(an_open_bank(app))
    set_number(around.bank, "points.call_back_percent", 100)
    deed = around.on_the_board()

    [case] = of_kind(around, "call_back")

    assert case["serials"] == [deed["serial"]]
    assert read(around, case)["people"] == [{"part": "受助人", "name": "李奶奶"}]


def test_looking_again_opens_nothing_again(app: Flask) -> None:
    around = neighbours(an_open_bank(app, quota=30))
    around.on_the_board()
    before = cases(around)

    assert cases(around) == before
    assert around.bank.told(around.bank.supervisor).count("有善行需要核查") == 1


def test_the_supervisor_writes_what_was_found_once(app: Flask) -> None:
    around = neighbours(an_open_bank(app, quota=30))
    around.on_the_board()
    [case] = of_kind(around, "pair_share")

    closed = went(close(around, case))

    assert (closed["state"], closed["finding"]) == (
        "explained",
        "问过双方，老人确实每天需要送饭。",
    )
    refused(close(around, case), "case-closed")
    assert of_kind(around, "pair_share")[0]["state"] == "explained"


def test_whose_sister_is_one_of_them_does_not_look_into_it(app: Flask) -> None:
    around = neighbours(an_open_bank(app, quota=30))
    around.on_the_board()
    [case] = of_kind(around, "pair_share")
    bank = around.bank
    first, second = sorted([around.doer.id, bank.supervisor.id])
    with bank.app.app_context(), transaction():
        db.session.add(
            Kin(
                resident_a=first,
                resident_b=second,
                relation="sibling",
                declared_by=bank.supervisor.id,
            )
        )

    refused(close(around, case), "own-case", 403)


def test_only_supervisors_see_cases_and_only_their_own_communitys(app: Flask) -> None:
    around = neighbours(an_open_bank(app, quota=30))
    around.on_the_board()
    [case] = of_kind(around, "pair_share")

    for person in (around.doer, around.bank.chair, around.bank.worker, around.bank.member):
        refused(around.now(person).get(URL), "access-denied", 403)
    elsewhere = a_neighbourhood(app).a_worker("supervisor")
    refused(elsewhere.get(f"{URL}/{case['id']}"), "not-found", 404)
    refused(close(around, case, by=elsewhere), "not-found", 404)
    assert went(elsewhere.get(URL))["items"] == []


def test_a_list_of_cases_asks_no_more_for_more_of_them(app: Flask) -> None:
    around = neighbours(an_open_bank(app, quota=30))
    around.on_the_board(occurred_on=(today() - timedelta(days=1)).isoformat())
    few_cases = cases(around)
    supervisor = around.now(around.bank.supervisor)
    with counted_statements(app) as few:
        went(supervisor.get(URL))
    around.on_the_board()
    many_cases = cases(around)
    with counted_statements(app) as many:
        went(supervisor.get(URL))

    assert len(many_cases) > len(few_cases)
    assert len(many) == len(few)
