"""Days and months as Shanghai counts them, and which days are worked: one count for all."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
FRIDAY = 4
MONTHS_OF_A_YEAR = 12

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


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last one where it has no such day; below 0 earlier."""
    years, month = divmod(day.month - 1 + months, MONTHS_OF_A_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def month_of(day: date) -> date:
    """A month is known by its first day."""
    return day.replace(day=1)


def month_before(day: date) -> date:
    """The first day of the month before the day's."""
    return months_later(month_of(day), -1)


def month_after(day: date) -> date:
    """The first day of the month after the day's."""
    return months_later(month_of(day), 1)


def last_of_month(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def moments_of_month(day: date) -> tuple[datetime, datetime]:
    """The first moment of the day's month, and the first one after it."""
    return start_of(month_of(day)), start_of(month_after(day))


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


def after_working_days(start: datetime, days: int, holidays: Holidays) -> datetime:
    """The first moment after the last of the working days; the first day is not counted."""
    return end_of(add_working_days(day_of(start), days, holidays))


def last_day_before(moment: datetime) -> date:
    """The last day somebody has: a deadline is kept as the first moment that is too late."""
    return day_of(moment - timedelta(microseconds=1))


def chinese_day(day: date) -> str:
    """「2026年12月3日」, as notices and posters write it."""
    return f"{day.year}年{day.month}月{day.day}日"
