"""协商日历: days and their reasons in words, what waits for one, meetings of every kind."""

from datetime import date

import pytest
from flask import Flask

from backend.database import db, transaction
from backend.residents.models import Holiday
from tests.console.browser import a_browser, form_of, main_of
from tests.counting import counted_statements
from tests.deliberation.meetings.stories import CUTOFF, FIRST_MORNING, Table, went

CALENDAR = "/console/calendar"


@pytest.fixture
def table(app: Flask) -> Table:
    return Table(app)


def a_holiday(table: Table, day: date, name: str) -> None:
    with table.app.app_context(), transaction():
        db.session.add(Holiday(day=day, working=False, name=name, source="entered"))


def test_the_days_of_a_month_with_their_topics_and_cut_off(table: Table) -> None:
    with table.at(FIRST_MORNING):
        table.schedule(table.session_on("2026-12-10"), table.a_matter())
        seen = main_of(a_browser(table.app, table.recorder).get(CALENDAR))

    assert "2026年12月" in seen
    assert "12月10日（星期四）19:00 逢十协商日" in seen
    assert "议题12月6日（星期日）18:00截止" in seen
    assert "3号楼楼道灯坏了" in seen
    assert "每月10日、20日、30日，19:00" in seen
    assert "不算谁没做好" in seen


@pytest.mark.parametrize(("year", "last"), [(2027, 28), (2028, 29)])
def test_what_february_does_not_have_is_said_in_words(table: Table, year: int, last: int) -> None:
    with table.at(FIRST_MORNING):
        seen = a_browser(table.app, table.recorder).get(CALENDAR, month=f"{year}-02").text

    assert f"2月没有30日，改在2月最后一天（{year}年是{last}日）" in seen


def test_a_session_on_a_holiday_moves_and_says_why(table: Table) -> None:
    a_holiday(table, date(2027, 2, 10), "春节")
    with table.at(FIRST_MORNING):
        seen = a_browser(table.app, table.recorder).get(CALENDAR, month="2027-02").text

    assert "春节" in seen
    assert "2027年2月10日（星期三）放假，顺延到这天" in seen
    assert "到时自动定" in seen


def test_a_day_without_topics_is_closed_without_blame(table: Table) -> None:
    with table.at(CUTOFF):
        table.minute()
        seen = a_browser(table.app, table.recorder).get(CALENDAR).text

    assert "无议题" in seen


def test_a_matter_that_waits_is_given_its_day(table: Table) -> None:
    with table.at(FIRST_MORNING):
        case = table.a_matter()
        browser = a_browser(table.app, table.recorder)
        url = f"{CALENDAR}/queue/{case['id']}"
        shown = browser.get(CALENDAR)
        held = form_of(shown, url)
        meeting = table.session_on("2026-12-20")
        answer = browser.send(url, **held | {"meeting_id": meeting})
        stale = browser.send(url, **held | {"meeting_id": meeting})

        assert "等着排日子的事" in shown.text
        assert answer.status_code == 303
        assert answer.location.endswith("month=2026-12")
        assert f"waiting-{case['id']}" not in browser.get(CALENDAR).text
    assert stale.status_code == 409
    assert table.status(case) == "scheduled"


def test_a_meeting_of_any_kind_is_arranged_and_too_late_is_told_with_the_first_day(
    table: Table,
) -> None:
    new = {
        "kind": "residents_assembly",
        "body": "residents_assembly_persons",
        "starts_at": "2026-12-20T19:00",
        "place": "小区广场",
    }
    with table.at(FIRST_MORNING):
        browser = a_browser(table.app, table.recorder)
        arranged = browser.send(f"{CALENDAR}/meetings", **new)
        soon = browser.send(f"{CALENDAR}/meetings", **new | {"starts_at": "2026-12-03T19:00"})
        other = browser.send(f"{CALENDAR}/meetings", **new | {"body": "council"})
        assert "居民会议" in browser.get(arranged.location).text

    assert arranged.status_code == 303
    assert soon.status_code == 409
    assert "最早可定在" in soon.text
    assert form_of(soon, f"{CALENDAR}/meetings")["place"] == "小区广场"
    assert other.status_code == 422


