"""Consultation and discussion days: their rules, and the shells made ahead of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from backend.audit.actions import record
from backend.clock import SHANGHAI, today, utc_now
from backend.days import DAY, day_of, end_of, start_of
from backend.deliberation.actions.agenda import (
    call_off,
    everybody_was_called,
    in_front_of,
    invited_people,
    topics_of,
)
from backend.deliberation.actions.moves import record as note
from backend.deliberation.actions.rule_rows import rule_for
from backend.deliberation.models import CalendarRule, Meeting
from backend.deliberation.notices import meetings as notices
from backend.deliberation.queries import meetings as found
from backend.deliberation.queries import sessions as kept
from backend.deliberation.queries.rule_rows import rule_in_force
from backend.deliberation.rules import calendar, clocks
from backend.deliberation.rules import meetings as rules
from backend.deliberation.rules.successors import check_calendar_gives
from backend.errors import Invalid
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.holidays import holidays

BODY_OF: Mapping[str, str] = {
    "consultation_day": rules.FOUR_PARTY,
    "discussion_day": rules.COUNCIL,
}
LONGEST_LOOK = timedelta(days=366)
FARTHEST_SHIFT = timedelta(days=31)


def install_calendar_rules(community_id: UUID, place: str, valid_from: date) -> None:
    """逢十协商日 and 民主议政日 at their usual hours; what is there already stays."""
    for kind, days in (
        ("consultation_day", calendar.CONSULTATION_DAYS),
        ("discussion_day", calendar.DISCUSSION_DAYS),
    ):
        kept.add_calendar_rule(
            CalendarRule(
                community_id=community_id,
                kind=kind,
                days=list(days),
                cutoff_time=calendar.CUTOFF,
                starts_at=time(19),
                place=place,
                valid_from=valid_from,
            )
        )
    _make_shells(community_id)


def set_calendar_rule(caller: Caller, kind: str, **rule: Any) -> CalendarRule:
    """Other days from a date on. Shells that nobody has put anything on make way."""
    community_id = community_of(caller)
    calendar.check_days(rule["days"])
    rules.check_notice_days(rule["notice_days"])
    decides_by = rule_in_force(community_id, BODY_OF[kind], rule["valid_from"])
    if decides_by is not None:
        check_calendar_gives(decides_by.code, decides_by.notice_days, [rule["notice_days"]])
    if rule["valid_from"] < today():
        raise Invalid(errors={"valid_from": ["不能早于今天"]})
    row = CalendarRule(
        community_id=community_id, kind=kind, **rule | {"days": sorted(set(rule["days"]))}
    )
    if not kept.add_calendar_rule(row):
        raise rules.RuleDayTaken("请另选一个生效日期；原有的日程规则不改动。")
    for meeting in kept.lock_empty_shells(community_id, kind, from_on=row.valid_from):
        meeting.state = "cancelled"
    _make_shells(community_id)
    record(
        "calendar.rule_set",
        object_type="calendar_rule",
        object_id=row.id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=community_id,
        detail={"kind": kind, "valid_from": row.valid_from.isoformat()},
    )
    return row


def calendar_between(community_id: UUID, first: date, last: date) -> dict[str, Any]:
    """Every session from `first` to `last`: meetings as they stand, and days not yet planned."""
    if last < first:
        raise Invalid(errors={"to": ["不能早于开始日期"]})
    if last - first > LONGEST_LOOK:
        raise Invalid(errors={"to": ["一次最多查看366天"]})
    days_off = holidays()
    own_rules = kept.calendar_rules(community_id)
    meetings = kept.meetings_between(
        community_id,
        start_of(first - FARTHEST_SHIFT),
        end_of(last + FARTHEST_SHIFT),
    )
    sessions = [
        _of_meeting(meeting, items)
        for meeting, items in meetings
        if meeting.state != "cancelled" and first <= day_of(meeting.starts_at) <= last
    ]
    planned = {
        *((m.kind, day_of(m.starts_at)) for m, _ in meetings if m.state != "cancelled"),
        *((m.kind, m.nominal_on) for m, _ in meetings if m.nominal_on and m.state != "cancelled"),
    }
    sessions += [
        _of_rule(rule, session)
        for rule, session in _computed(own_rules, first, last, days_off)
        if first <= session.held_on <= last
        and (rule.kind, session.held_on) not in planned
        and (rule.kind, session.nominal[0]) not in planned
    ]
    return {
        "rules": own_rules,
        "sessions": sorted(sessions, key=lambda each: each["starts_at"]),
        "calendar_unverified": clocks.calendar_unverified(first, last, days_off),
    }


def communities_to_plan() -> Sequence[UUID]:
    """Those with a calendar of their own."""
    return kept.communities_with_a_calendar()


def plan_sessions(community_id: UUID) -> None:
    """Every night: a shell for each session of the next thirty days, off the holidays."""
    _make_shells(community_id)
    now, days_off = utc_now(), holidays()
    for meeting, rule in kept.lock_planned_shells(community_id):
        _keep_off_holidays(meeting, rule, days_off, now)


def move_meeting(
    caller: Caller, meeting_id: UUID, *, starts_at: datetime, place: str, reason: str
) -> Meeting:
    """Another day or place, again with its clear days; whoever was told is told again."""
    meeting = found.lock_meeting(community_of(caller), meeting_id)
    if meeting is None:
        raise rules.NoSuchMeeting
    if meeting.state not in {"shell", "frozen"}:
        raise rules.MeetingClosed("会议已开始或已结束。")
    if (meeting.starts_at, meeting.place) == (starts_at, place):
        return meeting
    notice_days = (
        rule_for(meeting.community_id, meeting.body, day_of(starts_at)).notice_days
        if found.live_items(meeting)
        else calendar_notice(meeting)
    )
    rules.check_can_still_be_told(utc_now(), day_of(starts_at), notice_days)
    meeting.starts_at, meeting.place = starts_at, place
    if meeting.state == "shell":
        meeting.cutoff_at = rules.check_notice(utc_now(), day_of(starts_at), notice_days)
    _carry_on(meeting, caller, reason)
    return meeting


def cancel_meeting(caller: Caller, meeting_id: UUID, *, reason: str) -> Meeting:
    """The meeting is off; its matters go to the next session of the kind, or wait."""
    meeting = found.lock_meeting(community_of(caller), meeting_id)
    if meeting is None:
        raise rules.NoSuchMeeting
    if meeting.state not in {"shell", "frozen"}:
        raise rules.MeetingClosed("会议已开始或已结束。")
    call_off(meeting, caller, reason=reason)
    return meeting


def calendar_notice(meeting: Meeting) -> int:
    """The clear days this meeting was planned with."""
    planned = day_of(meeting.starts_at) - day_of(meeting.cutoff_at)
    return max(planned.days - 1, 0)


def _make_shells(community_id: UUID) -> None:
    """What its rules plan for the coming days, where it can still be told in time."""
    now, first = utc_now(), today()
    own_rules, taken = kept.calendar_rules(community_id), kept.days_taken(community_id, now)
    planned = _computed(own_rules, first, first + calendar.PLANNED_AHEAD, holidays())
    shells = [
        _shell(rule, session)
        for rule, session in planned
        if (rule.kind, session.held_on) not in taken
    ]
    kept.add_shells([shell for shell in shells if shell["cutoff_at"] > now])


def _computed(
    own_rules: Sequence[CalendarRule], first: date, last: date, days_off: Mapping[date, bool]
) -> list[tuple[CalendarRule, calendar.Session]]:
    """The sessions of one community's rules; each row counts until the next of its kind begins."""
    found_sessions = []
    for rule in own_rules:
        ends = [
            other.valid_from - DAY
            for other in own_rules
            if other.kind == rule.kind and other.valid_from > rule.valid_from
        ]
        nominal = calendar.nominal_days_between(
            max(first - FARTHEST_SHIFT, rule.valid_from),
            min([last, *ends]),
            rule.days,
            rule.february,  # type: ignore[arg-type]
        )
        found_sessions += [
            (rule, session)
            for session in calendar.sessions(nominal, days_off, rule.shift)  # type: ignore[arg-type]
        ]
    return found_sessions


