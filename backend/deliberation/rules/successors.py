"""A community's own rule rows: which may be succeeded, from when, and how far."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from backend.deliberation.rules.clocks import add_days
from backend.deliberation.rules.meetings import (
    ASSEMBLIES,
    BODIES,
    COUNCIL,
    FOUR_PARTY,
    KINDS,
    NoticeTooShort,
    check_notice_days,
)
from backend.deliberation.rules.quorum import RuleRow, check_fraction, check_not_below_law
from backend.errors import Conflict, Invalid, NotFound

DAY_OF = {FOUR_PARTY: "consultation_day", COUNCIL: "discussion_day"}


class NoSuchRule(NotFound):
    title = "没有这条可以修改的规则"


class RuleInUse(Conflict):
    title = "已有会议按现行规则安排议题"


class CheckerNeeded(Conflict):
    title = "须由居务监督委员会成员核对"


def check_changeable(code: str) -> None:
    """Only the rules meetings are held by; the others are not read from their rows."""
    if code not in BODIES:
        raise NoSuchRule("可以修改的规则：" + "、".join(BODIES.values()) + "。")


def check_successor(row: RuleRow, law: RuleRow | None) -> None:
    check_fraction("quorum_num", row.quorum_num, row.quorum_den)
    check_fraction("pass_num", row.pass_num, row.pass_den)
    if law is not None:
        check_not_below_law(row, law)
    if row.code not in ASSEMBLIES:
        check_notice_days(row.notice_days)
    if row.code == FOUR_PARTY and (row.pass_num, row.pass_inclusive) != (row.pass_den, True):
        raise Invalid(errors={"pass_num": ["四方协商须各方一致，请填1/1"]})


def check_calendar_gives(code: str, notice_days: int, planned: Sequence[int]) -> None:
    """Sessions are planned by the calendar: it must leave the time the rule asks for."""
    if code in DAY_OF and any(days < notice_days for days in planned):
        raise NoticeTooShort(
            f"请先把{KINDS[DAY_OF[code]]}的通知时间改为不少于{notice_days}个整日。"
        )


def check_begins(valid_from: date, today: date, last_planned: date | None) -> None:
    """From tomorrow at the earliest, and after the last meeting that already has an agenda."""
    if valid_from <= today:
        raise Invalid(errors={"valid_from": ["须晚于今天"]})
    if last_planned is not None and valid_from <= last_planned:
        free = add_days(last_planned, 1)
        raise RuleInUse(f"请从{free.year}年{free.month}月{free.day}日或以后生效。")


def check_checker(checker: UUID, author: UUID, supervisors: Collection[UUID]) -> None:
    """Whoever sets a rule does not check it against the law."""
    if checker == author or checker not in supervisors:
        raise CheckerNeeded("请写明由哪位监督委员会成员核对过法律依据。")
