"""What is told between a decision and the end of a matter."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from backend.days import chinese_day
from backend.deliberation.models import Proposal, Question, Task
from backend.deliberation.notices.matters import CIRCLE, day, progress
from backend.notifications.models import Notice

UNANSWERED = "appraisal_unanswered"


def result_published(proposal: Proposal, sentence: str, also: Iterable[UUID]) -> Notice:
    notice = progress(
        proposal,
        f"事项 {proposal.serial_no} 结果公示",
        f"{sentence} 居务公开栏张贴之日起七日内可以提出异议。",
    )
    return _with_more(notice, proposal, also)


def outcome_published(proposal: Proposal, text: str, also: Iterable[UUID]) -> Notice:
    notice = progress(
        proposal,
        f"事项 {proposal.serial_no} 落实公示",
        f"{text} 居务公开栏张贴之日起七日内可以提出异议。",
    )
    return _with_more(notice, proposal, also)


def draft_ready(proposal: Proposal, chair_id: UUID, bulletin_id: UUID) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 公示稿待核对",
        "请核对标出的个人信息，确认后发布，并安排张贴。",
        to=chair_id,
        event=f"draft:{bulletin_id}",
        low=True,
    )


def work_begins(proposal: Proposal) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 进入办理",
        f"公示期内没有成立的异议，现在开始办理，计划{day(proposal.status_due_at)}前完成。",
    )


def task_given(proposal: Proposal, task: Task) -> Notice:
    return progress(
        proposal,
        f"请办理事项 {proposal.serial_no} 的任务",
        f"{task.title}，请在{chinese_day(task.due_on)}前完成，每十四天至少汇报一次进展。",
        to=task.assignee_id,
        event=f"task:{task.id}",
        low=True,
    )


def task_extended(proposal: Proposal, task: Task, reason: str) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 办理延期",
        f"很抱歉，“{task.title}”需要更多时间：{reason} 新的完成日期：{chinese_day(task.due_on)}。",
        event=f"task-extended:{task.id}:{task.extensions}",
    )


def to_inspect(proposal: Proposal) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 已办完，等待验收",
        "监督委员会，或两位与事项无关的居民，可以在五个工作日内验收。",
    )


def confirm_inspection(proposal: Proposal, second_id: UUID) -> Notice:
    return progress(
        proposal,
        f"请共同验收事项 {proposal.serial_no}",
        "一位邻居请您一起验收。请到现场看过后，在事项页面确认。",
        to=second_id,
        at_once=True,
    )


def defects_found(proposal: Proposal) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 验收未通过",
        f"验收发现问题，责任方将在{day(proposal.status_due_at)}前整改。",
    )


def appraisal_opened(proposal: Proposal, question: Question) -> Notice:
    return _to_unanswered(
        proposal,
        question,
        "opened",
        f"请您评一评事项 {proposal.serial_no}",
        f"事情已经办完，请在{day(question.closes_at)}前打分；不方便用手机可以打电话或请网格员代录。"
        "评分不记名。",
    )


def appraisal_reminder(proposal: Proposal, question: Question) -> Notice:
    return _to_unanswered(
        proposal,
        question,
        "reminder",
        f"事项 {proposal.serial_no} 还差您的评价",
        f"{day(question.closes_at)}截止。一分钟就好，也可以打电话请网格员代录。",
    )


def appraisal_extended(proposal: Proposal, question: Question) -> Notice:
    return _to_unanswered(
        proposal,
        question,
        "extended",
        f"事项 {proposal.serial_no} 评事延长",
        f"参评人数还不够，评事延长到{day(question.closes_at)}，请您参加。",
    )


def answer_keyed(proposal: Proposal, person_id: UUID, channel: str, at: datetime) -> Notice:
    return progress(
        proposal,
        f"已代您登记对事项 {proposal.serial_no} 的评价",
        f"方式：{channel}，{day(at)}。如果不是您本人的意见，请联系居委会。",
        to=person_id,
        event=f"keyed:{at.isoformat()}",
        at_once=True,
    )


def complaint_answered(proposal: Proposal, reply: str) -> Notice:
    return progress(
        proposal,
        f"对您就事项 {proposal.serial_no} 的意见的答复",
        reply,
        to=proposal.author_id,
        at_once=True,
    )


def to_publish(proposal: Proposal, chair_id: UUID) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 评事结束",
        f"请安排拟稿，并在{day(proposal.status_due_at)}前公示落实情况。"
        "提出人不满意的，须先书面答复。",
        to=chair_id,
        low=True,
    )


def rework(proposal: Proposal) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 返工整改",
        f"评事未通过，责任方将在{day(proposal.status_due_at)}前整改，整改后再次请您评价。",
    )


def street_supervises(proposal: Proposal, clerk_id: UUID) -> Notice:
    return progress(
        proposal,
        f"请督办事项 {proposal.serial_no}",
        "该事项第二次评事未通过，请街道督办，并列入下一次居民代表会议。",
        to=clerk_id,
        low=True,
    )


def replied(proposal: Proposal, department: str) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 有了部门答复",
        f"{department}已答复，请打开事项查看，并参加评事。",
        at_once=True,
    )


def closed(proposal: Proposal, ended: str) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 已办结",
        f"办结情况：{ended}。九十日内如有新情况可以重新提出。",
    )


def lapsed(proposal: Proposal) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 已失效",
        "未在期限内补充材料。您可以随时重新提出，也可以请网格员代办。",
        to=proposal.author_id,
        at_once=True,
    )


def overdue(proposal: Proposal, to: UUID, seq: int) -> Notice:
    """To the author: an apology. The case itself says who has been told."""
    return progress(
        proposal,
        f"很抱歉，事项 {proposal.serial_no} 逾期了",
        f"应在{day(proposal.status_due_at)}前办理，现已报告上一级督促。",
        to=to,
        event=f"overdue:{seq}",
        at_once=True,
    )


def overdue_upward(proposal: Proposal, to: UUID, seq: int, label: str) -> Notice:
    return progress(
        proposal,
        f"事项 {proposal.serial_no} 逾期，请督促",
        f"“{label}”应在{day(proposal.status_due_at)}前完成，至今没有完成。请了解原因并协调。",
        to=to,
        event=f"overdue-up:{seq}",
        low=True,
    )


def _to_unanswered(
    proposal: Proposal, question: Question, said: str, headline: str, body: str
) -> Notice:
    """To those on the roll who have not answered when the notice goes out."""
    return Notice(
        community_id=proposal.community_id,
        event_key=f"question:{question.id}:{said}",
        thread_key=f"question:{question.id}",
        kind="vote_reminder",
        headline=headline,
        body=body,
        payload={"subject": f"评事 {proposal.serial_no}", "closes": day(question.closes_at)},
        page=f"matter/rate?id={question.id}",
        audience={"kind": UNANSWERED, "question_id": str(question.id)},
        at_once=said != "extended",
        expires_at=question.closes_at,
    )


def _with_more(notice: Notice, proposal: Proposal, also: Iterable[UUID]) -> Notice:
    notice.audience = {
        "kind": CIRCLE,
        "proposal_ids": [str(proposal.id)],
        "also": sorted(str(each) for each in also),
    }
    return notice