def _starts_at(rule: CalendarRule, held_on: date) -> datetime:
    return datetime.combine(held_on, rule.starts_at, tzinfo=SHANGHAI)


def _shell(rule: CalendarRule, session: calendar.Session) -> dict[str, Any]:
    return {
        "community_id": rule.community_id,
        "kind": rule.kind,
        "body": BODY_OF[rule.kind],
        "starts_at": _starts_at(rule, session.held_on),
        "cutoff_at": calendar.cutoff_at(session.held_on, rule.notice_days, rule.cutoff_time),
        "place": rule.place,
        "calendar_rule_id": rule.id,
        "nominal_on": session.nominal[0],
    }


def _keep_off_holidays(
    meeting: Meeting, rule: CalendarRule, days_off: Mapping[date, bool], now: datetime
) -> None:
    """A holiday entered later moves what is not yet frozen, from where it stands by now."""
    stood_on = day_of(meeting.starts_at)
    held_on = calendar.shifted(stood_on, days_off, rule.shift)  # type: ignore[arg-type]
    cutoff = calendar.cutoff_at(held_on, rule.notice_days, rule.cutoff_time)
    if held_on == stood_on or cutoff <= now:
        return
    meeting.starts_at, meeting.cutoff_at = meeting.starts_at + (held_on - stood_on), cutoff
    _carry_on(meeting, None, "节假日")


