"""What holders, and who must announce it, hear of a settlement."""

from uuid import UUID

from backend.days import chinese_day
from backend.notifications.models import Notice
from backend.virtue_bank.models import Settlement, SettlementLine

ACCOUNT = "points/account"
WORK = "pages/home/index"


def to_announce(settlement: Settlement, person_id: UUID) -> Notice:
    return Notice(
        community_id=settlement.community_id,
        event_key=f"settlement:{settlement.id}:to_announce:{person_id}",
        kind="review_result",
        headline="年度积分清算待公告",
        body=f"计划于{chinese_day(settlement.expires_on)}清算，请核对决议后公告。",
        payload={"result": "待公告", "note": "年度积分清算"},
        page=WORK,
        resident_id=person_id,
        thread_key=f"settlement:{settlement.id}",
    )


def points_will_expire(settlement: Settlement, line: SettlementLine, person_id: UUID) -> Notice:
    """How much, until when, and what becomes of orders: to everybody, in their own figures."""
    day = chinese_day(settlement.expires_on)
    return Notice(
        community_id=line.community_id,
        event_key=f"settlement_line:{line.id}:announced:{person_id}",
        kind="points_change",
        headline=f"您有{line.announced}分将在{day}过期",
        body=f"这是{settlement.year}年底以前得到、还没有用的积分。{day}以前兑换或捐出的不会过期；"
        "已经下单、还没领取的也不会过期。不方便用手机的，可以请网格员或到社区窗口帮忙。",
        payload={
            "amount": str(line.announced),
            "reason": "将过期",
            "date": settlement.expires_on.isoformat(),
        },
        page=ACCOUNT,
        resident_id=person_id,
        thread_key=f"settlement:{settlement.id}",
    )


def points_expired(settlement: Settlement, line: SettlementLine, person_id: UUID) -> Notice:
    return Notice(
        community_id=line.community_id,
        event_key=f"settlement_line:{line.id}:settled:{person_id}",
        kind="points_change",
        headline=f"{line.expired}分已过期",
        body="按年度清算办理，账户对账单里可以查到这一笔。有疑问可以到社区窗口询问。",
        payload={
            "amount": str(line.expired),
            "reason": "年度清算",
            "date": settlement.expires_on.isoformat(),
        },
        page=ACCOUNT,
        resident_id=person_id,
        thread_key=f"settlement:{settlement.id}",
    )


def settlement_dropped(settlement: Settlement) -> Notice:
    """To all, for it was announced to all who have points."""
    return Notice(
        community_id=settlement.community_id,
        event_key=f"settlement:{settlement.id}:dropped",
        kind="publication",
        headline="年度积分清算已取消",
        body=f"原定{chinese_day(settlement.expires_on)}的清算不再进行，积分不变。"
        f"理由：{settlement.dropped_reason}",
        payload={"title": "年度积分清算已取消", "period": settlement.expires_on.isoformat()},
        page="public/board",
        audience={"kind": "community"},
        thread_key=f"settlement:{settlement.id}",
    )
