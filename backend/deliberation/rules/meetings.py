"""What a meeting needs at each of its hours: notice, officers, seats, a count, an outcome."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from backend.days import DAY, day_of
from backend.deliberation.rules import clocks
from backend.deliberation.rules.calendar import cutoff_at
from backend.deliberation.rules.consultation import (
    MUST_BE_PRESENT,
    NOTICE_CLEAR_DAYS,
    PARTIES,
)
from backend.deliberation.rules.refusals import (
    PartyNotInvited,
)
from backend.errors import Conflict, Invalid, NotAllowed, NotFound

FOUR_PARTY, COUNCIL = "four_party", "council"
REPRESENTATIVES, RESIDENTS = "representatives_assembly", "residents_assembly_persons"
BODIES: Mapping[str, str] = {
    FOUR_PARTY: "四方协商",
    COUNCIL: "议事会",
    REPRESENTATIVES: "居民代表会议",
    RESIDENTS: "居民会议",
}
ASSEMBLIES = frozenset({REPRESENTATIVES, RESIDENTS})
KINDS: Mapping[str, str] = {
    "consultation_day": "逢十协商日",
    "discussion_day": "民主议政日",
    "council": "议事会",
    "hearing": "听证会",
    "coordination": "协调会",
    "appraisal_meeting": "评议会",
    "talk": "恳谈会",
    "round_table": "圆桌会",
    "bench": "板凳会",
    "four_party": "四方协商",
    "residents_assembly": "居民会议",
    "representatives_assembly": "居民代表会议",
}
PARTY_NAMES: Mapping[str, str] = {
    **PARTIES,
    "neutral": "中立代表",
    "supervision": "居务监督委员会",
    "street": "街道",
    "department": "部门",
    "organisation": "社会组织",
    "representative": "居民代表",
    "resident": "居民",
    "expert": "专业人士",
    "deputy": "人大代表、政协委员",
}
# 列席: they speak and are quoted, but are neither due nor counted.
SITTING_IN = frozenset(
    {"neutral", "supervision", "street", "department", "organisation", "expert", "deputy"}
)
# Whose hands count in an assembly; whoever else comes sits in.
VOTERS: Mapping[str, frozenset[str]] = {
    REPRESENTATIVES: frozenset({"residents_committee", "representative"}),
    RESIDENTS: frozenset({"residents_committee", "representative", "resident"}),
}
# Who reads minutes and full names of any meeting of the community.
READERS = frozenset(
    {
        "counter_clerk",
        "committee_member",
        "party_secretary",
        "chair",
        "supervisor",
        "street_clerk",
        "street_lead",
    }
)
CONTINUED = "continued"
ADJOURNMENTS = 2  # then another body decides, or the matter is shelved
ABOVE: Mapping[str, str] = {
    FOUR_PARTY: REPRESENTATIVES,
    COUNCIL: REPRESENTATIVES,
    REPRESENTATIVES: RESIDENTS,
}
"""Who takes a matter up for which a body twice had too few people."""


class NoSuchMeeting(NotFound):
    title = "会议不存在"


class NoSuchCalendar(NotFound):
    title = "没有这种议事日"


class NoRule(Conflict):
    title = "还没有适用的议事规则"


class NoticeTooShort(Conflict):
    title = "通知时间不足"


class RuleDayTaken(Conflict):
    title = "当天已有一条日程规则"


class WrongBody(Conflict):
    title = "该事项不由本次会议的组织议事"


class AlreadyOnAgenda(Conflict):
    title = "该事项已在本次议程中"


class MeetingClosed(Conflict):
    title = "会议已不能再改动"


class NotOpen(Conflict):
    title = "会议现在不能这样办理"


class AlreadySeated(Conflict):
    title = "已在席位名单中"


class SeatMissing(NotFound):
    title = "席位不存在"


class NotAtTheTable(NotAllowed):
    title = "由本次会议的主持人或记录人办理"


class OfficersMissing(Conflict):
    title = "还没有确定主持人和记录人"


class SamePersonTwice(Conflict):
    title = "主持、记录、监督须由不同的人担任"


class NotASupervisor(Conflict):
    title = "监督人须为居务监督委员会成员"


class AttendanceMissing(Conflict):
    title = "还有席位未登记出席情况"


class NotYetShelvable(Conflict):
    title = "还不能暂缓"


class AdjournedTwice(Conflict):
    title = "该事项已两次流会"


class NotYetAbove(Conflict):
    title = "还不能改由上级组织议事"


class ReasonMissing(Invalid):
    title = "请说明原因"


@dataclass(frozen=True, slots=True)
class SeatHere:
    """A seat as the count sees it."""

    id: UUID
    party: str
    present: bool
    invited_on: date
    absence_minuted: bool
    is_due: bool = True
    """Counted among those who must come."""
    votes: bool = True
    """Heard and counted when it is decided: due, and not recused."""


def is_due(body: str, party: str, *, recused: bool) -> bool:
    """Recused seats leave a consultation's count; the law counts every member of an assembly."""
    if body in VOTERS:
        return party in VOTERS[body]
    return party not in SITTING_IN and not recused


