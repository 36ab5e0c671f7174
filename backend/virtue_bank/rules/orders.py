"""Who may order what, the code that stands for an order, and how long it does. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta

from backend.days import day_of, end_of
from backend.errors import Conflict, NotAllowed, Outdated
from backend.virtue_bank.models.orders import OPEN

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that reads like something else
LENGTH = 8
BITS = 5  # of one character: the alphabet has 32


class NotOffered(Conflict):
    title = "这件东西现在不能兑换"


class SoldOut(Conflict):
    title = "东西不够了"


class LimitReached(Conflict):
    title = "本月的兑换次数已经用完"


class HasDebt(Conflict):
    title = "积分有欠账，还清后才能兑换"


class PointsChanged(Outdated):
    title = "需要的积分刚刚变了，请看一下再兑换"


class SeveralCounters(Conflict):
    title = "一次只能兑换同一个领取点的东西"


class NotWaiting(Outdated):
    title = "这份兑换不在等待领取"


class OwnOrder(NotAllowed):
    title = "自己的兑换请由别的工作人员办理"


class TooLateToReturn(Conflict):
    title = "已经过了退回的期限"


class NothingToReturn(Conflict):
    title = "这份兑换没有等待确认的退回"


class SameHands(NotAllowed):
    title = "退回要由另一位工作人员确认"


def check_order(
    *,
    state: str,
    available: int,
    quantity: int,
    limit: int | None,
    ordered_this_month: int,
    debt: int,
) -> None:
    """Say why it cannot be; that points and pieces suffice is decided where they are taken."""
    if state != "on":
        raise NotOffered("可以看看别的。")
    if debt > 0:
        raise HasDebt(f"还欠{debt}分，以后的积分先还欠账。", debt=debt)
    if limit is not None and ordered_this_month + quantity > limit:
        left = max(0, limit - ordered_this_month)
        raise LimitReached(f"每人每月{limit}份，您本月还可以兑换{left}份。", left=left)
    if available < quantity:
        raise sold_out(available)


def sold_out(left: int) -> SoldOut:
    told = f"还剩{left}份，可以少要些。" if left > 0 else "已经兑完了，请过些日子再来看看。"
    return SoldOut(told, left=max(0, left))


def check_points(*, shown: int | None, now: int) -> None:
    """Nobody pays more, or less, than what stood on the screen."""
    if shown is not None and shown != now:
        raise PointsChanged(f"现在每份{now}分。", points=now)


def check_one_counter(counters: Collection[object]) -> None:
    if len(counters) > 1:
        raise SeveralCounters("请分开兑换。")


def new_code(seed: str) -> str:
    """Eight characters out of a keyed hash in hexadecimal: who knows the key can say it again."""
    bits = int(seed, 16)
    letters = []
    for _ in range(LENGTH):
        letters.append(ALPHABET[bits % len(ALPHABET)])
        bits >>= BITS
    return "".join(letters)


def last_moment(placed: datetime, days: int) -> datetime:
    """The first moment that is too late: the midnight after the last day."""
    return end_of(day_of(placed) + timedelta(days=days))


def check_waiting(state: str, *, expires_at: datetime, now: datetime) -> None:
    """It waits at the counter."""
    if state == "awaiting_family":
        raise NotWaiting("请等家人同意。", current_state=state)
    check_open(state, expires_at=expires_at, now=now)


def check_open(state: str, *, expires_at: datetime, now: datetime) -> None:
    """It waits at the counter or for the family."""
    if state not in OPEN:
        raise NotWaiting(current_state=state)
    if now >= expires_at:
        raise NotWaiting("已经过期，积分退回账户。", current_state="expired")


def check_may_serve(*, is_own: bool) -> None:
    if is_own:
        raise OwnOrder


def check_may_ask_return(
    *, state: str, is_asked: bool, closed_at: datetime | None, days: int, now: datetime
) -> None:
    """Within so many days of the pick-up, and once at a time."""
    if state != "picked_up" or closed_at is None or is_asked:
        raise NotWaiting("只有领走的才能退回。", current_state=state)
    if now >= last_moment(closed_at, days):
        raise TooLateToReturn(f"领取后{days}日内可以退回。")


def check_may_confirm_return(
    *, state: str, is_asked: bool, is_own: bool, is_same_person: bool
) -> None:
    if state != "picked_up" or not is_asked:
        raise NothingToReturn(current_state=state)
    if is_own:
        raise OwnOrder
    if is_same_person:
        raise SameHands("请另一位委员确认。")
