"""Dates, days left and sums as people say them; the templates' filters."""

from datetime import date, datetime

from backend.clock import SHANGHAI, today, utc_now

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


def due(value: date | datetime | str) -> str:
    """By when, or how late it is: 12月3日（星期四）前, 今天, 晚了2天."""
    on = last_day(value)
    left = (on - today()).days
    if _is_late(value, left):
        return f"晚了{max(1, -left)}天"
    return {0: "今天", 1: "明天"}.get(left, f"{day(on)}前")


def due_tone(value: date | datetime | str) -> str:
    left = (last_day(value) - today()).days
    if _is_late(value, left):
        return "danger"
    return "warn" if left <= SOON_DAYS else "plain"


def yuan(fen: int | None) -> str:
    """1234.50元; what was agreed in fen is read in yuan."""
    if fen is None:
        return ""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02d}元" if rest else f"{whole:,}元"


def _is_late(value: date | datetime | str, left: int) -> bool:
    if isinstance(value, datetime):
        return utc_now() >= value
    return left < 0


def _on(value: date | datetime | str) -> date:
    if isinstance(value, str):
        return _at(value).date() if "T" in value else date.fromisoformat(value)
    return value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value


def _at(value: datetime | str) -> datetime:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(SHANGHAI)


FILTERS = {
    "day": day,
    "moment": moment,
    "due": due,
    "due_tone": due_tone,
    "last_day": last_day,
    "yuan": yuan,
}
