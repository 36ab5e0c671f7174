"""Objections before the credit, appeals, and complaints about a refusal."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from backend import clock
from backend.clock import utc_now
from backend.database import db
from backend.limits import OBJECTIONS, keep_pace
from backend.notifications.models import Notice
from backend.settings import Settings
from backend.virtue_bank.queries.points_sheets import objections_counted
from tests.factories import Person
from tests.residents.desk import another_process
from tests.virtue_bank.a_bank import BANK, Bank, refused, went
from tests.virtue_bank.a_deed import DEEDS, Neighbours, neighbours


@pytest.fixture
def people(bank: Bank) -> Neighbours:
    return neighbours(bank)


def quota_left(people: Neighbours) -> tuple[int, int, int]:
    """(free, held, owed) of the worker's quota of the month the story began in."""
    account_id = people.bank.quota(people.bank.worker).account_id
    return people.bank.left(account_id)


def test_an_objection_upheld_frees_the_points_once_nobody_appeals(people: Neighbours) -> None:
    deed = people.on_the_board()
    objection = went(people.object(deed), 201)
    assert people.state(deed["id"]) == "objected"
    with people.when_over(deed):
        people.sweep()
        assert people.state(deed["id"]) == "objected"

    answered = went(people.answer(objection, "upheld"))

    assert answered["state"] == "upheld"
    assert quota_left(people) == (990, 10, 0)
    account_id = people.bank.quota(people.bank.worker).account_id
    with clock.at(utc_now() + timedelta(days=20)):
        people.sweep()
        assert people.state(deed["id"]) == "voided"
        assert people.bank.left(account_id) == (1000, 0, 0)
        assert people.has(people.doer) == 0
    people.on_the_board()  # once again, and the cap has room: two would not fit otherwise
    people.on_the_board(place="别处")


def test_an_objection_dismissed_lets_it_hang_for_the_rest(people: Neighbours) -> None:
    deed = people.on_the_board()
    until = people.row(deed["id"]).display_until
    objection = went(people.object(deed), 201)
    went(people.answer(objection, "dismissed"))

    with clock.at(utc_now() + timedelta(days=10)):
        people.sweep()
        assert people.state(deed["id"]) == "publicity"
        later = people.row(deed["id"]).display_until
        assert until is not None
        assert later is not None
        assert later > until
        with people.after(later):
            people.sweep()
            assert people.state(deed["id"]) == "credited"
            assert people.has(people.doer) == 10


def test_whoever_lost_appeals_and_the_supervisors_have_the_last_word(people: Neighbours) -> None:
    deed = people.on_the_board()
    objection = went(people.object(deed), 201)
    refused(people.appeal(objection, people.other), "nothing-to-appeal")
    went(people.answer(objection, "upheld"))
    refused(people.appeal(objection, people.other), "nothing-to-appeal")
    refused(people.answer(objection, "dismissed"), "nothing-to-decide")
    assert people.appeal(objection, people.witness).status_code == 404
    assert people.judge(objection, "dismissed").status_code == 409

    went(people.appeal(objection, people.doer))
    waiting = went(people.bank.supervisor.get(f"{BANK}/deed-objections/appealed"))["items"]
    assert [each["id"] for each in waiting] == [objection["id"]]
    judged = went(people.judge(objection, "dismissed"))

    assert (judged["state"], judged["outcome"]) == ("closed", "dismissed")
    assert people.state(deed["id"]) == "publicity"
    refused(people.object(deed), "already-objected")
    went(people.object(deed, by=people.witness), 201)


def test_an_appeal_may_be_upheld_at_once(people: Neighbours) -> None:
    deed = people.on_the_board()
    objection = went(people.object(deed), 201)
    second = went(people.object(deed, by=people.witness), 201)
    went(people.answer(objection, "dismissed"))
    went(people.appeal(objection, people.other))

    went(people.judge(objection, "upheld"))

    assert people.state(deed["id"]) == "voided"
    assert quota_left(people) == (1000, 0, 0)
    refused(people.answer(second, "dismissed"), "nothing-to-decide")


def said_of(people: Neighbours, person: Person) -> str:
    """What the person was told last of a deed that another objection has settled."""
    with people.bank.app.app_context():
        told = db.session.query(Notice).filter(
            Notice.resident_id == person.id, Notice.headline.endswith("已按另一件异议办理")
        )
        return told.one().body


