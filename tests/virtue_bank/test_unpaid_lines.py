"""Lines of a batch that could not be paid: what they hold up, and who decides on them."""

from typing import Any

import pytest
from flask import Flask

from backend import clock
from backend.clock import today
from backend.database import db, transaction
from backend.ledger.queries.reconciliation import reconcile
from backend.residents.models import Kin
from tests.factories import Person
from tests.virtue_bank.a_bank import BANK, noon, refused, went
from tests.virtue_bank.a_batch import Thanks, a_thankful_bank


@pytest.fixture
def thanks(app: Flask) -> Thanks:
    return a_thankful_bank(app)


def decided(thanks: Thanks, line_id: str, how: str, *, by: Person | None = None) -> Any:
    said = {"reason": "账户销户。"} if how == "strike" else None
    member = thanks.bank.now(by or thanks.bank.member)
    return member.post(f"{BANK}/grant-lines/{line_id}/{how}", said)


def siblings(thanks: Thanks, one: Person, other: Person) -> None:
    first, second = sorted([one.id, other.id])
    with thanks.app.app_context(), transaction():
        db.session.add(
            Kin(resident_a=first, resident_b=second, relation="sibling", declared_by=other.id)
        )


def test_one_frozen_account_holds_up_nobody_else_and_not_the_batch(thanks: Thanks) -> None:
    bank = thanks.bank
    frozen, *others = thanks.people
    thanks.freeze(frozen)
    batch_id = thanks.shown(thanks.people)
    with thanks.after_window(batch_id):
        thanks.pay()
        line = thanks.line_of(batch_id, frozen)
        assert (line["state"], bool(line["failure"])) == ("failed", True)
        assert thanks.batch(batch_id)["state"] == "posted"
        assert [thanks.points(each) for each in others] == [5, 5]
        assert [each[-6:] for each in bank.told(bank.member)[-2:]] == [
            "一行未能入账",
            "有未能入账的",
        ]
        assert "还有未能入账的" in bank.told(bank.chair)[-1]

        before = thanks.rows(), bank.books()
        thanks.pay()
        assert (thanks.rows(), bank.books()) == before

        went(decided(thanks, line["id"], "retry"))
        thanks.pay()
        assert thanks.line_of(batch_id, frozen)["state"] == "failed"
        assert sum("还有未能入账的" in each for each in bank.told(bank.chair)) == 1

        thanks.freeze(frozen, frozen=False)
        went(decided(thanks, line["id"], "retry"))
        thanks.pay()
        assert thanks.batch(batch_id)["state"] == "posted"
    assert thanks.points(frozen) == 5
    with thanks.app.app_context():
        assert not reconcile(thanks.community_id)


def test_a_line_that_cannot_be_paid_is_given_up_and_the_quota_has_it_again(thanks: Thanks) -> None:
    bank = thanks.bank
    frozen = thanks.people[0]
    quota = bank.quota(bank.member).account_id
    thanks.freeze(frozen)
    with clock.at(noon(today().replace(day=2))):
        batch_id = thanks.shown(thanks.people)
    with thanks.after_window(batch_id):
        thanks.pay()
        assert (thanks.batch(batch_id)["state"], bank.left(quota)) == ("posted", (985, 0, 0))
        line = thanks.line_of(batch_id, frozen)["id"]
        went(decided(thanks, line, "strike"))
        refused(decided(thanks, line, "strike"), "line-moved")
        refused(decided(thanks, line, "retry"), "line-moved")
        thanks.pay()
        assert thanks.batch(batch_id)["state"] == "posted"
    assert bank.left(quota) == (990, 0, 0)


def test_of_two_that_cannot_be_paid_each_is_decided_by_itself(thanks: Thanks) -> None:
    bank = thanks.bank
    one, other, _ = thanks.people
    quota = bank.quota(bank.member).account_id
    for each in (one, other):
        thanks.freeze(each)
    with clock.at(noon(today().replace(day=2))):
        batch_id = thanks.shown(thanks.people)
    with thanks.after_window(batch_id):
        thanks.pay()
        went(decided(thanks, thanks.line_of(batch_id, one)["id"], "strike"))
        thanks.pay()
        assert (thanks.batch(batch_id)["state"], bank.left(quota)) == ("posted", (985, 0, 0))
        thanks.freeze(other, frozen=False)
        went(decided(thanks, thanks.line_of(batch_id, other)["id"], "retry"))
        thanks.pay()
        assert (thanks.batch(batch_id)["state"], bank.left(quota)) == ("posted", (990, 0, 0))
    assert (thanks.points(one), thanks.points(other)) == (0, 5)
    with thanks.app.app_context():
        assert not reconcile(thanks.community_id)


@pytest.mark.parametrize("how", ["strike", "retry"])
def test_nobody_decides_on_the_line_of_their_household_or_kin(thanks: Thanks, how: str) -> None:
    bank = thanks.bank
    frozen, other, *_ = thanks.people
    thanks.freeze(frozen)
    batch_id = thanks.shown([frozen, other])
    siblings(thanks, frozen, bank.chair)
    with thanks.after_window(batch_id):
        thanks.pay()
        line = thanks.line_of(batch_id, frozen)["id"]
        refused(decided(thanks, line, how, by=bank.chair), "own-business", 403)
        went(decided(thanks, line, how))


def test_nobody_cancels_a_batch_that_goes_to_their_household_or_kin(thanks: Thanks) -> None:
    bank = thanks.bank
    batch_id = thanks.shown(thanks.people)
    siblings(thanks, thanks.people[0], bank.chair)
    cancel = f"{BANK}/batches/{batch_id}/cancellation"
    why = {"reason": "名单用错了。"}

    refused(bank.now(bank.chair).post(cancel, why), "own-business", 403)
    assert went(bank.now(bank.member).post(cancel, why))["state"] == "cancelled"
