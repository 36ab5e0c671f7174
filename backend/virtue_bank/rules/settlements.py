"""Which points expire in a settlement, from when it may run, and who was to be told before."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from backend.days import SHANGHAI, chinese_day
from backend.errors import Conflict, Invalid, Outdated
from backend.virtue_bank.rules.second import check_second

LATEST_DAYS = 366


class NoSettlementPolicy(Conflict):
    title = "本社区的积分不清算"


class CutoffTaken(Conflict):
    title = "这一年的积分已经安排过清算"


class SettlementUnderway(Conflict):
    title = "上一次清算还没有完成"


class YearNotOver(Conflict):
    title = "这一年还没有结束，积分还在增加"


class NoticeTooShort(Conflict):
    title = "公告时间不够"


class DayTooFar(Invalid):
    title = "清算日期有误"


class NotPlanned(Outdated):
    title = "这次清算已经公告或取消"


class NotToDrop(Outdated):
    title = "清算已经开始，不能取消"


def expiring(*, earned: int, debits: int, pending: int) -> int:
    """What was earned up to the cut-off and neither spent nor held since: the oldest goes first.

    `debits` are all debits until now, those of earlier settlements among them. Equal to a queue
    of lots, for ascending cut-offs.
    """
    return max(0, earned - debits - pending)


def year_end(year: int) -> datetime:
    """The first moment after the year in Shanghai."""
    return datetime(year + 1, 1, 1, tzinfo=SHANGHAI).astimezone(UTC)


def begins_at(day: date) -> datetime:
    """The first moment of the day in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


def first_day(announced_on: date, notice_days: int) -> date:
    """The first day on which it may run: the day of the announcement is not counted."""
    return announced_on + timedelta(days=notice_days + 1)


def check_plan(
    *,
    expires_by_year: bool,
    cutoff_at: datetime,
    last_cutoff: datetime | None,
    underway: bool,
    expires_on: date,
    today: date,
    notice_days: int,
) -> None:
    """Only where points expire at all, one after another, and with time to tell everybody.

    Raises:
        NoSettlementPolicy, SettlementUnderway, CutoffTaken, NoticeTooShort, DayTooFar.
    """
    if not expires_by_year:
        raise NoSettlementPolicy("要清算积分，请先在设置中按决议启用年度清算。")
    if underway:
        raise SettlementUnderway("请先完成或取消上一次清算。")
    if last_cutoff is not None and cutoff_at <= last_cutoff:
        raise CutoffTaken("请选更晚的年份。")
    if begins_at(expires_on) < cutoff_at:
        raise DayTooFar(errors={"expires_on": ["不能早于这一年结束"]})
    if (expires_on - today).days > LATEST_DAYS:
        raise DayTooFar(errors={"expires_on": ["最晚安排在一年以内"]})
    _check_notice(expires_on, today, notice_days)


def check_announcement(
    *,
    state: str,
    planned_by: UUID,
    announces: UUID,
    cutoff_at: datetime,
    now: datetime,
    expires_on: date,
    today: date,
    notice_days: int,
) -> None:
    """Another person, after the year, early enough.

    Raises:
        NotPlanned, SamePerson, YearNotOver, NoticeTooShort.
    """
    if state != "planned":
        raise NotPlanned("请刷新后查看。")
    check_second(planned_by, announces)
    if now < cutoff_at:
        last = (cutoff_at.astimezone(SHANGHAI) - timedelta(days=1)).date()
        raise YearNotOver(f"请在{chinese_day(last)}以后公告。")
    _check_notice(expires_on, today, notice_days)


def check_droppable(state: str) -> None:
    if state not in {"planned", "announced"}:
        raise NotToDrop("请刷新后查看。")


def _check_notice(expires_on: date, today: date, notice_days: int) -> None:
    first = first_day(today, notice_days)
    if expires_on < first:
        raise NoticeTooShort(
            f"公告要满{notice_days}日，最早可安排在{chinese_day(first)}清算。",
            first_day=first.isoformat(),
        )
