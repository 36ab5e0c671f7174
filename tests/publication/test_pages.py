"""公示台: what is due, drafts, publishing, the paper board, corrections, taking back; on pages."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from backend import clock
from backend.clock import SHANGHAI, today
from backend.database import db, transaction
from backend.publication.actions import expect_publication
from backend.publication.models import DueItem
from tests.console.browser import Browser, a_browser, form_of
from tests.counting import counted_statements
from tests.factories import LONG_AGO, a_neighbourhood
from tests.publication.test_bulletins import Office

MORNING = datetime(2026, 11, 21, 9, tzinfo=SHANGHAI)
WRITTEN = {
    "title": "停水通知",
    "text": "11月25日上午3号楼检修水管。",
    "held_on": "2026-11-25",
    "place": "3号楼",
    "audience": "open",
}


@pytest.fixture
def office(app: Flask) -> Office:
    place = a_neighbourhood(app)
    return Office(
        place=place,
        clerk=place.a_worker("counter_clerk", name="马欣怡"),
        chair=place.a_worker("chair", name="李桂兰"),
        resident=place.a_resident(),
    )


@pytest.fixture
def clerk(office: Office) -> Browser:
    return a_browser(office.place.app, office.clerk)


@pytest.fixture
def chair(office: Office) -> Browser:
    return a_browser(office.place.app, office.chair)


def drafted_by(clerk: Browser) -> str:
    answer = clerk.send("/console/publication/new", **WRITTEN)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def published_by(chair: Browser, page: str) -> None:
    confirm = f"{page}/publication"
    answer = chair.send(confirm, **form_of(chair.get(confirm), confirm))
    assert answer.status_code == 303, answer.text


def something_due(office: Office, title: str = "楼道灯的结论") -> None:
    with office.place.app.app_context(), transaction():
        expect_publication(
            office.place.id,
            item_code="P5",
            kind="result",
            title=title,
            source_type="test",
            source_id=uuid4(),
            happened_on=today() - timedelta(days=30),
        )


def test_a_notice_is_written_published_by_another_and_hung(office: Office) -> None:
    with clock.at(MORNING):
        app = office.place.app
        clerk = a_browser(app, office.place.a_worker("counter_clerk"))
        chair = a_browser(app, office.place.a_worker("chair"))
        page = drafted_by(clerk)
        assert "请另一位委员核对后发布" in clerk.get(page).text
        published_by(chair, page)
        shown = clerk.get(page)
        assert "还没贴出去" in shown.text
        assert "公示到<strong>12月6日" in shown.text
        form = form_of(shown, f"{page}/postings")
        assert (form["up_on"], form["place"]) == ("2026-11-21", "居委会门口")

        answer = clerk.send(f"{page}/postings", **form)

        assert answer.status_code == 303
        assert "公示到12月6日（星期日）" in clerk.get(page).text
    [public] = office.resident.get("/bulletins").get_json()["items"]
    assert public["until_at"] == "2026-12-06T16:00:00+00:00"


def test_the_preview_says_what_strangers_may_read_and_nothing_else(
    office: Office, clerk: Browser, chair: Browser
) -> None:
    page = drafted_by(clerk)

    preview = chair.get(f"{page}/publication")

    for told in ("停水通知", "11月25日上午3号楼检修水管。", "3号楼", "第三十四条第七项"):
        assert told in preview.text
    section = preview.text.split('aria-label="公开的样子"')[1].split("</section>")[0]
    assert "马欣怡" not in section


def test_nobody_publishes_their_own_draft(office: Office, clerk: Browser, chair: Browser) -> None:
    page = drafted_by(chair)
    confirm = f"{page}/publication"
    assert f'action="{confirm}"' not in chair.get(confirm).text
    sha256 = office.chair.get(f"/bulletins/{page.rpartition('/')[2]}").get_json()["content_sha256"]

    answer = chair.send(confirm, content_sha256=sha256)

    assert answer.status_code == 403
    assert "起草人不能发布自己起草的公示" in answer.text


def test_a_day_before_publishing_is_refused_beside_its_field(
    office: Office, clerk: Browser, chair: Browser
) -> None:
    page = drafted_by(clerk)
    published_by(chair, page)

    answer = clerk.send(f"{page}/postings", up_on="2020-01-01", place="东门")

    assert answer.status_code == 422
    assert "不能早于网上发布的日期" in answer.text
    assert form_of(answer, f"{page}/postings")["place"] == "东门"


def test_a_correction_is_written_by_one_and_published_by_another(
    office: Office, clerk: Browser, chair: Browser
) -> None:
    page = drafted_by(clerk)
    published_by(chair, page)
    member = a_browser(office.place.app, office.place.a_worker("committee_member"))
    chair.send(f"{page}/errata", text="时间应为26日上午。")
    mine = chair.get(page)
    assert "时间应为26日上午。" in mine.text
    [publish] = re.findall(rf'"({page}/errata/[^"]+/publication)"', member.get(page).text)[:1]
    assert publish not in mine.text

    assert chair.send(publish).status_code == 403
    assert member.send(publish).status_code == 303

    assert "更正（第1号）" in chair.get(page).text
    assert member.send(publish).status_code == 409


def test_what_is_withdrawn_leaves_only_its_reason(
    office: Office, clerk: Browser, chair: Browser
) -> None:
    page = drafted_by(clerk)
    published_by(chair, page)
    refused = chair.send(f"{page}/withdrawal", ground="privacy")
    assert refused.status_code == 422

    chair.send(f"{page}/withdrawal", ground="privacy", reason="写出了一位居民的电话。")

    shown = chair.get(page).text
    assert "已撤回" in shown
    assert "写出了一位居民的电话。" in shown
    assert WRITTEN["text"] not in shown
    assert "停水通知" in chair.get("/console/publication", view="past").text


def test_the_supervisors_answer_whether_something_need_not_be_public(
    office: Office, chair: Browser
) -> None:
    something_due(office)
    supervisor = a_browser(office.place.app, office.place.a_worker("supervisor"))
    due = chair.get("/console/publication")
    assert re.search(r"晚了\d+天", due.text)
    [ask] = re.findall(r'action="(/console/publication/due/[^"]+/waiver)"', due.text)
    assert chair.send(ask, reason="").status_code == 422
    assert chair.send(ask, reason="涉及未成年人。").status_code == 303
    assert "涉及未成年人。" in supervisor.get("/console/publication").text
    assert f'action="{ask}/answer"' not in chair.get("/console/publication").text

    unanswered = supervisor.send(f"{ask}/answer")
    assert "请填写这一项" in unanswered.text
    answer = supervisor.send(f"{ask}/answer", agreed="true")

    assert answer.status_code == 303
    assert "没有到期要公开的" in chair.get("/console/publication").text


def test_a_grid_worker_hangs_posters_and_sees_no_due_list(
    office: Office, clerk: Browser, chair: Browser
) -> None:
    page = drafted_by(clerk)
    published_by(chair, page)
    worker = a_browser(office.place.app, office.place.a_worker("grid_worker"))

    shown = worker.get("/console/publication")

    assert "停水通知" in shown.text
    assert "应公开" not in shown.text
    assert f'action="{page}/postings"' in worker.get(page).text


def test_the_lists_show_more_by_and_by_in_the_same_number_of_statements(
    office: Office, clerk: Browser
) -> None:
    views = ("due", "drafts", "hanging", "past")

    def asked(**more: int) -> list[int]:
        counts = []
        for view in views:
            with counted_statements(office.place.app) as statements:
                clerk.get("/console/publication", view=view, **more)
            counts.append(len(statements))
        return counts

    drafted_by(clerk)
    something_due(office)
    few = asked()
    for number in range(4):
        drafted_by(clerk)
        something_due(office, f"第{number}件")

    assert asked() == few
    first = clerk.get("/console/publication", view="due", limit=3)
    [more] = re.findall(r'href="([^"]*after=[^"]*)"', first.text)
    rest = clerk.get(more.replace("&amp;", "&"))
    assert first.text.count('<li id="due-') == 3
    assert rest.text.count('<li id="due-') == 2


def test_what_is_due_goes_on_where_it_was_though_the_last_is_due_on_another_day(
    office: Office, clerk: Browser
) -> None:
    for number in range(3):
        something_due(office, f"第{number}件")
    first = clerk.get("/console/publication", view="due", limit=2)
    [more] = re.findall(r'href="([^"]*after=[^"]*)"', first.text)

    with office.place.app.app_context(), transaction():
        db.session.execute(update(DueItem).where(DueItem.title == "第1件").values(due_on=LONG_AGO))
    rest = clerk.get(more.replace("&amp;", "&")).text

    assert re.findall(r"第\d件", rest) == ["第2件"]


def test_a_notice_of_another_community_is_not_there(
    office: Office, clerk: Browser, chair: Browser
) -> None:
    page = drafted_by(clerk)
    published_by(chair, page)
    something_due(office)
    [ask] = re.findall(
        r'action="(/console/publication/due/[^"]+/waiver)"', chair.get("/console/publication").text
    )
    elsewhere = a_neighbourhood(office.place.app)
    stranger = a_browser(office.place.app, elsewhere.a_worker("chair"))

    for path in (page, f"{page}/publication", f"{page}/withdrawal"):
        assert stranger.get(path).status_code == 404
    assert stranger.send(f"{page}/postings", up_on=str(today())).status_code == 404
    assert stranger.send(f"{page}/errata", text="不对").status_code == 404
    assert stranger.send(f"{page}/withdrawal", ground="privacy", reason="x1").status_code == 404
    assert stranger.send(ask, reason="不用公开").status_code == 404


def test_what_only_the_community_reads_hangs_on_its_board_too(
    office: Office, clerk: Browser, chair: Browser
) -> None:
    written = clerk.send("/console/publication/new", **WRITTEN | {"audience": "community"})
    page = str(written.location)
    assert clerk.get(f"{page}/poster").status_code == 404
    published_by(chair, page)

    assert f'href="{page}/poster?size=A3"' in clerk.get(page).text
    paper = clerk.get(f"{page}/poster", size="A3")

    assert paper.status_code == 200
    assert WRITTEN["text"] in paper.text
    assert paper.headers["Content-Security-Policy"].startswith("default-src 'none'")
    elsewhere = a_neighbourhood(office.place.app).a_worker("chair")
    assert a_browser(office.place.app, elsewhere).get(f"{page}/poster").status_code == 404
    bulletin_id = page.rpartition("/")[2]
    strangers = office.place.app.test_client()
    assert strangers.get(f"/api/v1/publications/{bulletin_id}/poster").status_code == 404
