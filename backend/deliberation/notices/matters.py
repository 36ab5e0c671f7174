"""What is told about a matter on its way.

A card never carries the matter's own words or a name: lock screens are public.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from backend.days import SHANGHAI, chinese_day
from backend.deliberation.models import Proposal
from backend.deliberation.models.words import CATEGORY_NAMES, CLASS_NAMES
from backend.notifications.models import LOW, NORMAL, Notice

CIRCLE = "matter_circle"  # the audience: author, supporters, followers

# At most five characters: the card's 进展 is a phrase.
PROGRESS = {
    "submitted": "已提交",
    "inquiring": "已受理",
    "returned": "请补充",
    "rejected": "不予受理",
    "draft": "草稿",
    "withdrawn": "已撤回",
    "lapsed": "已失效",
    "referred": "已转办",
    "guided": "有指引",
    "queued": "待议",
    "scheduled": "已排期",
    "deliberating": "议事中",
    "adjourned": "流会",
    "resolved": "已有决议",
    "publicized": "结果公示",
    "acting": "办理中",
    "inspecting": "验收中",
    "appraising": "请您评事",
    "outcome_publicized": "落实公示",
    "closed": "已办结",
}


def progress(
    proposal: Proposal,
    headline: str,
    body: str,
    *,
    to: UUID | None = None,
    event: str | None = None,
    at_once: bool = False,
    low: bool = False,
) -> Notice:
    """One step of a matter, for one person or for its whole circle.

    The event is the matter's newest link, unless `event` names it: said once for good.
    """
    said = event or f"{proposal.status}:{proposal.last_seq}"
    audience = None if to else {"kind": CIRCLE, "proposal_ids": [str(proposal.id)]}
    return Notice(
        community_id=proposal.community_id,
        event_key=f"matter:{proposal.id}:{said}:{to or 'circle'}",
        thread_key=f"matter:{proposal.id}",
        kind="matter_progress",
        headline=headline,
        body=body,
        payload={
            "number": proposal.serial_no or "",
            "progress": PROGRESS[proposal.status],
            "category": CATEGORY_NAMES[proposal.category_code],
            "date": day(proposal.status_since) if proposal.status_since else "",
        },
        page=f"matter/detail?id={proposal.id}",
        resident_id=to,
        audience=audience,
        urgency=LOW if low else NORMAL,
        at_once=at_once,
    )


def submitted(proposal: Proposal) -> Notice:
    return progress(
        proposal,
        f"已收到您的事项 {proposal.serial_no}",
        f"网格员将在{day(proposal.status_due_at)}前答复是否受理。",
        to=proposal.author_id,
        at_once=True,
    )


def to_accept(proposal: Proposal, workers: Iterable[UUID]) -> list[Notice]:
    """The grid workers' own to-do, one line in each inbox."""
    return [
        progress(
            proposal,
            f"有新事项待受理：{proposal.serial_no}",
            f"请在{day(proposal.status_due_at)}前受理、退回或说明不予受理的理由。",
            to=worker,
            low=True,
        )
        for worker in workers
    ]


def accepted(proposal: Proposal) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 已受理",
        "居委会将指定与您无关的工作人员核实情况，五个工作日内告诉您怎样办理。",
        to=proposal.author_id,
        at_once=True,
    )


def returned(proposal: Proposal, missing: list[str], note: str) -> Notice:
    listed = "、".join(missing)
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 请补充",
        f"{note}{'还缺：' + listed + '。' if listed else ''}"
        f"请在{day(proposal.status_due_at)}前补充后再次提交，也可以请网格员代办。",
        to=proposal.author_id,
        at_once=True,
    )


def rejected(proposal: Proposal, note: str) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 不予受理",
        f"理由：{note} 如不同意，七日内可申诉一次，由主任和监督委员会共同决定。",
        to=proposal.author_id,
        at_once=True,
    )


def assigned(proposal: Proposal, assignee_id: UUID) -> Notice:
    return progress(
        proposal,
        f"请核实事项 {proposal.serial_no}",
        f"请在{day(proposal.status_due_at)}前填写问事记录并作出分流。",
        to=assignee_id,
        low=True,
    )


def triaged(proposal: Proposal, reason: str) -> Notice:
    name = CLASS_NAMES[proposal.triage_class or ""]
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 属于“{name}”",
        f"{reason} 下一步：{PROGRESS[proposal.status]}，{day(proposal.status_due_at)}前有结果。"
        "如不同意，五个工作日内可提出一次异议。",
        to=proposal.author_id,
        at_once=True,
    )


def guided(proposal: Proposal) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 有了办理指引",
        "请打开事项查看可以找谁、怎样办理。",
        to=proposal.author_id,
        at_once=True,
    )


def extended(proposal: Proposal, reason: str) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 核实延期",
        f"很抱歉，需要多一些时间：{reason} 最迟{day(proposal.status_due_at)}答复您。",
        to=proposal.author_id,
        at_once=True,
    )


def handed_back(proposal: Proposal, reason: str) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 重新核实",
        f"部门退回：{reason} 将重新分流，{day(proposal.status_due_at)}前告诉您。",
        to=proposal.author_id,
        at_once=True,
    )


def no_matter(proposal: Proposal, reason: str) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 已核实",
        f"核实结果：{reason} 如有新情况，九十日内可以重新提出。",
        to=proposal.author_id,
        at_once=True,
    )


def objection_filed(proposal: Proposal, decider: UUID, objection_id: UUID) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 有异议待答复",
        "请主任与监督委员会各一人在五个工作日内共同决定。",
        to=decider,
        event=f"objection:{objection_id}",
        low=True,
    )


def objection_decided(proposal: Proposal, by: UUID, objection_id: UUID, reply: str) -> Notice:
    return progress(
        proposal,
        f"您对事项 {proposal.serial_no} 的异议已答复",
        reply,
        to=by,
        event=f"objection-decided:{objection_id}",
        at_once=True,
    )


def reopened(proposal: Proposal) -> Notice:
    return progress(
        proposal, f"事项 {proposal.serial_no} 重新办理", "已有新情况，事项重新进入问事核实。"
    )


def day(moment: datetime | None) -> str:
    """「2026年12月3日」; nothing where no clock runs.

    A deadline at 24:00 belongs to the day it ends, not to the next one.
    """
    if moment is None:
        return ""
    local = moment.astimezone(SHANGHAI)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        local = local.fromtimestamp(local.timestamp() - 1, SHANGHAI)
    return chinese_day(local)
