"""What the holder, and who must decide, hear of an account that stands still."""

from uuid import UUID

from backend.days import chinese_day, last_day_before
from backend.notifications.models import Notice
from backend.virtue_bank.models import FreezingRequest
from backend.virtue_bank.notices.lateness import late

HOLDERS = "points/account"
WORK = "pages/home/index"


def account_frozen(request: FreezingRequest, holder_id: UUID) -> Notice:
    last = chinese_day(last_day_before(request.appeal_until)) if request.appeal_until else ""
    return _to_holder(
        request,
        "frozen",
        holder_id,
        result="已冻结",
        headline=f"{_whose(request)}积分账户冻结了",
        body=f"理由：{request.reason}（依据：{request.decision_ref}）。冻结的时候不能兑换、不能捐，"
        f"积分还在，每一笔都看得到。不同意的，可以在{last}前向居务监督委员会申诉，"
        "也可以打电话或到社区窗口说。",
    )


def account_freed(request: FreezingRequest, holder_id: UUID) -> Notice:
    return _to_holder(
        request,
        "freed",
        holder_id,
        result="已解冻",
        headline=f"{_whose(request)}积分账户解冻了",
        body=f"可以照常使用。理由：{request.reason}",
    )


def appeal_judged(request: FreezingRequest, holder_id: UUID) -> Notice:
    lifted = request.state == "lifted"
    outcome = "申诉成立，账户已解冻，可以照常使用。" if lifted else "维持原来的冻结。"
    return _to_holder(
        request,
        "judged",
        holder_id,
        result="申诉成立" if lifted else "维持",
        headline="积分账户冻结的申诉有了结果",
        body=f"{outcome}理由：{request.judged_reason}",
    )


def to_confirm(request: FreezingRequest, supervisor_id: UUID) -> Notice:
    return _to_worker(
        request,
        "requested",
        supervisor_id,
        headline=f"一个积分账户申请{request.aim_label}，请您核对",
        body=f"理由：{request.reason}（依据：{request.decision_ref}）。"
        f"请在{chinese_day(last_day_before(request.confirm_until))}前确认，过期作废。",
    )


def lapsed(request: FreezingRequest) -> Notice:
    return _to_worker(
        request,
        "lapsed",
        request.asked_by,
        headline=f"积分账户{request.aim_label}申请没有人确认，已经作废",
        body="账户没有变。还需要办的，请重新申请。",
        result="已作废",
    )


def declined(request: FreezingRequest) -> Notice:
    return _to_worker(
        request,
        "declined",
        request.asked_by,
        headline=f"积分账户{request.aim_label}申请，监督委员会没有同意",
        body=f"理由：{request.declined_reason} 账户没有变。有新情况的，可以重新申请。",
        result="未同意",
    )


def to_judge(request: FreezingRequest, supervisor_id: UUID) -> Notice:
    last = chinese_day(last_day_before(request.due_at)) if request.due_at else ""
    return _to_worker(
        request,
        "appealed",
        supervisor_id,
        headline="有居民对积分账户冻结提出申诉",
        body=f"请查看双方的说明后，{last}前作出决定。",
    )


def nobody_judges(request: FreezingRequest, worker_id: UUID) -> Notice:
    return _to_worker(
        request,
        "nobody_judges",
        worker_id,
        headline="冻结的申诉没有人可以裁决",
        body="监督委员会的人都参与过原来的决定。请增派一位监督委员来裁决；查清楚了的，请申请解冻。",
    )


def overdue(request: FreezingRequest, overseer_id: UUID) -> Notice:
    return _to_worker(
        request,
        "overdue",
        overseer_id,
        headline="积分账户冻结的申诉裁决超时",
        body="请督促监督委员会尽快裁决，并向居民说明。",
    )


def overdue_to_holder(request: FreezingRequest, holder_id: UUID, phone: str) -> Notice:
    return _to_holder(
        request,
        "overdue",
        holder_id,
        **late("申诉", "积分账户冻结", above="街道", phone=phone),
    )


def _whose(request: FreezingRequest) -> str:
    return "家庭" if request.family_id else "您的"


def _to_holder(
    request: FreezingRequest,
    event: str,
    holder_id: UUID,
    *,
    result: str,
    headline: str,
    body: str,
) -> Notice:
    return Notice(
        community_id=request.community_id,
        event_key=f"freezing:{request.id}:{event}:{holder_id}",
        kind="review_result",
        headline=headline,
        body=body,
        payload={"result": result, "note": "积分账户"},
        page=HOLDERS,
        resident_id=holder_id,
        thread_key=f"freezing:{request.account_id}:{holder_id}",
        at_once=True,
    )


def _to_worker(
    request: FreezingRequest,
    event: str,
    worker_id: UUID,
    *,
    headline: str,
    body: str,
    result: str = "待办",
) -> Notice:
    return Notice(
        community_id=request.community_id,
        event_key=f"freezing:{request.id}:{event}:{worker_id}",
        kind="review_result",
        headline=headline,
        body=body,
        payload={"result": result, "note": "积分账户冻结"},
        page=WORK,
        resident_id=worker_id,
    )
