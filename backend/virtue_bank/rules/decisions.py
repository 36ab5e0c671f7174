"""Who may decide on a deed, how often it is looked at, and how long it hangs. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from backend.days import (
    DAY,
    Holidays,
    after_working_days,
    day_of,
    end_of,
    is_working_day,
    last_day_before,
)
from backend.errors import Conflict, Invalid
from backend.virtue_bank.models.sheets import RuleItem

REASONS: Mapping[str, str] = {
    "unclear": "情况没有写清",
    "wrong_item": "不属于这一项",
    "wrong_facts": "时间、地点或人员有误",
    "not_confirmed": "受助人或见证人不能证明",
    "duplicate": "与另一件重复",
    "duty": "属于本职工作或有报酬",
    "other": "其他",
}


class CallMissing(Invalid):
    title = "请写明向受助人核实的情况"


class PointsOutOfRange(Invalid):
    title = "分数超出细则"


class ReasonMissing(Invalid):
    title = "请写明原因"


class NoQuota(Conflict):
    title = "初审人本月没有审批额度"


def is_unconcerned(
    staff: UUID,
    *,
    concerned: Collection[UUID | None],
    near: Collection[UUID],
) -> bool:
    """Whether the deed is free of them.

    It is not if they, those they live with or their declared kin (`near`) filed, confirmed or
    earn by it (`concerned`).
    """
    return {staff, *near}.isdisjoint({each for each in concerned if each is not None})


def needs_second_review(
    *, points: int, display: str, doubted: bool, draw: int, from_points: int, percent: int
) -> bool:
    """Many points, nobody named, something in doubt, or the draw: 0 to 99, nobody chooses it."""
    return points >= from_points or display == "building" or doubted or draw < percent


def lacks_second_look(
    *,
    display: str,
    second_by: UUID | None,
    hung_since: datetime | None,
    looked_at: datetime | None,
) -> bool:
    """It hangs with nobody named, one person let it pass, and nobody has looked since."""
    if display != "building" or second_by is not None or hung_since is None:
        return False
    return looked_at is None or looked_at < hung_since


def draw_of(mac: str) -> int:
    """0 to 99 from a keyed hash of the deed's id, so it can be repeated and not foreseen."""
    return int(mac, 16) % 100


def check_points(item: RuleItem, points: Collection[int]) -> None:
    if any(not 0 < each <= item.points_max for each in points):
        raise PointsOutOfRange(errors={"points": [f"每人1到{item.points_max}分"]})


def check_known(points: Mapping[UUID, int], asked: Mapping[UUID, int]) -> None:
    """Points are for people who acted, and for nobody else."""
    if points.keys() - asked.keys():
        raise PointsOutOfRange(errors={"points": ["只能给做这件事的人"]})


def check_proof(*, files: int, call_note: str) -> None:
    """Pictures are nobody's duty: without one somebody calls or visits the person helped."""
    if files == 0 and not call_note:
        raise CallMissing(errors={"call_note": ["没有照片时，请打电话或上门问一下受助人"]})


def check_reason(reason_code: str | None, reason: str) -> None:
    if reason_code is None or not reason:
        raise ReasonMissing(errors={"reason": ["请选原因，并写一句话"]})


def after_days(start: datetime, days: int) -> datetime:
    """The first moment after so many days; the first day is not counted."""
    return end_of(day_of(start) + days * DAY)


def window(start: datetime, days: int, holidays: Holidays) -> tuple[datetime, datetime]:
    """From now to the end of so many working days, the last day included."""
    return start, after_working_days(start, days, holidays)


def rest(stopped: datetime, until: datetime, holidays: Holidays) -> int:
    """How many working days of a window were left after the day it was stopped on."""
    day = day_of(stopped)
    last = last_day_before(until)
    left = 0
    while day < last:
        day += DAY
        left += is_working_day(day, holidays)
    return left


def resume(left: int, now: datetime, holidays: Holidays) -> datetime:
    """Where a stopped window ends now: what was left, and a working day at least."""
    return after_working_days(now, max(1, left), holidays)
