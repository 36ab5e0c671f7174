"""What may be taken back, and when: the holder speaks first. Pure."""

from datetime import datetime

from backend.days import last_day_before
from backend.errors import Conflict
from backend.virtue_bank.rules.second import NotWaiting

WAITING = ("requested", "answered", "unanswered")
AWARDED = frozenset(range(1, 7))  # awards, duty, volunteering, meetings, honours
SINGLE, POSTED_HOLD = 1, 3
LAPSED = "没有人按时确认，申请作废。"


class NothingToReverse(Conflict):
    title = "这笔记录不能冲正"


class ReversalUnderway(Conflict):
    title = "这笔记录已经申请冲正"


class AnswerOpen(Conflict):
    title = "还在等待本人说明"


class AlreadyAnswered(Conflict):
    title = "已经作过说明"


class AnswerClosed(Conflict):
    title = "说明期限已过"


def check_reversible(*, kind: int, code: int, is_persons: bool) -> None:
    """Only what somebody was given, and has been given: no hold, no order, no reversal."""
    if kind not in {SINGLE, POSTED_HOLD} or code not in AWARDED or not is_persons:
        raise NothingToReverse("只有已经入账的发放可以冲正；兑换请办理退回。")


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
