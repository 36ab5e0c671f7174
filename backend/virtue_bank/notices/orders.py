"""What the holder hears of an order: where and until when at once, how it ended in the digest.

The code itself stands in no notice: notices are kept, the code is not.
"""

from collections.abc import Sequence
from datetime import datetime

from backend.days import chinese_day, last_day_before
from backend.notifications.models import Notice
from backend.virtue_bank.models.orders import ShopOrder
from backend.virtue_bank.models.shop import Counter

_ORDERS, _ORDER = "points/orders", "points/order"


def placed(
    orders: Sequence[ShopOrder], titles: Sequence[str], counter: Counter, at: datetime
) -> Notice:
    """All that was ordered together, in one card that comes now."""
    first = orders[0]
    things = "、".join(
        f"{title}×{order.quantity}" for title, order in zip(titles, orders, strict=True)
    )
    hours = f"，{counter.hours}" if counter.hours else ""
    until = chinese_day(last_day_before(first.expires_at))
    return Notice(
        community_id=first.community_id,
        event_key=f"shop_basket:{first.basket}:placed",
        kind="points_change",
        headline="兑换成功，请来领取",
        body=f"{things}。请在{until}前凭取货码到{counter.place}（{counter.title}{hours}）领取，"
        "家人邻居可以代领。逾期自动取消，积分退回。",
        payload={
            "amount": f"-{sum(order.points for order in orders)}",
            "reason": f"凭取货码领取，{until}前"[:20],
            "date": chinese_day(last_day_before(at)),
        },
        page=_ORDERS,
        resident_id=first.placed_by,
        thread_key=f"shop_basket:{first.basket}",
        at_once=True,
    )


def picked_up(order: ShopOrder, title: str, given: int, brought_by: str) -> Notice:
    who, points = f"由{brought_by}代领" if brought_by else "已领取", order.points_each * given
    less = order.quantity - given
    rest = f"少领的{less}份不扣积分。" if less else ""
    return _change(
        order,
        "picked_up",
        f"-{points}",
        headline=f"{title}{who}",
        body=f"{title}×{given}{who}，扣{points}分。{rest}有问题请在期限内联系领取点退回。",
    )


def cancelled(order: ShopOrder, title: str) -> Notice:
    return _freed(order, title, "已取消", "积分已退回账户。")


def declined(order: ShopOrder, title: str) -> Notice:
    why = f"原因：{order.reason.rstrip('。')}。" if order.reason else ""
    return _freed(order, title, "家人没有同意", f"{why}积分已退回账户。")


def expired(order: ShopOrder, title: str) -> Notice:
    return _freed(order, title, "过期没有领取", "已自动取消，积分退回账户，可以再兑换。")


def refused(order: ShopOrder, title: str) -> Notice:
    return _freed(order, title, "没有领成", f"原因：{order.reason}。积分已退回账户。")


def returned(order: ShopOrder, title: str) -> Notice:
    return _change(
        order,
        "returned",
        f"+{order.points}",
        headline=f"{title}已退回",
        body=f"{title}×{order.given}已退回，{order.points}分退回账户。",
    )


def return_declined(order: ShopOrder, title: str, reason: str) -> Notice:
    return _change(
        order,
        f"return_declined:{order.return_asked_at:%Y%m%d%H%M%S}",
        "0",
        headline=f"{title}没有退成",
        body=f"原因：{reason}。不同意可以到居委会反映。",
    )


def _freed(order: ShopOrder, title: str, what: str, then: str) -> Notice:
    return _change(
        order,
        order.state,
        f"+{order.points}",
        headline=f"{title}{what}",
        body=f"{title}×{order.quantity}{what}。{then}",
    )


def _change(order: ShopOrder, event: str, amount: str, *, headline: str, body: str) -> Notice:
    moment = order.closed_at or order.created_at
    return Notice(
        community_id=order.community_id,
        event_key=f"shop_order:{order.id}:{event}",
        kind="points_change",
        headline=headline,
        body=body,
        payload={
            "amount": amount,
            "reason": headline[:20],
            "date": chinese_day(last_day_before(moment)),
        },
        page=f"{_ORDER}?id={order.id}",
        resident_id=order.placed_by,
        thread_key=f"shop_order:{order.id}",
    )
