"""From the decision to the end, step by step over HTTP and the sweep."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from backend import clock
from backend.clock import utc_now
from backend.database import db
from backend.deliberation.actions.moves import verify_chain
from backend.deliberation.models import Proposal
from tests.deliberation.outcomes.story import MONDAY, Story, a_story
from tests.factories import Person


@pytest.fixture
def story(app: Flask) -> Story:
    return a_story(app)


def chain_holds(story: Story) -> bool:
    with story.app.app_context():
        return bool(verify_chain(db.session.get_one(Proposal, (story.place.id, story.id))).seq)


def test_an_agreed_matter_ends_satisfied_after_two_full_notices(story: Story) -> None:
    story.to_appraising()
    with clock.at(story.due() - timedelta(days=3)):
        story.appraised(5, 5, 4, 4, 4, 5)
    with story.until_due():
        story.sweep()
        assert story.status() == "appraising"
        story.posted(story.published("implementation"))
        began = utc_now()
    assert story.status() == "outcome_publicized"
    assert story.due() - began > timedelta(days=15)
    with story.until_due():
        story.sweep()

    ended = story.row()
    assert (ended.status, ended.closed_as, ended.status_due_at) == ("closed", "satisfied", None)
    assert chain_holds(story)


def test_what_was_not_agreed_closes_after_its_notice_has_hung_its_full_term(app: Flask) -> None:
    story = a_story(app, outcome="not_agreed")
    with clock.at(MONDAY):
        posted = story.posted(story.published("result"))
    assert story.due().isoformat() == posted["until_at"]
    with clock.at(story.due() - timedelta(seconds=1)):
        story.sweep()
        assert story.status() == "publicized"
    with story.until_due():
        story.sweep()

    assert (story.row().status, story.row().closed_as) == ("closed", "not_agreed")


def test_two_reworks_and_then_it_is_closed_unsatisfied_for_good(story: Story) -> None:
    story.to_appraising()
    for rework in (1, 2):
        with clock.at(story.due() - timedelta(days=3)):
            story.appraised(1, 2, 2, 3, 1, 2)
        with story.until_due():
            story.sweep()
            assert (story.status(), story.row().rework_count) == ("acting", rework)
            story.work_done()
            story.accepted()
    with clock.at(story.due() - timedelta(days=3)):
        story.appraised(1, 2, 2, 3, 1, 2)
    with story.until_due():
        story.sweep()
        assert story.status() == "appraising"
        refused = story.do(story.recorder, "/publication-drafts", {"kind": "implementation"})
        seen = {"kind": "implementation", "content_sha256": refused["content_sha256"]}
        refused = story.do(story.chair, "/publications", seen, ok=False)
        assert refused["type"].endswith("objection-open")  # the author is owed an answer
        story.do(story.chair, "/complaint-answer", {"reply": "已列入明年维修计划。"})
        story.posted(story.do(story.chair, "/publications", seen))
    with story.until_due():
        story.sweep()

    assert (story.row().status, story.row().closed_as) == ("closed", "unsatisfied")
    assert chain_holds(story)


def test_too_few_answers_get_one_more_week_and_then_count_as_too_few(story: Story) -> None:
    story.to_appraising()
    first_close = story.due()
    with story.until_due():
        story.sweep()
        assert story.question().extended
        assert story.due() - first_close >= timedelta(days=7)
    with story.until_due():
        story.sweep()
        story.posted(story.published("implementation"))
    with story.until_due():
        story.sweep()

    assert story.row().closed_as == "appraisal_insufficient"
    assert chain_holds(story)


def test_ten_neighbours_one_after_another_take_a_closed_matter_up_again(app: Flask) -> None:
    story = a_story(app, supporters=10, outcome="not_agreed")
    with clock.at(MONDAY):
        story.posted(story.published("result"))

    def offered(person: Person) -> dict[str, Any]:
        told = story.now(person).get(story.url).get_json()["allowed_actions"]
        return next(each for each in told if each["action"] == "reopen")

    with story.until_due():
        story.sweep()
        assert offered(story.author)["allowed"]
        for neighbour in story.supporters[:9]:
            assert offered(neighbour)["allowed"]
            assert story.do(neighbour, "/reopening", {"facts": "又不亮了。"})["status"] == "closed"
        first, tenth = story.supporters[0], story.supporters[9]
        assert not offered(first)["allowed"]
        assert "您已要求重新提出" in offered(first)["reason"]
        again = story.do(first, "/reopening", {"facts": "还是不亮。"}, ok=False)
        assert again["type"] == "/problems/already-asked-to-reopen"

        assert story.do(tenth, "/reopening", {"facts": "又不亮了。"})["status"] == "inquiring"
