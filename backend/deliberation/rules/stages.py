"""The five steps 五事工作法: one table of moves, read by the API, the timeline and STATES.md."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.deliberation.rules.guards import GUARDS, Facts
from backend.deliberation.rules.refusals import NotInThisState, NotYourTurn
from backend.errors import DomainError

STEPS: tuple[str, ...] = ("说事", "问事", "议事", "办事", "评事")

# No button where there is nothing to explain or to review.
ONLY_IF: Mapping[str, str] = {
    "explain_overdue": "overdue_unexplained",
    "note_party_review": "to_assembly",
}

CLASSES: Mapping[str, str] = {"major": "大事", "common": "小事", "private": "私事"}
CLOSED_AS: Mapping[str, str] = {
    "satisfied": "满意办结",
    "unsatisfied": "未达满意办结",
    "appraisal_insufficient": "参评不足办结",
    "not_agreed": "未议定",
    "quorum_failed": "未达法定人数",
    "shelved": "暂缓",
    "guided": "已指引",
    "no_matter": "无此事",
}
ROLES: Mapping[str, str] = {
    "author": "提出人",
    "filer": "代办登记人",
    "resident": "居民",
    "grid_worker": "网格员",
    "assignee": "承办人",
    "staff": "两委干部",
    "chair": "居委会主任",
    "recorder": "记录人",
    "host": "主持人",
    "responsible": "责任方",
    "inspector": "验收人",
    "supervisor": "居务监督委员会",
    "street": "街道",
    "system": "系统",
}
_OF_DUTY: Mapping[str, tuple[str, ...]] = {
    "grid_worker": ("grid_worker",),
    "counter_clerk": ("staff", "recorder"),
    "committee_member": ("staff", "recorder"),
    "party_secretary": ("staff",),
    "chair": ("staff", "recorder", "chair"),
    "supervisor": ("supervisor",),
    "street_clerk": ("street",),
    "street_lead": ("street",),
}


@dataclass(frozen=True, slots=True)
class State:
    """One status: which step it belongs to and what people call it."""

    label: str
    step: str
    waits_for: str = ""
    """Who is expected to act, as a key of ROLES; empty where nobody is."""


STATES: Mapping[str, State] = {
    "draft": State("草稿", "说事", "author"),
    "submitted": State("待受理", "说事", "grid_worker"),
    "returned": State("退回补充", "说事", "author"),
    "inquiring": State("问事核实", "问事", "assignee"),
    "referred": State("大事转办", "问事", "street"),
    "guided": State("私事指引", "问事", "assignee"),
    "queued": State("待议", "议事", "recorder"),
    "scheduled": State("已排期", "议事", "recorder"),
    "deliberating": State("议事中", "议事", "host"),
    "adjourned": State("流会", "议事", "chair"),
    "resolved": State("已决议待签", "议事", "recorder"),
    "publicized": State("结果公示", "议事", "chair"),
    "acting": State("办理中", "办事", "responsible"),
    "inspecting": State("验收", "办事", "supervisor"),
    "appraising": State("评事中", "评事", "resident"),
    "outcome_publicized": State("落实公示", "评事", "chair"),
    "closed": State("已办结", "评事"),
    "rejected": State("不予受理", "说事"),
    "withdrawn": State("已撤回", "说事"),
    "lapsed": State("已失效", "说事"),
}


@dataclass(frozen=True, slots=True)
class Move:
    """One legal change of status."""

    source: str
    target: str
    action: str
    label: str
    roles: tuple[str, ...]
    guards: tuple[str, ...]
    artefact: str


@dataclass(frozen=True, slots=True)
class Work:
    """Something done within a status, which leaves the status as it is."""

    action: str
    label: str
    statuses: tuple[str, ...]
    roles: tuple[str, ...]
    guards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllowedAction:
    """A button, and the reason in plain words if it cannot be pressed."""

    action: str
    label: str
    allowed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A status the matter was in, since when, and who brought it there."""

    status: str
    label: str
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """One of the five steps on a matter's timeline."""

    step: str
    state: str  # done | current | ahead | skipped
    visits: tuple[Visit, ...]


