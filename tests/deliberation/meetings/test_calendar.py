"""The calendar: the days people meet, moved off holidays, planned once, changed by dated rules."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from backend import clock
from backend.clock import SHANGHAI
from backend.database import db, transaction
from backend.deliberation.actions.rule_rows import install_rule_rows
from backend.deliberation.models import CalendarRule, Meeting, RuleRow
from backend.deliberation.queries.rule_rows import rule_in_force
from backend.residents.models import Holiday
from tests.deliberation.meetings.stories import FIRST_MORNING, Table, refused, went

A_RULE = {
    "days": [10, 20, 30],
    "cutoff_time": "18:00",
    "starts_at": "19:00",
    "place": "社区议事厅",
    "valid_from": "2027-01-01",
}


def days_off(table: Table, *days: date) -> None:
    with table.app.app_context(), transaction():
        for day in days:
            db.session.add(Holiday(day=day, working=False, name="放假", source="test"))


def held(sessions: list[dict[str, Any]], kind: str = "consultation_day") -> list[str]:
    return [each["held_on"] for each in sessions if each["kind"] == kind]


def test_the_month_shows_what_is_planned_and_what_will_be(table: Table) -> None:
    with table.at(FIRST_MORNING):
        sessions = table.sessions(to="2027-02-28")

    assert held(sessions) == [
        "2026-12-10",
        "2026-12-20",
        "2026-12-30",
        "2027-01-10",
        "2027-01-20",
        "2027-01-30",
        "2027-02-10",
        "2027-02-20",
        "2027-02-28",  # February has no 30th
    ]
    assert held(sessions, "discussion_day") == ["2026-12-05", "2027-01-05", "2027-02-05"]
    states = {each["held_on"]: each["state"] for each in sessions}
    assert (states["2026-12-30"], states["2027-01-10"]) == ("shell", "planned")


def test_planning_twice_makes_no_second_session(table: Table) -> None:
    with table.at(FIRST_MORNING):
        table.plan()
        table.plan()
    with table.at(FIRST_MORNING + timedelta(days=1)):
        table.plan()
        with table.app.app_context():
            count = db.session.scalar(
                select(func.count()).where(Meeting.community_id == table.place.id)
            )

    assert count == 4  # 5, 10, 20, 30 December; 5 December can still be told in time


def test_february_may_drop_the_day_it_lacks(table: Table) -> None:
    with table.at(FIRST_MORNING):
        went(table.chair.put("/calendar-rules/consultation_day", A_RULE | {"february": "skip"}))
        sessions = table.sessions(**{"from": "2027-02-01", "to": "2027-02-28"})

    assert held(sessions) == ["2027-02-10", "2027-02-20"]


def test_a_session_moves_off_the_holidays_and_two_on_one_day_are_one(table: Table) -> None:
    days_off(table, *[date(2027, 2, 5) + timedelta(days=n) for n in range(15)])
    with table.at(FIRST_MORNING):
        sessions = table.sessions(**{"from": "2027-02-01", "to": "2027-02-28"})

    assert held(sessions) == ["2027-02-20", "2027-02-28"]
    assert held(sessions, "discussion_day") == ["2027-02-20"]


def test_a_year_without_holidays_says_so(table: Table) -> None:
    days_off(table, date(2026, 10, 1))
    with table.at(FIRST_MORNING):
        this_year = {"from": "2026-12-01", "to": "2026-12-31"}
        known = went(table.chair.get("/calendar", **this_year))
        unknown = went(table.chair.get("/calendar", **this_year | {"to": "2027-01-31"}))

    assert (known["calendar_unverified"], unknown["calendar_unverified"]) == (False, True)


def test_a_holiday_entered_later_moves_a_shell_and_tells_its_circle(table: Table) -> None:
    with table.at(FIRST_MORNING):
        meeting = table.session_on("2026-12-20")
        table.schedule(meeting, table.a_matter())
        days_off(table, date(2026, 12, 20), date(2026, 12, 21))
        table.plan()
        moved = went(table.chair.get(f"/meetings/{meeting}"))

    assert moved["starts_at"].startswith("2026-12-22T19:00") or "T11:00" in moved["starts_at"]
    assert moved["nominal_on"] == "2026-12-20"
    assert datetime.fromisoformat(moved["cutoff_at"]) == datetime(2026, 12, 18, 18, tzinfo=SHANGHAI)


def test_a_holiday_entered_later_never_moves_a_frozen_session(table: Table) -> None:
    prepared = table.ready()
    days_off(table, date(2026, 12, 10))
    with table.at(FIRST_MORNING + timedelta(days=6)):
        before = went(table.chair.get(f"/meetings/{prepared.meeting}"))["starts_at"]
        table.plan()
        after = went(table.chair.get(f"/meetings/{prepared.meeting}"))

    assert (after["starts_at"], after["state"]) == (before, "frozen")


def test_other_days_from_a_date_on_replace_only_what_is_empty(table: Table) -> None:
    with table.at(FIRST_MORNING):
        kept = table.session_on("2026-12-20")
        table.schedule(kept, table.a_matter())
        new = A_RULE | {"days": [15, 25], "valid_from": "2026-12-16"}
        went(table.chair.put("/calendar-rules/consultation_day", new))
        table.plan()
        sessions = table.sessions()

    assert held(sessions) == ["2026-12-10", "2026-12-20", "2026-12-25"]


def test_calendar_rules_are_refused_by_name(table: Table) -> None:
    put = table.chair.put
    with table.at(FIRST_MORNING):
        url = "/calendar-rules/consultation_day"
        went(put(url, A_RULE))
        changes: list[dict[str, Any]] = [
            {"days": []},
            {"days": [0]},
            {"days": [32]},
            {"notice_days": 2},
            {},
        ]
        refusals = [refused(put(url, A_RULE | change)) for change in changes]
        past = put(url, A_RULE | {"valid_from": "2026-11-30"})
        unknown = put("/calendar-rules/full_moon", A_RULE)
        recorder = table.recorder.put(url, A_RULE | {"valid_from": "2027-02-01"})

    assert refusals == ["not-a-day-of-the-month"] * 3 + ["notice-too-short", "rule-day-taken"]
    assert past.status_code == 422
    assert refused(unknown) == "no-such-calendar"
    assert refused(recorder) == "access-denied"


def test_a_span_that_ends_before_it_begins_is_refused(table: Table) -> None:
    with table.at(FIRST_MORNING):
        backwards = table.chair.get("/calendar", **{"from": "2026-12-31", "to": "2026-12-01"})
        endless = table.chair.get("/calendar", **{"from": "2026-12-31", "to": "2030-12-01"})
        no_date = table.chair.get("/calendar", **{"from": "2026-02-30", "to": "2026-12-01"})
        before_time = table.chair.get("/calendar", **{"from": "0001-01-01", "to": "0001-02-01"})
        answers = [backwards, endless, no_date, before_time]

    assert [each.status_code for each in answers] == [422] * 4


def test_a_meeting_outside_the_calendar_keeps_its_notice(table: Table) -> None:
    new = {
        "kind": "council",
        "body": "council",
        "starts_at": "2026-12-08T19:00:00+08:00",
        "place": "活动室",
    }
    with table.at(FIRST_MORNING):
        arranged = went(table.recorder.post("/meetings", new))
        soon = table.recorder.post("/meetings", new | {"starts_at": "2026-12-04T19:00:00+08:00"})
        for never in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
            answer = table.recorder.post("/meetings", new | {"starts_at": never})
            assert answer.status_code == 422

    assert datetime.fromisoformat(arranged["cutoff_at"]) == datetime(
        2026, 12, 4, 18, tzinfo=SHANGHAI
    )
    assert refused(soon) == "notice-too-short"
    assert "12月5日" in soon.get_json()["detail"]


def test_the_law_is_installed_once_and_read_by_everybody(table: Table) -> None:
    with table.app.app_context(), transaction():
        install_rule_rows(table.place.id)
    with table.at(FIRST_MORNING):
        rules = went(table.author.get("/rules", limit=100))["items"]
        four = went(table.author.get("/rules", code="four_party"))["items"]

    assert len(rules) == 13
    assert [each["notice_days"] for each in four] == [3]
    assert all(each["legal_basis"] for each in rules if each["origin"] == "law")


def test_the_rule_in_force_is_the_last_that_began(table: Table, context: Flask) -> None:
    with transaction():
        old = rule_in_force(table.place.id, "council", date(2026, 12, 1))
        assert old is not None
        columns = {c.key: getattr(old, c.key) for c in RuleRow.__table__.columns}
        for name in ("id", "created_at"):
            columns.pop(name)
        newer = RuleRow(**columns | {"valid_from": date(2026, 12, 15), "notice_days": 5})
        db.session.add(newer)

    for day, days in ((14, 3), (15, 5)):
        found = rule_in_force(table.place.id, "council", date(2026, 12, day))
        assert found is not None
        assert found.notice_days == days
    assert rule_in_force(table.place.id, "council", date(2025, 12, 31)) is None


def test_a_later_rule_counts_from_its_own_day(table: Table) -> None:
    with clock.at(FIRST_MORNING), table.app.app_context(), transaction():
        rule = CalendarRule(
            community_id=table.place.id,
            kind="discussion_day",
            days=[6],
            cutoff_time=time(18),
            starts_at=time(9),
            place="活动室",
            valid_from=date(2026, 12, 2),
        )
        db.session.add(rule)
    with table.at(FIRST_MORNING):
        table.plan()

    with table.at(FIRST_MORNING):
        assert held(table.sessions(), "discussion_day")[-1] == "2026-12-06"


def test_a_session_moved_by_hand_stays_there_until_that_day_is_a_holiday(table: Table) -> None:
    with table.at(FIRST_MORNING):
        meeting = table.session_on("2026-12-20")
        new = {"starts_at": "2026-12-22T19:30:00+08:00", "place": "活动室", "reason": "停电"}
        went(table.recorder.put(f"/meetings/{meeting}/time", new))
        table.plan()
        stays = went(table.chair.get(f"/meetings/{meeting}"))
        days_off(table, date(2026, 12, 22))
        table.plan()
        later = went(table.chair.get(f"/meetings/{meeting}"))

    by_hand = datetime(2026, 12, 22, 19, 30, tzinfo=SHANGHAI)
    assert datetime.fromisoformat(stays["starts_at"]) == by_hand
    assert datetime.fromisoformat(later["starts_at"]) == by_hand + timedelta(days=1)