def test_an_assembly_waits_for_what_the_party_organisation_says(table: Table) -> None:
    with table.at(FIRST_MORNING):
        case = table.a_matter(required_body="representatives_assembly")
        browser = a_browser(table.app, table.recorder)
        url = f"{CALENDAR}/queue/{case['id']}/party-review"
        held = form_of(browser.get(CALENDAR), url)
        assert browser.send(url, **held | {"reason": "同意提交。"}).status_code == 303

        assert "请先定一次" in browser.get(CALENDAR).text


def test_only_the_chair_changes_the_days(table: Table) -> None:
    rule = {
        "kind": "consultation_day",
        "days": ["8", "18", "28"],
        "february": "last_day",
        "shift": "next_non_holiday",
        "starts_at": "19:30",
        "cutoff_time": "18:00",
        "notice_days": "3",
        "place": "议事厅",
        "valid_from": "2027-01-01",
    }
    with table.at(FIRST_MORNING):
        chair = a_browser(table.app, table.chair)
        answer = chair.send(f"{CALENDAR}/rules", **rule)  # type: ignore[arg-type]
        seen = chair.get(CALENDAR, month="2027-01").text
        recorder = a_browser(table.app, table.recorder)
        refused = recorder.send(f"{CALENDAR}/rules", **rule)  # type: ignore[arg-type]

    assert answer.status_code == 303
    assert "每月8日、18日、28日，19:30" in seen
    assert refused.status_code == 403
    assert f'action="{CALENDAR}/rules"' not in recorder.get(CALENDAR).text


def test_a_month_costs_the_same_number_of_statements_whatever_is_in_it(table: Table) -> None:
    with table.at(FIRST_MORNING):
        browser = a_browser(table.app, table.recorder)
        table.a_matter()
        table.schedule(table.session_on("2026-12-10"), table.a_matter(title="一", body="一。"))
        browser.get(CALENDAR)
        with counted_statements(table.app) as few:
            browser.get(CALENDAR)
        for title in "二三四":
            table.a_matter(title=f"{title}等", body=f"{title}等。")
            table.schedule(
                table.session_on("2026-12-20"), table.a_matter(title=title, body=f"{title}。")
            )
        with counted_statements(table.app) as many:
            browser.get(CALENDAR)

    assert len(many) == len(few)


def test_any_month_can_be_looked_at_and_the_open_agendas_stay_at_hand(table: Table) -> None:
    with table.at(FIRST_MORNING):
        case = table.a_matter()
        browser = a_browser(table.app, table.recorder)
        for month in ("2020-01", "2026-11", "2028-02"):
            answer = browser.get(CALENDAR, month=month)
            assert answer.status_code == 200
            assert f'action="{CALENDAR}/queue/{case["id"]}"' in answer.text


def test_a_month_that_is_none_is_refused(table: Table) -> None:
    with table.at(FIRST_MORNING):
        answer = a_browser(table.app, table.recorder).get(CALENDAR, month="2026-13")

    assert answer.status_code == 422
    went(table.chair.get("/me"))


def test_the_rules_by_which_is_decided_are_told_with_their_law(table: Table) -> None:
    with table.at(FIRST_MORNING):
        browser = a_browser(table.app, table.recorder)
        assert 'href="/console/settings/rules"' in browser.get(CALENDAR).text
        seen = main_of(browser.get("/console/settings/rules"))

    assert "居民代表会议" in seen
    assert "居民代表三分之二以上参加才算数，到会的过半数同意才通过。通知留足5个整日。" in seen
    assert "法律规定：《城市居民委员会组织法》第二十八条、第二十九条" in seen
    assert "2026年1月1日起" in seen
