"""Who may be of a family, what takes two of them, and what goes along on leaving. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from backend.errors import Conflict, Invalid, NotAllowed, Outdated

GROWN_UP = 18
TWO_ABOVE = 200
"""More points than these at once from the family's account: another adult agrees."""

DAYS_TO_AGREE = 3


class OtherFamily(Conflict):
    title = "已经在一个家庭账户里"


class HouseholdTaken(OtherFamily):
    title = "这一户已有家庭账户"


class NotAMember(Outdated):
    title = "这个人已经不在家庭账户里"


class LeavesAlone(NotAllowed):
    title = "已经同意加入的大人，由自己退出"


class ConsentMissing(Conflict):
    title = "家庭成员还没有同意"


class FamilyClosed(Conflict):
    title = "这个家庭账户已经关闭"


class NotOfTheHousehold(Invalid):
    title = "只能加入同一户的人"


class WrongRole(Invalid):
    title = "家庭角色填写有误"


class NotAnAdult(NotAllowed):
    title = "这件事由家里的大人办"


class NothingToAgree(Conflict):
    title = "这份兑换没有等待家人确认"


class OwnOrderToAgree(NotAllowed):
    title = "自己的兑换请另一位家人确认"


class MonthlyLimitReached(Conflict):
    title = "本月可以用的家庭积分已经用完"


class OrdersWaiting(Conflict):
    title = "家里有换了还没领的东西"


class NobodyToAgree(Conflict):
    title = "这么多家庭积分要另一位家人同意"


def check_role(role: str, *, born_year: int | None, this_year: int) -> None:
    """Somebody under eighteen is a child here; of whom no year is known, the owner knows.

    A grown-up never joins as a child, without a word of their own.
    """
    is_minor = born_year is not None and this_year - born_year < GROWN_UP
    if is_minor and role != "child":
        raise WrongRole(errors={"role": ["未满18岁的是孩子"]})
    if role == "child" and born_year is not None and not is_minor:
        raise WrongRole(errors={"role": ["满18岁的要本人同意，请选大人"]})


def check_adult(role: str | None, *, has_consented: bool) -> None:
    if role is None or role == "child":
        raise NotAnAdult
    if not has_consented:
        raise ConsentMissing("请先同意加入。")


def may_ask(role: str, consented_at: datetime | None) -> bool:
    return role != "child" and consented_at is not None


def needs_another(points: int) -> bool:
    return points > TWO_ABOVE


def check_monthly_limit(*, limit: int | None, spent: int, points: int) -> None:
    if limit is not None and spent + points > limit:
        left = max(0, limit - spent)
        raise MonthlyLimitReached(f"本月还可以用{left}分。", left=left)


def check_nothing_held(pending: int) -> None:
    """What orders hold could come back to a family that is no more."""
    if pending:
        raise OrdersWaiting(f"有{pending}分留着等人去领，请先领走或取消。", pending=pending)


def check_may_agree(*, is_waiting: bool, is_own: bool) -> None:
    if is_own:
        raise OwnOrderToAgree
    if not is_waiting:
        raise NothingToAgree("已经取消、过期，或家里人说过了。")


def is_last_adult(leaver: UUID, members: Iterable[tuple[UUID, str, bool]]) -> bool:
    """Whether nobody who could act is left; members are (id, role, has consented)."""
    return not any(
        member != leaver and role != "child" and consented for member, role, consented in members
    )


def split_on_leaving(contributions: Mapping[UUID, int], available: int) -> dict[UUID, int]:
    """What is left, by what each brought in: whole points, largest remainders first.

    Where nobody brought anything, in equal parts. The parts add up to `available`.
    """
    weights = dict(contributions)
    total = sum(weights.values())
    if total == 0:
        weights, total = dict.fromkeys(weights, 1), len(weights)
    parts = {who: available * weight // total for who, weight in weights.items()}
    rest = available - sum(parts.values())
    by_remainder = sorted(weights, key=lambda who: (-(available * weights[who] % total), who))
    for who in by_remainder[:rest]:
        parts[who] += 1
    return parts
