"""What is told about points sheets; their publication speaks for itself."""

from uuid import UUID

from backend.notifications.models import Notice
from backend.virtue_bank.models import PointsSheet

WORK = "pages/home/index"


def to_check(sheet: PointsSheet, person_id: UUID) -> Notice:
    return Notice(
        community_id=sheet.community_id,
        event_key=f"points_sheet:{sheet.id}:to_check:{person_id}",
        kind="review_result",
        headline=f"{sheet.body['title']}待核对",
        body="公示表已由系统按账本生成，请核对后交另一位同事发布，并打印张贴。",
        payload={"result": "待核对", "note": "积分公示表"},
        page=WORK,
        resident_id=person_id,
    )
