"""Dates, days left and sums as people say them; the templates' filters."""

from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from backend.clock import SHANGHAI, today, utc_now
from backend.days import day_of

WEEKDAYS = "一二三四五六日"
SOON_DAYS = 2


def day(value: date | datetime | str) -> str:
    """12月3日（星期四）, with the year where it is not this one."""
    on = _on(value)
    year = f"{on.year}年" if on.year != today().year else ""
    return f"{year}{on.month}月{on.day}日（星期{WEEKDAYS[on.weekday()]}）"


def moment(value: datetime | str) -> str:
    """12月3日（星期四）19:30."""
    at = _at(value)
    return f"{day(at)}{at:%H:%M}"


def last_day(value: date | datetime | str) -> date:
    """The last day somebody has: a deadline is stored as the first moment that is too late."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if not isinstance(value, datetime):
        return value
    at = value.astimezone(SHANGHAI)
    is_midnight = (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)
    return date.fromordinal(at.toordinal() - 1) if is_midnight else at.date()


def due(value: date | datetime | str) -> tuple[Literal["plain", "warn", "danger"], str]:
    """By when, or how late it is, after its colour: 12月3日（星期四）前, 今天, 晚了2天."""
    now, on = utc_now(), last_day(value)
    here = day_of(now)
    if now >= value if isinstance(value, datetime) else on < here:
        return "danger", f"晚了{max(1, (here - on).days)}天"
    return _ahead(on, here)


@lru_cache(512)
def _ahead(on: date, here: date) -> tuple[Literal["plain", "warn"], str]:
    left = (on - here).days
    told = {0: "今天", 1: "明天"}.get(left) or f"{day(on)}前"
    return "warn" if left <= SOON_DAYS else "plain", told


def yuan(fen: int | None) -> str:
    """1234.50元; what was agreed in fen is read in yuan."""
    if fen is None:
        return ""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02d}元" if rest else f"{whole:,}元"


def _on(value: date | datetime | str) -> date:
    if isinstance(value, str):
        return _at(value).date() if "T" in value else date.fromisoformat(value)
    return day_of(value) if isinstance(value, datetime) else value


def _at(value: datetime | str) -> datetime:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(SHANGHAI)


FILTERS = {
    "day": day,
    "moment": moment,
    "last_day": last_day,
    "yuan": yuan,
}
