"""The sweep: each clock at its second, once, whatever runs beside it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from backend import clock
from backend.clock import utc_now
from backend.database import db, transaction
from backend.days import day_of, end_of
from backend.deliberation.actions import sweeping
from backend.deliberation.models import Proposal, ProposalEvent
from backend.deliberation.rules import clocks
from backend.notifications.models import Notice
from tests.deliberation.outcomes.story import MONDAY, SECOND, Story, a_story
from tests.deliberation.queued import WORDS

AROUND = [(-SECOND, False), (0 * SECOND, True), (SECOND, True)]


def become(story: Story, **columns: Any) -> None:
    with story.app.app_context(), transaction():
        proposal = db.session.get_one(Proposal, (story.place.id, story.id))
        for name, value in columns.items():
            setattr(proposal, name, value)


def in_status(app: Flask, status: str, **columns: Any) -> Story:
    """A matter that entered `status` on that Monday, with the status's own clock."""
    story = a_story(app, status=status, supporters=0)
    due = clocks.next_due(status, MONDAY, {})
    become(story, status_since=MONDAY, status_due_at=due, **columns)
    return story


def events(story: Story, kind: str) -> list[ProposalEvent]:
    with story.app.app_context():
        found = db.session.scalars(
            select(ProposalEvent)
            .where(ProposalEvent.proposal_id == story.id, ProposalEvent.kind == kind)
            .order_by(ProposalEvent.seq)
        ).all()
        db.session.expunge_all()
        return list(found)


def swept_at(story: Story, moment: datetime) -> str:
    with clock.at(moment):
        story.sweep()
    return story.status()


@pytest.mark.parametrize(("offset", "is_due"), AROUND)
def test_what_is_not_completed_in_seven_days_lapses(
    app: Flask, offset: timedelta, *, is_due: bool
) -> None:
    story = in_status(app, "returned")

    assert swept_at(story, story.due() + offset) == ("lapsed" if is_due else "returned")


@pytest.mark.parametrize(("offset", "is_due"), AROUND)
def test_work_begins_when_the_seven_days_for_objections_are_over(
    app: Flask, offset: timedelta, *, is_due: bool
) -> None:
    story = a_story(app)
    with clock.at(MONDAY):
        posted = story.posted(story.published("result"))
    assert day_of(story.due() - SECOND).isoformat() == posted["objection_until_on"]
    refused = 201 if not is_due else 409
    with clock.at(story.due() + offset):
        neighbour = story.place.a_resident()
        answer = neighbour.post(
            f"{story.url}/objections", {"target": "publication", "text": "费用过高"}
        )
        assert answer.status_code == refused, answer.get_json()
        story.sweep()

    assert story.status() == ("acting" if is_due else "publicized")


@pytest.mark.parametrize(("offset", "is_due"), AROUND)
def test_a_matter_closes_when_its_last_notice_has_hung_fifteen_full_days(
    app: Flask, offset: timedelta, *, is_due: bool
) -> None:
    story = a_story(app)
    story.to_appraising()
    with clock.at(story.due() - timedelta(days=1)):
        story.appraised(5, 5, 5, 5, 5, 5)
    with story.until_due():
        story.sweep()
        story.posted(story.published("implementation"))

    closed = swept_at(story, story.due() + offset) == "closed"
    assert closed == is_due


@pytest.mark.parametrize(("offset", "is_due"), AROUND)
def test_an_appraisal_closes_at_its_second(app: Flask, offset: timedelta, *, is_due: bool) -> None:
    story = a_story(app)
    story.to_appraising()
    with clock.at(story.due() - timedelta(days=1)):
        story.appraised(5, 5, 5, 5, 5, 5)
    with clock.at(story.due() + offset):
        story.sweep()

    assert (story.question().state == "closed") == is_due


