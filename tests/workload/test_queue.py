"""待办: everything that waits for me, and nothing that waits for somebody else."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from backend import clock
from backend.clock import utc_now
from backend.database import db, transaction
from backend.publication.models import DueItem
from backend.workload.pages import WORDS
from backend.workload.queries import KINDS, NAMES
from tests.console.browser import a_browser
from tests.deliberation.meetings.stories import EVENING, SECOND, Table
from tests.deliberation.meetings.test_minutes import SIGNING
from tests.deliberation.queued import WORDS as MATTER
from tests.deliberation.queued import with_rules
from tests.factories import Neighbourhood, Person, a_neighbourhood


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return with_rules(a_neighbourhood(app))


def went(answer: Any) -> dict[str, Any]:
    assert answer.status_code < 300, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def kinds_at(person: Person) -> set[str]:
    """Which kinds of work the person's own page shows."""
    text = a_browser(person.app, person).get("/console", limit="100").text
    rows = text.partition('<div id="work">')[2]
    return {kind for kind, word in WORDS.items() if f"</svg>{word}</span>" in rows}


def a_submitted_matter(place: Neighbourhood, author: Person | None = None) -> tuple[Person, str]:
    author = author or place.a_resident()
    case = went(author.post("/proposals", MATTER))
    went(
        author.post(
            f"/proposals/{case['id']}/submission",
            {"version": case["version"], "similar_answer": "different"},
        )
    )
    return author, f"/proposals/{case['id']}"


def a_due_item(place: Neighbourhood) -> DueItem:
    return DueItem(
        community_id=place.id,
        item_code="P7",
        kind="plain",
        title="上季度收支",
        source_type="list",
        source_id=place.id,
        happened_on=clock.today(),
        due_on=clock.today(),
    )


def version_of(person: Person, url: str) -> int:
    return int(went(person.get(url))["version"])


def test_every_kind_of_work_has_words() -> None:
    assert set(WORDS) == set(NAMES) == {kind.name for kind in KINDS}


def test_a_new_matter_waits_for_the_grid_worker_of_its_place_and_for_the_chair(
    app: Flask, place: Neighbourhood
) -> None:
    _, url = a_submitted_matter(place)
    chair, member = place.a_worker("chair"), place.a_worker("committee_member")
    here = place.a_worker("grid_worker")

    assert "accept" in kinds_at(here)
    assert "accept" in kinds_at(chair)
    assert "accept" not in kinds_at(member)
    assert kinds_at(a_neighbourhood(app).a_worker("chair")) == set()

    went(here.post(f"{url}/acceptance", {"version": version_of(here, url)}))
    assert "accept" not in kinds_at(here)
    assert "assign" in kinds_at(chair)


def test_what_is_looked_into_waits_for_the_one_it_was_given_to(place: Neighbourhood) -> None:
    _, url = a_submitted_matter(place)
    chair, member = place.a_worker("chair"), place.a_worker("committee_member")
    other = place.a_worker("committee_member")
    went(chair.post(f"{url}/acceptance", {"version": version_of(chair, url)}))
    given = {"version": version_of(chair, url), "assignee_id": str(member.id)}
    went(chair.post(f"{url}/assignment", given))
    assert "inquire" in kinds_at(member)
    assert "inquire" not in kinds_at(other) | kinds_at(chair)

    note = {"version": version_of(member, url), "mode": "on_site", "facts": "五盏灯不亮。"}
    went(member.post(f"{url}/inquiry-notes", note))
    assert {"inquire", "sort"} & kinds_at(member) == {"sort"}


def test_an_appeal_waits_for_both_deciders_but_not_for_who_has_spoken(
    place: Neighbourhood,
) -> None:
    author, url = a_submitted_matter(place)
    worker, chair = place.a_worker("grid_worker"), place.a_worker("chair")
    supervisor = place.a_worker("supervisor")
    refusal = {"reason_code": "other", "clause": "第三条", "note": "请找物业。"}
    went(worker.post(f"{url}/rejection", refusal | {"version": version_of(worker, url)}))
    appeal = went(author.post(f"{url}/objections", {"target": "rejection", "text": "请再看"}))
    assert "objection" in kinds_at(chair) & kinds_at(supervisor)

    said = {"decision": "upheld", "reply": "受理。"}
    went(chair.post(f"/objections/{appeal['id']}/decision", said))
    assert "objection" not in kinds_at(chair)
    assert "objection" in kinds_at(supervisor)


def test_residence_and_texts_wait_for_those_who_judge_them(place: Neighbourhood) -> None:
    visitor = place.a_visitor()
    place_of_hers = {
        "community_id": str(place.id),
        "building_id": str(place.building_id),
        "unit_no": "1",
        "room_no": "101",
        "relation": "head",
        "tenure": "owner",
    }
    with place.app.app_context():
        place.a_household()
    went(visitor.post("/me/residence", place_of_hers))

    assert "verify" in kinds_at(place.a_worker("grid_worker"))
    assert "verify" in kinds_at(place.a_worker("chair"))
    assert "verify" not in kinds_at(place.a_worker("moderator"))


def test_what_must_be_published_and_hung_up_waits(place: Neighbourhood) -> None:
    chair, member = place.a_worker("chair"), place.a_worker("committee_member")
    drafted = went(member.post("/bulletins", {"title": "停水通知", "text": "明天上午停水。"}))
    confirmed = {"content_sha256": drafted["content_sha256"]}
    went(chair.post(f"/bulletins/{drafted['id']}/publication", confirmed))
    with place.app.app_context(), transaction():
        db.session.add(a_due_item(place))

    assert {"due_publication", "post"} <= kinds_at(member)
    assert kinds_at(place.a_worker("moderator")) == set()


