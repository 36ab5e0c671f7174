"""协商日历: the days people meet, what waits for one, and a new meeting of any kind."""

from calendar import Calendar, monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from backend.clock import today
from backend.console import Pages, done, show
from backend.console.words import day, moment
from backend.days import day_of, last_of_month, month_of
from backend.deliberation.actions import agenda, meetings
from backend.deliberation.actions import calendar as actions
from backend.deliberation.models import CalendarRule
from backend.deliberation.pages import words
from backend.deliberation.pages.people import officers_to_choose
from backend.deliberation.queries.agendas import topics_of_meetings, waiting_for_a_day
from backend.deliberation.queries.meetings import meetings_page
from backend.deliberation.rules.meetings import ASSEMBLIES, BODIES, KINDS
from backend.deliberation.schemas.meetings import NewMeetingSchema
from backend.deliberation.schemas.sheet import (
    CalendarFormSchema,
    MonthArguments,
    QueuedFormSchema,
    ReviewFormSchema,
)
from backend.residents.identity import (
    current_caller,
    current_community_id,
    may,
    permitted,
    require_desk,
)
from backend.residents.queries.holidays import holidays_of_year

WAITING = 50
SHELLS = 30
FEBRUARY = 2

calendar_desk = Pages("calendar_desk", __name__, who=require_desk)
calendar_desk.door(
    "日历", "month", permission="calendar.read", icon="calendar-days", key="c", order=40
)


@calendar_desk.get("/calendar")
@permitted("calendar.read")
@calendar_desk.asked(MonthArguments)
def month(asked: dict[str, Any]) -> Response:
    """One month of sessions, and what waits for a day."""
    return _month(asked["month"] or today())


def _month(on: date) -> Response:
    caller, here = current_caller(), current_community_id()
    first, last = month_of(on), last_of_month(on)
    told = actions.calendar_between(here, first, last)
    sessions = told["sessions"]
    named = {each.day: each for each in holidays_of_year(first.year)}
    waiting = waiting_for_a_day(here, caller, limit=WAITING) if may("meeting.arrange") else []
    return show(
        "deliberation/calendar.html",
        title="协商日历",
        first=first,
        before=first - timedelta(days=1),
        after=last + timedelta(days=1),
        today=today(),
        weeks=Calendar().monthdatescalendar(first.year, first.month),
        by_day=_by_day(sessions),
        sessions=sessions,
        topics=topics_of_meetings(
            here, caller, [each["meeting_id"] for each in sessions if each["meeting_id"]]
        ),
        days_off=named,
        free_days=[each for each in named.values() if each.day.month == first.month],
        unverified=not named,
        rules=[_in_words(rule, first.year) for rule in _in_force(told["rules"])],
        waiting=waiting[:WAITING],
        open_agendas=_open_agendas(here),
        assemblies=ASSEMBLIES,
        kinds=KINDS,
        bodies=BODIES,
        words=words,
        staff=officers_to_choose(here) if may("meeting.arrange") else None,
        may_arrange=may("meeting.arrange"),
        may_edit=may("calendar.edit"),
    )


def _again() -> Response:
    return _month(_month_looked_at())


def _again_for(proposal_id: UUID) -> Response:  # noqa: ARG001, named so
    return _again()


def _month_looked_at() -> date:
    """Which month the form just sent stood under."""
    try:
        return date.fromisoformat(f"{request.form.get('_month', '')}-01")
    except ValueError:
        return today()


def _month_url() -> str:
    return url_for(".month", month=f"{_month_looked_at():%Y-%m}")


@calendar_desk.post("/calendar/meetings")
@permitted("meeting.arrange")
@calendar_desk.form(NewMeetingSchema, again=_again)
def arrange(new: dict[str, Any]) -> Response:
    """A meeting outside the calendar, of any kind."""
    meeting = meetings.arrange(current_caller(), **new)
    return done(
        f"定好了：{moment(meeting.starts_at)}{KINDS[meeting.kind]}。"
        f"议题要在{moment(meeting.cutoff_at)}前列进来。",
        to=url_for("meetings_desk.meeting", meeting_id=meeting.id),
    )


@calendar_desk.post("/calendar/queue/<uuid:proposal_id>")
@permitted("meeting.arrange")
@calendar_desk.form(QueuedFormSchema, again=_again_for)
def put_on_agenda(given: dict[str, Any], proposal_id: UUID) -> Response:
    """A matter that waits gets its day."""
    agenda.put_on_agenda(current_caller(), proposal_id=proposal_id, position=None, **given)
    return done("列进议程了。开会通知会在议程截止时自动发出。", to=_month_url())


@calendar_desk.post("/calendar/queue/<uuid:proposal_id>/party-review")
@permitted("meeting.arrange")
@calendar_desk.form(ReviewFormSchema, again=_again_for)
def note_party_review(given: dict[str, Any], proposal_id: UUID) -> Response:
    """What the party organisation says, before an assembly deals with it."""
    agenda.note_party_review(current_caller(), proposal_id, **given)
    return done("党组织的审核意见记下了，现在可以列进议程。", to=_month_url())


@calendar_desk.post("/calendar/rules")
@permitted("calendar.edit")
@calendar_desk.form(CalendarFormSchema, again=_again)
def set_rule(given: dict[str, Any]) -> Response:
    """Other days from a date on."""
    rule = actions.set_calendar_rule(current_caller(), **given)
    return done(f"改好了，从{day(rule.valid_from)}起。", to=_month_url())


def _by_day(sessions: Iterable[Mapping[str, Any]]) -> dict[date, list[Mapping[str, Any]]]:
    days: dict[date, list[Mapping[str, Any]]] = {}
    for each in sessions:
        days.setdefault(each["held_on"], []).append(each)
    return days


def _in_force(rules: Sequence[CalendarRule]) -> list[CalendarRule]:
    """Of each kind the rule of today, and those that will come after it."""
    begun = {rule.kind: rule for rule in rules if rule.valid_from <= today()}
    coming = [rule for rule in rules if rule.valid_from > today()]
    return [*begun.values(), *coming]


def _in_words(rule: CalendarRule, year: int) -> dict[str, Any]:
    return {
        "kind": rule.kind,
        "name": KINDS[rule.kind],
        "days": "、".join(f"{each}日" for each in rule.days),
        "rule": rule,
        "is_coming": rule.valid_from > today(),
        "february": _february(rule, year),
    }


def _february(rule: CalendarRule, year: int) -> str:
    """What becomes of a day that February does not have."""
    length = monthrange(year, FEBRUARY)[1]
    missing = [each for each in rule.days if each > length]
    if not missing:
        return ""
    named = "、".join(f"{each}日" for each in missing)
    if rule.february == "skip":
        return f"2月没有{named}，这一次就不开。"
    return f"2月没有{named}，改在2月最后一天（{year}年是{length}日）。"


def _open_agendas(here: UUID) -> list[tuple[UUID, str, str]]:
    """(id, words, body) of the next sessions that still take topics."""
    shells = meetings_page(here, kind=None, state="shell", after=None, limit=SHELLS)
    return [
        (each["id"], _briefly(each), each["body"])
        for each in sorted(shells, key=lambda each: each["starts_at"])
    ]


def _briefly(session: Mapping[str, Any]) -> str:
    """「12月10日 逢十协商日」, short enough for a narrow list."""
    on = day_of(session["starts_at"])
    return f"{on.month}月{on.day}日 {KINDS[session['kind']]}"
