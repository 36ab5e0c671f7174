"""What author and chair are told; always the category, never the word that was found."""

from uuid import UUID

from backend.moderation.models import ModerationCase
from backend.notifications.models import Notice

_OWN_TEXT = "account/review"
_MESSAGES = "account/inbox"
_PAGES = {"proposal_text": "matter/detail", "proposal": "matter/detail"}


def text_passed(case: ModerationCase) -> Notice:
    return _to_author(case, "passed", "已通过", f"您的内容“{case.title}”已通过审核。")


def text_returned(case: ModerationCase, category: str) -> Notice:
    body = (
        f"您的内容“{case.title}”未通过审核，原因：{category}。"
        f"{case.reason or ''} 可以修改后重新提交；有异议可在7天内申诉一次。"
    )
    return _to_author(case, "returned", "未通过", body)


def appeal_decided(case: ModerationCase) -> Notice:
    if case.appeal_outcome == "passed":
        return _to_author(case, "appeal", "申诉成立", f"“{case.title}”经复核，已通过审核。")
    return _to_author(case, "appeal", "维持退回", f"“{case.title}”经另一人复核，维持退回。")


def review_overdue_to_author(case: ModerationCase) -> Notice:
    body = f"审核超时：“{case.title}”还没有审完，很抱歉，已提请社区主任处理。"
    return _to_author(case, f"overdue:{case.due_at:%Y%m%d}", "审核超时", body)


def review_overdue_to_chair(case: ModerationCase, chair_id: UUID) -> Notice:
    return Notice(
        community_id=case.community_id,
        event_key=f"moderation:{case.id}:overdue:{case.due_at:%Y%m%d}:{chair_id}",
        kind="review_result",
        headline="有内容审核超时",
        body="一条居民提交的内容超过时限还没有审完，请处理。",
        payload={"result": "审核超时", "note": "请到内容审核处理"},
        page=_MESSAGES,
        resident_id=chair_id,
    )


def _to_author(case: ModerationCase, event: str, result: str, body: str) -> Notice:
    page = _PAGES.get(case.subject_type)
    return Notice(
        community_id=case.community_id,
        event_key=f"moderation:{case.id}:{event}",
        kind="review_result",
        headline=f"审核结果：{result}",
        body=body,
        payload={"result": result, "note": case.title},
        page=f"{page}?id={case.subject_id}" if page else f"{_OWN_TEXT}?id={case.id}",
        resident_id=case.author_id,
        thread_key=f"moderation:{case.subject_id}",
        at_once=True,
    )
