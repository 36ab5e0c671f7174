"""Why a matter cannot take a step now: what people read, and what they can do instead."""

from backend.errors import Conflict, NotAllowed, Outdated


class NotInThisState(Outdated):
    title = "事项当前不能这样办理"


class StaleVersion(Outdated):
    title = "事项已有新的变化，请刷新后再办"


class NotYourTurn(NotAllowed):
    title = "这一步不由您办理"


class LivesElsewhere(NotAllowed):
    title = "此人不在您负责的范围内"


class OwnHousehold(NotAllowed):
    title = "涉及本人或本户，请由他人办理"


class ConflictOfInterest(NotAllowed):
    title = "办理人与本事项有关联"


class OwnWork(NotAllowed):
    title = "不能验收本人经办的工作"


class DecidedByYou(NotAllowed):
    title = "原决定由您作出，请由他人复核"


class SimilarUnanswered(Conflict):
    title = "请先查看相似事项"


class HasSupporters(Conflict):
    title = "已有居民附议，不能撤回"


class NobodyAssigned(Conflict):
    title = "尚未指定承办人"


class InquiryMissing(Conflict):
    title = "还没有问事记录"


class TriageMissing(Conflict):
    title = "还没有分流结论"


class BodyMissing(Conflict):
    title = "还没有确定议事组织"


class GuidanceMissing(Conflict):
    title = "还没有填写指引内容"


class WindowOpen(Conflict):
    title = "期限未满"


class WindowClosed(Conflict):
    title = "期限已过"


class ObjectionOpen(Conflict):
    title = "有异议尚未答复"


class AlreadyObjected(Conflict):
    title = "您已提出过"


class ReplyMissing(Conflict):
    title = "部门尚未答复"


class PartyNotInvited(Conflict):
    title = "四方尚未全部受邀"


class NoMeetingDue(Conflict):
    title = "会议尚未开始"


class QuorumNotMet(Conflict):
    title = "未达到开会人数"


class QuorumMet(Conflict):
    title = "已达到开会人数，可以继续议事"


class OutcomeMissing(Conflict):
    title = "还没有形成结论"


class TaskWithoutOwner(Conflict):
    title = "任务缺少责任人或日期"


class MinutesUnsigned(Conflict):
    title = "会议记录尚未签字"


class NotAgreed(Conflict):
    title = "该事项未议定，不进入办理"


class StillToDo(Conflict):
    title = "该事项已议定，须先办理"


class TasksOpen(Conflict):
    title = "还有任务没有完成"


class AppraisalOpen(Conflict):
    title = "评事尚未结束"


class NoRework(Conflict):
    title = "不需要返工"


class ReworkDue(Conflict):
    title = "评事未通过，须先返工"


class NoticesUnfinished(Conflict):
    title = "公示期未满"


class TooLate(Conflict):
    title = "已超过可重新提出的期限"


class TooFewReopeners(Conflict):
    title = "联名人数不足"


class AlreadyAskedToReopen(Conflict):
    title = "您已要求重新提出"


class NotUpheld(Conflict):
    title = "异议未获支持"


class RedactionOpen(Conflict):
    title = "公示内容尚未确认"


class NothingToDecide(Outdated):
    title = "没有待答复的异议"


class OwnProposal(Conflict):
    title = "不能附议自己提出的事项"


class AlreadySupported(Conflict):
    title = "您已附议"


class NoReviewNeeded(Conflict):
    title = "该事项不须党组织审核"


class NotOverdue(Conflict):
    title = "没有待说明的逾期"


class NotOnRoll(NotAllowed):
    title = "您不在本次评事名册上"