@pytest.mark.parametrize(
    "status",
    ["submitted", "inquiring", "referred", "queued", "resolved", "publicized", "inspecting"],
)
@pytest.mark.parametrize(("offset", "is_due"), AROUND)
def test_what_people_should_have_done_is_told_upward_once(
    app: Flask, status: str, offset: timedelta, *, is_due: bool
) -> None:
    story = in_status(app, status)
    due = story.due()
    for _ in range(3):
        assert swept_at(story, due + offset) == status
    told = events(story, "overdue")
    with app.app_context():
        people = set(
            db.session.scalars(
                select(Notice.resident_id).where(Notice.event_key.contains("overdue"))
            )
        )

    assert len(told) == is_due
    assert {story.author.id, story.chair.id} <= people or not is_due
    assert all(each.actor_id is None and each.occurred_at == due for each in told)


def test_after_the_grid_worker_the_chair_has_a_day_and_then_the_street_hears(app: Flask) -> None:
    story = in_status(app, "submitted")
    swept_at(story, story.due())
    assert [each.payload["level"] for each in events(story, "overdue")] == [1]
    swept_at(story, story.due() - SECOND)
    assert len(events(story, "overdue")) == 1
    swept_at(story, story.due())
    swept_at(story, story.due() + timedelta(days=9))

    assert [each.payload["level"] for each in events(story, "overdue")] == [1, 2]


def test_overdue_work_goes_to_the_street_after_another_week(app: Flask) -> None:
    story = in_status(app, "acting")
    due = story.due()
    for days, told in ((0, 1), (6, 1), (7, 2), (8, 2), (30, 2)):
        swept_at(story, due + timedelta(days=days))
        assert len(events(story, "overdue")) == told, days


def test_a_late_sweep_acts_as_of_the_time_it_was_due_and_says_how_late_it_is(app: Flask) -> None:
    story = in_status(app, "returned")
    due = story.due()
    swept_at(story, due + timedelta(hours=5))
    [event] = events(story, "lapsed")

    assert (event.occurred_at, event.payload["delay_seconds"]) == (due, 5 * 3600)


def test_an_objection_holds_a_matter_up_and_lets_it_go_when_it_is_refused(app: Flask) -> None:
    story = a_story(app)
    with clock.at(MONDAY):
        story.posted(story.published("result"))
    due = story.due()
    with clock.at(due - SECOND):
        neighbour = story.place.a_resident()
        objection = neighbour.post(
            f"{story.url}/objections", {"target": "publication", "text": "费用过高"}
        ).get_json()
    swept_at(story, due)
    assert (story.status(), events(story, "overdue")) == ("publicized", [])

    swept_at(story, datetime.fromisoformat(objection["due_at"]))
    swept_at(story, datetime.fromisoformat(objection["due_at"]) + timedelta(days=1))
    assert len(events(story, "overdue")) == 1
    with clock.at(datetime.fromisoformat(objection["due_at"]) + timedelta(days=2)):
        for who in (story.chair, story.supervisor):
            answer = story.now(who).post(
                f"/objections/{objection['id']}/decision",
                {"decision": "refused", "reply": "费用已经三家比价。"},
            )
            assert answer.status_code == 200, answer.get_json()
        story.sweep()

    assert story.status() == "acting"
    assert len(events(story, "overdue")) == 1


def test_an_upheld_objection_publishes_the_next_decision_anew(app: Flask) -> None:
    story = a_story(app)
    with clock.at(MONDAY):
        story.posted(story.published("result"))
        become(story, status="resolved")  # decided another time in the same round
    with clock.at(MONDAY + timedelta(days=20)):
        become(story, status_since=utc_now() - SECOND)
        second = story.published("result")
        story.sweep()
    assert story.status() == "publicized"  # the old notice has hung, the new one does not yet
    with clock.at(MONDAY + timedelta(days=21)):
        story.posted(second)
    assert swept_at(story, story.due() - SECOND) == "publicized"
    assert swept_at(story, story.due()) == "acting"


def test_a_guided_matter_closes_when_nobody_contests_the_guidance(app: Flask) -> None:
    story = in_status(app, "guided", triage_class="private", is_private=True)
    with clock.at(MONDAY + timedelta(hours=1)):
        become(story, assignee_id=story.doer.id)
        story.do(story.doer, "/guidance", {"text": "可以请人民调解员帮助。"})
    become(story, status_due_at=MONDAY + timedelta(days=8))
    swept_at(story, story.due())
    assert len(events(story, "overdue")) == 1  # nobody has sorted it, so no contest has run out


