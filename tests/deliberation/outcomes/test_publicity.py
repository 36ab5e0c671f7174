"""Notices: only what the list names, only what a person has looked at, never by one person."""

from datetime import timedelta

import pytest
from flask import Flask

from backend import clock
from backend.database import db, transaction
from backend.deliberation.models import Task
from backend.publication.rules.catalogue import CATALOGUE
from tests.console.browser import a_browser
from tests.deliberation.outcomes.story import MONDAY, SECOND, Json, Story, a_story


@pytest.fixture
def story(app: Flask) -> Story:
    return a_story(app)


def preview(story: Story, kind: str = "result") -> Json:
    answer = story.now(story.chair).get(f"{story.url}/publication-preview", kind=kind)
    told: Json = answer.get_json()
    assert answer.status_code == 200, told
    return told


def test_the_preview_marks_what_may_name_somebody(story: Story) -> None:
    with clock.at(MONDAY):
        seen = preview(story)

    assert ("13912345678", "phone") in {(mark["text"], mark["kind"]) for mark in seen["marks"]}
    assert ("王芳", "name") in {(mark["text"], mark["kind"]) for mark in seen["marks"]}
    assert not seen["is_drafted"]


def test_what_is_hidden_appears_nowhere_in_the_notice(story: Story) -> None:
    with clock.at(MONDAY):
        draft = story.drafted("result", hide=["13912345678", "王芳"])
        seen = preview(story)
        assert (seen["is_drafted"], seen["is_current"], seen["may_publish"]) == (True, True, True)
        assert seen["marks"] == []
        seen = {"kind": "result", "content_sha256": draft["content_sha256"]}
        published = story.do(story.chair, "/publications", seen)
        shown = story.app.test_client().get(f"/api/v1/publications/{published['id']}").text

    assert "王芳" not in shown
    assert "13912345678" not in shown


def test_strangers_read_only_what_the_list_names(story: Story) -> None:
    story.to_appraising()
    with clock.at(story.due() - timedelta(days=1)):
        story.appraised(5, 5, 5, 5, 5, 5)
    with story.until_due():
        story.sweep()
        story.published("implementation")
    public = (
        story.app.test_client()
        .get(f"/api/v1/communities/{story.place.code}/publications")
        .get_json()["items"]
    )

    assert [each["kind"] for each in public] == ["implementation", "result"]
    for notice in public:
        listed = CATALOGUE[notice["item_code"]].fields
        assert set(notice["fields"]) <= set(listed)
        for name, value in notice["fields"].items():
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict) and (inside := listed[name]) is not None:
                    assert set(part) <= inside
    outcome = public[0]["fields"]
    assert outcome["spending_fen"] == 240_000
    assert outcome["appraisal"]["answered"] == 6
    assert outcome["leftovers"] == "无"
    assert public[1]["fields"]["tasks"][0]["party"] == "物业服务企业"


def test_who_prepared_a_notice_does_not_publish_it(story: Story) -> None:
    with clock.at(MONDAY):
        draft = story.do(story.chair, "/publication-drafts", {"kind": "result"})
        seen = {"kind": "result", "content_sha256": draft["content_sha256"]}
        refused = story.do(story.chair, "/publications", seen, ok=False)

    assert refused["type"] == "/problems/own-draft"
    assert story.status() == "resolved"


def test_a_matters_notice_is_published_only_where_the_matter_goes_on(story: Story) -> None:
    with clock.at(MONDAY):
        draft = story.drafted("result")
        seen = {"content_sha256": draft["content_sha256"]}
        by_json = story.now(story.chair).post(f"/bulletins/{draft['id']}/publication", seen)
        url = f"/console/publication/{draft['id']}/publication"
        by_hand = a_browser(story.app, story.now(story.chair)).send(url, **seen)

    assert by_json.get_json()["type"] == "/problems/published-elsewhere"
    assert (by_json.status_code, by_hand.status_code) == (409, 409)
    assert "请打开这件事项的公示页" in by_hand.text
    assert story.status() == "resolved"


def test_nothing_is_published_that_was_not_seen(story: Story) -> None:
    with clock.at(MONDAY):
        none = {"kind": "result", "content_sha256": "0" * 64}
        assert story.do(story.chair, "/publications", none, ok=False)["type"].endswith(
            "/draft-missing"
        )
        draft = story.drafted("result")
        assert story.do(story.chair, "/publications", none, ok=False)["type"].endswith(
            "/preview-changed"
        )
        with story.app.app_context(), transaction():  # the records change after the draft
            task = db.session.get_one(Task, (story.place.id, story.task_ids[0]))
            task.due_on += timedelta(days=1)
        seen = {"kind": "result", "content_sha256": draft["content_sha256"]}
        assert story.do(story.chair, "/publications", seen, ok=False)["type"].endswith(
            "/preview-changed"
        )
        assert not preview(story)["is_current"]
        story.published("result")

    assert story.status() == "publicized"


