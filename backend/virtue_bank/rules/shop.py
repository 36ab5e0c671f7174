"""What may stand in the points shop, and how its stock may change. Pure."""

import unicodedata

from backend.errors import Conflict, Invalid, Outdated
from backend.virtue_bank.models.shop import BY_THE_MONTH

# Points are thanks, never money: nothing that could be spent elsewhere or set against a bill.
CASH_LIKE = (
    "现金",
    "红包",
    "转账",
    "提现",
    "话费",
    "流量包",
    "充值",
    "储值",
    "购物卡",
    "购物券",
    "超市卡",
    "超市券",
    "礼品卡",
    "礼品券",
    "礼券",
    "提货券",
    "提货卡",
    "代金券",
    "代金卡",
    "抵用券",
    "优惠券",
    "消费券",
    "满减券",
    "现金券",
    "加油卡",
    "油卡",
    "电话卡",
    "京东卡",
    "e卡",
    "彩票",
    "刮刮乐",
    "虚拟币",
    "数字货币",
    "比特币",
    "抵物业费",
    "抵停车费",
    "抵水电费",
)


class CashLike(Invalid):
    title = "积分不能兑换现金或者可以当钱用的卡券"


class NotByTheMonth(Invalid):
    title = "名额填写有误"


class NotAMovement(Invalid):
    title = "出入库填写有误"


class BelowHeld(Conflict):
    title = "库存里有已被预约的，不能再减这么多"


class StaleItem(Outdated):
    title = "刚刚有人改过，请刷新后再改"


class TitleTaken(Conflict):
    title = "已有同名的领取点"


class NoClerk(Invalid):
    title = "领取点的工作人员有误"


def check_wording(**texts: str) -> None:
    """Refuse what is as good as money, in whatever field it is said."""
    wrong = {
        field: [f"不能是“{found}”一类可以当钱用的东西"]
        for field, text in texts.items()
        if (found := cash_like(text))
    }
    if wrong:
        raise CashLike("请换成实物、服务、场地，或者表示感谢的小礼物。", errors=wrong)


def cash_like(text: str) -> str | None:
    """The first word in it that means money, however it is spaced or written."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKC", text).lower()
        if unicodedata.category(letter)[0] in "LN"
    )
    return next((word for word in CASH_LIKE if word in plain), None)


def check_slots(kind: str, slots: int | None) -> None:
    """Services and rooms go by the month, and only they."""
    if kind in BY_THE_MONTH and slots is None:
        raise NotByTheMonth(errors={"slots": ["服务和场地请填写每月名额"]})
    if kind not in BY_THE_MONTH and slots is not None:
        raise NotByTheMonth(errors={"slots": ["只有服务和场地有每月名额"]})


def check_movement(kind: str, *, reason: str, is_gift: bool) -> None:
    """Only what comes in is a gift; what is written off says why."""
    if is_gift and kind != "received":
        raise NotAMovement(errors={"gift": ["只有入库的可以是捐赠"]})
    if kind == "written_off" and not reason:
        raise NotAMovement(errors={"reason": ["报损请写明原因"]})


def check_version(*, yours: int, current: int) -> None:
    if yours != current:
        raise StaleItem(your_version=yours, current_version=current)