def test_one_objection_settles_the_deed_and_the_others_hear_that_it_was_another(
    people: Neighbours,
) -> None:
    deed, place = people.on_the_board(), people.bank.place
    right, answered, appealed, waiting = (
        people.other,
        people.witness,
        place.a_resident(name="郑邻居"),
        place.a_resident(name="吴邻居"),
    )
    first, second, third, fourth = (
        went(people.object(deed, by=each), 201) for each in (right, answered, appealed, waiting)
    )
    went(people.answer(second, "dismissed"))
    went(people.answer(third, "upheld"))
    went(people.appeal(third, people.doer))
    went(people.answer(first, "dismissed"))
    went(people.appeal(first, right))
    moment = datetime.fromisoformat
    [open_] = went(people.bank.chair.get(f"{BANK}/deed-objections/waiting"))["items"]
    assert open_["id"] == fourth["id"]
    assert moment(open_["due_at"]) == moment(fourth["due_at"])  # its own clock goes on

    went(people.judge(first, "upheld"))

    assert people.state(deed["id"]) == "voided"
    own = {
        person.id: went(people.now(person).get(f"{BANK}/me/deed-objections"))["items"][0]
        for person in (right, answered, appealed, waiting)
    }
    assert {each["state"] for each in own.values()} == {"closed"}
    assert {each["due_at"] for each in own.values()} == {None}
    assert [each["outcome"] for each in own.values()] == ["upheld", "dismissed", "upheld", None]
    assert own[answered.id]["reason"] == "问过两家人，情况核实清楚了。"
    assert own[waiting.id]["reason"].startswith("同一件善行的另一件异议已经成立")
    settled = "另一件异议成立，这件善行不记积分。"
    assert said_of(people, answered) == f"{settled}您的异议原来的答复（不成立）不变。"
    assert said_of(people, appealed) == f"{settled}您的异议原来的答复（成立）不变。"
    assert said_of(people, waiting) == f"{settled}您的异议不再单独答复。"
    assert said_of(people, people.doer) == f"{settled}您的申诉不用再裁决，原来的答复不变。"
    refused(people.appeal(second, answered), "nothing-to-appeal")
    with people.bank.app.app_context():
        now, day = utc_now(), timedelta(days=1)
        counted = objections_counted(people.bank.place.id, since=now - day, until=now + day)
    assert counted == {"raised": 4, "upheld": 2, "dismissed": 1, "dropped": 1, "open": 0}
    with clock.at(utc_now() + timedelta(days=30)):
        people.sweep()
        assert [read_late(people.bank, each) for each in (answered, appealed, waiting)] == [[]] * 3


def test_the_day_to_appeal_is_over_and_what_is_left_open_goes_with_it(people: Neighbours) -> None:
    deed, late = people.on_the_board(), people.witness
    objection = went(people.object(deed), 201)
    went(people.answer(objection, "upheld"))
    went(people.object(deed, by=late), 201)

    with clock.at(utc_now() + timedelta(days=20)):
        people.sweep()
        assert people.state(deed["id"]) == "voided"
        [own] = went(people.now(late).get(f"{BANK}/me/deed-objections"))["items"]

    assert (own["state"], own["outcome"]) == ("closed", None)
    assert said_of(people, late).endswith("您的异议不再单独答复。")


def test_everybody_who_acted_hears_that_nothing_is_credited(people: Neighbours) -> None:
    friend = people.bank.place.a_resident(name="孙帮手")
    shares = [{"acted_id": str(each.id)} for each in (people.doer, friend)]
    deed = people.on_the_board(shares=shares)
    objection = went(people.object(deed), 201)
    went(people.answer(objection, "dismissed"))
    went(people.appeal(objection, people.other))

    went(people.judge(objection, "upheld"))

    for person in (people.doer, friend):
        assert people.bank.told(person)[-1] == f"善行 {deed['serial']} 不入账"


def test_nobody_objects_who_acted_and_nobody_answers_who_reviewed(people: Neighbours) -> None:
    reviewed = people.confirmed()
    went(people.decide(reviewed, by=people.bank.member))
    books = people.bank.books()
    refused(people.object(reviewed, by=people.doer), "involved", 403)
    assert people.object(reviewed, by=people.bank.chair).status_code == 422
    objection = went(people.object(reviewed), 201)

    refused(people.answer(objection, "upheld", by=people.bank.member), "conflict-of-interest", 403)
    went(people.answer(objection, "upheld", by=people.bank.chair))

    assert people.bank.books() == books


def test_a_slip_objects_too_and_its_writer_stays_unknown_to_the_claimant(
    people: Neighbours,
) -> None:
    deed = people.on_the_board()
    clerk = people.bank.place.a_worker("counter_clerk")
    slip = {"resident_id": str(people.other.id), "channel": "paper"}

    went(people.object(deed, by=clerk, **slip), 201)

    seen = people.doer.get(f"{DEEDS}/{deed['id']}/objections")
    assert "何邻居" not in seen.text
    assert str(people.other.id) not in seen.text
    assert str(people.other.id) not in people.doer.get(f"{DEEDS}/{deed['id']}").text
    told = went(people.bank.chair.get(f"{BANK}/deed-objections/waiting"))["items"]
    assert [(each["objector"], each["text"]) for each in told] == [
        ("何邻居", "那几天是他女儿送的饭。")
    ]
    own = went(people.other.get(f"{BANK}/me/deed-objections"))["items"]
    assert [each["deed_id"] for each in own] == [deed["id"]]


def test_a_resident_objects_in_nobody_elses_name(people: Neighbours) -> None:
    deed = people.on_the_board()

    borrowed = people.object(deed, resident_id=str(people.witness.id), channel="paper")

    refused(borrowed, "not-for-others", 403)

    assert people.state(deed["id"]) == "publicity"
    went(people.object(deed, resident_id=str(people.other.id)), 201)