def test_words_that_moderation_has_not_passed_are_not_published(story: Story) -> None:
    with clock.at(MONDAY):
        with story.app.app_context(), transaction():
            row = story.row()
            db.session.merge(row).text_state = "held"
        told = story.do(story.recorder, "/publication-drafts", {"kind": "result"}, ok=False)

    assert told["type"] == "/problems/words-held"


def test_a_private_matter_is_never_published(app: Flask) -> None:
    story = a_story(app)
    with clock.at(MONDAY):
        with app.app_context(), transaction():
            db.session.merge(story.row()).is_private = True
        told = story.do(story.recorder, "/publication-drafts", {"kind": "result"}, ok=False)

    assert told["type"] == "/problems/not-public"


def test_the_outcome_is_not_published_before_people_were_asked(story: Story) -> None:
    story.to_appraising()
    with clock.at(story.due() - timedelta(days=1)):
        told = story.do(story.recorder, "/publication-drafts", {"kind": "implementation"}, ok=False)

    assert told["type"] == "/problems/appraisal-open"


def taken_back(story: Story, bulletin: Json) -> None:
    why = {"ground": "privacy", "reason": "写出了一位居民的电话。"}
    answer = story.now(story.chair).post(f"/bulletins/{bulletin['id']}/withdrawal", why)
    assert answer.status_code == 200, answer.get_json()


def acted_upon(story: Story, *, taking_back: Json | None = None) -> None:
    """The work is done and praised, and the notice of it hangs."""
    with story.until_due():
        story.sweep()
        if taking_back:
            taken_back(story, taking_back)
        story.work_done()
        story.accepted()
    with clock.at(story.due() - timedelta(days=3)):
        story.appraised(5, 5, 5, 5, 5, 5)
    with story.until_due():
        story.sweep()
        story.posted(story.published("implementation"))


def test_a_notice_that_was_taken_back_is_prepared_and_hung_anew(story: Story) -> None:
    with clock.at(MONDAY):
        taken_back(story, story.published("result"))
    with clock.at(MONDAY + timedelta(days=1)):
        story.posted(story.published("result"))
    assert story.status() == "publicized"
    with clock.at(story.due() - SECOND):
        story.sweep()
        assert story.status() == "publicized"
    with story.until_due():
        story.sweep()

    assert story.status() == "acting"


def test_what_was_taken_back_has_not_hung_and_holds_up_the_end(story: Story) -> None:
    with clock.at(MONDAY):
        first = story.posted(story.published("result"))
    acted_upon(story, taking_back=first)
    with story.until_due():
        story.sweep()
        assert story.status() == "outcome_publicized"
        story.posted(story.published("result"))
    with story.until_due():
        story.sweep()

    assert (story.status(), story.row().closed_as) == ("closed", "satisfied")


def test_what_is_taken_back_of_a_closed_matter_is_due_until_it_is_published_anew(
    story: Story,
) -> None:
    with clock.at(MONDAY):
        first = story.posted(story.published("result"))
    acted_upon(story)
    with story.until_due():
        story.sweep()
        assert story.status() == "closed"
        told = story.do(story.recorder, "/publication-drafts", {"kind": "result"}, ok=False)
        assert told["type"] == "/problems/not-in-this-state"

        def due() -> list[str]:
            listed = story.now(story.chair).get("/due-items").get_json()["items"]
            return [each["kind"] for each in listed]

        taken_back(story, first)
        assert due() == ["result"]
        story.posted(story.published("result"))
        assert due() == []

    assert (story.status(), story.row().closed_as) == ("closed", "satisfied")


def test_a_notice_that_stands_is_not_prepared_again(story: Story) -> None:
    with clock.at(MONDAY):
        story.posted(story.published("result"))
        draft = story.do(story.recorder, "/publication-drafts", {"kind": "result"}, ok=False)

    assert draft["type"] == "/problems/not-in-this-state"


def test_one_objects_to_what_was_published_not_to_a_draft(story: Story) -> None:
    about = {"target": "publication", "text": "费用过高"}
    with clock.at(MONDAY):
        neighbour = story.place.a_resident()
        taken_back(story, story.published("result"))
        story.drafted("result")
        assert neighbour.post(f"{story.url}/objections", about).status_code == 201
        prepared = story.drafted("result")
        assert neighbour.post(f"{story.url}/objections", about).status_code == 409
        story.do(
            story.chair,
            "/publications",
            {"kind": "result", "content_sha256": prepared["content_sha256"]},
        )
        again = neighbour.post(f"{story.url}/objections", about)

    assert again.status_code == 201, again.get_json()
