from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.days import SHANGHAI, add_working_days, is_working_day
from backend.deliberation.rules import clocks

SECOND = timedelta(seconds=1)
# The Spring Festival of 2026 as the State Council set it, with its make-up days.
SPRING_FESTIVAL = {date(2026, 2, day): False for day in range(15, 24)} | {
    date(2026, 2, 14): True,
    date(2026, 2, 28): True,
}
PLAIN_2026 = {date(2026, 1, 1): False}


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_two_working_days_from_friday_end_on_tuesday() -> None:
    friday = date(2026, 12, 4)

    assert add_working_days(friday, 2, PLAIN_2026) == date(2026, 12, 8)


def test_a_make_up_saturday_counts_as_a_working_day() -> None:
    friday = date(2026, 2, 13)

    assert add_working_days(friday, 1, SPRING_FESTIVAL) == date(2026, 2, 14)
    assert add_working_days(friday, 2, SPRING_FESTIVAL) == date(2026, 2, 24)


def test_february_and_the_year_end_count_like_other_days() -> None:
    assert clocks.add_days(date(2026, 2, 25), 7) == date(2026, 3, 4)
    assert clocks.add_days(date(2028, 2, 25), 7) == date(2028, 3, 3)
    assert add_working_days(date(2026, 12, 31), 1, {}) == date(2027, 1, 1)


def test_a_year_without_holiday_rows_is_flagged() -> None:
    new_year = {date(2026, 1, 1): False}

    assert not clocks.calendar_unverified(date(2026, 1, 5), date(2026, 12, 30), new_year)
    assert clocks.calendar_unverified(date(2026, 12, 30), date(2027, 1, 4), new_year)


def test_three_clear_days_leave_out_both_ends() -> None:
    assert not clocks.has_clear_days(date(2026, 12, 6), date(2026, 12, 9), 3)
    assert clocks.has_clear_days(date(2026, 12, 6), date(2026, 12, 10), 3)


@pytest.mark.parametrize(
    ("status", "entered", "due"),
    [
        ("submitted", "2026-12-04T09:00", "2026-12-09T00:00"),
        ("inquiring", "2026-12-04T09:00", "2026-12-12T00:00"),
        ("guided", "2026-12-04T09:00", "2026-12-10T00:00"),
        ("queued", "2026-12-04T09:00", "2027-01-04T00:00"),
        ("adjourned", "2026-12-04T09:00", "2026-12-20T00:00"),
        ("deliberating", "2026-12-04T09:00", "2026-12-05T00:00"),
        ("resolved", "2026-12-04T09:00", "2026-12-16T00:00"),
        ("inspecting", "2026-12-04T23:59", "2026-12-12T00:00"),
    ],
)
def test_each_status_has_its_own_clock(status: str, entered: str, due: str) -> None:
    assert clocks.next_due(status, shanghai(entered), PLAIN_2026) == shanghai(due)


def test_the_clock_starts_on_the_day_in_shanghai() -> None:
    late_evening_utc = datetime.fromisoformat("2026-12-03T17:00+00:00")

    assert clocks.next_due("submitted", late_evening_utc, PLAIN_2026) == shanghai(
        "2026-12-09T00:00"
    )


@pytest.mark.parametrize("status", ["scheduled", "closed", "rejected", "withdrawn", "lapsed"])
def test_no_clock_runs_where_nobody_is_awaited_or_the_case_names_the_day(status: str) -> None:
    assert clocks.next_due(status, shanghai("2026-12-04T09:00"), PLAIN_2026) is None


def test_a_residents_deadline_moves_off_a_weekend_but_the_offices_does_not() -> None:
    saturday_a_week_before = shanghai("2026-12-05T09:00")

    assert clocks.next_due("returned", saturday_a_week_before, PLAIN_2026) == shanghai(
        "2026-12-15T00:00"
    )
    assert clocks.due_at(saturday_a_week_before, clocks.days(7), PLAIN_2026) == shanghai(
        "2026-12-13T00:00"
    )


@pytest.mark.parametrize("status", sorted(clocks.CLOCKS))
def test_one_is_in_time_up_to_the_second_before_the_deadline(status: str) -> None:
    due = clocks.next_due(status, shanghai("2026-12-04T09:00"), PLAIN_2026)

    assert due is not None
    assert clocks.is_open(due - SECOND, due)
    assert not clocks.is_open(due, due)
    assert not clocks.is_open(due + SECOND, due)


def test_a_closed_matter_may_be_reopened_for_ninety_days() -> None:
    closed = shanghai("2026-01-10T10:00")
    over = shanghai("2026-04-11T00:00")

    assert clocks.may_reopen(closed, over - SECOND)
    assert not clocks.may_reopen(closed, over)


@given(
    start=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    count=st.integers(0, 40),
    off=st.sets(st.dates(date(2024, 1, 1), date(2031, 12, 31)), max_size=30),
)
def test_exactly_the_counted_working_days_lie_between(
    start: date, count: int, off: set[date]
) -> None:
    holidays = dict.fromkeys(off, False)
    end = add_working_days(start, count, holidays)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]

    assert sum(is_working_day(day, holidays) for day in between) == count
    assert count == 0 or is_working_day(end, holidays)
