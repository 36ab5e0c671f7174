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
        body=f"您的{request.amount}分不变。理由：{request.dropped_reason}",
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


def overdue_to_holder(request: ReversalRequest) -> Notice:
    judged = request.state == "appealed"
    last = chinese_day(last_day_before(request.due_at)) if request.due_at else ""
    return _to_holder(
        request,
        f"overdue:{request.state}",
        result="办理超时",
        headline="很抱歉，积分冲正没有按时办理",
        body="您的申诉还没有裁决，已经报告街道。"
        if judged
        else f"是不是冲正还没有定，已经报告主任和街道。{last}前没有人确认的，申请作废，积分不变。",
    )


def overdue(request: ReversalRequest, overseer_id: UUID) -> Notice:
    judged = request.state == "appealed"
    last = chinese_day(last_day_before(request.due_at)) if request.due_at else ""
    return _to_worker(
        request,
        f"overdue:{request.state}",
        overseer_id,
        headline="积分冲正的申诉裁决超时" if judged else "积分冲正确认超时",
        body="请督促监督委员会尽快裁决，并向居民说明。"
        if judged
        else f"请安排与此事无关的人尽快确认或撤回；{last}前没有确认的，申请作废。",
    )


def lapsed(request: ReversalRequest) -> Notice:
    return _to_worker(
        request,
        "lapsed",
        request.asked_by,
        headline="您申请的积分冲正已作废",
        body="没有人按时确认，积分不变。确有错误的，可以重新申请。",
    )


def may_confirm(request: ReversalRequest, member_id: UUID) -> Notice:
    answered = request.state == "answered"
    last = chinese_day(last_day_before(request.due_at)) if request.due_at else ""
    return _to_worker(
        request,
        f"answered:{request.state}",
        member_id,
        headline="一项积分冲正可以确认了",
        body=f"本人已作说明，请{last}前看过后确认或撤回。"
        if answered
        else f"说明期限已过，本人没有说明，请{last}前确认或撤回。",
    )


def to_judge(request: ReversalRequest, supervisor_id: UUID) -> Notice:
    last = chinese_day(last_day_before(request.due_at)) if request.due_at else ""
    return _to_worker(
        request,
        "appealed",
        supervisor_id,
        headline="有居民对积分冲正提出申诉",
        body=f"请查看双方的说明后，{last}前作出决定。",
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