def check_may_sit_again(adjournments: int) -> None:
    if adjournments >= ADJOURNMENTS:
        raise AdjournedTwice("请主任改由上级组织议事，或公开说明原因后暂缓。")


def body_above(body: str | None, adjournments: int) -> str:
    """The body a matter goes up to, once its own has twice not had enough people."""
    if adjournments < ADJOURNMENTS:
        raise NotYetAbove("同一组织两次流会后才改由上级组织议事，请先另定日期再议。")
    above = ABOVE.get(body or "")
    if above is None:
        raise NotYetAbove("没有更高的议事组织，请公开说明原因后暂缓。")
    return above


def check_notice(now: datetime, session_on: date, notice_days: int) -> datetime:
    """The cut-off of a session on that day, unless it would be too late to tell people."""
    cutoff = cutoff_at(session_on, notice_days)
    if now >= cutoff:
        earliest = clocks.add_clear_days(day_of(now), notice_days)
        while now >= cutoff_at(earliest, notice_days):
            earliest += DAY
        raise NoticeTooShort(
            f"须提前{notice_days}个整日通知，最早可定在{earliest.month}月{earliest.day}日。"
        )
    return cutoff


def check_clear_days(cutoff: datetime, session_on: date, notice_days: int) -> None:
    if not clocks.has_clear_days(day_of(cutoff), session_on, notice_days):
        raise NoticeTooShort(f"按该事项的规则须提前{notice_days}个整日通知，请列入以后的会议。")


def check_can_still_be_told(now: datetime, session_on: date, notice_days: int) -> None:
    earliest = clocks.add_clear_days(day_of(now), notice_days)
    if session_on < earliest:
        raise NoticeTooShort(
            f"改期也须提前{notice_days}个整日通知，最早可定在{earliest.month}月{earliest.day}日。"
        )


def check_notice_days(notice_days: int) -> None:
    """A calendar may give people more time, never less."""
    if notice_days < NOTICE_CLEAR_DAYS:
        raise NoticeTooShort(f"通知时间不少于{NOTICE_CLEAR_DAYS}个整日，可以更长。")


def check_officers(
    host: UUID | None, recorder: UUID | None, supervisor: UUID | None, supervisors: Iterable[UUID]
) -> None:
    named = [each for each in (host, recorder, supervisor) if each is not None]
    if len(set(named)) < len(named):
        raise SamePersonTwice("请为主持、记录、监督各定一人。")
    if supervisor is not None and supervisor not in set(supervisors):
        raise NotASupervisor("请从居务监督委员会成员中指定。")


def check_not_established(parties: Iterable[str]) -> None:
    if set(parties) & set(MUST_BE_PRESENT):
        raise Invalid(errors={"parties": ["社区党组织和居委会须到场，不能记为未成立"]})


def check_ready_to_open(
    body: str,
    seats: Sequence[SeatHere],
    not_established: Iterable[str],
    *,
    officers_named: bool,
    today: date,
    held_on: date,
) -> None:
    """Raise unless the host may now declare the meeting open (or, for lack of people, adjourn)."""
    if not officers_named:
        raise OfficersMissing("请先指定主持人和记录人。")
    if today != held_on:
        raise NotOpen(f"会议定在{held_on.month}月{held_on.day}日。")
    if body != FOUR_PARTY:
        return
    for party in set(PARTIES) - set(not_established):
        theirs = [seat for seat in seats if seat.party == party]
        if not theirs:
            raise PartyNotInvited(f"请邀请{PARTIES[party]}；未成立的请注明。")
        if not any(seat.present or seat.absence_minuted for seat in theirs):
            raise AttendanceMissing(f"请先登记{PARTIES[party]}到场，或记录其缺席情况。")
