"""That there is something to look into; what it is stands behind the supervisors' own door."""

from datetime import date
from uuid import UUID

from backend.notifications.models import Notice

WORK = "pages/home/index"


def cases_opened(community_id: UUID, person_id: UUID, on: date) -> Notice:
    return Notice(
        community_id=community_id,
        event_key=f"integrity:{community_id}:{on.isoformat()}:{person_id}",
        kind="review_result",
        headline="有善行需要核查",
        body="系统按约定的条件提请核查，不代表有问题。请向当事人了解情况后写明结论。",
        payload={"result": "待核查", "note": "美德银行"},
        page=WORK,
        resident_id=person_id,
    )
