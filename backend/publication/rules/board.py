"""How long a notice hangs on the paper board, and until when one may object."""

from datetime import UTC, date, datetime, timedelta

from backend.days import SHANGHAI, Holidays, day_of, end_of, last_day_before, next_working_day
from backend.errors import Conflict, Invalid, Outdated
from backend.publication.rules.catalogue import DAYS_BY_LAW


class NotPublished(Conflict):
    title = "这条公示还没有发布"


class AlreadyOnTheBoard(Outdated):
    title = "上墙日期已经登记"


class BoardDayImpossible(Invalid):
    title = "上墙日期有误"


def until(
    online_at: datetime, board_posted_at: datetime, *, min_days: int = DAYS_BY_LAW
) -> datetime:
    """The end of the display: full days after the later of screen and board, at 00:00 there.

    The first day is not counted: 21 November with 15 days ends on 7 December at 00:00.
    """
    began_on = day_of(max(online_at, board_posted_at))
    return end_of(began_on + timedelta(days=min_days)).astimezone(UTC)


def last_day(until_at: datetime) -> date:
    """The last full day of a display that ends at 00:00."""
    return last_day_before(until_at)


def objection_until_on(
    until_at: datetime, *, min_days: int, objection_days: int, holidays: Holidays
) -> date:
    """The last day for objections, counted like the display from the day it began.

    A resident's own deadline never ends on a day off (Civil Code 203).
    """
    day = last_day(until_at) - timedelta(days=min_days - objection_days)
    return next_working_day(day, holidays)


def check_board_day(
    *,
    state: str,
    online_at: datetime | None,
    board_posted_at: datetime | None,
    up_on: date,
    today: date,
) -> datetime:
    """When the notice went online, if the poster may have gone up on `up_on`."""
    if state != "published" or online_at is None:
        raise NotPublished("请先在网上发布，再登记上墙日期。")
    if board_posted_at is not None:
        raise AlreadyOnTheBoard("公示期已按登记的日期计算，不能更改。")
    if up_on > today:
        raise BoardDayImpossible(errors={"up_on": ["不能晚于今天，请在张贴当天登记"]})
    if up_on < day_of(online_at):
        raise BoardDayImpossible(errors={"up_on": ["不能早于网上发布的日期"]})
    return online_at


def is_on_poster(up_on: date, online_at: datetime | None) -> bool:
    """Whether a correction that went online then stands on a poster that went up on `up_on`."""
    return online_at is not None and day_of(online_at) <= up_on


def board_moment(up_on: date, online_at: datetime, now: datetime) -> datetime:
    """The tick names a day; on the day of the tick it is now, on an earlier day its last minute."""
    if day_of(now) == up_on:
        return now
    end = datetime(up_on.year, up_on.month, up_on.day, 23, 59, tzinfo=SHANGHAI)
    return max(end.astimezone(UTC), online_at)
