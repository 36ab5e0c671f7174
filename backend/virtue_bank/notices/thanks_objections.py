"""What is told about objections to lines and honours; nobody but the handler hears from whom."""

from uuid import UUID

from backend.days import chinese_day, last_day_before
from backend.notifications.models import Notice
from backend.virtue_bank.models import ThanksObjection
from backend.virtue_bank.models.objections import OUTCOMES
from backend.virtue_bank.notices.lateness import late

INBOX = "account/inbox"
WORK = "pages/home/index"


def to_handle(objection: ThanksObjection, title: str, member_id: UUID) -> Notice:
    by = chinese_day(last_day_before(objection.due_at)) if objection.due_at else ""
    return _notice(
        objection,
        f"to_handle:{objection.state}:{member_id}",
        member_id,
        headline="有异议待处理",
        body=f"{title}有人提出异议，请没有参与的同事在{by}前处理。",
        result="待处理",
        page=WORK,
    )


def overdue(objection: ThanksObjection, title: str, overseer_id: UUID) -> Notice:
    return _notice(
        objection,
        f"overdue:{objection.state}:{overseer_id}",
        overseer_id,
        headline="异议处理超过期限",
        body=f"{title}的异议超过期限还没有处理，请督促。",
        result="超时",
        page=WORK,
    )


def late_to_person(objection: ThanksObjection, title: str, person_id: UUID, phone: str) -> Notice:
    """To whoever waits for the answer."""
    is_appeal = person_id == objection.appeal_by
    return _notice(
        objection,
        f"late:{objection.state}:{person_id}",
        person_id,
        **late(
            "申诉" if is_appeal else "异议",
            title,
            above="居委会主任和监督委员会",
            phone=phone,
        ),
    )


def decided(objection: ThanksObjection, title: str, person_id: UUID, *, may_appeal: bool) -> Notice:
    by = chinese_day(last_day_before(objection.due_at)) if objection.due_at else ""
    next_step = f"不同意可在{by}前向监督委员会申诉。" if may_appeal else ""
    outcome = OUTCOMES[objection.outcome or "dismissed"]
    return _notice(
        objection,
        f"decided:{person_id}",
        person_id,
        headline=f"异议{outcome}",
        body=f"{title}的异议{outcome}：{objection.reason}{next_step}",
        result=outcome,
    )


def judged(objection: ThanksObjection, title: str, person_id: UUID) -> Notice:
    outcome = OUTCOMES[objection.outcome or "dismissed"]
    return _notice(
        objection,
        f"judged:{person_id}",
        person_id,
        headline=f"申诉有了结果：异议{outcome}",
        body=f"{title}：{objection.judged_reason}",
        result=outcome,
    )


def dropped(objection: ThanksObjection, title: str, person_id: UUID) -> Notice:
    """To whoever waits for an answer that nobody will give."""
    what = "申诉" if person_id == objection.appeal_by else "异议"
    return _notice(
        objection,
        f"dropped:{person_id}",
        person_id,
        headline=f"您提的{what}已结束",
        body=f"{title}：有异议的内容已经撤下，不再公示，也不会按它办理，不用再等答复。",
        result="已结束",
    )


def _notice(
    objection: ThanksObjection,
    event: str,
    person_id: UUID,
    *,
    headline: str,
    body: str,
    result: str,
    page: str = INBOX,
) -> Notice:
    return Notice(
        community_id=objection.community_id,
        event_key=f"thanks_objection:{objection.id}:{event}",
        kind="review_result",
        headline=headline,
        body=body,
        payload={"result": result, "note": "异议"},
        page=page,
        resident_id=person_id,
        thread_key=f"thanks_objection:{objection.id}",
        at_once=page == INBOX,
    )
