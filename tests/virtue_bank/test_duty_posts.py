"""Captains of buildings and staircases are thanked for each month of duty, once."""

from datetime import timedelta

import pytest
from flask import Flask

from backend import clock
from backend.clock import today
from backend.days import month_before
from tests.virtue_bank.a_bank import BANK, month_end, noon, refused, went
from tests.virtue_bank.a_batch import Thanks, a_thankful_bank


@pytest.fixture
def thanks(app: Flask) -> Thanks:
    return a_thankful_bank(app)


@pytest.fixture
def captained(thanks: Thanks) -> Thanks:
    thanks.captain(thanks.people[0])
    went(thanks.post(thanks.people[0]), 201)
    return thanks


def test_on_the_first_of_the_month_the_duty_batch_is_drafted(captained: Thanks) -> None:
    captained.draft_duty()

    [batch] = captained.batches(kind="duty")
    assert (batch["state"], batch["points"]) == ("drafted", 20)
    assert batch["period_start"] == month_before(today()).isoformat()
    [line] = captained.lines(batch["id"])
    assert line["basis_note"] == "3号楼楼栋长"


def test_drafting_again_changes_nothing(captained: Thanks) -> None:
    captained.draft_duty()
    before = captained.rows()
    captained.draft_duty()
    assert captained.rows() == before


def test_a_cancelled_duty_batch_does_not_come_back_by_itself(captained: Thanks) -> None:
    captained.draft_duty()
    [batch] = captained.batches(kind="duty")
    chair = captained.bank.now(captained.bank.chair)
    went(chair.post(f"{BANK}/batches/{batch['id']}/cancellation", {"reason": "先核对名单。"}))
    before = captained.rows()
    captained.draft_duty()
    assert captained.rows() == before

    asked = {"month": month_before(today()).isoformat()}
    assert went(chair.post(f"{BANK}/batches/duty", asked), 201)["points"] == 20
    refused(chair.post(f"{BANK}/batches/duty", asked), "nothing-to-give")


def test_whoever_is_in_the_months_batch_gets_no_second_line_for_another_post(
    captained: Thanks,
) -> None:
    captained.draft_duty()
    captain = captained.people[0]
    captained.captain(captain, role="stair_captain")
    went(captained.post(captain, post="stair_captain", points_per_month=30), 201)

    chair = captained.bank.now(captained.bank.chair)
    asked = {"month": month_before(today()).isoformat()}
    refused(chair.post(f"{BANK}/batches/duty", asked), "nothing-to-give")


def test_the_next_month_has_a_batch_of_its_own(captained: Thanks) -> None:
    captained.draft_duty()
    with clock.at(noon(month_end(today()) + timedelta(days=1))):
        captained.draft_duty()
    assert len(captained.batches(kind="duty")) == 2


def test_whoever_is_paid_for_the_post_gets_no_points(thanks: Thanks) -> None:
    thanks.captain(thanks.people[0])
    went(thanks.post(thanks.people[0], paid_allowance=True), 201)
    thanks.draft_duty()
    assert thanks.batches(kind="duty") == []


def test_a_captain_who_came_too_late_waits_for_the_next_month(thanks: Thanks) -> None:
    thanks.captain(thanks.people[0], since=month_before(today()).replace(day=25))
    went(thanks.post(thanks.people[0]), 201)
    thanks.draft_duty()
    assert thanks.batches(kind="duty") == []


def test_only_captains_are_entered_once_and_within_the_sheet(thanks: Thanks) -> None:
    one, other, _ = thanks.people
    refused(thanks.post(one), "not-a-captain")
    thanks.captain(one)
    refused(thanks.post(one, points_per_month=31), "points-above-sheet")
    refused(thanks.post(one, until_on="2024-01-01"), "term-unclear", 422)
    went(thanks.post(one), 201)
    refused(thanks.post(one), "post-taken")
    refused(thanks.post(other), "not-a-captain")


def test_a_post_that_ended_is_not_thanked_for(captained: Thanks) -> None:
    bank = captained.bank
    [post] = went(bank.now(bank.member).get(f"{BANK}/duty-posts"))["items"]
    url = f"{BANK}/duty-posts/{post['id']}/end"
    ended = went(bank.now(bank.member).post(url, {"until_on": "2024-06-01"}))
    assert ended["until_on"] == "2024-06-01"
    refused(bank.now(bank.member).post(url, {"until_on": "2024-07-01"}), "post-ended")
    captained.draft_duty()
    assert captained.batches(kind="duty") == []


def test_a_month_that_is_not_over_is_not_thanked_for(captained: Thanks) -> None:
    chair = captained.bank.now(captained.bank.chair)
    asked = {"month": today().isoformat()}
    refused(chair.post(f"{BANK}/batches/duty", asked), "nothing-to-give")


def test_captains_read_nothing_of_others_posts(captained: Thanks) -> None:
    captain = captained.bank.now(captained.people[0])
    assert captain.get(f"{BANK}/duty-posts").status_code == 403
    assert captain.get(f"{BANK}/batches").status_code == 403
