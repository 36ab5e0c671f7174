from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.days import SHANGHAI
from backend.deliberation.rules import calendar, clocks
from backend.deliberation.rules.calendar import NotADayOfTheMonth, PastCutoff, Session, Waiting

SECOND = timedelta(seconds=1)
TENS = calendar.CONSULTATION_DAYS
years = st.integers(2024, 2040)
months = st.integers(1, 12)
day_lists = st.lists(st.integers(1, 31), min_size=1, max_size=6)


def case(number: int, **changes: object) -> Waiting:
    submitted = datetime(2026, 12, 1, tzinfo=SHANGHAI) + timedelta(hours=number)
    return Waiting(id=UUID(int=number), submitted_at=submitted, **changes)  # type: ignore[arg-type]


def test_every_tenth_day_is_a_consultation_day() -> None:
    assert calendar.consultation_days(2026, 12, TENS) == [
        date(2026, 12, 10),
        date(2026, 12, 20),
        date(2026, 12, 30),
    ]


def test_februarys_thirtieth_is_its_last_day_or_none() -> None:
    assert calendar.consultation_days(2026, 2, TENS)[-1] == date(2026, 2, 28)
    assert calendar.consultation_days(2028, 2, TENS)[-1] == date(2028, 2, 29)
    assert calendar.consultation_days(2026, 2, TENS, "skip") == [
        date(2026, 2, 10),
        date(2026, 2, 20),
    ]


def test_days_that_fall_together_are_one_session() -> None:
    assert calendar.consultation_days(2026, 2, (28, 29, 30, 31)) == [date(2026, 2, 28)]


@pytest.mark.parametrize("days", [(), (0,), (32,), (10, -1)])
def test_a_rule_without_real_days_is_refused(days: tuple[int, ...]) -> None:
    with pytest.raises(NotADayOfTheMonth):
        calendar.consultation_days(2026, 2, days)


def test_a_session_moves_off_the_spring_festival_but_not_off_a_weekend() -> None:
    festival = {date(2026, 2, day): False for day in range(15, 24)}
    saturday = date(2026, 10, 10)

    assert calendar.shifted(date(2026, 2, 20), festival) == date(2026, 2, 24)
    assert calendar.shifted(date(2026, 2, 20), festival, "none") == date(2026, 2, 20)
    assert calendar.shifted(saturday, festival) == saturday


def test_a_session_pushed_onto_the_next_becomes_one_with_it() -> None:
    off = {date(2026, 10, day): False for day in range(5, 10)}

    assert calendar.sessions([date(2026, 10, 5), date(2026, 10, 10)], off) == [
        Session(date(2026, 10, 10), (date(2026, 10, 5), date(2026, 10, 10)))
    ]


def test_the_days_ahead_run_over_the_year_end() -> None:
    ahead = calendar.nominal_days_between(date(2026, 12, 20), date(2027, 1, 19), TENS)

    assert ahead == [date(2026, 12, 20), date(2026, 12, 30), date(2027, 1, 10)]


def test_the_agenda_of_the_tenth_closes_on_the_sixth_at_six() -> None:
    cutoff = calendar.cutoff_at(date(2026, 12, 10), 3)

    assert cutoff == datetime(2026, 12, 6, 18, tzinfo=SHANGHAI)
    assert clocks.has_clear_days(cutoff.date(), date(2026, 12, 10), 3)


def test_a_matter_comes_in_time_until_the_second_before_the_cut_off() -> None:
    cutoff = calendar.cutoff_at(date(2026, 12, 10), 3)

    calendar.check_before_cutoff(cutoff - SECOND, cutoff)
    for late in (cutoff, cutoff + SECOND):
        with pytest.raises(PastCutoff, match="12月06日18:00截止"):
            calendar.check_before_cutoff(late, cutoff)


def test_the_agenda_puts_urgent_then_old_then_widely_supported_matters_first() -> None:
    plain, later, agreed = case(1), case(2), case(3, consensus=Fraction(1, 2))
    supported, old, urgent = case(4, supporters=9), case(5, rolled_over=True), case(6, urgent=True)
    in_order = [urgent, old, supported, agreed, plain, later]

    assert calendar.agenda_order(reversed(in_order)) == in_order


@given(year=years, month=months, days=day_lists)
def test_every_session_lies_in_its_month_and_none_is_lost(
    year: int, month: int, days: list[int]
) -> None:
    found = calendar.consultation_days(year, month, days)

    assert found == sorted(set(found))
    assert all((day.year, day.month) == (year, month) for day in found)
    assert 1 <= len(found) <= len(set(days))
    assert set(calendar.consultation_days(year, month, days, "skip")) <= set(found)


@given(
    year=years,
    month=months,
    days=day_lists,
    off=st.sets(st.dates(date(2024, 1, 1), date(2041, 1, 31)), max_size=200),
)
def test_no_session_is_held_on_a_holiday_and_each_nominal_day_has_one(
    year: int, month: int, days: list[int], off: set[date]
) -> None:
    nominal = calendar.consultation_days(year, month, days)
    held = calendar.sessions(nominal, dict.fromkeys(off, False))

    assert not {session.held_on for session in held} & off
    assert sorted(day for session in held for day in session.nominal) == nominal
    assert all(session.held_on >= session.nominal[-1] for session in held)
