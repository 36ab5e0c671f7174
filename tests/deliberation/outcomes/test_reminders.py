"""Who lets something wait hears of it again, once for every stretch of time, until they act."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from backend import clock
from backend.database import db, transaction
from backend.deliberation.jobs.matters import remind_of_what_waits
from backend.deliberation.models import Referral, Task
from backend.notifications.models import Notice
from tests.deliberation.outcomes.story import MONDAY, SECOND, Story, a_story
from tests.deliberation.outcomes.test_sweep import become, events, in_status, swept_at

DAY = timedelta(days=1)


def reminded(story: Story) -> None:
    with story.app.app_context():
        remind_of_what_waits()


def heard(story: Story, event: str) -> list[tuple[UUID | None, str]]:
    """(who, headline) of the notices of these events, oldest first."""
    with story.app.app_context():
        rows = db.session.execute(
            select(Notice.resident_id, Notice.headline)
            .where(Notice.event_key.contains(event))
            .order_by(Notice.id)
        )
        return [(person, headline) for person, headline in rows]


def referred(app: Flask) -> Story:
    story = in_status(app, "referred", triage_class="major")
    with clock.at(MONDAY), app.app_context(), transaction():
        db.session.add(
            Referral(
                community_id=story.place.id,
                proposal_id=story.id,
                department="区城管局",
                sent_at=MONDAY,
                due_on=(MONDAY + 21 * DAY).date(),
            )
        )
    become(story, assignee_id=story.doer.id)
    return story


def test_a_department_that_does_not_answer_is_brought_up_every_week(app: Flask) -> None:
    story = referred(app)
    counts = []
    for days in (6, 7, 7, 8, 13, 14, 15, 21):
        with clock.at(MONDAY + days * DAY):
            reminded(story)
        counts.append(len(heard(story, "referral:")))

    assert counts == [0, 1, 1, 1, 1, 2, 2, 3]
    assert heard(story, "referral:")[0][0] == story.doer.id


def test_a_department_that_has_answered_is_left_in_peace(app: Flask) -> None:
    story = referred(app)
    with clock.at(MONDAY + 3 * DAY):
        story.do(story.recorder, "/referral-reply", {"reply": "已列入计划。", "receipt_no": "函1"})
    with clock.at(MONDAY + 10 * DAY):
        reminded(story)

    assert heard(story, "referral:") == []


def at_work(app: Flask) -> Story:
    story = in_status(app, "acting")
    with clock.at(MONDAY), app.app_context(), transaction():
        for task_id in story.task_ids:
            task = db.session.get_one(Task, (story.place.id, task_id))
            task.news_at = MONDAY
    return story


@pytest.mark.parametrize(
    ("after", "times"), [(14 * DAY - SECOND, 0), (14 * DAY, 1), (20 * DAY, 1), (28 * DAY, 2)]
)
def test_of_work_one_hears_every_fourteen_days(app: Flask, after: timedelta, times: int) -> None:
    story = at_work(app)
    for moment in sorted({min(after, 14 * DAY), after}):
        with clock.at(MONDAY + moment):
            reminded(story)
            reminded(story)

    wanted = heard(story, "news:")
    assert len(wanted) == times * len(story.task_ids)
    assert {person for person, _ in wanted} <= {story.doer.id}


def test_news_of_a_task_begins_its_fourteen_days_anew(app: Flask) -> None:
    story = at_work(app)
    with clock.at(MONDAY + 10 * DAY):
        for task_id in story.task_ids:
            answer = story.now(story.doer).post(
                f"/tasks/{task_id}/updates", {"percent": 40, "note": "灯具已到货"}
            )
            assert answer.status_code == 200, answer.text
    with clock.at(MONDAY + 20 * DAY):
        reminded(story)
    assert heard(story, "news:") == []
    with clock.at(MONDAY + 25 * DAY):
        reminded(story)

    assert len(heard(story, "news:")) == len(story.task_ids)


def late(app: Flask) -> Story:
    story = in_status(app, "inquiring")
    become(story, assignee_id=story.doer.id)
    swept_at(story, story.due())
    return story


def why(story: Story, days: int = 3) -> dict[str, str]:
    expected = (story.due() + days * DAY).date()
    return {"reason": "产权单位还没有回复。", "expected_on": expected.isoformat()}


def test_who_is_late_is_asked_why_and_the_author_reads_the_answer(app: Flask) -> None:
    story = late(app)
    asked = heard(story, "explain:")
    with clock.at(story.due() + DAY):
        before = story.due()
        case = story.do(story.doer, "/explanation", why(story))

    assert [person for person, _ in asked] == [story.doer.id]
    assert len(events(story, "overdue_explained")) == 1
    assert (story.author.id, f"事项 {story.row().serial_no} 逾期的说明") in heard(story, "matter:")
    assert story.due() == before
    assert case["status"] == "inquiring"


def test_a_delay_nobody_explains_is_asked_about_every_week(app: Flask) -> None:
    story = late(app)
    due, counts = story.due(), []
    for days in (1, 7, 8, 14):
        with clock.at(due + days * DAY):
            reminded(story)
        counts.append(len(heard(story, "explain:")))
    with clock.at(due + 15 * DAY):
        story.do(story.doer, "/explanation", why(story, days=20))
    with clock.at(due + 30 * DAY):
        reminded(story)
        counts.append(len(heard(story, "explain:")))

    assert counts == [1, 2, 2, 3, 3]


@pytest.mark.parametrize("status", ["scheduled", "deliberating"])
def test_whoever_is_asked_why_can_say_so(app: Flask, status: str) -> None:
    story = in_status(app, status)
    become(story, status_due_at=MONDAY + DAY)
    swept_at(story, story.due())
    asked = heard(story, "explain:")
    with clock.at(story.due() + DAY):
        story.do(story.chair, "/explanation", why(story))

    assert [person for person, _ in asked] == [story.chair.id]
    assert len(events(story, "overdue_explained")) == 1


def test_one_reason_is_enough_and_what_is_in_time_needs_none(app: Flask) -> None:
    story = late(app)
    with clock.at(story.due() + DAY):
        story.do(story.doer, "/explanation", why(story))
        again = story.do(story.doer, "/explanation", why(story), ok=False)
        stranger = story.do(story.author, "/explanation", why(story), ok=False)
        past = story.do(story.doer, "/explanation", why(story, days=-9), ok=False)
    other = a_story(app)
    with clock.at(MONDAY):
        early = other.do(other.chair, "/explanation", why(other), ok=False)

    assert again["type"] == "/problems/not-overdue"
    assert stranger["type"] == "/problems/not-your-turn"
    assert past["status"] == 422
    assert early["type"] == "/problems/not-overdue"


def test_of_a_matter_nobody_looked_at_the_grid_worker_or_the_chair_is_asked(app: Flask) -> None:
    story = in_status(app, "submitted")
    swept_at(story, story.due())

    assert [person for person, _ in heard(story, "explain:")] == [story.chair.id]
