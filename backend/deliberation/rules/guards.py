"""Every precondition of a step, in one place: when it holds, and how to meet it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backend.deliberation.rules import refusals
from backend.errors import DomainError

REOPENERS_NEEDED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a step depends on, besides the status. Whatever is not known does not hold."""

    unrelated: bool = False
    """The one who acts is neither the author, of the author's household, nor declared kin."""
    similar_answered: bool = False
    supporters: int = 0
    assigned: bool = False
    inquiry_noted: bool = False
    triaged_as: str | None = None
    body_set: bool = False
    reply_recorded: bool = False
    guidance_given: bool = False
    contest_over: bool = False
    objection_open: bool = False
    """An appeal, contest or objection waits for its decision."""
    objection_upheld: bool = False
    decided_by_another: bool = False
    all_invited: bool = False
    meeting_open: bool = False
    quorum_met: bool | None = None
    outcome: str | None = None
    tasks_named: bool = False
    minutes_signed: bool = False
    preview_confirmed: bool = False
    objections_over: bool = False
    full_term: bool = False
    """Every notice that closing needs has hung its fifteen days."""
    tasks_done: bool = False
    own_work: bool = False
    appraisal_closed: bool = False
    rework_due: bool = False
    complaint_answered: bool = False
    in_reopening_time: bool = False
    reopeners: int = 0
    reopening_asked_by_me: bool = False
    by_author: bool = False
    supported_by_me: bool = False
    appeal_open: bool = False
    """A rejection may still be appealed against, and has not been."""
    to_assembly: bool = False
    """A residents' or representatives' assembly decides on the matter."""
    overdue_unexplained: bool = False
    """A clock has run out, and nobody has said why since."""
    invited: bool = False
    """On the roll of the appraisal, and not yet heard."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One precondition: when it holds, and the refusal that says how to meet it."""

    holds: Callable[[Facts], bool]
    refusal: type[DomainError]
    next_step: str
    asked: bool = False
    """The request itself brings it (a class, an outcome, one more voice): nobody lacks it yet."""


