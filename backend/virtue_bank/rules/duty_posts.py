"""Who gets points for a month as captain of a building or a staircase, and how many. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.days import DAY, last_of_month
from backend.errors import Conflict, Invalid, NotAllowed
from backend.virtue_bank.rules.batches import PointsAboveSheet

Span = tuple[date, date | None]
"""From a day up to, not including, another; None is open."""


class NotACaptain(Conflict):
    title = "此人目前不担任这一职务"


class PostTaken(Conflict):
    title = "这一职务在这段时间已经登记"


class PostEnded(Conflict):
    title = "这一登记已经结束"


class TermUnclear(Invalid):
    title = "起止日期有误"


class OwnPost(NotAllowed):
    title = "涉及本人或亲属的事项须由他人办理"


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One post of one person, with the days they held the role for it."""

    post_id: UUID
    resident_id: UUID
    points_per_month: int
    paid_allowance: bool
    span: Span
    held: Sequence[Span]
    note: str


@dataclass(frozen=True, kw_only=True)
class Earned:
    """What one person earned in a month by one post."""

    post_id: UUID
    resident_id: UUID
    points: int
    note: str


def days_served(month: date, span: Span, held: Iterable[Span]) -> int:
    """The days of the month on which the post was registered and the role was held."""
    roles = list(held)
    days = (month + n * DAY for n in range(_length(month)))
    return sum(_covers(span, day) and any(_covers(each, day) for each in roles) for day in days)


def is_month_served(month: date, days: int) -> bool:
    """Half of the month is enough for the month's points; less gives none."""
    return days * 2 >= _length(month)


def earned(
    month: date, duties: Iterable[Duty], *, most: int, staff: Collection[UUID]
) -> list[Earned]:
    """One line for each person who served the month, never above the sheet.

    Whoever is paid for the post, or works for the community, gets none. Who holds several posts
    is thanked for the one with the most points.
    """
    best: dict[UUID, Earned] = {}
    for duty in duties:
        if duty.paid_allowance or duty.resident_id in staff:
            continue
        if not is_month_served(month, days_served(month, duty.span, duty.held)):
            continue
        line = Earned(
            post_id=duty.post_id,
            resident_id=duty.resident_id,
            points=min(duty.points_per_month, most),
            note=duty.note,
        )
        before = best.get(duty.resident_id)
        if before is None or line.points > before.points:
            best[duty.resident_id] = line
    return list(best.values())


def check_post(
    *,
    enterer_id: UUID,
    resident_id: UUID,
    near: Collection[UUID],
    holds_role: bool,
    points: int,
    most: int,
    from_on: date,
    until_on: date | None,
) -> None:
    """A captain of that very building, entered by nobody near them, within the sheet.

    Raises:
        OwnPost, NotACaptain, TermUnclear, PointsAboveSheet
    """
    if enterer_id == resident_id or resident_id in near:
        raise OwnPost("请由其他同事登记。")
    if not holds_role:
        raise NotACaptain("请先任命为这栋楼的楼栋长或楼道长。")
    if until_on is not None and until_on <= from_on:
        raise TermUnclear(errors={"until_on": ["须晚于开始日期"]})
    if points > most:
        raise PointsAboveSheet(f"现行细则每月最多{most}分。", most=most)


def check_end(span: Span, until_on: date) -> None:
    """It ends after it began, and not later than it would anyhow."""
    begins, ends = span
    if ends is not None and until_on >= ends:
        raise PostEnded("它在这一天之前已经结束。")
    if until_on <= begins:
        raise TermUnclear(errors={"until_on": ["须晚于开始日期"]})


def _length(month: date) -> int:
    return last_of_month(month).day


def _covers(span: Span, day: date) -> bool:
    return span[0] <= day and (span[1] is None or day < span[1])
