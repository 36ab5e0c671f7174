"""A batch from its draft to the last line paid, as people meet it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from backend import clock
from backend.clock import utc_now
from tests.virtue_bank.a_bank import an_open_bank, refused, went
from tests.virtue_bank.a_batch import Thanks, a_thankful_bank


@pytest.fixture
def thanks(app: Flask) -> Thanks:
    return a_thankful_bank(app)


def test_a_batch_is_reviewed_approved_shown_and_paid(thanks: Thanks) -> None:
    batch_id = thanks.proposed(thanks.people)
    assert batch_id is not None
    drafted = thanks.batch(batch_id)
    assert (drafted["state"], drafted["lines"], drafted["points"]) == ("drafted", 3, 15)

    assert went(thanks.review(batch_id))["state"] == "reviewed"
    shown = went(thanks.approve(batch_id))
    assert shown["state"] == "publicity"
    quota = thanks.bank.quota(thanks.bank.member).account_id
    assert thanks.bank.left(quota) == (985, 15, 0)
    thanks.pay()
    assert thanks.points(thanks.people[0]) == 0

    with thanks.after_window(batch_id):
        thanks.pay()
        assert thanks.batch(batch_id)["state"] == "posted"
    assert [thanks.points(each) for each in thanks.people] == [5, 5, 5]
    assert thanks.bank.left(quota) == (985, 0, 0)


def test_paying_again_changes_nothing(thanks: Thanks) -> None:
    batch_id = thanks.shown(thanks.people)
    with thanks.after_window(batch_id):
        thanks.pay()
        before = thanks.rows(), thanks.bank.books()
        thanks.pay()
        assert (thanks.rows(), thanks.bank.books()) == before


def test_the_last_moment_of_the_window_pays_nothing(thanks: Thanks) -> None:
    batch_id = thanks.shown(thanks.people)
    before = thanks.bank.books()
    with thanks.after_window(batch_id):
        until = utc_now()
    with clock.at(until - timedelta(minutes=1)):
        thanks.pay()
    assert thanks.bank.books() == before


def test_a_struck_line_gives_nothing_and_says_why(thanks: Thanks) -> None:
    one, *others = thanks.people
    batch_id = thanks.proposed(thanks.people)
    assert batch_id is not None
    line = thanks.line_of(batch_id, one)
    reviewed = went(thanks.review(batch_id, (line["id"], "当天没有到会。")))
    assert (reviewed["lines"], reviewed["points"]) == (2, 10)
    went(thanks.approve(batch_id))
    with thanks.after_window(batch_id):
        thanks.pay()
    assert thanks.points(one) == 0
    assert [thanks.points(each) for each in others] == [5, 5]
    assert thanks.line_of(batch_id, one)["struck_reason"] == "当天没有到会。"


def test_a_batch_is_never_struck_whole(thanks: Thanks) -> None:
    batch_id = thanks.proposed(thanks.people[:1])
    assert batch_id is not None
    line = thanks.line_of(batch_id, thanks.people[0])
    refused(thanks.review(batch_id, (line["id"], "没有到会。")), "nobody-left")


def test_the_same_ground_earns_once(thanks: Thanks) -> None:
    meeting = uuid4()
    assert thanks.proposed(thanks.people[:2], basis_id=meeting) is not None
    again = thanks.proposed(thanks.people, basis_id=meeting)

    assert again is not None
    assert [line["resident_id"] for line in thanks.lines(again)] == [str(thanks.people[2].id)]
    assert thanks.proposed(thanks.people, basis_id=meeting) is None


def test_staff_and_people_from_elsewhere_get_no_line(thanks: Thanks) -> None:
    visitor = thanks.bank.place.a_visitor()
    helper = thanks.people[0]
    thanks.captain(helper)
    batch_id = thanks.proposed([thanks.bank.worker, visitor, helper])

    assert batch_id is not None
    assert [line["resident_id"] for line in thanks.lines(batch_id)] == [str(helper.id)]
    assert thanks.proposed([thanks.bank.worker, visitor]) is None


def test_without_an_item_in_the_sheet_nothing_is_drafted(bank_of_deeds: Thanks) -> None:
    assert bank_of_deeds.proposed(bank_of_deeds.people) is None


@pytest.fixture
def bank_of_deeds(app: Flask) -> Thanks:
    """A sheet in force that knows deeds alone."""
    bank = an_open_bank(app)
    return Thanks(bank=bank, second_worker=bank.worker, people=[bank.place.a_resident(name="钱一")])