def test_what_a_supervisor_agreed_to_let_be_waits_no_longer(place: Neighbourhood) -> None:
    chair, supervisor = place.a_worker("chair"), place.a_worker("supervisor")
    with place.app.app_context(), transaction():
        item = a_due_item(place)
        db.session.add(item)
        asked = f"/due-items/{item.id}/waiver"
    went(chair.post(asked, {"reason": "没有发生收支。"}))
    assert "due_publication" in kinds_at(chair)

    went(supervisor.post(f"{asked}/answer", {"agreed": True}))

    assert "due_publication" not in kinds_at(chair)


def test_a_correction_is_to_be_hung_up_too(place: Neighbourhood) -> None:
    chair, member = place.a_worker("chair"), place.a_worker("committee_member")
    drafted = went(member.post("/bulletins", {"title": "停水通知", "text": "明天上午停水。"}))
    url = f"/bulletins/{drafted['id']}"
    went(chair.post(f"{url}/publication", {"content_sha256": drafted["content_sha256"]}))
    hung = {"up_on": clock.today().isoformat()}
    went(member.post(f"{url}/postings", hung))
    assert "post" not in kinds_at(member)

    wrong = went(member.post(f"{url}/errata", {"text": "停水在后天。"}))
    went(chair.post(f"{url}/errata/{wrong['id']}/publication"))
    assert "post" in kinds_at(member)

    went(member.post(f"{url}/postings", hung))
    assert "post" not in kinds_at(member)


def test_a_meeting_waits_on_its_day_for_those_who_keep_its_table(app: Flask) -> None:
    table = Table(app)
    table.ready()
    with table.at(EVENING - timedelta(days=1)):
        assert "hold" not in kinds_at(table.chair)
    with table.at(EVENING + timedelta(minutes=20)):
        assert "hold" in kinds_at(table.chair) & kinds_at(table.recorder)
        page = a_browser(app, table.chair).get("/console", kind="hold").text
        rows = page.partition('<div id="work">')[2]
        assert "今天" in rows
        assert "晚了" not in rows
        assert "hold" not in kinds_at(table.supervisor) | kinds_at(table.place.a_worker("chair"))


def test_minutes_wait_for_the_recorder_and_then_for_three_names(app: Flask) -> None:
    table = Table(app)
    prepared = table.ready()
    minutes = f"/meetings/{prepared.meeting}/minutes"
    with table.at(EVENING):
        went(prepared.closed())
        assert kinds_at(table.recorder) & {"hold", "circulate", "sign"} == {"circulate"}
        assert not kinds_at(table.chair) & {"hold", "circulate", "sign"}
        went(table.recorder.post(f"{minutes}/circulation"))

    with table.at(SIGNING - SECOND):
        assert "sign" not in kinds_at(table.recorder) | kinds_at(table.chair)
    with table.at(SIGNING):
        three = [table.chair, table.recorder, table.supervisor]
        assert all("sign" in kinds_at(person) for person in three)
        assert "sign" not in kinds_at(table.place.a_worker("chair"))
        told = went(table.chair.get(minutes))["sha256"]
        went(table.chair.post(f"{minutes}/signatures", {"sha256": told}))
        assert "sign" not in kinds_at(table.chair)
        assert "sign" in kinds_at(table.supervisor)


def test_what_is_late_comes_first_and_then_day_by_day(place: Neighbourhood) -> None:
    with clock.at(utc_now() - timedelta(days=20)):
        a_submitted_matter(place)
    a_submitted_matter(place)

    page = a_browser(place.app, place.a_worker("chair")).get("/console").text

    assert 0 < page.index("已经晚了") < page.index("以内" if "以内" in page else "以后")


def test_the_rest_comes_when_asked_for(place: Neighbourhood) -> None:
    for _ in range(5):
        a_submitted_matter(place)
    browser = a_browser(place.app, place.a_worker("chair"))
    first = browser.get("/console", limit="3").text
    assert first.count("data-row") == 3

    link = first.partition('id="more"><a class="button plain" href="')[2].partition('"')[0]
    rest = browser.swap(link.replace("&amp;", "&"), into="more").text

    assert rest.count("data-row") == 2
    assert 'id="more"' not in rest


def test_two_things_to_do_about_one_matter_are_not_lost_between_two_pages(
    place: Neighbourhood,
) -> None:
    _, url = a_submitted_matter(place)
    chair = place.a_worker("chair")
    went(chair.post(f"{url}/acceptance", {"version": version_of(chair, url)}))
    with place.app.app_context(), transaction():
        late = text("UPDATE proposal SET escalated_at = :now, status_due_at = :before")
        now = utc_now()
        db.session.execute(late, {"now": now, "before": now - timedelta(days=1)})
    browser = a_browser(place.app, chair)
    first = browser.get("/console", limit="1").text

    link = first.partition('id="more"><a class="button plain" href="')[2].partition('"')[0]
    rest = browser.swap(link.replace("&amp;", "&"), into="more").text

    pages = first + rest
    assert all(f"</svg>{WORDS[kind]}</span>" in pages for kind in ("assign", "explain"))


def test_the_number_is_ones_own(place: Neighbourhood) -> None:
    for _ in range(2):
        a_submitted_matter(place)

    assert a_browser(place.app, place.a_worker("chair")).get("/console/queue-count").text == "2"
    moderator = a_browser(place.app, place.a_worker("moderator"))
    assert moderator.get("/console/queue-count").text == ""