# from > to | action | its name | roles | guards | what is recorded
_MOVES = """
draft > submitted | submit | 提交 | author filer | similar_answered | 编号、正文第一版、受理回执
submitted > inquiring | accept | 受理 | grid_worker chair | unrelated | 受理记录
submitted > returned | return | 退回补充 | grid_worker chair | unrelated | 退回原因、所缺材料
submitted > rejected | reject | 不予受理 | grid_worker chair | unrelated | 原因与条款
submitted > withdrawn | withdraw | 撤回 | author | unsupported | 撤回原因
returned > submitted | submit | 再次提交 | author filer | | 补充后的正文
returned > withdrawn | withdraw | 撤回 | author | unsupported | 撤回原因
returned > lapsed | lapse | 逾期失效 | system | | 失效记录
rejected > inquiring | uphold_appeal | 申诉成立 | {deciders} | {upheld} | 申诉决定

inquiring > referred | triage | 分流 | assignee | {triaging} major | 分流记录、转办单
inquiring > guided | triage | 分流 | assignee | {triaging} private | 分流记录
inquiring > queued | triage | 分流 | assignee | {triaging} common body_set | 分流记录
inquiring > rejected | reject | 不予受理 | assignee chair | unrelated | 原因与条款
inquiring > withdrawn | withdraw | 撤回 | author | unsupported | 撤回原因
inquiring > closed | close_as_no_matter | 核实无此事 | assignee | {looked_into} | 问事记录
referred > appraising | record_reply | 登记答复 | recorder street | {replied} | 部门答复
referred > inquiring | hand_back | 退回重新分流 | recorder street chair | | 退回原因
guided > closed | close | 指引办结 | system | guidance_given contest_over {settled} | 指引内容
guided > inquiring | uphold_contest | 分流异议成立 | {deciders} | {upheld} | 异议决定、新承办人

queued > inquiring | uphold_contest | 分流异议成立 | {deciders} | {upheld} | 异议决定、新承办人
queued > scheduled | schedule | 列入议程 | {agenda} | body_set {settled} | 议程、材料、邀请、规则
queued > withdrawn | withdraw | 撤回 | author | unsupported | 撤回原因
scheduled > queued | postpone | 顺延 | {agenda} | | 顺延原因
scheduled > deliberating | open_item | 开始议事 | {table} | all_invited meeting_open | 出席情况
deliberating > resolved | record_outcome | 形成结论 | {table} | {decided} | 各方意见、结论、任务
deliberating > queued | continue_later | 再次议事 | {table} | | 未议定原因
deliberating > adjourned | adjourn | 流会 | system | quorum_not_met | 应到、实到、人数公式
adjourned > scheduled | schedule | 重新排期 | {agenda} | | 新的日期
adjourned > queued | continue_later | 回到待议 | chair system | | 改由组织或未定日期的说明
adjourned > resolved | shelve | 暂缓 | chair | shelved | 公开的暂缓原因
resolved > publicized | publish_result | 公示结果 | chair | {recorded} | 结果公示、公示单
publicized > queued | uphold_objection | 异议成立 | {deciders} | {upheld} | 异议决定及公开原因
publicized > acting | start_work | 进入办理 | system | agreed objections_over {settled} | 任务
publicized > closed | close | 未议定办结 | system | not_agreed full_term {settled} | 事项档案

acting > inspecting | finish_work | 申请验收 | responsible system | tasks_done | 办理情况、支出
inspecting > appraising | accept_work | 验收通过 | {inspecting} | not_own_work | 验收单
inspecting > acting | list_defects | 验收不合格 | {inspecting} | not_own_work | 问题清单

appraising > outcome_publicized | publish_outcome | 公示落实 | chair | {appraised} | 落实公示
appraising > acting | rework | 返工 | system | {failed} not_major | 评事结果、整改期限
appraising > referred | rework | 返回部门 | system | {failed} major | 评事结果
outcome_publicized > acting | uphold_objection | 异议成立 | {deciders} | {mending} | 异议决定
outcome_publicized > referred | uphold_objection | 异议成立 | {deciders} | {upheld} major | 异议决定
outcome_publicized > closed | close | 办结 | system | full_term {settled} | 事项档案
closed > inquiring | reopen | 重新提出 | author resident | {reopening} | 新情况
"""

