"""善行的步骤: one table of moves, read by the actions, the timeline and what a page offers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.errors import Conflict, DomainError, NotAllowed, Outdated
from backend.virtue_bank.models.deeds import DEED_STATES

ROLES: Mapping[str, str] = {
    "claimant": "申报人",
    "acted": "做事的人",
    "asked": "受助人或见证人",
    "filer": "代录人",
    "recorder": "代录的工作人员",
    "approver": "网格员或居委会成员",
    "second": "另一位网格员或居委会成员",
    "resident": "居民",
    "handler": "居委会",
    "judge": "居务监督委员会",
    "system": "系统",
}
_OF_DUTY: Mapping[str, tuple[str, ...]] = {
    "grid_worker": ("approver", "second", "recorder"),
    "service_worker": ("approver", "second", "recorder"),
    "counter_clerk": ("recorder",),
    "committee_member": ("approver", "second", "handler", "recorder"),
    "chair": ("handler", "recorder"),
    "supervisor": ("judge",),
}


class NotInThisState(Outdated):
    title = "这件善行现在不能这样办"


class NotYourTurn(NotAllowed):
    title = "这一步由别人办理"


class OutOfScope(NotAllowed):
    title = "不在您负责的范围"


class ConflictOfInterest(NotAllowed):
    title = "与本人或亲属有关，须由他人办理"


class SameReviewer(NotAllowed):
    title = "须由另一位工作人员办理"


class WindowClosed(Conflict):
    title = "公示期已过"


class WindowOpen(Conflict):
    title = "公示期还没有结束"


class ObjectionWaiting(Conflict):
    title = "还有异议没有处理完"


class TooLate(Conflict):
    title = "已过申诉期限"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is so right now; a fact nobody asked for is taken as given."""

    in_scope: bool = True
    unconcerned: bool = True
    another_reviewer: bool = True
    window_open: bool = True
    window_over: bool = True
    nothing_open: bool = True
    complaint_open: bool = True
    never_hung: bool = True


@dataclass(frozen=True, slots=True)
class Guard:
    """A precondition, and how its absence is told."""

    holds: Callable[[Facts], bool]
    refusal: type[DomainError]
    next_step: str


GUARDS: Mapping[str, Guard] = {
    "in_scope": Guard(lambda f: f.in_scope, OutOfScope, "请由负责这栋楼的网格员或居委会成员办理。"),
    "unconcerned": Guard(lambda f: f.unconcerned, ConflictOfInterest, "请其他工作人员办理。"),
    "another_reviewer": Guard(
        lambda f: f.another_reviewer, SameReviewer, "同一件善行，两次审核须由不同的人。"
    ),
    "window_open": Guard(lambda f: f.window_open, WindowClosed, "如有问题，请向居委会反映。"),
    "window_over": Guard(lambda f: f.window_over, WindowOpen, "公示期满后自动入账。"),
    "nothing_open": Guard(lambda f: f.nothing_open, ObjectionWaiting, "请先答复异议。"),
    "complaint_open": Guard(lambda f: f.complaint_open, TooLate, "每件善行可以申诉一次。"),
    "never_hung": Guard(
        lambda f: f.never_hung, NotInThisState, "已经公示过，积分已留出；如有不对，请联系网格员。"
    ),
}


@dataclass(frozen=True, slots=True)
class Move:
    """One legal change of state."""

    source: str
    to: str
    action: str
    label: str
    roles: tuple[str, ...]
    guards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """Something done within a state, which leaves the state as it is."""

    action: str
    label: str
    states: tuple[str, ...]
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
    """A state the deed came to, when, and who brought it there."""

    state: str
    label: str
    since: datetime
    by: str
    reason: str


_REVIEWING = "in_scope unconcerned another_reviewer"

# from > to | action | its name | roles | guards
_MOVES = f"""
draft > submitted | submit | 提交 | claimant filer |
returned > submitted | submit | 再次提交 | claimant filer |
draft > withdrawn | withdraw | 撤回 | claimant filer |
submitted > withdrawn | withdraw | 撤回 | claimant |
returned > withdrawn | withdraw | 撤回 | claimant |
confirmed > withdrawn | withdraw | 撤回 | claimant |
refuted > withdrawn | withdraw | 撤回 | claimant |
second_review > withdrawn | withdraw | 撤回 | claimant | never_hung

submitted > confirmed | gather | 证明齐了 | system |
submitted > refuted | gather | 有人说不属实 | system |
submitted > lapsed | lapse | 过期 | system |
returned > lapsed | lapse | 过期 | system |

confirmed > second_review | approve | 通过 | approver | {_REVIEWING}
confirmed > publicity | approve | 通过 | approver | {_REVIEWING}
confirmed > returned | return | 退回补充 | approver | {_REVIEWING}
confirmed > rejected | reject | 不通过 | approver | {_REVIEWING}
refuted > second_review | approve | 通过 | approver | {_REVIEWING}
refuted > returned | return | 退回补充 | approver | {_REVIEWING}
refuted > rejected | reject | 不通过 | approver | {_REVIEWING}
second_review > publicity | second_approve | 复核通过 | second | unconcerned another_reviewer
second_review > rejected | second_reject | 复核不通过 | second | unconcerned another_reviewer
second_review > objected | second_reject | 复核不通过 | second | unconcerned another_reviewer

publicity > objected | object | 提出异议 | resident | window_open
publicity > second_review | look_again | 再复核 | system |
publicity > credited | credit | 入账 | system | window_over nothing_open
objected > publicity | go_on | 继续公示 | judge system | nothing_open
objected > second_review | look_again | 再复核 | system | nothing_open
objected > voided | void | 不入账 | judge system |
rejected > confirmed | uphold_complaint | 申诉成立 | judge | unconcerned
"""

