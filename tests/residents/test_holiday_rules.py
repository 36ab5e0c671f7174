"""Days off as people say them."""

from datetime import date

from backend.residents.rules.holidays import Stretch, stretches


def a_day(text: str, name: str = "国庆节", *, working: bool = False) -> Stretch:
    day = date.fromisoformat(text)
    return Stretch(since=day, through=day, name=name, working=working, entered=False)


def test_days_alike_that_follow_each_other_are_one_stretch() -> None:
    first, second, third = a_day("2026-10-01"), a_day("2026-10-02"), a_day("2026-10-03")

    [found] = stretches([third, first, second])

    assert (found.since, found.through) == (first.since, third.since)


def test_another_name_a_worked_day_or_a_gap_ends_a_stretch() -> None:
    days = [
        a_day("2026-09-30", "中秋节"),
        a_day("2026-10-01"),
        a_day("2026-10-02", working=True),
        a_day("2026-10-04", working=True),
    ]

    assert stretches(days) == days
