"""An upheld objection: what goes back, who is answered, and who has something to do again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from backend import clock
from backend.clock import utc_now
from backend.database import db, transaction
from backend.deliberation.models import Objection, Referral, Task
from backend.limits import OBJECTIONS, keep_pace
from backend.notifications.models import Notice
from backend.settings import Settings
from tests.deliberation.outcomes.story import MONDAY, Story, a_story
from tests.deliberation.outcomes.test_sweep import become
from tests.residents.desk import another_process


def objected(story: Story) -> str:
    about = {"target": "publication", "text": "费用过高"}
    answer = story.place.a_resident().post(f"{story.url}/objections", about)
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["id"])


def upheld(story: Story, objection: str) -> None:
    for who in (story.chair, story.supervisor):
        answer = story.now(who).post(
            f"/objections/{objection}/decision", {"decision": "upheld", "reply": "应当重办。"}
        )
        assert answer.status_code == 200, answer.get_json()


def tasks(story: Story, state: str) -> list[str]:
    with story.app.app_context():
        found = select(Task.title).where(Task.proposal_id == story.id, Task.state == state)
        return list(db.session.scalars(found.order_by(Task.id)))


def shown_to_the_end(story: Story) -> None:
    """From `appraising`: everybody content, the outcome on the board."""
    with clock.at(story.due() - timedelta(days=3)):
        story.appraised(5, 5, 5, 5, 5, 5, 5)
    with story.until_due():
        story.sweep()
        story.posted(story.published("implementation"))
    assert story.status() == "outcome_publicized"


@pytest.fixture
def story(app: Flask) -> Story:
    return a_story(app)


def test_what_one_objection_achieves_answers_the_others(story: Story) -> None:
    with clock.at(MONDAY):
        story.posted(story.published("result"))
        first, second = objected(story), objected(story)
        upheld(story, first)
    assert story.status() == "queued"

    with story.app.app_context():
        known = {str(each.id): each for each in db.session.scalars(select(Objection))}
        told = db.session.scalars(
            select(Notice.resident_id).where(Notice.event_key.contains("objection-decided"))
        ).all()
        assert known[second].decision == "upheld"
        assert known[second].decided_at == known[first].decided_at
        assert set(told) == {known[first].by_id, known[second].by_id}


def test_five_objections_a_day_are_enough_but_what_is_typed_in_for_others_is_not_counted(
    story: Story, limited_settings: Settings
) -> None:
    place, about = story.place, {"target": "publication", "text": "费用过高"}
    with clock.at(MONDAY), another_process(limited_settings) as limited:
        story.posted(story.published("result"))
        eager, other = (replace(place.a_resident(), app=limited) for _ in range(2))
        worker = replace(place.a_worker("committee_member"), app=limited)
        with limited.app_context():
            for _ in range(5):
                keep_pace(OBJECTIONS, eager.id)

        refused = eager.post(f"{story.url}/objections", about)
        assert refused.status_code == 429
        assert refused.get_json()["detail"].startswith("每人每天最多提5次异议")
        assert 0 < int(refused.headers["Retry-After"]) <= 24 * 60 * 60
        assert other.post(f"{story.url}/objections", about).status_code == 201
        said = {**about, "channel": "phone", "resident_id": str(eager.id)}
        typed = worker.post(f"{story.url}/keyed-objections", said)
        assert typed.status_code == 201, typed.get_json()


def test_the_tasks_of_a_decision_taken_back_are_nobodys(story: Story) -> None:
    with clock.at(MONDAY):
        story.posted(story.published("result"))
        upheld(story, objected(story))

    assert (len(tasks(story, "dropped")), tasks(story, "open")) == (2, [])


def test_who_did_the_work_does_it_again_when_the_outcome_was_objected_to(story: Story) -> None:
    story.to_appraising()
    shown_to_the_end(story)
    with clock.at(story.due() - timedelta(days=10)):
        upheld(story, objected(story))
        assert story.status() == "acting"
        assert len(tasks(story, "open")) == 2
        story.work_done()

    assert story.status() == "inspecting"


def test_a_great_matter_goes_back_to_its_department(app: Flask) -> None:
    story = a_story(app, status="referred")
    with clock.at(MONDAY):
        become(story, triage_class="major", status_since=utc_now())
        with app.app_context(), transaction():
            db.session.add(
                Referral(
                    community_id=story.place.id,
                    proposal_id=story.id,
                    department="市政管理处",
                    sent_at=utc_now(),
                    due_on=clock.today() + timedelta(days=15),
                )
            )
        story.do(story.recorder, "/referral-reply", {"reply": "已经修好。"})
    shown_to_the_end(story)
    with clock.at(story.due() - timedelta(days=10)):
        upheld(story, objected(story))
    assert story.status() == "referred"
    with clock.at(story.due() - timedelta(days=1)):
        story.do(story.recorder, "/referral-reply", {"reply": "返修完毕。"})

    assert story.status() == "appraising"