def test_a_slip_is_typed_by_whoever_is_responsible_for_its_writer(people: Neighbours) -> None:
    deed = people.on_the_board()
    slip = {"resident_id": str(people.other.id), "channel": "paper"}
    elsewhere = people.bank.place.a_worker("grid_worker", grid_id=uuid4())

    refused(people.object(deed, by=elsewhere, **slip), "not-your-person", 403)

    went(people.object(deed, by=people.bank.worker, **slip), 201)


def test_five_objections_a_day_are_enough_but_slips_are_not_counted(
    people: Neighbours, limited_settings: Settings
) -> None:
    deed, said = people.on_the_board(), {"reason": "那几天是他女儿送的饭。"}
    url = f"{DEEDS}/{deed['id']}/objections"
    with another_process(limited_settings) as limited:
        eager, witness = (replace(each, app=limited) for each in (people.other, people.witness))
        worker = replace(people.bank.worker, app=limited)
        with limited.app_context():
            for _ in range(5):
                keep_pace(OBJECTIONS, eager.id)

        refused(eager.post(url, said), "asked-too-often", 429)

        assert people.state(deed["id"]) == "publicity"
        went(witness.post(url, said), 201)
        slip = {"resident_id": str(eager.id), "channel": "paper"}
        went(worker.post(url, said | slip), 201)


def test_when_its_days_are_over_nobody_objects(people: Neighbours) -> None:
    deed = people.on_the_board()
    with people.when_over(deed):
        refused(people.object(deed), "window-closed")
        people.sweep()
        refused(people.object(deed), "not-in-this-state")
        assert people.has(people.doer) == 10


def test_an_objection_nobody_answers_is_told_once_and_holds_the_points(people: Neighbours) -> None:
    deed = people.on_the_board()
    went(people.object(deed), 201)
    with clock.at(utc_now() + timedelta(days=12)):
        people.sweep()
        people.sweep()
        assert people.state(deed["id"]) == "objected"
    late = [each for each in people.bank.told(people.bank.chair) if "超时" in each]
    assert len(late) == 1


def read_late(bank: Bank, person: Person) -> list[str]:
    """What the person was told of answers that did not come in time."""
    with bank.app.app_context():
        told = db.session.query(Notice).filter_by(resident_id=person.id)
        return [each.body for each in told if each.headline.endswith("没有按时答复")]


def test_who_waits_too_long_for_an_answer_hears_once_whom_to_call(people: Neighbours) -> None:
    bank, objector = people.bank, people.other
    deed = people.on_the_board()
    objection = went(people.object(deed), 201)
    with clock.at(utc_now() + timedelta(days=12)):
        people.sweep()
        people.sweep()
        [told] = read_late(bank, objector)
        assert "请打居委会电话010-64200000" in told
        assert read_late(bank, people.doer) == []
        went(people.answer(objection, "upheld"))
        went(people.appeal(objection, people.doer))
    with clock.at(utc_now() + timedelta(days=30)):
        people.sweep()
        people.sweep()
    assert len(read_late(bank, objector)) == 2
    assert len(read_late(bank, people.doer)) == 1
    headlines = [each for each in bank.told(people.doer) if each.endswith("没有按时答复")]
    assert headlines == ["很抱歉，您的申诉没有按时答复"]


def test_a_claimant_turned_down_asks_the_supervisors_once(people: Neighbours) -> None:
    deed = people.confirmed()
    no: dict[str, Any] = {"outcome": "reject", "reason_code": "duty", "reason": "这是物业的工作。"}
    assert went(people.decide(deed, **no))["state"] == "rejected"
    url = f"{DEEDS}/{deed['id']}/complaint"
    said = {"reason": "我不是物业的人，是邻居。"}
    offered = people.read(deed["id"])["allowed_actions"]
    assert [each["action"] for each in offered if each["allowed"]] == ["complain"]
    assert people.other.post(url, said).status_code == 403

    complaint = went(people.doer.post(url, said), 201)
    refused(people.doer.post(url, said), "too-late")
    went(people.judge(complaint, "upheld"))

    assert people.state(deed["id"]) == "confirmed"
    refused(people.decide(deed), "same-reviewer", 403)
    assert went(people.decide(deed, by=people.bank.member))["state"] == "publicity"


def test_a_complaint_dismissed_or_too_late_leaves_it_turned_down(people: Neighbours) -> None:
    deed = people.confirmed()
    no: dict[str, Any] = {"outcome": "reject", "reason_code": "duty", "reason": "这是物业的工作。"}
    went(people.decide(deed, **no))
    other = people.confirmed(place="别处")
    went(people.decide(other, **no))
    said = {"reason": "我不是物业的人，是邻居。"}
    complaint = went(people.doer.post(f"{DEEDS}/{deed['id']}/complaint", said), 201)

    went(people.judge(complaint, "dismissed"))

    assert people.state(deed["id"]) == "rejected"
    with clock.at(utc_now() + timedelta(days=12)):
        late = people.now(people.doer).post(f"{DEEDS}/{other['id']}/complaint", said)
        refused(late, "too-late")
