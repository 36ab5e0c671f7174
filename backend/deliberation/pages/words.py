"""What the desk's pages call the codes of a matter."""

from collections.abc import Mapping

from backend.deliberation.rules.filing import BASES, NEGATIVE_LIST
from backend.deliberation.rules.stages import CLASSES

RETURN_REASONS: Mapping[str, str] = {
    "place_unclear": "地点不清楚",
    "facts_unclear": "事情没说清楚",
    "duplicate": "已经有人提过",
    "wrong_channel": "应该找别的部门",
    "other": "其他",
}
REJECT_REASONS: Mapping[str, str] = {
    "outside_community": "不在本社区",
    "unlawful": "违反法律",
    "in_court": "法院正在处理",
    "decided_before": "以前已有结论",
    "other": "其他",
}
MODES: Mapping[str, str] = {
    "on_site": "到现场",
    "visit": "上门",
    "phone": "打电话",
    "desk": "查资料",
}
BASIS: Mapping[str, str] = {
    "public_service": "公共服务，由政府部门管",
    "government_management": "行政管理，由政府部门管",
    "shared_space": "公共地方",
    "shared_facility": "公共设施维护",
    "neighbourhood_order": "邻里秩序",
    "community_life": "社区生活",
    "one_household": "一户自己的事",
    "two_neighbours": "两家之间的事",
    "law_enforcement": "行政执法（负面清单）",
    "demolition": "拆迁拆违（负面清单）",
}
TARGETS: Mapping[str, str] = {
    "rejection": "对不予受理的申诉",
    "triage": "对分流的异议",
    "publication": "对公示的异议",
    "moderation": "对审核的申诉",
    "oversight": "监督委员会的质询",
}
DECISIONS: Mapping[str, str] = {"upheld": "成立", "refused": "不成立", "answered": "已答复"}
OUTCOMES: Mapping[str, str] = {
    "agreed": "议定",
    "not_agreed": "没有议定",
    "quorum_failed": "人数不够",
    "shelved": "暂缓",
}
EVENTS: Mapping[str, str] = {
    "submitted": "交上来",
    "inquiring": "受理，开始问事",
    "returned": "退回补充",
    "rejected": "不予受理",
    "withdrawn": "撤回",
    "lapsed": "过期没补充，失效",
    "referred": "定为大事，转给部门",
    "guided": "定为私事，给提出人指路",
    "queued": "等待议事",
    "scheduled": "列入议程",
    "deliberating": "开始议事",
    "adjourned": "人数不够，会没开成",
    "resolved": "形成结论",
    "publicized": "结果公示",
    "acting": "开始办理",
    "inspecting": "请人验收",
    "appraising": "请大家评",
    "outcome_publicized": "落实公示",
    "closed": "办结",
    "assigned": "指定了承办人",
    "inquiry_noted": "写了问事记录",
    "inquiry_extended": "延长了核实时间",
    "guidance_given": "给了指引",
    "appeal_filed": "提出申诉",
    "contest_filed": "对分流提出异议",
    "object_filed": "对公示提出异议",
    "oversee_filed": "监督委员会质询",
    "objection_proposed": "一位决定人表了态",
    "objection_refused": "异议不成立",
    "oversight_answered": "答复了质询",
    "publication_drafted": "拟了公示稿",
    "notice_posted": "公示单贴出",
    "notice_replaced": "撤回后重新公示",
    "task_updated": "汇报了进展",
    "task_extended": "任务延期",
    "position_stated": "记了各方意见",
    "party_replied": "有一方补充了意见",
    "hands_counted": "举手计票",
    "inspection_proposed": "一位居民验收，等另一位确认",
    "appraisal_extended": "评事延长",
    "appraisal_closed": "评事结束",
    "complaint_answered": "答复了提出人",
    "overdue": "过了期限",
    "overdue_explained": "说明了晚的原因",
    "reopening_asked": "有人要求重新提出",
    "edited": "改了文字",
}
BASES_BY_CLASS: list[tuple[str, list[tuple[str, str]]]] = [
    (CLASSES[triage_class], [(code, BASIS[code]) for code in codes])
    for triage_class, codes in BASES.items()
] + [("社区不能办", [(code, BASIS[code]) for code in NEGATIVE_LIST])]

MEETING_STATES: Mapping[str, tuple[str, str]] = {
    "planned": ("到时自动定", "plain"),
    "shell": ("可以列议题", "info"),
    "frozen": ("通知已发", "info"),
    "open": ("正在开会", "warn"),
    "closed": ("开过了", "ok"),
    "empty": ("无议题", "plain"),
    "cancelled": ("不开了", "plain"),
}
MINUTES_STATES: Mapping[str, tuple[str, str]] = {
    "draft": ("草稿", "plain"),
    "circulated": ("送参会人核对", "warn"),
    "signed": ("签字定稿", "ok"),
    "published": ("已公开", "ok"),
}


def options(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """The words as the choices of a form."""
    return list(words.items())


def tone(status: str) -> str:
    """The colour of a status: ended well, ended otherwise, waits, or under way."""
    if status in {"rejected", "withdrawn", "lapsed", "draft"}:
        return "plain"
    if status == "closed":
        return "ok"
    return "warn" if status in {"returned", "adjourned"} else "info"
