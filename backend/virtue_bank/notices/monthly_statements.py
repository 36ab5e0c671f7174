"""What a holder hears when a month is over in which something moved."""

from datetime import date
from uuid import UUID

from backend.days import chinese_day
from backend.notifications.models import Notice

ACCOUNT = "points/account"


def month_over(
    community_id: UUID,
    month: date,
    person_id: UUID,
    *,
    account_id: int,
    of_family: bool,
    gained: int,
    lost: int,
    left: int,
) -> Notice:
    """The month's sums and what was left at its end, compared with nobody's."""
    whose = "家庭积分" if of_family else "积分"
    moves = "，".join(
        f"{word}{points}分" for word, points in (("增加", gained), ("减少", lost)) if points
    )
    rest = f"月底有{left}分" if left >= 0 else f"月底还欠{-left}分"
    return Notice(
        community_id=community_id,
        event_key=f"points_account:{account_id}:{month:%Y-%m}:{person_id}",
        kind="points_change",
        headline=f"{month.month}月{whose}{moves}",
        body=f"{month.year}年{month.month}月，您的{whose}{moves}，{rest}。每一笔都可以在“我的积分”里"
        "查到；不方便用手机的，可以请网格员或到社区窗口帮忙查。",
        payload={
            "amount": f"{gained - lost:+}",
            "reason": f"{month.month}月小结",
            "date": chinese_day(month),
        },
        page=ACCOUNT,
        resident_id=person_id,
        thread_key=f"points_account:{account_id}",
    )