def test_an_idle_draft_is_forgotten_thirty_days_after_its_last_word(app: Flask) -> None:
    story = a_story(app)
    with clock.at(MONDAY):
        author = story.now(story.author)
        first = author.post("/proposals", WORDS).get_json()
        second = author.post("/proposals", WORDS).get_json()
    with clock.at(MONDAY + timedelta(days=10)):
        edited = {name: WORDS[name] for name in ("title", "body", "place")}
        answer = story.now(story.author).put(
            f"/proposals/{second['id']}", edited | {"version": second["version"]}
        )
        assert answer.status_code == 200, answer.get_json()

    def left(moment: datetime) -> set[UUID]:
        swept_at(story, moment)
        with app.app_context():
            return set(db.session.scalars(select(Proposal.id).where(Proposal.status == "draft")))

    end = clocks.next_due("draft", MONDAY, {})
    assert end is not None
    assert left(end - SECOND) == {UUID(first["id"]), UUID(second["id"])}
    assert left(end) == {UUID(second["id"])}
    assert left(end + timedelta(days=10)) == set()


def test_two_sweeps_at_once_do_everything_once(app: Flask) -> None:
    stories = [in_status(app, status) for status in ("returned", "inquiring", "queued") * 3]
    latest = max(story.due() for story in stories) + SECOND
    with clock.at(latest), ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: stories[0].sweep(), range(6)))
    done = [len(events(story, "lapsed")) + len(events(story, "overdue")) for story in stories]

    assert done == [1] * len(stories)


def test_a_matter_that_cannot_be_moved_holds_up_no_other(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = in_status(app, "returned"), in_status(app, "returned")
    become(broken, status_due_at=sound.due() - SECOND)

    def fails(proposal: Proposal, at: datetime) -> bool:
        if proposal.id == broken.id:
            raise ZeroDivisionError
        return lapse(proposal, at)

    lapse = sweeping._SWEEPS["returned"]  # noqa: SLF001
    monkeypatch.setitem(sweeping._SWEEPS, "returned", fails)  # noqa: SLF001
    swept_at(sound, sound.due())

    assert (broken.status(), sound.status()) == ("returned", "lapsed")


def test_a_held_matter_is_left_to_who_holds_it(app: Flask) -> None:
    story = in_status(app, "returned")
    with app.app_context(), transaction():
        db.session.get_one(Proposal, (story.place.id, story.id), with_for_update=True)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(swept_at, story, story.due()).result() == "returned"

    assert swept_at(story, story.due()) == "lapsed"


def test_what_the_supervisors_asked_and_heard_is_no_second_overdue(app: Flask) -> None:
    story = in_status(app, "inquiring")
    due = story.due()
    swept_at(story, due)
    with clock.at(due + timedelta(hours=1)):
        asked = story.now(story.supervisor).post(
            f"{story.url}/oversight-questions", {"text": "为什么没有按时核实？"}
        )
        answer = story.now(story.recorder).post(
            f"/objections/{asked.get_json()['id']}/answer", {"reply": "承办人生病，明天核实。"}
        )
        assert answer.status_code == 200, answer.get_json()
    swept_at(story, due + timedelta(hours=2))

    assert len(events(story, "overdue")) == 1


def test_an_extension_is_five_working_days_after_the_last_day(app: Flask) -> None:
    story = in_status(app, "inquiring")
    become(story, assignee_id=story.doer.id)
    assert story.due() == end_of(date(2027, 3, 8))
    with clock.at(MONDAY + timedelta(days=1)):
        story.do(story.doer, "/inquiry-extension", {"reason": "等供应商报价。"})

    assert story.due() == end_of(date(2027, 3, 15))


def test_a_draft_its_author_follows_is_forgotten_too(app: Flask) -> None:
    story = a_story(app)
    with clock.at(MONDAY):
        author = story.now(story.author)
        draft = author.post("/proposals", WORDS).get_json()
        assert author.put(f"/proposals/{draft['id']}/follow").status_code == 200
    end = clocks.next_due("draft", MONDAY, {})
    assert end is not None
    swept_at(story, end)

    with app.app_context():
        assert db.session.get(Proposal, (story.place.id, UUID(draft["id"]))) is None
