"""What people of a family hear from each other."""

from uuid import UUID

from backend.days import chinese_day, last_day_before
from backend.notifications.models import Notice
from backend.virtue_bank.models.families import FamilyMember
from backend.virtue_bank.models.orders import ShopOrder

_FAMILY, _ORDER = "points/family", "points/order"


def asked_to_join(member: FamilyMember, name: str) -> Notice:
    return Notice(
        community_id=member.community_id,
        event_key=f"family_member:{member.id}:asked",
        kind="review_result",
        headline="邀请您加入家庭积分账户",
        body=f"{name}邀请您把做好事的积分和家人放在一起。同意后才算加入，随时可以退出。",
        payload={"result": "待同意", "note": "家庭积分账户"},
        page=_FAMILY,
        resident_id=member.resident_id,
        at_once=True,
    )


def to_agree(order: ShopOrder, points: int, adult_id: UUID, name: str) -> Notice:
    until = chinese_day(last_day_before(order.expires_at))
    return Notice(
        community_id=order.community_id,
        event_key=f"shop_basket:{order.basket}:to_agree:{adult_id}",
        kind="review_result",
        headline="家人兑换东西，请您确认",
        body=f"{name}要用{points}分家庭积分兑换东西，请在{until}前同意或不同意，逾期自动取消。",
        payload={"result": "待同意", "note": "家庭积分兑换"},
        page=_FAMILY,
        resident_id=adult_id,
        at_once=True,
    )


def agreed(order: ShopOrder, counter_place: str) -> Notice:
    until = chinese_day(last_day_before(order.expires_at))
    return Notice(
        community_id=order.community_id,
        event_key=f"shop_basket:{order.basket}:agreed",
        kind="review_result",
        headline="家人同意了，可以领取",
        body=f"请在订单里取得取货码，{until}前到{counter_place}领取。",
        payload={"result": "已同意", "note": "家庭积分兑换"},
        page=f"{_ORDER}?id={order.id}",
        resident_id=order.placed_by,
        at_once=True,
    )