GUARDS: Mapping[str, Guard] = {
    "unrelated": Guard(
        lambda f: f.unrelated, refusals.OwnHousehold, "请主任另行指定与本事项无关的人办理。"
    ),
    "similar_answered": Guard(
        lambda f: f.similar_answered,
        refusals.SimilarUnanswered,
        "请看一下列出的相似事项，选择“就是这件事”“相关”或“不同”。",
        asked=True,
    ),
    "unsupported": Guard(
        lambda f: f.supporters == 0,
        refusals.HasSupporters,
        "邻居也盼着办好，会接着办下去。",
    ),
    "assigned": Guard(
        lambda f: f.assigned, refusals.NobodyAssigned, "请主任先指定与提出人无关的承办人。"
    ),
    "inquiry_noted": Guard(
        lambda f: f.inquiry_noted, refusals.InquiryMissing, "请先填写问事记录，再作分流。"
    ),
    "major": Guard(
        lambda f: f.triaged_as == "major",
        refusals.TriageMissing,
        "请先作出“大事”分流结论。",
        asked=True,
    ),
    "common": Guard(
        lambda f: f.triaged_as == "common",
        refusals.TriageMissing,
        "请先作出“小事”分流结论。",
        asked=True,
    ),
    "not_major": Guard(
        lambda f: f.triaged_as != "major", refusals.NotInThisState, "大事返工由承办部门办理。"
    ),
    "private": Guard(
        lambda f: f.triaged_as == "private",
        refusals.TriageMissing,
        "请先作出“私事”分流结论。",
        asked=True,
    ),
    "body_set": Guard(
        lambda f: f.body_set,
        refusals.BodyMissing,
        "请在分流时写明由哪个组织议事。",
        asked=True,
    ),
    "reply_recorded": Guard(
        lambda f: f.reply_recorded,
        refusals.ReplyMissing,
        "收到部门答复后，请先登记答复内容。",
        asked=True,
    ),
    "guidance_given": Guard(
        lambda f: f.guidance_given, refusals.GuidanceMissing, "请先写明可以找谁、怎样办理。"
    ),
    "contest_over": Guard(
        lambda f: f.contest_over, refusals.WindowOpen, "提出人可在五个工作日内对分流提出异议。"
    ),
    "objection_upheld": Guard(
        lambda f: f.objection_upheld,
        refusals.NotUpheld,
        "异议获得支持后，事项才能退回上一步。",
        asked=True,
    ),
    "no_objection_open": Guard(
        lambda f: not f.objection_open, refusals.ObjectionOpen, "请先对异议作出书面答复。"
    ),
    "decided_by_another": Guard(
        lambda f: f.decided_by_another,
        refusals.DecidedByYou,
        "请由没有参与原决定的主任或监督委员会成员作出。",
    ),
    "all_invited": Guard(
        lambda f: f.all_invited,
        refusals.PartyNotInvited,
        "请邀请社区党组织、居委会、业委会和物业；未成立的请注明。",
    ),
    "meeting_open": Guard(lambda f: f.meeting_open, refusals.NoMeetingDue, "请主持人先宣布开会。"),
    "quorum_met": Guard(
        lambda f: f.quorum_met is True, refusals.QuorumNotMet, "请等候其他席位到场，或宣布流会。"
    ),
    "quorum_not_met": Guard(
        lambda f: f.quorum_met is False, refusals.QuorumMet, "达到人数的会议不作流会处理。"
    ),
    "outcome_fixed": Guard(
        lambda f: f.outcome is not None,
        refusals.OutcomeMissing,
        "请先按规则形成结论。",
        asked=True,
    ),
    "shelved": Guard(
        lambda f: f.outcome == "shelved",
        refusals.OutcomeMissing,
        "请先公开说明暂缓的原因。",
        asked=True,
    ),
    "tasks_named": Guard(
        lambda f: f.tasks_named or f.outcome != "agreed",
        refusals.TaskWithoutOwner,
        "请为每项任务写明由谁、何时完成。",
        asked=True,
    ),
    "minutes_signed": Guard(
        lambda f: f.minutes_signed,
        refusals.MinutesUnsigned,
        "请记录人、主持人和监督委员会成员签字后再公示。",
    ),
    "agreed": Guard(
        lambda f: f.outcome == "agreed", refusals.NotAgreed, "公示期满后将自动办结，可再次提出。"
    ),
    "not_agreed": Guard(
        lambda f: f.outcome not in (None, "agreed"),
        refusals.StillToDo,
        "请等待办理、验收和评事。",
    ),
    "objections_over": Guard(
        lambda f: f.objections_over,
        refusals.WindowOpen,
        "结果张贴公示后七日内居民可以提出异议，期满后进入办理。",
    ),
    "full_term": Guard(
        lambda f: f.full_term,
        refusals.NoticesUnfinished,
        "自居务公开栏张贴之日起须公示满十五日。",
    ),
    "tasks_done": Guard(lambda f: f.tasks_done, refusals.TasksOpen, "全部任务完成后才能申请验收。"),
    "not_own_work": Guard(
        lambda f: not f.own_work, refusals.OwnWork, "请监督委员会或两位未经办的居民验收。"
    ),
    "appraisal_closed": Guard(
        lambda f: f.appraisal_closed, refusals.AppraisalOpen, "请等待评事期满。"
    ),
    "rework_due": Guard(lambda f: f.rework_due, refusals.NoRework, "可以公示落实情况。"),
    "no_rework_due": Guard(
        lambda f: not f.rework_due, refusals.ReworkDue, "请责任方先提交整改方案。"
    ),
    "complaint_answered": Guard(
        lambda f: f.complaint_answered,
        refusals.ObjectionOpen,
        "提出人评价为不满意，请先书面答复，再公示落实情况。",
    ),
    "in_reopening_time": Guard(
        lambda f: f.in_reopening_time, refusals.TooLate, "办结已超过九十日，请作为新事项提出。"
    ),
    "enough_reopeners": Guard(
        lambda f: f.by_author or f.reopeners >= REOPENERS_NEEDED,
        refusals.TooFewReopeners,
        f"请提出人本人，或至少{REOPENERS_NEEDED}位居民联名提出。",
        asked=True,
    ),
    "not_yet_reopening": Guard(
        lambda f: f.by_author or not f.reopening_asked_by_me,
        refusals.AlreadyAskedToReopen,
        f"满{REOPENERS_NEEDED}位居民要求后会重新办理，您可以请邻居也来提出。",
    ),
    "preview_confirmed": Guard(
        lambda f: f.preview_confirmed,
        refusals.RedactionOpen,
        "请先预览公示内容，核对标出的个人信息并确认。",
        asked=True,
    ),
    "contest_open": Guard(
        lambda f: not f.contest_over and not f.objection_open,
        refusals.WindowClosed,
        "每次分流可在五个工作日内提出一次异议。",
    ),
    "appeal_open": Guard(
        lambda f: f.appeal_open, refusals.WindowClosed, "不予受理后七日内可以申诉一次。"
    ),
    "objections_open": Guard(
        lambda f: not f.objections_over,
        refusals.WindowClosed,
        "公示张贴后七日内可以提出异议；您仍可向居委会反映。",
    ),
    "objection_waiting": Guard(
        lambda f: f.objection_open, refusals.NothingToDecide, "目前没有等待答复的异议。"
    ),
    "not_the_author": Guard(
        lambda f: not f.by_author, refusals.OwnProposal, "您是提出人，已计为支持。"
    ),
    "not_yet_supported": Guard(
        lambda f: not f.supported_by_me, refusals.AlreadySupported, "每人附议一次，可以取消。"
    ),
    "to_assembly": Guard(
        lambda f: f.to_assembly,
        refusals.NoReviewNeeded,
        "由居民会议或居民代表会议议事的事项才须审核。",
    ),
    "overdue_unexplained": Guard(
        lambda f: f.overdue_unexplained, refusals.NotOverdue, "逾期后说明一次原因即可。"
    ),
    "invited": Guard(
        lambda f: f.invited,
        refusals.NotOnRoll,
        "本次评事邀请提出人、附议人、到会人和受益户。",
    ),
}


def check(facts: Facts, name: str) -> None:
    """Refuse by name where this precondition does not hold."""
    guard = GUARDS[name]
    if not guard.holds(facts):
        raise guard.refusal(guard.next_step)
