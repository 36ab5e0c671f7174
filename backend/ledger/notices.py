"""What the keepers of the evidence are told when the ledger does not add up."""

from uuid import UUID

from backend.notifications.models import Notice

PAGE = "grid/work"


def ledger_broken(community_id: UUID, person_id: UUID, *, where: str, what: str) -> Notice:
    """Once for each finding: what is broken stays broken until somebody has looked."""
    return Notice(
        community_id=community_id,
        resident_id=person_id,
        event_key=f"ledger_broken:{community_id}:{what}:{person_id}",
        kind="review_result",
        headline="积分账本核验不通过",
        body=f"{where}的积分账本{what}。请保留现场，核对备份，并报告区级主管部门。",
        payload={"result": "不通过", "note": "积分账本核验"},
        page=PAGE,
    )
