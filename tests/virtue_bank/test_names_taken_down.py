"""Whoever takes the names from a deed on the board has it looked at twice, as if from the start."""

from datetime import timedelta
from typing import Any

import pytest

from backend import clock
from backend.clock import utc_now
from backend.ledger.queries.reconciliation import reconcile
from tests.factories import Person
from tests.virtue_bank.a_bank import Bank, refused, went
from tests.virtue_bank.a_deed import DEEDS, Neighbours, neighbours

NO: dict[str, Any] = {
    "outcome": "reject",
    "reason_code": "not_confirmed",
    "reason": "老人说没有人来过。",
}


@pytest.fixture
def people(bank: Bank) -> Neighbours:
    return neighbours(bank)


def shows(
    people: Neighbours, deed: dict[str, Any], display: str, by: Person | None = None
) -> dict[str, Any]:
    url = f"{DEEDS}/{deed['id']}/display"
    return went(people.now(by or people.doer).post(url, {"display": display}))


def is_in_order(people: Neighbours) -> bool:
    with people.bank.app.app_context():
        return not reconcile(people.bank.place.id)


def test_names_go_at_once_and_nothing_is_credited_before_the_second_look(
    people: Neighbours,
) -> None:
    deed = people.on_the_board(display="full")
    until = people.row(deed["id"]).display_until
    assert until is not None

    assert shows(people, deed, "building")["state"] == "second_review"

    assert people.board() == []
    assert people.bank.told(people.doer)[-1] == f"善行 {deed['serial']} 要再复核一次"
    with people.after(until + timedelta(days=10)):
        people.sweep()
        assert (people.state(deed["id"]), people.has(people.doer)) == ("second_review", 0)
        refused(people.second(deed, by=people.bank.worker), "same-reviewer", 403)
        went(people.second(deed))
        assert people.state(deed["id"]) == "publicity"
        [line] = people.board()
        assert line["people"] == []
        people.sweep()
        assert people.has(people.doer) == 0  # the rest of its days
    with people.when_over(deed):
        people.sweep()
        assert people.has(people.doer) == 10
    assert is_in_order(people)


def test_showing_the_names_again_spares_nobody_the_second_look(people: Neighbours) -> None:
    deed = people.on_the_board(display="full")
    shows(people, deed, "building")
    assert shows(people, deed, "full")["state"] == "second_review"

    went(people.second(deed))

    assert shows(people, deed, "building")["state"] == "publicity"  # once is enough


@pytest.mark.parametrize("display", ["masked", "full"])
def test_fewer_letters_of_a_name_are_no_reason_for_it(people: Neighbours, display: str) -> None:
    deed = people.on_the_board(display="full")

    assert shows(people, deed, display)["state"] == "publicity"


def test_what_two_have_looked_at_is_not_looked_at_again(people: Neighbours) -> None:
    deed = people.submitted(display="full")
    went(people.say(deed["id"], people.helped, "no"), 201)
    went(people.decide(deed))
    assert went(people.second(deed))["state"] == "publicity"

    assert shows(people, deed, "building")["state"] == "publicity"


def test_after_the_credit_it_changes_nothing_but_what_is_shown(people: Neighbours) -> None:
    deed = people.on_the_board(display="full")
    with people.when_over(deed):
        people.sweep()
        assert shows(people, deed, "building")["state"] == "credited"
        assert people.has(people.doer) == 10


def test_whoever_acted_with_others_may_take_the_names_down_too(people: Neighbours) -> None:
    friend = people.bank.place.a_resident(name="孙帮手")
    shares = [{"acted_id": str(each.id)} for each in (people.doer, friend)]
    deed = people.on_the_board(display="full", shares=shares)

    assert shows(people, deed, "building", by=friend)["state"] == "second_review"
    assert people.bank.told(people.doer)[-1] == f"善行 {deed['serial']} 要再复核一次"


def test_points_are_held_so_nobody_takes_it_back_meanwhile(people: Neighbours) -> None:
    deed = people.on_the_board(display="full")
    shows(people, deed, "building")

    refused(people.now(people.doer).post(f"{DEEDS}/{deed['id']}/withdraw"), "not-in-this-state")
    offered = {each["action"]: each for each in people.read(deed["id"])["allowed_actions"]}
    assert not offered["withdraw"]["allowed"]
    refused(people.object(deed), "not-in-this-state")


def test_whoever_gives_up_the_account_meanwhile_leaves_no_points_held(people: Neighbours) -> None:
    deed = people.on_the_board(display="full")
    shows(people, deed, "building")

    assert people.now(people.doer).delete("/me").status_code == 204

    went(people.second(deed))
    with people.when_over(deed):
        people.sweep()
        assert people.state(deed["id"]) == "credited"
    assert is_in_order(people)


def test_the_second_no_is_answered_as_an_objection_is(people: Neighbours) -> None:
    deed = people.on_the_board(display="full")
    shows(people, deed, "building")

    assert went(people.second(deed, **NO))["state"] == "objected"

    waiting = went(people.now(people.bank.chair).get("/virtue-bank/deed-objections/waiting"))
    [objection] = waiting["items"]
    assert objection["text"] == NO["reason"]
    refused(people.answer(objection, "upheld", by=people.bank.member), "conflict-of-interest", 403)
    went(people.answer(objection, "upheld"))
    went(people.appeal(objection, people.doer))
    went(people.judge(objection, "dismissed"))
    assert people.state(deed["id"]) == "publicity"  # nobody looks a third time
    with people.when_over(deed):
        people.sweep()
        assert people.has(people.doer) == 10
    assert is_in_order(people)


def test_the_second_no_upheld_frees_the_points(people: Neighbours) -> None:
    quota = people.bank.quota(people.bank.worker).account_id
    deed = people.on_the_board(display="full")
    shows(people, deed, "building")
    went(people.second(deed, **NO))
    [objection] = went(people.now(people.bank.chair).get("/virtue-bank/deed-objections/waiting"))[
        "items"
    ]
    went(people.answer(objection, "upheld"))
    with clock.at(utc_now() + timedelta(days=20)):
        people.sweep()
        assert people.state(deed["id"]) == "voided"
        assert people.bank.left(quota) == (1000, 0, 0)
    assert is_in_order(people)


def test_while_an_objection_waits_the_second_look_waits_for_it(people: Neighbours) -> None:
    deed = people.on_the_board(display="full")
    objection = went(people.object(deed), 201)
    assert shows(people, deed, "building")["state"] == "objected"
    went(people.answer(objection, "dismissed"))

    with clock.at(utc_now() + timedelta(days=10)):
        people.sweep()
        assert people.state(deed["id"]) == "second_review"
        went(people.second(deed))
        assert people.state(deed["id"]) == "publicity"
