"""What people are told about openness."""

from uuid import UUID

from backend.notifications.models import Notice
from backend.publication.models import DueItem


def publication_overdue(item: DueItem, person_id: UUID) -> Notice:
    return Notice(
        community_id=item.community_id,
        event_key=f"due_item:{item.id}:overdue:{person_id}",
        kind="publication",
        headline="应公开事项已过期限",
        body=f"“{item.title}”应于{item.due_on:%Y年%m月%d日}前公开，至今尚未发布。",
        payload={"title": f"应公开未公开：{item.title}", "period": item.due_on.isoformat()},
        page="public/board",
        resident_id=person_id,
    )