def _carry_on(meeting: Meeting, caller: Caller | None, reason: str) -> None:
    """The matters go with their meeting: their clocks, their chains, and whoever waits for them."""
    items = found.live_items(meeting)
    held_on = day_of(meeting.starts_at)
    rule = rule_for(meeting.community_id, meeting.body, held_on)
    for item in sorted(items, key=lambda each: each.proposal_id):
        proposal, by = in_front_of(caller, meeting.community_id, item.proposal_id)
        item.rule_row_id = rule.id
        proposal.status_due_at = end_of(held_on)
        note(
            proposal,
            "meeting_moved",
            by,
            note=reason,
            payload={"meeting_id": str(meeting.id), "held_on": held_on.isoformat()},
        )
    if items:
        told = notices.moved(
            meeting,
            rules.KINDS[meeting.kind],
            topics_of(meeting),
            [item.proposal_id for item in items],
            invited_people(meeting),
            reason=reason,
            at=utc_now(),
        )
        announce(told)
        if everybody_was_called(meeting):
            announce(notices.to_everybody(told))


def _of_meeting(meeting: Meeting, items: int) -> dict[str, Any]:
    return {
        "meeting_id": meeting.id,
        "kind": meeting.kind,
        "body": meeting.body,
        "held_on": day_of(meeting.starts_at),
        "starts_at": meeting.starts_at,
        "cutoff_at": meeting.cutoff_at,
        "place": meeting.place,
        "state": meeting.state,
        "nominal_on": meeting.nominal_on,
        "items": items,
    }


def _of_rule(rule: CalendarRule, session: calendar.Session) -> dict[str, Any]:
    return {
        "meeting_id": None,
        "kind": rule.kind,
        "body": BODY_OF[rule.kind],
        "held_on": session.held_on,
        "starts_at": _starts_at(rule, session.held_on),
        "cutoff_at": calendar.cutoff_at(session.held_on, rule.notice_days, rule.cutoff_time),
        "place": rule.place,
        "state": "planned",
        "nominal_on": session.nominal[0],
        "items": 0,
    }
