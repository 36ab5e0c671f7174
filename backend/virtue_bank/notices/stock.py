"""What the committee hears of the shop's stock."""

from datetime import date
from uuid import UUID

from backend.days import chinese_day
from backend.notifications.models import Notice


def does_not_add_up(community_id: UUID, keeper_id: UUID, on: date) -> Notice:
    return Notice(
        community_id=community_id,
        event_key=f"stock:{on:%Y%m%d}:{keeper_id}",
        kind="review_result",
        headline="商店库存对不上",
        body=f"{chinese_day(on)}核对时，有商品的库存与出入库记录不一致，请盘点并联系技术人员。",
        payload={"result": "待核对", "note": "商店库存"},
        page="pages/home/index",
        resident_id=keeper_id,
    )
