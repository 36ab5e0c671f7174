"""What the holder, and who must decide, hear of a reversal."""

from uuid import UUID

from backend.days import chinese_day, last_day_before
from backend.notifications.models import Notice
from backend.virtue_bank.models import ReversalRequest

HOLDERS = "points/appeal"
WORK = "pages/home/index"


def reversal_requested(request: ReversalRequest) -> Notice:
    last = chinese_day(last_day_before(request.answer_until))
    return _to_holder(
        request,
        "requested",
        result="待说明",
        headline="有一笔积分申请冲正，请您说明",
        body=f"涉及{request.amount}分，理由：{request.reason}（依据：{request.decision_ref}）。"
        f"您可以在{last}前说明情况，也可以打电话或到社区窗口说明。",
    )


def reversal_confirmed(request: ReversalRequest) -> Notice:
    last = chinese_day(last_day_before(request.appeal_until)) if request.appeal_until else ""
    return _to_holder(
        request,
        "confirmed",
        result="已冲正",
        headline="一笔积分已冲正",
        body=f"已扣回{request.amount}分。不同意的，可以在{last}前向居务监督委员会申诉。",
    )


def reversal_dropped(request: ReversalRequest) -> Notice:
    return _to_holder(
        request,
        "dropped",
        result="已撤回",
        headline="积分冲正申请已撤回",
        body=f"您的{request.amount}分不变。",
    )


def appeal_judged(request: ReversalRequest) -> Notice:
    restored = request.state == "restored"
    outcome = f"申诉成立，{request.amount}分已恢复。" if restored else "维持原来的冲正。"
    return _to_holder(
        request,
        "judged",
        result="申诉成立" if restored else "维持",
        headline="积分冲正的申诉有了结果",
        body=f"{outcome}理由：{request.judged_reason}",
    )


def may_confirm(request: ReversalRequest, member_id: UUID) -> Notice:
    answered = request.state == "answered"
    return _to_worker(
        request,
        f"answered:{request.state}",
        member_id,
        headline="一项积分冲正可以确认了",
        body="本人已作说明，请看过后确认或撤回。"
        if answered
        else "说明期限已过，本人没有说明，请确认或撤回。",
    )


def to_judge(request: ReversalRequest, supervisor_id: UUID) -> Notice:
    return _to_worker(
        request,
        "appealed",
        supervisor_id,
        headline="有居民对积分冲正提出申诉",
        body="请查看双方的说明后作出决定。",
    )


def _to_holder(
    request: ReversalRequest, event: str, *, result: str, headline: str, body: str
) -> Notice:
    return Notice(
        community_id=request.community_id,
        event_key=f"reversal:{request.id}:{event}",
        kind="review_result",
        headline=headline,
        body=body,
        payload={"result": result, "note": "积分冲正"},
        page=HOLDERS,
        resident_id=request.holder_id,
        thread_key=f"reversal:{request.id}",
        at_once=True,
    )


def _to_worker(
    request: ReversalRequest, event: str, worker_id: UUID, *, headline: str, body: str
) -> Notice:
    return Notice(
        community_id=request.community_id,
        event_key=f"reversal:{request.id}:{event}:{worker_id}",
        kind="review_result",
        headline=headline,
        body=body,
        payload={"result": "待办", "note": "积分冲正"},
        page=WORK,
        resident_id=worker_id,
    )
