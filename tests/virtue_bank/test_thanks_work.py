"""Batches, objections and honours that wait stand in the work of whoever may see to them."""

from datetime import timedelta

import pytest
from flask import Flask

from backend import clock
from tests.factories import Person
from tests.virtue_bank.a_bank import BANK, went
from tests.virtue_bank.a_batch import Thanks, a_thankful_bank
from tests.virtue_bank.an_honour import a_round
from tests.workload.test_queue import kinds_at


@pytest.fixture
def thanks(app: Flask) -> Thanks:
    return a_thankful_bank(app)


def work_of(thanks: Thanks, person: Person) -> set[str]:
    found = kinds_at(thanks.bank.now(person))
    return {kind for kind in found if kind.startswith(("batch_", "thanks_", "honour_"))}


def test_a_batch_waits_for_each_of_the_three_in_turn(thanks: Thanks) -> None:
    bank = thanks.bank
    batch_id = thanks.proposed(thanks.people)
    assert batch_id is not None
    assert work_of(thanks, bank.worker) == {"batch_review"}
    assert work_of(thanks, bank.member) == set()

    went(thanks.review(batch_id))
    assert work_of(thanks, bank.worker) == set()
    assert work_of(thanks, bank.member) == {"batch_approval"}

    went(thanks.approve(batch_id))
    assert work_of(thanks, bank.member) == set()
    thanks.freeze(thanks.people[0])
    with thanks.after_window(batch_id):
        thanks.pay()
        assert work_of(thanks, bank.member) == {"batch_failure"}


def test_an_objection_waits_for_who_had_no_hand_in_it(thanks: Thanks) -> None:
    bank = thanks.bank
    one, other, _ = thanks.people
    batch_id = thanks.shown(thanks.people)
    url = f"{BANK}/grant-lines/{thanks.line_of(batch_id, one)['id']}/objections"
    objection = went(bank.now(other).post(url, {"text": "那天他没有来。"}))["id"]
    assert work_of(thanks, bank.member) == set()
    assert work_of(thanks, bank.chair) == {"thanks_objection"}

    decided = {"outcome": "dismissed", "reason": "签到表上有他。"}
    url = f"{BANK}/thanks-objections/{objection}"
    went(bank.now(bank.chair).post(f"{url}/decision", decided))
    went(bank.now(other).post(f"{url}/appeal", {"text": "请再核实。"}))
    assert work_of(thanks, bank.chair) == set()
    assert work_of(thanks, bank.supervisor) == {"thanks_appeal"}


def test_a_round_waits_for_its_panel_and_then_for_the_committee(app: Flask) -> None:
    held = a_round(app)
    thanks = held.thanks
    one, other, _ = thanks.people
    nomination = held.agreed(one, by=other)
    began = held.to_reviewing()
    member, supervisor, _ = held.panel
    with clock.at(began + timedelta(hours=1)):
        assert work_of(thanks, thanks.bank.chair) == {"honour_panel"}
        went(held.name_panel(held.panel))
        assert work_of(thanks, thanks.bank.chair) == set()
        assert work_of(thanks, supervisor) == {"honour_voice"}
        for each in held.panel:
            went(held.speak(nomination, each))
        assert work_of(thanks, supervisor) == set()
        assert work_of(thanks, member) == {"honour_selection"}