# action | its name | statuses | roles | guards
_WORK = """
edit | 修改 | draft returned | author filer |
support | 附议 | inquiring referred queued scheduled | resident | {supporting}
appeal | 申诉 | rejected | author | appeal_open
assign | 指定承办人 | inquiring guided | chair |
note_inquiry | 问事记录 | inquiring | assignee grid_worker | unrelated
extend_inquiry | 延长核实 | inquiring | assignee | unrelated
contest | 对分流提出异议 | referred guided queued | author | contest_open
give_guidance | 填写指引 | guided | assignee |
decide_objection | 答复异议 | {objected} | {deciders} | objection_waiting decided_by_another
oversee | 质询 | {overseen} | supervisor |
state_position | 记录各方意见 | deliberating | {table} | quorum_met
count_hands | 举手计票 | deliberating | {table} | quorum_met
object | 提出异议 | publicized outcome_publicized | resident | objections_open
update_task | 汇报进展 | acting | responsible |
extend_task | 申请延期 | acting | responsible |
appraise | 评事 | appraising | resident | invited
answer_complaint | 答复提出人 | appraising | chair responsible |
note_party_review | 登记党组织审核意见 | queued adjourned | recorder chair | to_assembly
explain_overdue | 说明逾期原因 | {timed} | {explaining} | overdue_unexplained
"""

_NAMES = {
    "deciders": "chair supervisor",
    "upheld": "objection_upheld decided_by_another",
    "mending": "objection_upheld decided_by_another not_major",
    "settled": "no_objection_open",
    "looked_into": "assigned unrelated inquiry_noted",
    "triaging": "assigned unrelated inquiry_noted no_objection_open",
    "replied": "reply_recorded no_objection_open",
    "agenda": "chair recorder system",
    "table": "host recorder",
    "decided": "quorum_met outcome_fixed tasks_named",
    "recorded": "minutes_signed preview_confirmed",
    "inspecting": "supervisor inspector",
    "appraised": "appraisal_closed no_rework_due complaint_answered preview_confirmed",
    "failed": "appraisal_closed rework_due",
    "reopening": "in_reopening_time not_yet_reopening enough_reopeners",
    "supporting": "not_the_author not_yet_supported",
    "explaining": "assignee grid_worker recorder responsible street chair",
    "timed": "submitted inquiring referred guided queued scheduled deliberating adjourned"
    " resolved publicized acting inspecting appraising outcome_publicized",
    "objected": "rejected referred guided queued publicized outcome_publicized",
    "overseen": "inquiring referred queued scheduled adjourned resolved acting appraising",
}
"""Role, guard and status lists the two tables above use more than once."""


def _cells(table: str) -> list[list[str]]:
    lines = table.format(**_NAMES).strip().splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines if line]


def _moves() -> dict[tuple[str, str], Move]:
    moves = {}
    for way, action, label, roles, guards, artefact in _cells(_MOVES):
        source, _, target = way.partition(" > ")
        moves[source, target] = Move(
            source, target, action, label, tuple(roles.split()), tuple(guards.split()), artefact
        )
    return moves


TRANSITIONS: Mapping[tuple[str, str], Move] = _moves()
WORK: Sequence[Work] = tuple(
    Work(action, label, tuple(statuses.split()), tuple(roles.split()), tuple(guards.split()))
    for action, label, statuses, roles, guards in _cells(_WORK)
)


def standing(duties: Collection[str], relations: Collection[str] = ()) -> frozenset[str]:
    """The roles of this table somebody has: by their offices, and by what they are to the case.

    `relations` are words such as author, filer, assignee, host, responsible, inspector.
    """
    by_office = {role for duty in duties for role in _OF_DUTY.get(duty, ())}
    return frozenset({"resident", *by_office, *relations})


