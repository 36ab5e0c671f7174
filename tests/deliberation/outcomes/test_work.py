"""Work: only forwards, late at most twice, and looked at by somebody who did not do it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from backend import clock
from backend.clock import today
from backend.database import db, transaction
from backend.deliberation.models import Inspection, Task
from backend.residents.models import Kin
from tests.counting import counted_statements
from tests.deliberation.outcomes.story import MONDAY, Json, Story, a_story
from tests.factories import Person


@pytest.fixture
def story(app: Flask) -> Story:
    """The work is under way."""
    story = a_story(app)
    with clock.at(MONDAY):
        story.posted(story.published("result"))
    with story.until_due():
        story.sweep()
    assert story.status() == "acting"
    return story


def news(story: Story, who: Person, task_id: UUID, percent: int) -> Json:
    answer = story.now(who).post(
        f"/tasks/{task_id}/updates", {"percent": percent, "note": "正在施工"}
    )
    told: Json = answer.get_json()
    return told


def inspect(story: Story, who: Person, **more: Any) -> Json:
    return story.do(who, "/inspection", {"result": "accepted", **more}, ok=False)


def working(story: Story) -> Any:
    return clock.at(story.row().status_since)  # type: ignore[arg-type]


def test_the_clock_of_the_work_is_the_last_tasks_day(story: Story) -> None:
    with story.app.app_context():
        last = max(task.due_on for task in db.session.query(Task))

    assert story.due().isoformat().startswith(last.isoformat())  # 24:00 there is 16:00 here


def test_progress_goes_forwards_and_the_last_task_asks_for_the_inspection(story: Story) -> None:
    first, second = story.task_ids
    with working(story):
        assert news(story, story.doer, first, 40)["percent"] == 40
        back = news(story, story.doer, first, 30)
        assert (back["type"], back["percent"]) == ("/problems/backward-percent", 40)
        assert news(story, story.chair, first, 50)["type"] == "/problems/not-your-turn"
        assert news(story, story.doer, first, 100)["state"] == "done"
        assert news(story, story.doer, first, 100)["type"] == "/problems/task-ended"
        assert story.status() == "acting"
        assert story.do(story.doer, "/completion", ok=False)["type"] == "/problems/tasks-open"
        news(story, story.doer, second, 100)

    assert story.status() == "inspecting"


def test_a_task_is_late_at_most_twice_and_takes_the_clock_with_it(story: Story) -> None:
    url = f"/tasks/{story.task_ids[1]}/extensions"
    with working(story):
        doer, late = story.now(story.doer), today() + timedelta(days=40)
        early = doer.post(url, {"new_due_on": today().isoformat(), "reason": "等货"})
        assert early.status_code == 422
        for days in (0, 5):
            due_on = late + timedelta(days=days)
            answer = doer.post(url, {"new_due_on": due_on.isoformat(), "reason": "等货"})
            assert answer.status_code == 200, answer.get_json()
            assert story.due().date() == due_on
        third = doer.post(
            url, {"new_due_on": (late + timedelta(days=9)).isoformat(), "reason": "等货"}
        )

    assert third.get_json()["type"] == "/problems/no-extensions-left"


def test_everybody_finds_their_own_tasks_in_few_statements(story: Story) -> None:
    with working(story):
        doer = story.now(story.doer)
        with counted_statements(story.app) as statements:
            mine = doer.get("/me/tasks").get_json()["items"]
        assert len(statements) <= 3
        assert [UUID(each["id"]) for each in mine] == story.task_ids[::-1]
        assert story.now(story.chair).get("/me/tasks").get_json()["items"] == []


def test_nobody_inspects_their_own_work_nor_that_of_their_family(story: Story) -> None:
    with working(story):
        story.work_done()
        with story.app.app_context(), transaction():
            low, high = sorted([story.doer.id, story.supervisor.id])
            db.session.add(
                Kin(resident_a=low, resident_b=high, relation="spouse", declared_by=high)
            )
        assert inspect(story, story.supervisor)["type"] == "/problems/own-work"
        other = story.place.a_worker("supervisor")
        assert inspect(story, story.chair)["status"] == 403
        assert inspect(story, other)["status"] == "appraising"


def test_two_residents_of_two_homes_inspect_together(story: Story) -> None:
    with working(story):
        story.work_done()
        one, other = story.place.a_resident(name="李一"), story.place.a_resident(name="周二")
        housemate = story.place.a_resident(name="李伴", household_id=one.household_id)
        assert inspect(story, one)["type"] == "/problems/second-missing"
        assert inspect(story, one, second_id=str(one.id))["type"] == "/problems/second-missing"
        same_home = inspect(story, one, second_id=str(housemate.id))
        assert same_home["type"] == "/problems/own-household"
        assert inspect(story, story.author)["type"] == "/problems/own-household"
        outsider = story.place.a_visitor()
        assert inspect(story, one, second_id=str(outsider.id))["type"] == "/problems/not-your-turn"
        assert inspect(story, one, second_id=str(other.id))["status"] == "inspecting"
        confirmation = "/inspection/confirmation"
        assert story.do(one, confirmation, ok=False)["type"] == "/problems/not-the-second"
        assert story.do(other, confirmation)["status"] == "appraising"
    with story.app.app_context():
        [seen] = db.session.query(Inspection).all()
        assert (seen.inspector_id, seen.second_id) == (one.id, other.id)


def test_defects_send_the_same_people_to_the_same_work_again(story: Story) -> None:
    with working(story):
        story.work_done()
        assert inspect(story, story.supervisor, result="defects")["status"] == 422
        told = inspect(story, story.supervisor, result="defects", defects=["二层的灯不亮"])
        assert told["status"] == "acting"
        with story.app.app_context():
            open_ones = db.session.query(Task).filter_by(state="open").all()
            assert {task.title for task in open_ones} == {
                "整改：更换第1单元的灯",
                "整改：更换第2单元的灯",
            }
        story.work_done()
        assert story.accepted()["status"] == "appraising"
