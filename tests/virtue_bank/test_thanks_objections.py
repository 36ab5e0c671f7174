"""Somebody objects to one line of a batch: it waits, the others do not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from backend import clock
from backend.clock import utc_now
from backend.database import db
from backend.limits import OBJECTIONS, keep_pace
from backend.notifications.models import Notice
from backend.settings import Settings
from backend.virtue_bank.jobs.batches import pay_due_batches
from backend.virtue_bank.jobs.thanks_objections import move_due_objections
from backend.virtue_bank.queries.points_sheets import objections_counted
from tests.factories import Person, a_neighbourhood
from tests.residents.desk import another_process
from tests.virtue_bank.a_bank import BANK, at_once, refused, went
from tests.virtue_bank.a_batch import Thanks, a_thankful_bank


@pytest.fixture
def thanks(app: Flask) -> Thanks:
    return a_thankful_bank(app)


@pytest.fixture
def shown(thanks: Thanks) -> str:
    return thanks.shown(thanks.people)


def object_to(thanks: Thanks, batch_id: str, whose: Person, *, by: Person) -> Any:
    line = thanks.line_of(batch_id, whose)["id"]
    said = {"text": "那天他没有来。"}
    return thanks.bank.now(by).post(f"{BANK}/grant-lines/{line}/objections", said)


def decide(thanks: Thanks, objection_id: str, outcome: str, *, by: Person | None = None) -> Any:
    said = {"outcome": outcome, "reason": "签到表上有他的名字。"}
    handler = thanks.bank.now(by or thanks.bank.chair)
    return handler.post(f"{BANK}/thanks-objections/{objection_id}/decision", said)


def appeal(thanks: Thanks, objection_id: str, *, by: Person) -> Any:
    url = f"{BANK}/thanks-objections/{objection_id}/appeal"
    return thanks.bank.now(by).post(url, {"text": "请再核实。"})


def judge(thanks: Thanks, objection_id: str, outcome: str) -> Any:
    said = {"outcome": outcome, "reason": "监督委员会查过签到表。"}
    supervisor = thanks.bank.now(thanks.bank.supervisor)
    return supervisor.post(f"{BANK}/thanks-objections/{objection_id}/appeal-decision", said)


def test_what_was_said_against_a_batch_that_was_dropped_is_open_no_more(
    thanks: Thanks, shown: str
) -> None:
    one, other, _ = thanks.people
    went(object_to(thanks, shown, one, by=other), 201)
    assert counted_open(thanks) == 1

    url = f"{BANK}/batches/{shown}/cancellation"
    went(thanks.bank.now(thanks.bank.chair).post(url, {"reason": "名单用错了。"}))

    assert counted_open(thanks) == 0
    assert "您提的异议已结束" in thanks.bank.told(other)


def of_ones_own(thanks: Thanks, person: Person) -> dict[str, Any]:
    """What the person said, as they read it."""
    items = went(thanks.bank.now(person).get(f"{BANK}/me/thanks-objections"))["items"]
    assert len(items) == 1
    return dict(items[0])


def test_dropping_a_batch_says_of_no_objection_that_it_was_right(
    thanks: Thanks, shown: str
) -> None:
    one, other, third = thanks.people
    open_, dismissed, appealed = (
        went(object_to(thanks, shown, whose, by=by), 201)["id"]
        for whose, by in ((one, other), (other, third), (third, one))
    )
    went(decide(thanks, dismissed, "dismissed"))
    went(decide(thanks, appealed, "dismissed"))
    went(appeal(thanks, appealed, by=one))

    url = f"{BANK}/batches/{shown}/cancellation"
    went(thanks.bank.now(thanks.bank.chair).post(url, {"reason": "名单用错了。"}))

    nobody, answered, twice = (of_ones_own(thanks, each) for each in (other, third, one))
    assert nobody["id"] == open_
    assert [nobody[each] for each in ("state", "outcome", "reason")] == [
        *("closed", None, "整批取消：名单用错了。")
    ]
    for told in (answered, twice):
        assert (told["state"], told["outcome"]) == ("closed", "dismissed")
        assert told["reason"] == "签到表上有他的名字。"
    with thanks.app.app_context():
        now = utc_now()
        counts = objections_counted(
            thanks.community_id, since=now - timedelta(days=1), until=now + timedelta(days=1)
        )
    assert counts == {"raised": 3, "upheld": 0, "dismissed": 2, "dropped": 1, "open": 0}


def counted_open(thanks: Thanks) -> int:
    """As the sheet of a period that ends now tells it."""
    with thanks.app.app_context():
        now = utc_now()
        told = objections_counted(thanks.community_id, since=now - timedelta(days=30), until=now)
        return told["open"]


def test_the_line_waits_and_the_others_are_paid(thanks: Thanks, shown: str) -> None:
    one, other, third = thanks.people
    went(object_to(thanks, shown, one, by=other), 201)
    with thanks.after_window(shown):
        thanks.pay()
        assert thanks.batch(shown)["state"] == "paying"
    assert [thanks.points(each) for each in (one, other, third)] == [0, 5, 5]


def test_dismissed_and_not_appealed_the_line_is_paid_after_all(thanks: Thanks, shown: str) -> None:
    one, other, _ = thanks.people
    objection = went(object_to(thanks, shown, one, by=other))["id"]
    assert went(decide(thanks, objection, "dismissed"))["state"] == "dismissed"
    with thanks.after_window(shown):
        thanks.pay()
        assert thanks.points(one) == 0
    with clock.at(utc_now() + timedelta(days=30)):
        thanks.bank.run(move_due_objections)
        thanks.bank.run(move_due_objections)
        thanks.pay()
        assert thanks.batch(shown)["state"] == "posted"
    assert thanks.points(one) == 5


def test_upheld_the_line_is_struck_and_its_points_stay_with_the_quota(
    thanks: Thanks, shown: str
) -> None:
    bank = thanks.bank
    quota = bank.quota(bank.member).account_id
    one, other, third = thanks.people
    objection = went(object_to(thanks, shown, one, by=other))["id"]
    went(decide(thanks, objection, "upheld"))
    went(appeal(thanks, objection, by=one))
    assert went(judge(thanks, objection, "upheld"))["state"] == "closed"
    with thanks.after_window(shown):
        thanks.pay()
        assert thanks.batch(shown)["state"] == "posted"
        assert "异议成立" in thanks.line_of(shown, one)["struck_reason"]
    assert [thanks.points(each) for each in (one, other, third)] == [0, 5, 5]
    assert bank.left(quota) == (990, 0, 0)


def test_objections_to_lines_count_among_the_five_of_a_day(
    thanks: Thanks, shown: str, limited_settings: Settings
) -> None:
    one, other, third = thanks.people
    with another_process(limited_settings) as limited:
        speakers = (other, thanks.bank.now(thanks.bank.worker))
        eager, worker = (replace(each, app=limited) for each in speakers)
        with limited.app_context():
            for _ in range(4):
                keep_pace(OBJECTIONS, eager.id)
        url = "{}/grant-lines/{}/objections"
        first, second = (thanks.line_of(shown, each)["id"] for each in (one, third))
        said = {"text": "那天他没有来。"}
        went(eager.post(url.format(BANK, first), said), 201)

        refused(eager.post(url.format(BANK, second), said), "asked-too-often", 429)

        assert thanks.line_of(shown, third)["state"] == "standing"
        slip = {"person_id": str(eager.id), "channel": "paper"}
        went(worker.post(url.format(BANK, second), said | slip), 201)


def test_an_appeal_may_turn_it_round(thanks: Thanks, shown: str) -> None:
    one, other, third = thanks.people
    objection = went(object_to(thanks, shown, one, by=other))["id"]
    went(decide(thanks, objection, "upheld"))
    refused(appeal(thanks, objection, by=other), "nothing-to-appeal")
    assert appeal(thanks, objection, by=third).status_code == 404
    went(appeal(thanks, objection, by=one))
    refused(appeal(thanks, objection, by=one), "nothing-to-appeal")
    went(judge(thanks, objection, "dismissed"))
    refused(judge(thanks, objection, "dismissed"), "nothing-to-decide")
    with thanks.after_window(shown):
        thanks.pay()
        assert thanks.batch(shown)["state"] == "posted"
    assert thanks.points(one) == 5


def test_a_worker_of_another_grid_types_nobodys_words(thanks: Thanks, shown: str) -> None:
    one, other, _ = thanks.people
    elsewhere = thanks.bank.place.a_worker("grid_worker", grid_id=uuid4())
    line = thanks.line_of(shown, one)["id"]
    said = {"text": "那天他没有来。", "person_id": str(other.id), "channel": "phone"}

    url = f"{BANK}/grant-lines/{line}/objections"
    refused(thanks.bank.now(elsewhere).post(url, said), "not-your-person", 403)


def test_one_objection_a_person_inside_the_window(thanks: Thanks, shown: str) -> None:
    one, other, third = thanks.people
    went(object_to(thanks, shown, one, by=other))
    refused(object_to(thanks, shown, one, by=other), "already-objected")
    went(object_to(thanks, shown, one, by=third))
    with thanks.after_window(shown):
        refused(object_to(thanks, shown, other, by=third), "window-closed")


def test_two_objections_to_one_line_are_both_decided_before_it_is_paid(
    thanks: Thanks, shown: str
) -> None:
    one, other, third = thanks.people
    objections = [went(object_to(thanks, shown, one, by=each))["id"] for each in (other, third)]
    for number, objection in enumerate(objections):
        went(decide(thanks, objection, "dismissed"))
        went(appeal(thanks, objection, by=(other, third)[number]))
    went(judge(thanks, objections[0], "dismissed"))
    assert thanks.line_of(shown, one)["state"] == "objected"
    went(judge(thanks, objections[1], "dismissed"))
    assert thanks.line_of(shown, one)["state"] == "standing"


def test_a_line_struck_for_one_objection_leaves_nothing_to_answer_of_the_others(
    thanks: Thanks, shown: str
) -> None:
    one, other, third = thanks.people
    appealed, answered, open_ = (
        went(object_to(thanks, shown, one, by=each))["id"]
        for each in (other, third, thanks.bank.place.a_resident(name="郑邻居"))
    )
    went(decide(thanks, answered, "upheld"))
    went(appeal(thanks, answered, by=one))
    went(decide(thanks, appealed, "dismissed"))
    went(appeal(thanks, appealed, by=other))

    went(judge(thanks, appealed, "upheld"))

    assert thanks.line_of(shown, one)["state"] == "struck"
    told = of_ones_own(thanks, third)
    assert (told["state"], told["outcome"]) == ("closed", "upheld")
    assert told["reason"] == "签到表上有他的名字。"
    refused(decide(thanks, open_, "dismissed"), "nothing-to-decide")
    refused(judge(thanks, answered, "dismissed"), "nothing-to-decide")
    assert thanks.bank.told(third)[-1] == "您提的异议已结束"
    assert "您提的申诉已结束" in thanks.bank.told(one)
    assert counted_open(thanks) == 0


def test_whoever_had_a_hand_in_the_batch_does_not_decide(thanks: Thanks, shown: str) -> None:
    one, other, _ = thanks.people
    objection = went(object_to(thanks, shown, one, by=other))["id"]
    refused(decide(thanks, objection, "dismissed", by=thanks.bank.member), "involved", 403)


def test_staff_write_down_what_a_neighbour_said(thanks: Thanks, shown: str) -> None:
    one, other, _ = thanks.people
    line = thanks.line_of(shown, one)["id"]
    url, worker = f"{BANK}/grant-lines/{line}/objections", thanks.bank.now(thanks.second_worker)
    said = {"text": "那天他没有来。", "channel": "phone"}
    refused(worker.post(url, said), "who-said-it", 422)
    went(worker.post(url, said | {"person_id": str(other.id)}), 201)
    refused(
        thanks.bank.now(one).post(url, {"text": "替别人说", "person_id": str(other.id)}),
        "not-for-others",
        403,
    )


def test_who_objected_is_in_no_answer_but_their_own(thanks: Thanks, shown: str) -> None:
    one, other, _ = thanks.people
    objection = went(object_to(thanks, shown, one, by=other))
    chair = thanks.bank.now(thanks.bank.chair)
    told = chair.get(f"{BANK}/thanks-objections").get_data(as_text=True)
    assert objection["id"] in told
    assert str(other.id) not in told
    mine = went(thanks.bank.now(other).get(f"{BANK}/me/thanks-objections"))["items"]
    assert [each["id"] for each in mine] == [objection["id"]]
    assert went(thanks.bank.now(one).get(f"{BANK}/me/thanks-objections"))["items"] == []


def test_what_nobody_decides_is_told_once(thanks: Thanks, shown: str) -> None:
    one, other, _ = thanks.people
    went(object_to(thanks, shown, one, by=other))
    with clock.at(utc_now() + timedelta(days=30)):
        thanks.bank.run(move_due_objections)
        thanks.bank.run(move_due_objections)
    said = thanks.bank.told(thanks.bank.supervisor)
    assert [each for each in said if "超过期限" in each] == ["异议处理超过期限"]
    told = thanks.bank.told(other)
    assert [each for each in told if "没有按时" in each] == ["很抱歉，您的异议没有按时答复"]
    with thanks.app.app_context():
        late = db.session.query(Notice).filter_by(headline=told[-1], resident_id=other.id).one()
        assert "请打居委会电话010-64200000" in late.body


def test_an_objection_at_the_moment_of_posting_wins_or_comes_too_late(
    thanks: Thanks, shown: str
) -> None:
    """Either the line waits with an objection, or it is paid and there is none."""
    one, other, third = thanks.people
    line = thanks.line_of(shown, one)["id"]
    with thanks.after_window(shown):
        edge, speaker = utc_now(), thanks.bank.now(other)

    def speak() -> Any:
        said = {"text": "那天他没有来。"}
        return speaker.post(f"{BANK}/grant-lines/{line}/objections", said).status_code

    def pay() -> None:
        thanks.bank.run(pay_due_batches)

    work: list[Callable[[], Any]] = [speak, pay, pay]
    with clock.at(edge - timedelta(milliseconds=20)):
        status = at_once(work)[0]
    state = thanks.line_of(shown, one)["state"]
    assert (status, state) in {(201, "objected"), (409, "posted"), (409, "standing")}
    with clock.at(edge + timedelta(minutes=1)):
        thanks.pay()
    assert thanks.points(one) == (0 if status == 201 else 5)
    assert [thanks.points(each) for each in (other, third)] == [5, 5]


def test_nobody_of_another_community_is_written_down(thanks: Thanks, shown: str) -> None:
    stranger = a_neighbourhood(thanks.app).a_resident(name="外区居民")
    line = thanks.line_of(shown, thanks.people[0])["id"]
    url, worker = f"{BANK}/grant-lines/{line}/objections", thanks.bank.now(thanks.second_worker)
    said = {"text": "那天他没有来。", "channel": "phone", "person_id": str(stranger.id)}
    refused(worker.post(url, said), "not-a-resident")
    assert thanks.bank.now(stranger).post(url, {"text": "那天他没有来。"}).status_code == 404
    assert thanks.line_of(shown, thanks.people[0])["state"] == "standing"
