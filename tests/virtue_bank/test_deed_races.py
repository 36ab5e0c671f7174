"""Many at the same moment: one deed of each kind, one approval, credit or objection."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from backend import clock
from backend.database import db
from backend.virtue_bank.jobs.deeds import post_due_awards
from backend.virtue_bank.models import Deed
from tests.virtue_bank.a_bank import Bank, at_once, went
from tests.virtue_bank.a_deed import DEEDS, Neighbours, neighbours

THREADS, EACH, DIFFERENT = 12, 34, 20


@pytest.fixture
def people(bank: Bank) -> Neighbours:
    return neighbours(bank)


@pytest.mark.long
def test_of_four_hundred_claims_each_deed_is_taken_once(people: Neighbours) -> None:
    start = threading.Barrier(THREADS)

    def claim(worker: int) -> list[Any]:
        start.wait()
        answers = []
        for turn in range(EACH):
            told = people.told(place=f"{(turn + worker) % DIFFERENT}号")
            draft = went(people.doer.post(DEEDS, told), 201)
            answers.append(people.doer.post(f"{DEEDS}/{draft['id']}/submit", {"row_version": 1}))
        return answers

    with ThreadPoolExecutor(THREADS) as pool:
        answers = [answer for each in pool.map(claim, range(THREADS)) for answer in each]

    assert Counter(answer.status_code for answer in answers) == {
        200: DIFFERENT,
        409: THREADS * EACH - DIFFERENT,
    }
    assert {a.get_json()["type"] for a in answers if a.status_code == 409} == {
        "/problems/already-claimed"
    }
    with people.bank.app.app_context():
        live = select(func.count(), func.count(Deed.serial.distinct())).where(
            Deed.state == "submitted"
        )
        assert tuple(db.session.execute(live).one()) == (DIFFERENT, DIFFERENT)


def test_two_who_approve_at_once_approve_once(people: Neighbours) -> None:
    deed = people.confirmed()

    answers = at_once(
        [
            lambda: people.decide(deed, by=people.bank.worker),
            lambda: people.decide(deed, by=people.bank.member),
        ]
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    held = [
        people.bank.left(people.bank.quota(holder).account_id)[1]
        for holder in (people.bank.worker, people.bank.member)
    ]
    assert sorted(held) == [0, 10]


def test_the_last_word_of_two_witnesses_at_once_is_counted_once(people: Neighbours) -> None:
    deed = people.submitted()

    answers = at_once(
        [
            lambda: people.say(deed["id"], people.helped),
            lambda: people.say(deed["id"], people.witness),
        ]
    )

    assert [answer.status_code for answer in answers] == [201, 201]
    assert people.state(deed["id"]) == "confirmed"


def test_the_last_points_of_a_quota_are_given_once(people: Neighbours) -> None:
    people.bank.award(people.other, 990)
    deeds = [people.confirmed(place="一"), people.confirmed(place="二")]

    answers = at_once([lambda deed=deed: people.decide(deed) for deed in deeds])  # type: ignore[misc]

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    quota = people.bank.quota(people.bank.worker)
    assert people.bank.left(quota.account_id) == (0, 10, 0)


@pytest.mark.parametrize("round_no", range(4))
def test_an_objection_in_the_last_second_or_the_credit_but_never_both(
    people: Neighbours, round_no: int
) -> None:
    deed = people.on_the_board()
    until = people.row(deed["id"]).display_until
    assert until is not None
    objector = people.other
    with clock.at(until - timedelta(milliseconds=150)):
        objector = people.now(objector)
        stop = threading.Event()

        def keep_posting() -> None:
            while not stop.is_set():
                people.bank.run(post_due_awards)

        def object_late() -> Any:
            stop.wait(0.1 + round_no * 0.03)
            said = {"reason": "那几天是他女儿送的饭。"}
            answer = objector.post(f"{DEEDS}/{deed['id']}/objections", said)
            stop.wait(0.4)
            stop.set()
            return answer

        _, answer = at_once([keep_posting, object_late])

    credited = people.state(deed["id"]) == "credited"
    assert credited != (answer.status_code == 201), answer.text
    assert people.has(people.doer) == (10 if credited else 0)


def test_several_workers_credit_a_share_once(people: Neighbours) -> None:
    deed = people.on_the_board()
    with people.when_over(deed):
        at_once([lambda: people.bank.run(post_due_awards)] * 6)

    assert people.has(people.doer) == 10
    assert people.state(deed["id"]) == "credited"
