"""What people are told about their votes on statements."""

from datetime import datetime
from uuid import UUID

from backend.clock import SHANGHAI
from backend.deliberation.models import Conversation, Statement
from backend.deliberation.notices.matters import day
from backend.notifications.models import Notice

HEARD = {"phone": "电话", "home_visit": "上门", "walk_in": "窗口", "paper": "纸质"}


def vote_keyed(
    conversation: Conversation,
    statement: Statement,
    resident_id: UUID,
    *,
    channel: str,
    at: datetime,
) -> Notice:
    """Somebody has written down this person's vote: they can say that it was not theirs."""
    when = at.astimezone(SHANGHAI)
    return Notice(
        community_id=conversation.community_id,
        event_key=f"statement_vote:{statement.id}:{resident_id}:{at.isoformat()}",
        kind="vote_reminder",
        headline="已代录您的一次表态",
        body=(
            f"工作人员于{when:%m月%d日 %H:%M}按您的{HEARD[channel]}表态，"
            f"代录了您对“{conversation.topic}”第{statement.no}条观点的意见。"
            "如不是您本人的意思，请在小程序里重新表态，或告诉社区。"
        ),
        payload={"subject": "代录表态", "closes": day(conversation.closes_at or at)},
        page=f"matter/statements?id={conversation.id}",
        resident_id=resident_id,
    )
