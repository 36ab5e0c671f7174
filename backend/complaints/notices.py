"""What is told about a complaint; a card never says what it is about or whom."""

from uuid import UUID

from backend.complaints.models import KIND_NAMES, Complaint
from backend.days import chinese_day, last_day_before
from backend.notifications.models import Notice

_WORK = "pages/home/index"


def accepted(complaint: Complaint) -> Notice | None:
    kind = KIND_NAMES[complaint.kind]
    body = f"您的{kind} {complaint.number} 已受理，{_by(complaint)}前答复您。"
    return _to_person(complaint, f"accepted:{complaint.round}", "已受理", body)


def answered(complaint: Complaint) -> Notice | None:
    kind = KIND_NAMES[complaint.kind]
    body = f"您的{kind} {complaint.number} 有了答复，请看看是否满意。不满意可以重新办理一次。"
    return _to_person(complaint, f"answered:{complaint.round}", "已答复", body)


def opened_again(complaint: Complaint) -> Notice | None:
    body = f"{complaint.number} 重新办理，{_by(complaint)}前再答复您。"
    return _to_person(complaint, "again", "重新办理", body)


def closed(complaint: Complaint) -> Notice | None:
    ends = {
        "satisfied": "您表示满意，已办结。",
        "unsatisfied": "已办结。仍不满意的，可以向街道反映。",
        "unreachable": "打了两次电话没有联系上您，先办结。不满意可以在这里重新提出一次。",
    }
    body = f"{complaint.number}：{ends[complaint.closed_as or 'satisfied']}"
    return _to_person(complaint, f"closed:{complaint.round}", "已办结", body)


def overdue_to_person(complaint: Complaint) -> Notice | None:
    body = f"{complaint.number} 没有按时办，很抱歉，已告诉监督委员会。"
    return _to_person(complaint, f"late:{_day(complaint)}", "超时", body)


def to_handler(complaint: Complaint, handler_id: UUID) -> Notice:
    """Somebody who handles complaints hears that one came in, or came back."""
    kind = KIND_NAMES[complaint.kind]
    headline = f"收到一件{kind}" if complaint.round == 1 else f"一件{kind}要重新办理"
    body = f"{complaint.number}，{_by(complaint)}前要办，请到“投诉建议”办理。"
    event = f"handler:{complaint.round}"
    return _to_worker(complaint, handler_id, event, headline=headline, body=body, result="待办")


def overdue_to_overseer(complaint: Complaint, overseer_id: UUID) -> Notice:
    body = f"{complaint.number} 超过了期限还没有办，请督促。"
    event = f"late:{_day(complaint)}"
    return _to_worker(
        complaint, overseer_id, event, headline="有投诉超时", body=body, result="超时"
    )


def _to_person(complaint: Complaint, event: str, result: str, body: str) -> Notice | None:
    """Nothing for people known by a phone number alone: they are called."""
    if complaint.complainant_id is None:
        return None
    return Notice(
        community_id=complaint.community_id,
        event_key=f"complaint:{complaint.id}:{event}",
        kind="review_result",
        headline=f"{KIND_NAMES[complaint.kind]}：{result}",
        body=body,
        payload={"result": result, "note": complaint.number[-20:]},
        page=f"account/complaint?id={complaint.id}",
        resident_id=complaint.complainant_id,
        thread_key=f"complaint:{complaint.id}",
        at_once=True,
    )


def _to_worker(
    complaint: Complaint, worker_id: UUID, event: str, *, headline: str, body: str, result: str
) -> Notice:
    return Notice(
        community_id=complaint.community_id,
        event_key=f"complaint:{complaint.id}:{event}:{worker_id}",
        kind="review_result",
        headline=headline,
        body=body,
        payload={"result": result, "note": complaint.number[-20:]},
        page=_WORK,
        resident_id=worker_id,
    )


def _by(complaint: Complaint) -> str:
    return chinese_day(last_day_before(complaint.due_at)) if complaint.due_at else ""


def _day(complaint: Complaint) -> str:
    return f"{complaint.due_at:%Y%m%d}" if complaint.due_at else ""
