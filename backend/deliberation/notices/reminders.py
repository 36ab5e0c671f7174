"""What those who must act hear again and again until they have."""

from datetime import date
from uuid import UUID

from backend.days import chinese_day
from backend.deliberation.models import Proposal, Referral, Task
from backend.deliberation.notices.matters import day, progress
from backend.notifications.models import Notice


def referral_waits(proposal: Proposal, referral: Referral, to: UUID, week: int) -> Notice:
    """Once for every week since the department was written to."""
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 等待部门答复",
        f"转交{referral.department}已满{week}周，应在{chinese_day(referral.due_on)}前答复。"
        "请催办；收到答复后请登记。",
        to=to,
        event=f"referral:{referral.id}:{week}",
        low=True,
    )


def news_wanted(proposal: Proposal, task: Task, since: date, time: int) -> Notice:
    """Once for every fourteen days without a word."""
    return progress(
        proposal,
        f"请汇报事项 {proposal.serial_no} 的进展",
        f"“{task.title}”自{chinese_day(since)}起没有新的进展，"
        "每十四天至少汇报一次；做不完的，请说明原因并申请延期。",
        to=task.assignee_id,
        event=f"news:{task.id}:{since.isoformat()}:{time}",
        low=True,
    )


def explanation_owed(proposal: Proposal, to: UUID, again: int) -> Notice:
    """With the overdue itself, and once for every week it is not explained."""
    overdue_at = proposal.escalated_at
    return progress(
        proposal,
        f"请说明事项 {proposal.serial_no} 逾期的原因",
        f"应在{day(proposal.status_due_at)}前办理。请写明原因和预计完成的日期，提出人会收到。",
        to=to,
        event=f"explain:{overdue_at.isoformat() if overdue_at else ''}:{again}",
        low=True,
    )


def explained(proposal: Proposal, reason: str, expected_on: date) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 逾期的说明",
        f"很抱歉让您久等。原因：{reason} 预计{chinese_day(expected_on)}前办理。",
        to=proposal.author_id,
        at_once=True,
    )
