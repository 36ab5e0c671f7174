"""How much may be given, by whom, and what stands behind it on the shelves. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction
from uuid import UUID

from backend.days import last_of_month, month_of
from backend.errors import Conflict, Invalid, Outdated

LONGEST_PERIOD_DAYS = 366


class BudgetOverlaps(Conflict):
    title = "这一时段已有预算"


class CoverageNeedsReason(Conflict):
    title = "兑换保障不足，请写明理由"


class PeriodUnclear(Invalid):
    title = "预算时段有误"


class BudgetNotWaiting(Outdated):
    title = "这项预算不在等待确认"


class BudgetNotFunded(Conflict):
    title = "预算还没有经两人确认"


class BudgetShort(Conflict):
    title = "预算余额不足"


class MonthOutside(Invalid):
    title = "月份有误"


class NotAnApprover(Invalid):
    title = "额度只能给网格员和居委会成员"


class QuotaTaken(Conflict):
    title = "此人本月已有额度"


class AllotmentNotWaiting(Outdated):
    title = "这次额度分配不在等待确认"


def coverage(shelf: int, circulation: int, budget: int) -> Fraction:
    """What lies on the shelves for each point that is out or will be; 1 is enough."""
    promised = max(0, circulation) + budget
    return Fraction(shelf, promised) if promised > 0 else Fraction(1)


def check_coverage(ratio: Fraction, reason: str | None) -> None:
    """Less than a shelf full needs a reason in writing.

    Raises:
        CoverageNeedsReason: with `percent`, rounded down.
    """
    if ratio < 1 and not reason:
        percent = int(ratio * 100)
        raise CoverageNeedsReason(
            f"货架上的物品和服务只够兑换{percent}%。请补充库存、减少预算，或写明理由。",
            percent=percent,
        )


def check_period(since: date, until: date, today: date) -> None:
    """Whole months that are not all over, at most a year of them; `until` is the last day."""
    whole = since == month_of(since) and until == last_of_month(until)
    if not whole or until < since or (until - since).days >= LONGEST_PERIOD_DAYS:
        raise PeriodUnclear("预算按整月计算，最长一年。", errors={"until": ["请选某月的最后一天"]})
    if until < today:
        raise PeriodUnclear("这一时段已经结束。", errors={"until": ["不能早于今天"]})


def check_waits(state: str) -> None:
    """The first one's word is neither confirmed nor withdrawn."""
    if state != "proposed":
        raise BudgetNotWaiting("已有人确认或撤回，请刷新。")


def check_allotment_waits(state: str) -> None:
    if state != "proposed":
        raise AllotmentNotWaiting("已有人确认或撤回，请刷新。")


def check_funded(state: str) -> None:
    if state != "funded":
        raise BudgetNotFunded("请先由另一位同事确认预算。")


def check_month(month: date, *, today: date, since: date, until: date) -> None:
    """A month of the budget (`until` excluded) that is not over."""
    if month < month_of(today) or not since <= month < until:
        raise MonthOutside(
            "请选预算时段内、尚未结束的月份。", errors={"month": ["不在预算时段内或已结束"]}
        )


def funded_account(account_id: int | None) -> int:
    """The number of the account that a second person's word opened."""
    if account_id is None:
        raise BudgetNotFunded("请先由另一位同事确认预算。")
    return account_id


def lines_of(pairs: Sequence[tuple[UUID, int]]) -> dict[UUID, int]:
    """Points by holder; each is named once."""
    points = dict(pairs)
    if len(points) < len(pairs):
        raise QuotaTaken("每人每月只有一份额度，请不要重复填写。")
    return points


def check_lines(
    points: Mapping[UUID, int],
    *,
    kinds: Mapping[UUID, str],
    taken: Collection[UUID],
    available: int,
) -> None:
    """Everybody named may approve, has no quota yet, and the budget holds them all.

    `kinds` names the approvers; `available` is what no other quota, allotted or proposed, takes.
    """
    if strangers := points.keys() - kinds.keys():
        raise NotAnApprover(f"有{len(strangers)}人目前没有审批职务。")
    if taken:
        raise QuotaTaken("每人每月只有一份额度。")
    if (asked := sum(points.values())) > available:
        raise BudgetShort(
            f"预算还剩{available}分，这次要分配{asked}分。", available=available, asked=asked
        )