def check_move(status: str, to: str, roles: Collection[str], facts: Facts) -> Move:
    """The move from `status` to `to`, unless the table, the roles or a precondition forbids it."""
    move = TRANSITIONS.get((status, to))
    if move is None:
        raise NotInThisState(
            f"事项现在是“{STATES[status].label}”，不能直接转为“{STATES[to].label}”。",
            case_status=status,
        )
    _check(move.roles, move.guards, roles, facts)
    return move


def check_work(action: str, status: str, roles: Collection[str], facts: Facts) -> Work:
    """What may be done within `status`, unless the roles or a precondition forbid it."""
    for work in WORK:
        if work.action == action and status in work.statuses:
            _check(work.roles, work.guards, roles, facts)
            return work
    raise NotInThisState(f"事项现在是“{STATES[status].label}”，不能这样办理。", case_status=status)


def allowed_actions(status: str, roles: Collection[str], facts: Facts) -> list[AllowedAction]:
    """Everything people may do in `status`; what this person may not carries the reason.

    An action with several outcomes is allowed if one of them is. What the request itself will
    bring (the class, the outcome, a confirmed preview) is not asked for yet.
    """
    answers: dict[str, AllowedAction] = {}
    for choice in _choices(status):
        if choice.action in ONLY_IF and not GUARDS[ONLY_IF[choice.action]].holds(facts):
            continue
        known = answers.get(choice.action)
        if known is not None and known.allowed:
            continue
        reason = _reason(choice, roles, facts)
        answers[choice.action] = AllowedAction(
            choice.action, choice.label, allowed=not reason, reason=reason
        )
    return list(answers.values())


def timeline(events: Sequence[tuple[str, str, datetime]], status: str) -> list[Stretch]:
    """The five steps with the statuses passed in each.

    `events` are (to_status, actor_role, occurred_at) of the moves, in order. A step is skipped
    if a later one was entered without it, or if the matter ended before it.
    """
    visits = [Visit(to, STATES[to].label, at, ROLES.get(role, role)) for to, role, at in events]
    ended = is_final(status)
    entered = [STEPS.index(STATES[visit.status].step) for visit in visits]
    now = STEPS.index(STATES[status].step)
    furthest = max([now, *entered])
    stretches = []
    for number, step in enumerate(STEPS):
        here = tuple(visit for visit in visits if STATES[visit.status].step == step)
        if number == now and not ended:
            state = "current"
        elif here:
            state = "done"
        else:
            state = "skipped" if ended or number < furthest else "ahead"
        stretches.append(Stretch(step, state, here))
    return stretches


def is_final(status: str) -> bool:
    """Whether nobody is awaited any more (a closed matter may still be reopened)."""
    return not STATES[status].waits_for


def people(roles: Sequence[str]) -> str:
    """Role names as one reads them."""
    return "、".join(ROLES[role] for role in roles)


def _choices(status: str) -> list[Move | Work]:
    moves = [
        move for move in TRANSITIONS.values() if move.source == status and move.roles != ("system",)
    ]
    return [*moves, *(work for work in WORK if status in work.statuses)]


def _check(
    wanted: Sequence[str], guards: Sequence[str], roles: Collection[str], facts: Facts
) -> None:
    if not set(wanted) & set(roles):
        raise NotYourTurn(f"这一步由{people(wanted)}办理。")
    refusal = _refusal(guards, facts)
    if refusal is not None:
        raise refusal


def _refusal(guards: Sequence[str], facts: Facts, *, asked: bool = True) -> DomainError | None:
    for name in guards:
        guard = GUARDS[name]
        if (asked or not guard.asked) and not guard.holds(facts):
            return guard.refusal(guard.next_step)
    return None


def _reason(choice: Move | Work, roles: Collection[str], facts: Facts) -> str:
    if not set(choice.roles) & set(roles):
        return f"这一步由{people(choice.roles)}办理。"
    refusal = _refusal(choice.guards, facts, asked=False)
    return "" if refusal is None else f"{refusal.title}：{refusal.detail}"
