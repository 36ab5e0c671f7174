"""Appraisals: one answer a person whatever the channel, secret, and counted to the last."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from backend import clock
from backend.clock import utc_now
from backend.database import db, transaction
from backend.deliberation.actions.appraising import remind
from backend.deliberation.models import (
    Participation,
    Proposal,
    Referral,
    RollEntry,
    SecretBallot,
)
from backend.deliberation.queries.appraisals import lock_question, unanswered
from backend.deliberation.queries.cases import lock_proposal
from backend.notifications.models import Notice
from tests.deliberation.outcomes.story import MONDAY, SECOND, Json, Story, a_story
from tests.factories import Person

PEOPLE = 24


@pytest.fixture
def story(app: Flask) -> Story:
    story = a_story(app)
    story.to_appraising()
    return story


def say(story: Story, who: Person, score: int = 5, **more: object) -> tuple[int, Json]:
    answer = story.now(who).post(
        f"/questions/{story.question().id}/participations",
        {"score": score, "comment": "还可以", **more},
    )
    return answer.status_code, answer.get_json()


def asked(story: Story, who: Person, more: str = "") -> tuple[int, Json]:
    answer = story.now(who).get(f"/questions/{story.question().id}{more}")
    return answer.status_code, answer.get_json()


def during(story: Story) -> AbstractContextManager[None]:
    return clock.at(story.due() - timedelta(days=3))


def test_author_and_supporters_are_asked_and_who_did_the_work_is_not(story: Story) -> None:
    with story.app.app_context():
        roll = set(db.session.scalars(select(RollEntry.resident_id)))
    assert roll == {story.author.id, *(person.id for person in story.supporters)}

    with during(story):
        stranger = story.place.a_resident()
        assert say(story, stranger)[0] == 403
        assert say(story, story.doer)[0] == 403


def test_only_the_author_answers_by_name(story: Story) -> None:
    with during(story):
        assert say(story, story.author, 2)[0] == 201
        assert say(story, story.supporters[0], 1)[0] == 201
    with story.app.app_context():
        named = {
            each.unit_id: (each.option_no, each.reason)
            for each in db.session.scalars(select(Participation))
        }
        [secret] = db.session.scalars(select(SecretBallot))

    assert named == {story.author.id: (2, "还可以"), story.supporters[0].id: (None, None)}
    assert secret.option_no == 1
    assert not {"unit_id", "cast_at", "created_at"} & set(SecretBallot.__table__.columns.keys())


def test_a_low_score_asks_for_its_reason(story: Story) -> None:
    with during(story):
        status, told = say(story, story.author, 2, comment="")
        assert (status, list(told["errors"]["json"])) == (422, ["comment"])
        assert say(story, story.author, 6)[0] == 422
        assert say(story, story.author, 3, comment="")[0] == 201


def test_no_count_is_seen_before_the_close_and_none_below_five_after_it(story: Story) -> None:
    with during(story):
        say(story, story.author)
        status, told = asked(story, story.chair, "/result")
        assert (status, told["type"]) == (403, "/problems/hidden-until-close")
        _, seen = asked(story, story.author)
        assert seen["counts_by_channel"] is None
        assert seen["my_participation"]["score"] == 5
        assert (seen["roll_size"], seen["on_roll"]) == (7, True)
        for person in story.supporters[:3]:
            say(story, person)
    for _ in range(2):  # too few, once more, too few
        with story.until_due():
            story.sweep()
    with clock.at(story.due() - timedelta(hours=1)):
        _, told = asked(story, story.chair, "/result")

    assert (told["next"], told["answered"], told["spread"]) == ("insufficient", None, None)
    assert told["comments"] == []


def test_what_is_keyed_weighs_the_same_and_the_person_is_told(story: Story) -> None:
    with during(story):
        worker = story.place.a_worker("grid_worker")
        for number, person in enumerate(story.supporters):
            keyed = {"resident_id": str(person.id), "channel": "phone"}
            if number % 2:
                assert say(story, worker, 5, **keyed)[0] == 201
            else:
                assert say(story, person, 3)[0] == 201
        status, told = say(story, story.supporters[1])
        assert (status, told["channel"]) == (409, "phone")
        twice = {"resident_id": str(story.supporters[0].id), "channel": "paper"}
        assert say(story, worker, 5, **twice)[0] == 409
        assert say(story, story.author, 5)[0] == 201
    with story.until_due():
        story.sweep()
    with story.app.app_context():
        notices = db.session.scalars(
            select(Notice.resident_id).where(Notice.event_key.contains("keyed"))
        ).all()
    snapshot = story.question().snapshot or {}

    assert snapshot["published"]["channels"] == {"mini_program": 4, "phone": 3}
    assert snapshot["published"]["spread"] == {"1": 0, "2": 0, "3": 3, "4": 0, "5": 4}
    assert (snapshot["satisfied"], snapshot["answered"], snapshot["next"]) == (4, 7, "rework")
    assert set(notices) == {person.id for person in story.supporters[1::2]}


def test_nobody_keys_what_others_think_of_their_own_work(story: Story) -> None:
    keyed = {"resident_id": str(story.supporters[0].id), "channel": "home_visit"}
    with during(story):
        assert say(story, story.doer, 5, **keyed)[1]["type"] == "/problems/own-work"
        assert say(story, story.supporters[1], 5, **keyed)[1]["type"] == "/problems/not-your-turn"
        elsewhere = story.place.a_worker("grid_worker", grid_id=story.place.building_id)
        assert say(story, elsewhere, 5, **keyed)[1]["type"] == "/problems/not-your-turn"
        assert say(story, story.recorder, 5, resident_id=keyed["resident_id"])[0] == 422
        assert say(story, story.recorder, 5, **keyed)[0] == 201


def test_another_communitys_question_does_not_exist(story: Story, app: Flask) -> None:
    elsewhere = a_story(app)
    with during(story):
        answer = elsewhere.now(elsewhere.author).get(f"/questions/{story.question().id}")
        assert answer.status_code == 404


@pytest.mark.parametrize(("offset", "expected"), [(-SECOND, 201), (0 * SECOND, 409), (SECOND, 409)])
def test_answers_are_taken_until_the_last_second(
    story: Story, offset: timedelta, expected: int
) -> None:
    with clock.at(story.due() + offset):
        status, told = say(story, story.author)

    assert status == expected
    assert expected == 201 or told["type"] == "/problems/question-closed"


def test_fifty_threads_at_once_leave_one_answer_a_person(app: Flask) -> None:
    story = a_story(app, supporters=PEOPLE)
    story.to_appraising()
    with during(story):
        people = [story.now(each) for each in (story.author, *story.supporters)]
        url = f"/questions/{story.question().id}/participations"

        def answer(person: Person) -> int:
            return person.post(url, {"score": 4}).status_code

        with ThreadPoolExecutor(50) as pool:
            answers = Counter(pool.map(answer, people * 2))
    with app.app_context():
        secret = len(db.session.scalars(select(SecretBallot)).all())
        taken = db.session.scalars(select(Participation)).all()

    assert answers == {201: PEOPLE + 1, 409: PEOPLE + 1}
    assert len(taken) == PEOPLE + 1
    assert secret == sum(each.option_no is None for each in taken) == PEOPLE


def test_a_close_during_the_storm_counts_exactly_the_receipts(app: Flask) -> None:
    story = a_story(app, supporters=PEOPLE)
    story.to_appraising()
    with during(story):
        people = [story.now(each) for each in (story.author, *story.supporters)]
        question_id = story.question().id
        url = f"/questions/{question_id}/participations"

        def end_now() -> None:
            """Bring the end of the question forward while the others answer."""
            with app.app_context(), transaction():
                proposal = lock_proposal(story.place.id, story.id)
                question = lock_question(story.place.id, question_id)
                question.closes_at = proposal.status_due_at = utc_now()

        def answer(number: int) -> int:
            if number == PEOPLE:
                end_now()
            if number > PEOPLE and number % 5 == 0:
                story.sweep()
                return 0
            return people[number % len(people)].post(url, {"score": 4}).status_code

        with ThreadPoolExecutor(16) as pool:
            answers = Counter(pool.map(answer, range(len(people) * 3)))
        story.sweep()
    closed = story.question()

    assert set(answers) == {0, 201, 409}
    assert closed.state == "closed"
    assert (closed.snapshot or {})["answered"] == answers[201]


def test_on_the_fifth_day_only_those_who_have_not_answered_are_reminded_once(
    story: Story,
) -> None:
    with during(story):
        say(story, story.supporters[0])
    for days in (4, 5, 6):
        with clock.at(story.question().opens_at + timedelta(days=days)):
            with story.app.app_context(), transaction():
                remind()
            with story.app.app_context():
                sent = [
                    notice
                    for notice in db.session.scalars(select(Notice))
                    if notice.event_key.endswith(":reminder")
                ]
            assert len(sent) == (days >= 5)
    with story.app.app_context():
        parameters = {"question_id": (sent[0].audience or {})["question_id"]}
        reached = set(db.session.scalars(unanswered(story.place.id, parameters)))

    assert sent[0].kind == "vote_reminder"
    assert reached == {story.author.id, *(each.id for each in story.supporters[1:])}


def test_a_person_finds_their_receipts_again(story: Story) -> None:
    with during(story):
        _, receipt = say(story, story.supporters[0])
        mine = story.now(story.supporters[0]).get("/me/participations").get_json()["items"]
        others = story.now(story.supporters[1]).get("/me/participations").get_json()["items"]

    assert [(each["id"], each["score"], each["channel"]) for each in mine] == [
        (receipt["id"], None, "mini_program")
    ]
    assert others == []


def test_a_great_matter_is_appraised_when_the_department_has_answered(app: Flask) -> None:
    story = a_story(app, status="referred")
    with clock.at(MONDAY):
        with app.app_context(), transaction():
            proposal = db.session.get_one(Proposal, (story.place.id, story.id))
            proposal.triage_class = "major"
            db.session.add(
                Referral(
                    community_id=story.place.id,
                    proposal_id=story.id,
                    department="市政管理处",
                    sent_at=utc_now(),
                    due_on=clock.today() + timedelta(days=15),
                )
            )
        told = story.do(
            story.recorder, "/referral-reply", {"receipt_no": "市政2027-15", "reply": "已经修好。"}
        )
        assert told["status"] == "appraising"
        again = story.do(story.recorder, "/referral-reply", {"reply": "另一个答复"}, ok=False)
        assert again["type"] == "/problems/already-replied"
    with during(story):
        story.appraised(1, 1, 2, 2, 1, 1)
    with story.until_due():
        story.sweep()

    assert (story.status(), story.row().rework_count) == ("referred", 1)
    with clock.at(story.due() - timedelta(days=1)):
        story.do(story.recorder, "/referral-reply", {"reply": "返修完毕。"})
    with app.app_context():
        replies = db.session.scalars(select(Referral.reply).order_by(Referral.sent_at)).all()
    assert replies == ["已经修好。", "返修完毕。"]