# action | its name | states | roles | guards
_WORK = """
edit | 修改 | draft returned | claimant filer |
confirm | 证明 | submitted | asked recorder |
change_display | 改公示方式 | {shown} | claimant acted |
object | 提出异议 | objected | resident |
decide_objection | 答复异议 | objected | handler | unconcerned
complain | 申诉 | rejected | claimant | complaint_open
judge | 裁决申诉 | objected rejected | judge | unconcerned
"""
_SHOWN = "draft submitted confirmed refuted second_review publicity objected credited returned"


def _cells(table: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.split("|")] for line in table.strip().splitlines() if line
    ]


def _moves() -> dict[tuple[str, str], Move]:
    moves = {}
    for way, action, label, roles, guards in _cells(_MOVES):
        source, _, to = way.partition(" > ")
        moves[source, to] = Move(
            source, to, action, label, tuple(roles.split()), tuple(guards.split())
        )
    return moves


MOVES: Mapping[tuple[str, str], Move] = _moves()
WORK: Sequence[Work] = tuple(
    Work(action, label, tuple(states.split()), tuple(roles.split()), tuple(guards.split()))
    for action, label, states, roles, guards in _cells(_WORK.format(shown=_SHOWN))
)


def standing(duties: Collection[str], relations: Collection[str] = ()) -> frozenset[str]:
    """The roles of this table somebody has: by their offices, and by what they are to the deed."""
    by_office = {role for duty in duties for role in _OF_DUTY.get(duty, ())}
    return frozenset({*by_office, *relations})


def check_move(state: str, to: str, roles: Collection[str], facts: Facts | None = None) -> Move:
    """The move from `state` to `to`, unless the table, the roles or a guard forbids it."""
    move = MOVES.get((state, to))
    if move is None:
        raise NotInThisState(f"现在是“{DEED_STATES[state]}”，请看过再办。", state=state)
    _check(move.roles, move.guards, roles, facts or Facts())
    return move


def check_work(action: str, state: str, roles: Collection[str], facts: Facts | None = None) -> Work:
    """What may be done within `state`, unless the roles or a guard forbid it."""
    for work in WORK:
        if work.action == action and state in work.states:
            _check(work.roles, work.guards, roles, facts or Facts())
            return work
    raise NotInThisState(f"现在是“{DEED_STATES[state]}”，请看过再办。", state=state)


def allowed_actions(state: str, roles: Collection[str], facts: Facts) -> list[AllowedAction]:
    """What this person's roles may do in `state`, once each, with the reason where they may not."""
    answers: dict[str, AllowedAction] = {}
    for choice in _choices(state):
        if set(choice.roles).isdisjoint(roles):
            continue
        known = answers.get(choice.action)
        if known is not None and known.allowed:
            continue
        refusal = _refusal(choice.guards, facts)
        answers[choice.action] = AllowedAction(
            choice.action,
            choice.label,
            allowed=refusal is None,
            reason="" if refusal is None else refusal.detail,
        )
    return list(answers.values())


def has_hung(until: datetime | None, now: datetime) -> bool:
    """Whether its days on the board are over."""
    return until is not None and until <= now


def timeline(events: Sequence[tuple[str, datetime, str, str]]) -> list[Visit]:
    """The states passed, in order; `events` are (to_state, at, role, reason)."""
    return [
        Visit(to, DEED_STATES[to], at, ROLES.get(role, role), reason)
        for to, at, role, reason in events
    ]


def _choices(state: str) -> list[Move | Work]:
    moves = [move for move in MOVES.values() if move.source == state]
    return [*moves, *(work for work in WORK if state in work.states)]


def _check(
    wanted: Sequence[str], guards: Sequence[str], roles: Collection[str], facts: Facts
) -> None:
    if set(wanted).isdisjoint(roles):
        told = "、".join(ROLES[role] for role in wanted)
        raise NotYourTurn(f"这一步由{told}办理。")
    refusal = _refusal(guards, facts)
    if refusal is not None:
        raise refusal


def _refusal(guards: Sequence[str], facts: Facts) -> DomainError | None:
    for name in guards:
        guard = GUARDS[name]
        if not guard.holds(facts):
            return guard.refusal(guard.next_step)
    return None
