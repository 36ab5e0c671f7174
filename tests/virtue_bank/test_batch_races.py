"""Two workers, two approvers, two clicks: a batch is paid once."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from backend.database import db
from backend.ledger.models import Code, Transfer
from backend.virtue_bank.jobs.batches import draft_duty_batches, pay_due_batches
from tests.virtue_bank.a_bank import BANK, at_once, went
from tests.virtue_bank.a_batch import Thanks, a_thankful_bank

MANY = 6


@pytest.fixture
def thanks(app: Flask) -> Thanks:
    return a_thankful_bank(app)


def transfers(thanks: Thanks, code: Code) -> int:
    with thanks.app.app_context():
        made = select(func.count()).where(
            Transfer.community_id == thanks.community_id, Transfer.code == int(code)
        )
        return int(db.session.scalar(made) or 0)


def test_many_workers_at_once_pay_each_line_once(thanks: Thanks) -> None:
    batches = [thanks.shown(thanks.people, basis_id=uuid4()) for _ in range(3)]
    with thanks.after_window(batches[-1]):
        at_once([lambda: thanks.bank.run(pay_due_batches)] * MANY)
        thanks.pay()
        assert {thanks.batch(each)["state"] for each in batches} == {"posted"}
    assert [thanks.points(each) for each in thanks.people] == [15, 15, 15]
    assert transfers(thanks, Code.MEETING) == 9


def test_two_approvals_at_once_hold_the_total_once(thanks: Thanks) -> None:
    batch_id = thanks.proposed(thanks.people)
    assert batch_id is not None
    version = went(thanks.review(batch_id))["row_version"]
    people = [thanks.bank.now(each) for each in (thanks.bank.member, thanks.bank.chair)] * 2

    def approve(person: Any) -> int:
        said = {"row_version": version}
        answer = person.post(f"{BANK}/batches/{batch_id}/approval", said)
        return int(answer.status_code)

    statuses = at_once([partial(approve, person) for person in people])

    assert sorted(statuses) == [200, 409, 409, 409]
    bank = thanks.bank
    held = [bank.left(bank.quota(each).account_id)[1] for each in (bank.member, bank.chair)]
    assert sorted(held) == [0, 15]


def test_two_approvals_of_two_batches_cannot_pass_one_quota(app: Flask) -> None:
    thanks = a_thankful_bank(app, quota=20)
    batches = [thanks.proposed(thanks.people, basis_id=uuid4()) for _ in range(2)]
    for each in batches:
        went(thanks.review(str(each)))
    member = thanks.bank.now(thanks.bank.member)

    def approve(batch_id: str | None) -> int:
        answer = member.post(f"{BANK}/batches/{batch_id}/approval", {"row_version": 2})
        return int(answer.status_code)

    assert sorted(at_once([partial(approve, each) for each in batches])) == [200, 409]
    assert thanks.bank.left(thanks.bank.quota(thanks.bank.member).account_id) == (5, 15, 0)


def test_one_meeting_proposed_by_many_at_once_is_one_batch(thanks: Thanks) -> None:
    meeting = uuid4()
    made = at_once([lambda: thanks.proposed(thanks.people, basis_id=meeting)] * MANY)

    assert len([each for each in made if each]) == 1
    assert len(thanks.batches()) == 1


def test_one_duty_batch_a_month_however_many_draft_it(thanks: Thanks) -> None:
    thanks.captain(thanks.people[0])
    went(thanks.post(thanks.people[0]))
    at_once([lambda: thanks.bank.run(draft_duty_batches)] * MANY)

    assert len(thanks.batches(kind="duty")) == 1


def test_paying_and_cancelling_at_once_is_one_of_them(thanks: Thanks) -> None:
    batch_id = thanks.shown(thanks.people)
    bank = thanks.bank
    with thanks.after_window(batch_id):
        chair = bank.now(bank.chair)
        url = f"{BANK}/batches/{batch_id}/cancellation"
        answer, _ = at_once(
            [
                lambda: chair.post(url, {"reason": "用错名单。"}),
                lambda: bank.run(pay_due_batches),
            ]
        )
        thanks.pay()
        state = thanks.batch(batch_id)["state"]
    paid = [thanks.points(each) for each in thanks.people]
    expected = ("cancelled", [0, 0, 0]) if answer.status_code == 200 else ("posted", [5, 5, 5])
    assert (state, paid) == expected
