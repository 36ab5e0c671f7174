"""Days as Shanghai counts them, and which are worked: one count for the rules of all domains."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
FRIDAY = 4

Holidays = Mapping[date, bool]
"""Days that differ from the plain week: True for a make-up working day, False for a day off."""


def day_of(moment: datetime) -> date:
    """The date in Shanghai, where every deadline is decided."""
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """00:00 of `day` there."""
    return datetime.combine(day, time(), SHANGHAI)


def end_of(day: date) -> datetime:
    """24:00 of `day`, which is 00:00 of the next: the first moment that is too late."""
    return start_of(day + DAY)


def is_working_day(day: date, holidays: Holidays) -> bool:
    return holidays.get(day, day.weekday() <= FRIDAY)


def next_working_day(day: date, holidays: Holidays) -> date:
    """`day` itself if people work on it, else the first day after it on which they do."""
    while not is_working_day(day, holidays):
        day += DAY
    return day


def add_working_days(day: date, count: int, holidays: Holidays) -> date:
    """The last of `count` working days; the first day is not counted (Civil Code 201)."""
    for _ in range(count):
        day = next_working_day(day + DAY, holidays)
    return day


def last_day_before(moment: datetime) -> date:
    """The last day somebody has: a deadline is kept as the first moment that is too late."""
    return day_of(moment - timedelta(microseconds=1))


def chinese_day(day: date) -> str:
    """「2026年12月3日」, as notices and posters write it."""
    return f"{day.year}年{day.month}月{day.day}日"
