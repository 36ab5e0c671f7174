"""Where the matrix wants a second person, who that may not be, and who judges the appeal. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from backend.days import day_of, end_of
from backend.errors import Conflict, Invalid, NotAllowed, Outdated


class SamePerson(NotAllowed):
    title = "申请和确认须由两人分别办理"


class OwnAccount(NotAllowed):
    title = "涉及本人或近亲属，请由他人办理"


class NotWaiting(Outdated):
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


def check_second(first: UUID, second: UUID) -> None:
    if first == second:
        raise SamePerson("请由另一位同事确认。")


def check_apart(person: UUID, holders: Collection[UUID], close: Collection[UUID]) -> None:
    """Nobody decides about the own account, the own household's or that of kin."""
    if not {person, *close}.isdisjoint(holders):
        raise OwnAccount("请由与此账户无关的同事办理。")


def appeal_until(now: datetime, days: int) -> datetime:
    """The first moment after so many days; today is not counted."""
    return end_of(day_of(now) + timedelta(days=days))


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
