"""Consultation and discussion days: when sessions are, when their agenda closes, in what order."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Literal
from uuid import UUID

from backend.days import SHANGHAI, Holidays
from backend.errors import Conflict, Invalid

February = Literal["last_day", "skip"]
Shift = Literal["none", "next_non_holiday"]

CONSULTATION_DAYS = (10, 20, 30)  # 逢十协商日
DISCUSSION_DAYS = (5,)  # 民主议政日
CUTOFF = time(18)
PLANNED_AHEAD = timedelta(days=30)
LAST_DAY_OF_ANY_MONTH = 31


class NotADayOfTheMonth(Invalid):
    title = "协商日设置有误"


class PastCutoff(Conflict):
    title = "议程已截止"


@dataclass(frozen=True, slots=True)
class Session:
    """One session, and the nominal days it stands for (more than one after a merger)."""

    held_on: date
    nominal: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the order of an agenda looks at."""

    id: UUID
    submitted_at: datetime
    urgent: bool = False
    rolled_over: bool = False
    supporters: int = 0
    consensus: Fraction = Fraction()


def check_days(days: Sequence[int]) -> None:
    if not days:
        raise NotADayOfTheMonth("请至少填写一个日期。", errors={"days": ["至少一个日期"]})
    if any(not 1 <= day <= LAST_DAY_OF_ANY_MONTH for day in days):
        raise NotADayOfTheMonth("日期请填写 1 至 31。", errors={"days": ["须在1至31之间"]})


def consultation_days(
    year: int, month: int, days: Sequence[int], february: February = "last_day"
) -> list[date]:
    """The nominal days of one month; a day the month lacks becomes its last, or is dropped."""
    check_days(days)
    length = monthrange(year, month)[1]
    if february == "skip":
        days = [day for day in days if day <= length]
    return sorted({date(year, month, min(day, length)) for day in days})


def shifted(day: date, holidays: Holidays, shift: Shift = "next_non_holiday") -> date:
    """Off a day marked as a holiday; a plain weekend is a good day for a session."""
    while shift == "next_non_holiday" and not holidays.get(day, True):
        day += timedelta(days=1)
    return day


def sessions(
    nominal: Iterable[date], holidays: Holidays, shift: Shift = "next_non_holiday"
) -> list[Session]:
    """The days people really meet; sessions pushed onto one another become one."""
    merged: dict[date, list[date]] = {}
    for day in sorted(nominal):
        merged.setdefault(shifted(day, holidays, shift), []).append(day)
    return [Session(held_on, tuple(days)) for held_on, days in sorted(merged.items())]


def nominal_days_between(
    first: date, last: date, days: Sequence[int], february: February = "last_day"
) -> list[date]:
    """All nominal days from `first` to `last`, both included."""
    found: list[date] = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        found += consultation_days(year, month, days, february)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004
    return [day for day in found if first <= day <= last]


def cutoff_at(session_on: date, notice_days: int, cutoff_time: time = CUTOFF) -> datetime:
    """When the agenda closes, so that the notice keeps its clear days."""
    return datetime.combine(
        session_on - timedelta(days=notice_days + 1), cutoff_time, tzinfo=SHANGHAI
    )


def check_before_cutoff(now: datetime, cutoff: datetime) -> None:
    if now >= cutoff:
        closed = cutoff.astimezone(SHANGHAI).strftime("%m月%d日%H:%M")
        raise PastCutoff(f"本次会议议程已于{closed}截止，该事项可列入下一次会议。")


def agenda_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Urgent first, then what was not reached last time, then what most people stand behind."""
    return sorted(
        waiting,
        key=lambda case: (
            not case.urgent,
            not case.rolled_over,
            -case.supporters,
            -case.consensus,
            case.submitted_at,
            case.id,
        ),
    )
