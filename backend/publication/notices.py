"""What people are told about openness."""

from datetime import datetime
from uuid import UUID

from backend.notifications.models import Notice
from backend.publication.models import Bulletin, DueItem


def publication_overdue(item: DueItem, person_id: UUID, told_at: datetime) -> Notice:
    """Named after when it is told: what was taken back and is due again is told again."""
    return Notice(
        community_id=item.community_id,
        event_key=f"due_item:{item.id}:overdue:{told_at.isoformat()}:{person_id}",
        kind="publication",
        headline="应公开事项已过期限",
        body=f"“{item.title}”应于{item.due_on:%Y年%m月%d日}前公开，至今尚未发布。",
        payload={"title": f"应公开未公开：{item.title}", "period": item.due_on.isoformat()},
        page="public/board",
        resident_id=person_id,
    )


def bulletin_withdrawn(bulletin: Bulletin, person_id: UUID) -> Notice:
    why = "涉及个人隐私" if bulletin.withdrawal_ground == "privacy" else "内容不合法"
    return Notice(
        community_id=bulletin.community_id,
        event_key=f"bulletin:{bulletin.id}:withdrawn:{person_id}",
        kind="publication",
        headline="一条公示已撤回",
        body=f"公示{bulletin.number}因{why}撤回，撤回理由已在原处公开。",
        payload={
            "title": f"撤回公示{bulletin.number}",
            "period": f"{bulletin.withdrawn_at:%Y-%m-%d}",
        },
        page="public/board",
        resident_id=person_id,
    )


def waiver_asked(item: DueItem, person_id: UUID) -> Notice:
    return Notice(
        community_id=item.community_id,
        event_key=f"due_item:{item.id}:waiver:{item.waiver_asked_by}:{person_id}",
        kind="publication",
        headline="有应公开事项提请免予公开",
        body=f"“{item.title}”提请免予公开，请核对理由后答复。",
        payload={"title": f"免予公开：{item.title}", "period": item.due_on.isoformat()},
        page="public/board",
        resident_id=person_id,
    )
