"""Months of the calendar and working days, as every domain counts them."""

from datetime import UTC, date, datetime

import pytest

from backend.days import (
    SHANGHAI,
    after_working_days,
    last_of_month,
    moments_of_month,
    month_after,
    month_before,
    month_of,
    months_later,
)


@pytest.mark.parametrize(
    ("day", "before", "after", "last"),
    [
        (date(2028, 1, 1), date(2027, 12, 1), date(2028, 2, 1), date(2028, 1, 31)),
        (date(2028, 3, 31), date(2028, 2, 1), date(2028, 4, 1), date(2028, 3, 31)),
        (date(2028, 2, 29), date(2028, 1, 1), date(2028, 3, 1), date(2028, 2, 29)),
        (date(2027, 12, 31), date(2027, 11, 1), date(2028, 1, 1), date(2027, 12, 31)),
    ],
)
def test_a_month_its_last_day_and_those_beside_it(
    day: date, before: date, after: date, last: date
) -> None:
    assert month_of(day) == day.replace(day=1)
    assert (month_before(day), month_after(day), last_of_month(day)) == (before, after, last)


def test_the_last_month_there_is_ends() -> None:
    assert last_of_month(date(9999, 12, 1)) == date(9999, 12, 31)


@pytest.mark.parametrize(
    ("months", "then"),
    [
        (1, date(2028, 2, 29)),
        (13, date(2029, 2, 28)),
        (24, date(2030, 1, 31)),
        (-1, date(2027, 12, 31)),
        (-23, date(2026, 2, 28)),
    ],
)
def test_the_same_day_of_a_later_month_or_its_last(months: int, then: date) -> None:
    assert months_later(date(2028, 1, 31), months) == then


def test_a_month_begins_at_midnight_in_shanghai() -> None:
    first, following = moments_of_month(date(2027, 12, 31))

    assert first == datetime(2027, 11, 30, 16, tzinfo=UTC)
    assert following == datetime(2027, 12, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "off", "until"),
    [
        (1, {}, date(2027, 3, 6)),
        (2, {}, date(2027, 3, 9)),
        (5, {date(2027, 3, 8): False}, date(2027, 3, 13)),
        (2, {date(2027, 3, 6): True}, date(2027, 3, 7)),
    ],
)
def test_working_days_end_at_midnight_of_shanghai(
    days: int, off: dict[date, bool], until: date
) -> None:
    thursday = datetime(2027, 3, 4, 23, 59, tzinfo=SHANGHAI)

    for moment in (thursday, thursday.astimezone(UTC)):
        then = after_working_days(moment, days, off)
        assert then == datetime(until.year, until.month, until.day, tzinfo=SHANGHAI)
