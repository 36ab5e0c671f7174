"""What is told about budgets and quotas."""

from uuid import UUID

from backend.notifications.models import Notice
from backend.virtue_bank.models import Allotment, Budget, Quota

WORK = "pages/home/index"


def budget_to_confirm(budget: Budget, second_id: UUID) -> Notice:
    return _to_second(
        budget.community_id,
        f"budget:{budget.id}:to_confirm:{second_id}",
        second_id,
        what="积分预算",
        body="主任登记了一项积分预算，请核对决议和兑换保障后确认。",
    )


def allotment_to_confirm(allotment: Allotment, second_id: UUID) -> Notice:
    month = f"{allotment.month.year}年{allotment.month.month}月"
    return _to_second(
        allotment.community_id,
        f"allotment:{allotment.id}:to_confirm:{second_id}",
        second_id,
        what="积分额度",
        body=f"{month}的审批额度已拟好，请核对后确认。",
    )


def quota_allotted(quota: Quota) -> Notice:
    month = f"{quota.month.year}年{quota.month.month}月"
    return Notice(
        community_id=quota.community_id,
        event_key=f"quota:{quota.id}:allotted",
        kind="review_result",
        headline=f"{month}的审批额度到账",
        body=f"{month}可以审批{quota.points}分，月底未用完的部分失效，不作为工作要求。",
        payload={"result": "已分配", "note": "积分审批额度"},
        page=WORK,
        resident_id=quota.holder_id,
    )


def _to_second(
    community_id: UUID, event_key: str, second_id: UUID, *, what: str, body: str
) -> Notice:
    return Notice(
        community_id=community_id,
        event_key=event_key,
        kind="review_result",
        headline=f"{what}待确认",
        body=body,
        payload={"result": "待确认", "note": what},
        page=WORK,
        resident_id=second_id,
    )
