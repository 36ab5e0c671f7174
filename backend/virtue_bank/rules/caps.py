"""How much somebody may still earn: which caps a share meets, and in which periods. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from backend.days import month_of
from backend.errors import Conflict


class CapReached(Conflict):
    title = "已达到细则规定的上限"


@dataclass(frozen=True, kw_only=True)
class Cap:
    """A row of the sheet; `item_id` None counts what is earned by all its items together."""

    id: UUID
    subject: str  # account | person | pair
    period: str  # day | week | month | year
    cap: int
    item_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Share:
    """One person's part of a deed."""

    item_id: UUID
    acted_id: UUID
    account_id: int
    points: int
    helped_id: UUID | None = None


@dataclass(frozen=True, order=True, kw_only=True)
class CapUse:
    """What one share takes of one counter; sorted, so that two decisions never wait in a ring."""

    rule_cap_id: UUID
    subject_key: str
    period_start: date
    points: int
    cap: int


def cap_periods(caps: Sequence[Cap], share: Share, occurred_on: date) -> list[CapUse]:
    """Every counter the share is counted in, of the period of the day of the deed, sorted."""
    return sorted(
        CapUse(
            rule_cap_id=cap.id,
            subject_key=key,
            period_start=period_start(cap.period, occurred_on),
            points=share.points,
            cap=cap.cap,
        )
        for cap in caps
        if cap.item_id in {None, share.item_id}
        and (key := subject_key(cap.subject, share)) is not None
    )


def uses_together(uses: Sequence[CapUse]) -> list[CapUse]:
    """Of several shares of one deed: what each counter is asked for in all, sorted."""
    asked: dict[tuple[UUID, str, date], CapUse] = {}
    for use in uses:
        counter = (use.rule_cap_id, use.subject_key, use.period_start)
        before = asked[counter].points if counter in asked else 0
        asked[counter] = CapUse(
            rule_cap_id=use.rule_cap_id,
            subject_key=use.subject_key,
            period_start=use.period_start,
            points=before + use.points,
            cap=use.cap,
        )
    return sorted(asked.values())


def subject_key(subject: str, share: Share) -> str | None:
    """Whose counter; a pair is who acted and who was helped, and there is none without both."""
    if subject == "person":
        return str(share.acted_id)
    if subject == "account":
        return str(share.account_id)
    return f"{share.acted_id}:{share.helped_id}" if share.helped_id else None


def period_start(period: str, on: date) -> date:
    """The first day of the calendar day, week (Monday), month or year of that day."""
    if period == "week":
        return on - timedelta(days=on.weekday())
    if period == "month":
        return month_of(on)
    if period == "year":
        return on.replace(month=1, day=1)
    return on


def room(cap: int, used: int) -> int:
    """What is left of a cap."""
    return max(0, cap - used)


def check_room(use: CapUse, used: int) -> None:
    """Nothing is cut silently: who asks for more than is left is told what is left.

    Raises:
        CapReached: with `room`, the points that would still fit.
    """
    if use.points > (left := room(use.cap, used)):
        told = (
            f"这一时段还可以记{left}分，这一件要{use.points}分，改少了才记得下。"
            if left
            else "这一时段记满了，不能再记；别的日子做的好事照常记。"
        )
        raise CapReached(told, room=left)
