"""When an account may be asked to stand still or to be freed, and confirmed. Pure."""

from datetime import datetime
from uuid import UUID

from backend.errors import Conflict, NotAllowed
from backend.virtue_bank.rules.second import NotWaiting

FREEZE, UNFREEZE = "freeze", "unfreeze"


class NothingToFreeze(Conflict):
    title = "这个账户不能冻结"


class AlreadyFrozen(Conflict):
    title = "账户已经冻结"


class NotFrozen(Conflict):
    title = "账户没有冻结"


class FreezingUnderway(Conflict):
    title = "这个账户已有等待确认的申请"


class FreezingLapsed(Conflict):
    title = "这项申请没有按时确认，已经作废"


class AskedByAnother(NotAllowed):
    title = "只有申请人可以撤回"


def check_freezable(*, is_points: bool, is_peoples: bool) -> None:
    """Residents' points alone: quotas and budgets have their own ends."""
    if not (is_points and is_peoples):
        raise NothingToFreeze("只有居民和家庭的积分账户可以冻结。")


def check_aim(aim: str, *, is_frozen: bool) -> None:
    """What is so already is neither asked for nor confirmed."""
    if aim == FREEZE and is_frozen:
        raise AlreadyFrozen("请在已有的冻结上办理。")
    if aim == UNFREEZE and not is_frozen:
        raise NotFrozen("账户可以照常使用，不用解冻。")


def check_may_confirm(state: str, now: datetime, until: datetime) -> None:
    """To say no is due as long as to say yes."""
    if state == "lapsed" or (state == "requested" and now >= until):
        raise FreezingLapsed("还需要办的，请重新申请。")
    if state != "requested":
        raise NotWaiting("已经确认或撤回，请刷新。")


def check_may_withdraw(state: str, by: UUID, asked_by: UUID) -> None:
    if by != asked_by:
        raise AskedByAnother("请由申请人撤回；没有人确认，到期作废。")
    if state != "requested":
        raise NotWaiting("已经确认或作废，请刷新。")
