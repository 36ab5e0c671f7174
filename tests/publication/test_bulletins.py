"""From a draft to the paper board and the archive."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from backend import clock
from backend.clock import SHANGHAI
from backend.database import db, transaction
from backend.notifications.models import Notice
from backend.publication import jobs
from backend.publication.actions import draft_bulletin, expect_publication, publish_bulletin
from backend.publication.models import Bulletin, DueItem
from backend.publication.queries import bulletins_of
from backend.publication.rules.bulletins import AlreadyPublished
from backend.publication.rules.catalogue import NotOnTheList
from backend.residents.models import Caller
from backend.residents.queries.holidays import working_days_after
from tests.factories import Neighbourhood, Person, a_neighbourhood

NEW = {"title": "停水通知", "text": "11月25日上午3号楼检修水管。", "place": "3号楼"}
MORNING = datetime(2026, 11, 21, 9, tzinfo=SHANGHAI)


@dataclass(kw_only=True)
class Office:
    place: Neighbourhood
    clerk: Person
    chair: Person
    resident: Person

    def drafts(self, **changed: Any) -> dict[str, Any]:
        answer = self.clerk.post("/bulletins", NEW | changed)
        assert answer.status_code == 201, answer.get_json()
        return dict(answer.get_json())

    def publishes(self, draft: dict[str, Any]) -> dict[str, Any]:
        seen = {"content_sha256": draft["content_sha256"]}
        answer = self.chair.post(f"/bulletins/{draft['id']}/publication", seen)
        assert answer.status_code == 200, answer.get_json()
        return dict(answer.get_json())

    def publishes_with_its_matter(self, draft: Bulletin) -> None:
        publish_bulletin(self.as_caller(self.chair), draft.id, content_sha256=draft.content_sha256)

    def as_caller(self, person: Person) -> Caller:
        return Caller(
            resident_id=person.id,
            session_id=uuid4(),
            session_kind="console",
            community_id=self.place.id,
        )


@pytest.fixture
def office(app: Flask) -> Office:
    place = a_neighbourhood(app)
    return Office(
        place=place,
        clerk=place.a_worker("counter_clerk"),
        chair=place.a_worker("chair"),
        resident=place.a_resident(),
    )


def test_a_notice_goes_online_numbered_and_ends_after_fifteen_full_days(office: Office) -> None:
    with clock.at(MORNING):
        online = office.publishes(office.drafts())
        posted = office.clerk.post(f"/bulletins/{online['id']}/postings", {"up_on": "2026-11-21"})

    assert online["number"] == f"{office.place.code}-2026-0001"
    assert online["until_at"] is None
    assert posted.get_json()["until_at"] == "2026-12-06T16:00:00+00:00"
    assert posted.get_json()["objection_until_on"] == "2026-11-30"  # the 28th is a Saturday


def test_nobody_publishes_their_own_draft(office: Office) -> None:
    draft = office.chair.post("/bulletins", NEW).get_json()

    answer = office.chair.post(
        f"/bulletins/{draft['id']}/publication", {"content_sha256": draft["content_sha256"]}
    )

    assert answer.status_code == 403
    assert answer.get_json()["title"] == "起草人不能发布自己起草的公示"


def test_only_the_text_that_was_seen_is_published(office: Office) -> None:
    draft = office.drafts()

    answer = office.chair.post(
        f"/bulletins/{draft['id']}/publication", {"content_sha256": "0" * 64}
    )

    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/preview-changed")


def test_two_who_publish_at_once_publish_once(office: Office) -> None:
    draft = office.drafts()
    members = [office.chair, office.place.a_worker("committee_member")]

    def publish(person: Person) -> int:
        seen = {"content_sha256": draft["content_sha256"]}
        return person.post(f"/bulletins/{draft['id']}/publication", seen).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(publish, members)) == [200, 409]


def test_notices_published_at_once_are_numbered_without_a_gap(office: Office) -> None:
    drafts = [office.drafts(title=f"通知{no}") for no in range(6)]

    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(each["number"] for each in pool.map(office.publishes, drafts))

    year = clock.today().year
    assert numbers == [f"{office.place.code}-{year}-{no:04d}" for no in range(1, 7)]


def test_the_day_on_the_board_is_noted_once(office: Office) -> None:
    with clock.at(MORNING):
        online = office.publishes(office.drafts())
        path = f"/bulletins/{online['id']}/postings"
        future = office.clerk.post(path, {"up_on": "2026-11-22"})
        before = office.clerk.post(path, {"up_on": "2026-11-20"})
        first = office.clerk.post(path, {"up_on": "2026-11-21", "place": "南门公开栏"})
        again = office.clerk.post(path, {"up_on": "2026-11-21"})

    assert [future.status_code, before.status_code] == [422, 422]
    assert (first.status_code, again.status_code) == (201, 409)


def test_the_clock_of_the_display_starts_at_the_board_and_the_job_ends_it(office: Office) -> None:
    with clock.at(MORNING):
        online = office.publishes(office.drafts())
        office.clerk.post(f"/bulletins/{online['id']}/postings", {"up_on": "2026-11-21"})

    def state_at(*when: int) -> str:
        moment = datetime(*when, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]
        with clock.at(moment), office.place.app.app_context():
            jobs.end_displays()
            bulletin = db.session.get(Bulletin, (office.place.id, UUID(online["id"])))
            assert bulletin is not None
            return bulletin.state

    assert state_at(2026, 12, 6, 23, 59) == "published"
    assert state_at(2026, 12, 7, 0, 0) == "ended"


def test_without_the_paper_board_a_display_never_ends(office: Office) -> None:
    with clock.at(MORNING):
        online = office.publishes(office.drafts())
    with clock.at(datetime(2027, 6, 1, tzinfo=SHANGHAI)), office.place.app.app_context():
        jobs.end_displays()
        bulletin = db.session.get(Bulletin, (office.place.id, UUID(online["id"])))
        assert bulletin is not None
        assert bulletin.state == "published"


def test_residents_read_what_is_published_and_no_draft(office: Office) -> None:
    online, draft = office.publishes(office.drafts()), office.drafts(title="草稿")

    seen = office.resident.get("/bulletins").get_json()["items"]

    assert [each["id"] for each in seen] == [online["id"]]
    assert office.resident.get(f"/bulletins/{draft['id']}").status_code == 404
    assert office.clerk.get(f"/bulletins/{draft['id']}").status_code == 200


def test_bulletins_of_another_community_do_not_exist(office: Office, app: Flask) -> None:
    online = office.publishes(office.drafts())
    stranger = a_neighbourhood(app)

    assert stranger.a_resident().get(f"/bulletins/{online['id']}").status_code == 404
    assert stranger.a_resident().get("/bulletins").get_json()["items"] == []
    answer = stranger.a_worker("chair").post(
        f"/bulletins/{online['id']}/publication", {"content_sha256": online["content_sha256"]}
    )
    assert answer.status_code == 404


def test_residents_neither_draft_nor_publish(office: Office) -> None:
    draft = office.drafts()

    assert office.resident.post("/bulletins", NEW).status_code == 403
    answer = office.resident.post(
        f"/bulletins/{draft['id']}/publication", {"content_sha256": draft["content_sha256"]}
    )
    assert answer.status_code == 403


def test_pages_of_bulletins_follow_one_another(office: Office) -> None:
    made = [office.drafts(title=f"通知{no}")["id"] for no in range(5)]

    first = office.clerk.get("/bulletins", limit=3).get_json()
    second = office.clerk.get("/bulletins", limit=3, after=first["next"]).get_json()

    assert [each["id"] for each in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None


def test_the_database_lets_nobody_change_the_content(office: Office) -> None:
    draft = office.drafts()

    with office.place.app.app_context():
        for change in ("UPDATE bulletin SET title = '改过'", "DELETE FROM bulletin"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction():
                db.session.execute(text(change))
    assert office.clerk.get(f"/bulletins/{draft['id']}").get_json()["title"] == NEW["title"]


def a_result(office: Office, matter: UUID, **changed: Any) -> Bulletin:
    content: dict[str, Any] = {
        "item_code": "P5",
        "kind": "result",
        "title": "路灯协商结果",
        "plain_text": "同意装灯。",
        "fields": {"result_sentence": "同意18户"},
        "source_type": "proposal",
        "source_id": matter,
    }
    return draft_bulletin(office.as_caller(office.clerk), **(content | changed))


def test_a_changed_draft_is_a_new_version_of_the_same_notice(office: Office) -> None:
    matter = uuid4()
    with office.place.app.app_context():
        with transaction():
            a_result(office, matter)
        with transaction():
            a_result(office, matter, plain_text="同意装八盏灯。")
        versions = [(b.version, b.state) for b in bulletins_of(office.place.id, "proposal", matter)]

    assert versions == [(1, "withdrawn"), (2, "draft")]


def test_two_first_drafts_at_once_are_one_notice_whose_later_version_stands(
    office: Office,
) -> None:
    app, matter = office.place.app, uuid4()

    def drafts() -> None:
        with app.app_context(), transaction():
            a_result(office, matter)

    with ThreadPoolExecutor(1) as pool:
        with app.app_context(), transaction():
            a_result(office, matter)
            other = pool.submit(drafts)
            until_somebody_waits()
        other.result()
    with app.app_context():
        versions = [(b.version, b.state) for b in bulletins_of(office.place.id, "proposal", matter)]

    assert versions == [(1, "withdrawn"), (2, "draft")]


def until_somebody_waits() -> None:
    waits, deadline = (
        text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"),
        monotonic() + 20,
    )
    while not db.session.scalar(waits):
        assert monotonic() < deadline


def test_what_is_out_gets_no_new_version(office: Office) -> None:
    matter = uuid4()
    with office.place.app.app_context(), transaction():
        office.publishes_with_its_matter(a_result(office, matter))

    with office.place.app.app_context():
        with pytest.raises(AlreadyPublished), transaction():
            a_result(office, matter)
        with transaction():
            a_result(office, matter, kind="implementation")
            a_result(office, matter, source_round=2)
        found = bulletins_of(office.place.id, "proposal", matter, round=1)
        assert [b.kind for b in found] == ["result", "implementation"]


def test_a_field_nobody_listed_is_not_even_drafted(office: Office) -> None:
    with office.place.app.app_context(), pytest.raises(NotOnTheList), transaction():
        a_result(office, uuid4(), fields={"author_phone": "13800000000"})


def test_a_draft_is_due_in_three_working_days_until_it_is_published(office: Office) -> None:
    matter = uuid4()
    with office.place.app.app_context(), clock.at(MORNING), transaction():  # a Saturday
        draft = a_result(office, matter)
        db.session.flush()
        db.session.expunge(draft)

    waiting = office.chair.get("/due-items").get_json()["items"]
    assert [(item["item_code"], item["due_on"]) for item in waiting] == [("P5", "2026-11-25")]

    with office.place.app.app_context(), transaction():
        office.publishes_with_its_matter(draft)
    assert office.chair.get("/due-items").get_json()["items"] == []


def test_the_same_event_expected_twice_is_one_item(office: Office) -> None:
    matter = uuid4()
    with office.place.app.app_context():
        for _ in range(2):
            with transaction():
                expect_publication(
                    office.place.id,
                    item_code="P1",
                    kind="result",
                    title="居民代表会议决定",
                    source_type="meeting",
                    source_id=matter,
                    happened_on=MORNING.date(),
                )
        assert db.session.query(DueItem).count() == 1


def test_chair_and_supervisor_hear_once_of_what_was_not_published(office: Office) -> None:
    supervisor = office.place.a_worker("supervisor")
    with office.place.app.app_context():
        with clock.at(MORNING), transaction():
            a_result(office, uuid4())
        for day in (25, 26, 27):
            with clock.at(datetime(2026, 11, day, 12, tzinfo=SHANGHAI)):
                jobs.tell_overdue_publications()
            told = {notice.resident_id for notice in db.session.query(Notice)}
            assert told == (set() if day == 25 else {office.chair.id, supervisor.id})
        assert db.session.query(Notice).count() == 2


def test_a_notice_hangs_as_long_as_its_community_says_and_is_due_when_it_says(
    office: Office, context: Flask
) -> None:
    basis = {"valid_from": clock.today().isoformat(), "basis": "居民会议决定"}
    for key, value in (
        ("publication.display_days", 20),
        ("publication.objection_days", 10),
        ("publication.decision_due_working_days", 1),
    ):
        answer = office.chair.put(f"/settings/{key}", basis | {"value": value})
        assert answer.status_code == 200, answer.text

    draft = office.drafts()
    with transaction():
        expect_publication(
            office.place.id,
            item_code="P5",
            kind="result",
            title="加装路灯",
            source_type="proposal",
            source_id=uuid4(),
            happened_on=clock.today(),
        )

    bulletin = db.session.query(Bulletin).filter_by(id=UUID(draft["id"])).one()
    assert (bulletin.min_days, bulletin.objection_days) == (20, 10)
    due = db.session.query(DueItem).filter_by(community_id=office.place.id).one()
    assert due.due_on == working_days_after(clock.today(), 1)
