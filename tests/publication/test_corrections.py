"""After it is published: corrections, taking back, and what need not be published."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import SHANGHAI, today
from backend.database import db, transaction
from backend.notifications.models import Notice
from backend.publication import jobs
from backend.publication.actions import expect_publication, publish_bulletin
from backend.publication.models import Bulletin, DueItem
from backend.publication.rules.corrections import corrected
from tests.counting import counted_statements
from tests.factories import Person, a_neighbourhood
from tests.publication.test_bulletins import NEW, Office, a_result

MORNING = datetime(2026, 11, 21, 9, tzinfo=SHANGHAI)
WRONG = {"text": "检修时间应为11月26日上午。"}
PRIVATE = {"ground": "privacy", "reason": "公示含有一位居民的联系方式。"}


@pytest.fixture
def office(app: Flask) -> Office:
    place = a_neighbourhood(app)
    return Office(
        place=place,
        clerk=place.a_worker("counter_clerk"),
        chair=place.a_worker("chair"),
        resident=place.a_resident(),
    )


@pytest.fixture
def member(office: Office) -> Person:
    return office.place.a_worker("committee_member")


def published(office: Office) -> str:
    return str(office.publishes(office.drafts())["id"])


def corrects(office: Office, member: Person, bulletin_id: str) -> None:
    drafted = member.post(f"/bulletins/{bulletin_id}/errata", WRONG)
    assert drafted.status_code == 201, drafted.text
    url = f"/bulletins/{bulletin_id}/errata/{drafted.get_json()['id']}/publication"
    assert member.post(url).status_code == 403
    assert office.chair.post(url).get_json()["no"] is not None
    assert office.chair.post(url).status_code == 409


def test_a_correction_stands_beside_the_notice_which_stays_as_it_was(
    office: Office, member: Person
) -> None:
    bulletin_id = published(office)
    before = office.resident.get(f"/bulletins/{bulletin_id}").get_json()
    drafted = member.post(f"/bulletins/{bulletin_id}/errata", WRONG).get_json()
    assert office.resident.get(f"/bulletins/{bulletin_id}").get_json()["errata"] == []
    [waiting] = office.chair.get(f"/bulletins/{bulletin_id}/errata").get_json()["items"]
    assert (waiting["id"], waiting["published_at"]) == (drafted["id"], None)

    office.chair.post(f"/bulletins/{bulletin_id}/errata/{drafted['id']}/publication")

    shown = office.place.app.test_client().get(f"/api/v1/publications/{bulletin_id}").get_json()
    [erratum] = shown["errata"]
    assert (erratum["no"], erratum["text"]) == (1, WRONG["text"])
    assert shown["plain_text"] == before["plain_text"]
    assert shown["content_sha256"] == before["content_sha256"]
    poster = office.place.app.test_client().get(f"/api/v1/publications/{bulletin_id}/poster")
    assert "更正：" + WRONG["text"] in poster.text


def test_a_correction_hangs_its_full_days_and_the_end_never_moves_earlier(
    office: Office, context: Flask
) -> None:
    with clock.at(MORNING):
        bulletin_id = published(office)
        up = {"up_on": "2026-11-21"}
        first = office.clerk.post(f"/bulletins/{bulletin_id}/postings", up).get_json()
        assert office.clerk.post(f"/bulletins/{bulletin_id}/postings", up).status_code == 409
    with clock.at(MORNING + timedelta(days=30)):
        chair = office.place.a_worker("chair")
        clerk, member = office.place.a_worker("counter_clerk"), office.place.a_worker("chair")
        jobs.end_displays()
        drafted = member.post(f"/bulletins/{bulletin_id}/errata", WRONG).get_json()
        chair.post(f"/bulletins/{bulletin_id}/errata/{drafted['id']}/publication")
        again = clerk.post(f"/bulletins/{bulletin_id}/postings", {"up_on": "2026-12-21"})
        third = clerk.post(f"/bulletins/{bulletin_id}/postings", {"up_on": "2026-12-21"})

    assert (again.status_code, third.status_code) == (201, 409), again.text
    told = again.get_json()
    assert told["state"] == "published"
    assert told["board_posted_at"] == first["board_posted_at"]
    until = datetime.fromisoformat(told["until_at"])
    assert until == datetime(2027, 1, 6, tzinfo=SHANGHAI)


def test_a_corrected_poster_bears_no_days_until_it_hangs(office: Office, context: Flask) -> None:
    with clock.at(MORNING):
        bulletin_id = published(office)
        office.clerk.post(f"/bulletins/{bulletin_id}/postings", {"up_on": "2026-11-21"})
        url = f"/api/v1/publications/{bulletin_id}/poster"
        strangers = office.place.app.test_client()
        assert "2026年12月6日" in strangers.get(url).text
    with clock.at(MORNING + timedelta(days=10)):
        chair = office.place.a_worker("chair")
        clerk, member = office.place.a_worker("counter_clerk"), office.place.a_worker("chair")
        drafted = member.post(f"/bulletins/{bulletin_id}/errata", WRONG).get_json()
        chair.post(f"/bulletins/{bulletin_id}/errata/{drafted['id']}/publication")
        to_hang = strangers.get(url).text
        clerk.post(f"/bulletins/{bulletin_id}/postings", {"up_on": "2026-12-01"})
        hanging = strangers.get(url).text

    assert "2026年12月6日" not in to_hang
    assert 'class="blank' in to_hang
    assert "2026年12月16日" in hanging


def test_a_poster_that_hung_before_a_correction_does_not_show_it(
    office: Office, context: Flask
) -> None:
    with clock.at(MORNING):
        bulletin_id = published(office)
    with clock.at(MORNING + timedelta(days=3)):
        chair = office.place.a_worker("chair")
        clerk, member = office.place.a_worker("counter_clerk"), office.place.a_worker("chair")
        drafted = member.post(f"/bulletins/{bulletin_id}/errata", WRONG).get_json()
        chair.post(f"/bulletins/{bulletin_id}/errata/{drafted['id']}/publication")
        late = clerk.post(f"/bulletins/{bulletin_id}/postings", {"up_on": "2026-11-21"})
        corrected_one = clerk.post(f"/bulletins/{bulletin_id}/postings", {"up_on": "2026-11-24"})

    assert (late.status_code, corrected_one.status_code) == (201, 201), corrected_one.text
    ends = [datetime.fromisoformat(told.get_json()["until_at"]) for told in (late, corrected_one)]
    assert ends == [datetime(2026, 12, day, tzinfo=SHANGHAI) for day in (7, 10)]


def test_only_what_is_published_is_corrected_or_taken_back(office: Office, member: Person) -> None:
    draft = office.drafts()["id"]

    assert member.post(f"/bulletins/{draft}/errata", WRONG).status_code == 409
    assert office.chair.post(f"/bulletins/{draft}/withdrawal", PRIVATE).status_code == 409


def test_a_notice_taken_back_shows_the_reason_and_nothing_else(
    office: Office, context: Flask
) -> None:
    supervisor = office.place.a_worker("supervisor")
    bulletin_id = published(office)

    assert office.clerk.post(f"/bulletins/{bulletin_id}/withdrawal", PRIVATE).status_code == 403
    taken = office.chair.post(f"/bulletins/{bulletin_id}/withdrawal", PRIVATE)
    again = office.chair.post(f"/bulletins/{bulletin_id}/withdrawal", PRIVATE)

    assert (taken.status_code, again.status_code) == (200, 409)
    client = office.place.app.test_client()
    for shown in (
        client.get(f"/api/v1/publications/{bulletin_id}"),
        client.get(f"/api/v1/communities/{office.place.code}/publications"),
        office.resident.get(f"/bulletins/{bulletin_id}"),
        client.get(f"/api/v1/publications/{bulletin_id}/poster"),
    ):
        assert shown.status_code == 200
        assert PRIVATE["reason"] in shown.text
        assert NEW["title"] not in shown.text
        assert NEW["text"] not in shown.text
    kept = db.session.query(Bulletin).filter_by(id=UUID(bulletin_id)).one()
    assert kept.plain_text == NEW["text"]  # never deleted
    told = db.session.query(Notice).filter_by(resident_id=supervisor.id).one()
    assert told.headline == "一条公示已撤回"
    event = db.session.query(AuditEvent).filter_by(action="bulletin.withdrawn").one()
    assert event.detail["ground"] == "privacy"


def test_corrections_cost_a_list_no_more_statements(office: Office, member: Person) -> None:
    client = office.place.app.test_client()
    url = f"/api/v1/communities/{office.place.code}/publications"
    corrects(office, member, published(office))
    with counted_statements(office.place.app) as few:
        client.get(url)
    for _ in range(3):
        corrects(office, member, published(office))
    with counted_statements(office.place.app) as more:
        client.get(url)

    assert len(more) == len(few)


def a_due_item(office: Office) -> str:
    with transaction():
        expect_publication(
            office.place.id,
            item_code="P5",
            kind="result",
            title="加装路灯",
            source_type="proposal",
            source_id=uuid4(),
            happened_on=today() - timedelta(days=60),
        )
    return str(db.session.query(DueItem).filter_by(community_id=office.place.id).one().id)


def test_what_need_not_be_published_is_waived_by_two(office: Office, context: Flask) -> None:
    supervisor, due = office.place.a_worker("supervisor"), a_due_item(office)
    why = {"reason": "事项已并入另一件，一并公开。"}
    url = f"/due-items/{due}/waiver"
    assert supervisor.post(f"{url}/answer", {"agreed": True}).status_code == 409

    assert office.chair.post(url, why).status_code == 200
    assert office.chair.post(url, why).status_code == 409
    assert office.chair.post(f"{url}/answer", {"agreed": True}).status_code == 403
    refused = supervisor.post(f"{url}/answer", {"agreed": False}).get_json()
    assert (refused["waiver_reason"], refused["waived_at"]) == (None, None)
    assert len(office.chair.get("/due-items").get_json()["items"]) == 1

    office.chair.post(url, why)
    agreed = supervisor.post(f"{url}/answer", {"agreed": True})
    assert agreed.get_json()["waived_at"] is not None
    assert office.chair.post(url, why).status_code == 409
    assert office.chair.get("/due-items").get_json()["items"] == []
    jobs.tell_overdue_publications()
    headlines = [notice.headline for notice in db.session.query(Notice)]
    assert "应公开事项已过期限" not in headlines


def test_what_is_due_again_is_told_again(office: Office, context: Flask) -> None:
    supervisor, matter = office.place.a_worker("supervisor"), uuid4()
    late = MORNING + timedelta(days=30)
    with clock.at(MORNING), transaction():
        draft = a_result(office, matter)
    with clock.at(late):
        chair = office.place.a_worker("chair")
        jobs.tell_overdue_publications()
        with transaction():
            publish_bulletin(office.as_caller(chair), draft.id, content_sha256=draft.content_sha256)
        jobs.tell_overdue_publications()
        told = overdue_told(supervisor)
        assert chair.post(f"/bulletins/{draft.id}/withdrawal", PRIVATE).status_code == 200
        for _ in range(2):
            jobs.tell_overdue_publications()
        told_again = overdue_told(supervisor)

    assert (told, told_again) == (1, 2)


def overdue_told(person: Person) -> int:
    headline = "应公开事项已过期限"
    return db.session.query(Notice).filter_by(resident_id=person.id, headline=headline).count()


def test_corrections_come_first_on_the_poster() -> None:
    assert corrected("正文", []) == "正文"
    assert corrected("正文", ["甲", "乙"]) == "更正：甲\n更正：乙\n正文"


def test_no_poster_brings_back_what_was_taken_back(office: Office, member: Person) -> None:
    with clock.at(MORNING):
        bulletin_id = published(office)
        up = {"up_on": "2026-11-21"}
        assert office.clerk.post(f"/bulletins/{bulletin_id}/postings", up).status_code == 201
        corrects(office, member, bulletin_id)
        assert office.chair.post(f"/bulletins/{bulletin_id}/withdrawal", PRIVATE).status_code == 200
        again = office.clerk.post(f"/bulletins/{bulletin_id}/postings", up)

    assert again.status_code == 409
