"""Who may take points back, when, and who judges it when the holder objects. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from backend.days import Holidays, add_working_days, day_of, end_of, last_day_before
from backend.errors import Conflict, Invalid, NotAllowed

WAITING = ("requested", "answered", "unanswered")
AWARDED = frozenset(range(1, 7))  # awards, duty, volunteering, meetings, honours
SINGLE, POSTED_HOLD = 1, 3


class NothingToReverse(Conflict):
    title = "这笔记录不能冲正"


class ReversalUnderway(Conflict):
    title = "这笔记录已经申请冲正"


class OwnAccount(NotAllowed):
    title = "涉及本人或近亲属，请由他人办理"


class AnswerOpen(Conflict):
    title = "还在等待本人说明"


class AlreadyAnswered(Conflict):
    title = "已经作过说明"


class AnswerClosed(Conflict):
    title = "说明期限已过"


class NotWaiting(Conflict):
    title = "这项申请已经办结"


class NothingToAppeal(Conflict):
    title = "现在没有可以申诉的决定"


class AppealClosed(Conflict):
    title = "申诉期限已过"


class NoAppeal(Conflict):
    title = "没有等待处理的申诉"


class NotYourPerson(NotAllowed):
    title = "不在您负责的范围"


class ChannelMissing(Invalid):
    title = "请注明本人说明的方式"


class DecidedByYou(NotAllowed):
    title = "原决定由您参与作出，请由他人复核"


def answer_until(now: datetime, days: int, holidays: Holidays) -> datetime:
    """The first moment after so many working days; today is not counted."""
    return end_of(add_working_days(day_of(now), days, holidays))


def appeal_until(now: datetime, days: int) -> datetime:
    """The first moment after so many days; today is not counted."""
    return end_of(day_of(now) + timedelta(days=days))


def check_reversible(*, kind: int, code: int, is_persons: bool) -> None:
    """Only what somebody was given, and has been given: no hold, no order, no reversal."""
    if kind not in {SINGLE, POSTED_HOLD} or code not in AWARDED or not is_persons:
        raise NothingToReverse("只有已经入账的发放可以冲正；兑换请办理退回。")


def check_apart(person: UUID, holder: UUID, close: Collection[UUID]) -> None:
    """Nobody decides about the own account, the own household's or that of kin."""
    if person == holder or holder in close:
        raise OwnAccount("请由与此账户无关的同事办理。")


def check_may_answer(state: str, now: datetime, until: datetime) -> None:
    if state == "answered":
        raise AlreadyAnswered("请等候结果；确认后还可以申诉。")
    if state not in WAITING:
        raise NotWaiting("已经确认或撤回，请刷新。")
    if now >= until:
        raise AnswerClosed("确认后还可以向监督委员会申诉。")


def check_may_confirm(*, state: str, now: datetime, until: datetime) -> None:
    """After the holder's answer, or when the time for it is over."""
    if state not in WAITING:
        raise NotWaiting("已经确认或撤回，请刷新。")
    if state == "requested" and now < until:
        last = last_day_before(until)
        raise AnswerOpen(f"本人可在{last.month}月{last.day}日前说明情况。")


def check_may_drop(state: str) -> None:
    if state not in WAITING:
        raise NotWaiting("已经确认或撤回，请刷新。")


def check_may_appeal(state: str, now: datetime, until: datetime | None) -> None:
    if state != "confirmed" or until is None:
        raise NothingToAppeal
    if now >= until:
        raise AppealClosed


def check_may_judge(state: str, by: UUID, involved: Collection[UUID | None]) -> None:
    if state != "appealed":
        raise NoAppeal
    check_not_involved(by, involved)


def check_not_involved(by: UUID, involved: Collection[UUID | None]) -> None:
    """Who asked or confirmed neither judges it nor types what the holder says of it."""
    if by in involved:
        raise DecidedByYou("请由另一位同事办理。")
