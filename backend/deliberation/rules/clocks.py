"""Counting days the way the Civil Code does, and when each status is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from backend.days import Holidays, add_working_days, day_of, end_of, next_working_day

Unit = Literal["days", "working_days"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a clock: `count` days of one kind, counted from the day after it starts."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        if self.count == 0:
            return "当日"
        return f"{self.count} {'日' if self.unit == 'days' else '个工作日'}"


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a status may last.

    A resident's own deadline never ends on a day off (Civil Code 203); an office's may.
    """

    spans: tuple[Span, ...]
    of_resident: bool = False

    def __str__(self) -> str:
        return "＋".join(str(span) for span in self.spans)


def days(count: int, *, of_resident: bool = False) -> Clock:
    return Clock((Span(count, "days"),), of_resident=of_resident)


def working_days(count: int) -> Clock:
    return Clock((Span(count, "working_days"),))


CLOCKS: Mapping[str, Clock] = {
    "draft": days(30),
    "submitted": working_days(2),
    "returned": days(7, of_resident=True),
    "inquiring": working_days(5),
    "referred": working_days(15),
    "guided": working_days(3),
    "queued": days(30),
    "deliberating": days(0),
    "adjourned": days(15),
    # Three days for corrections, then three working days to sign and three to publish.
    "resolved": Clock(
        (Span(3, "days"), Span(3, "working_days"), Span(3, "working_days")),
    ),
    "publicized": working_days(3),
    "acting": days(14),
    "inspecting": working_days(5),
    "appraising": days(7, of_resident=True),
    "outcome_publicized": working_days(3),
}
"""By status. Where the case names its own day (a session, a promise, a posted notice, the tasks'
last date), the action that learns that day sets it; until then this clock runs."""

# The windows beside the statuses.
APPEAL = days(7, of_resident=True)  # against a rejection
APPEAL_DECISION = working_days(5)
CONTEST = Clock((Span(5, "working_days"),), of_resident=True)  # against a triage, once
OBJECTION_ANSWER = working_days(5)
OVERSIGHT_ANSWER = working_days(5)  # the supervision committee's question
INQUIRY_EXTENSION = working_days(5)
OUTCOME_PUBLISHING = working_days(3)  # after the appraisal
APPRAISAL_EXTENSION = days(7, of_resident=True)
CHAIR_TAKES_OVER = working_days(1)  # after a grid worker missed the acceptance
MINUTES_CORRECTION = days(3, of_resident=True)
ABSENT_PARTY_REPLY = working_days(5)
REWORK_PLAN = days(10)
REOPENING_DAYS = 90
# How often who must act hears of it again, in days.
REFERRAL_REMINDER = 7
NEWS_OF_A_TASK = 14
EXPLANATION_REMINDER = 7


def calendar_unverified(first: date, last: date, holidays: Holidays) -> bool:
    """Whether the span touches a year nobody has entered holidays for."""
    known = {day.year for day in holidays}
    return any(year not in known for year in range(first.year, last.year + 1))


def add_days(day: date, count: int) -> date:
    """The last of `count` natural days; the first day is not counted (Civil Code 201)."""
    return day + timedelta(days=count)


def add_clear_days(notice_on: date, count: int) -> date:
    """The earliest meeting day: neither the notice's day nor the meeting's is counted."""
    return notice_on + timedelta(days=count + 1)


def has_clear_days(notice_on: date, meeting_on: date, count: int) -> bool:
    return meeting_on >= add_clear_days(notice_on, count)


def last_day(entered_on: date, clock: Clock, holidays: Holidays) -> date:
    """The day at whose end `clock`, started on `entered_on`, runs out."""
    day = entered_on
    for span in clock.spans:
        if span.unit == "days":
            day = add_days(day, span.count)
        else:
            day = add_working_days(day, span.count, holidays)
    return next_working_day(day, holidays) if clock.of_resident else day


def due_at(entered_at: datetime, clock: Clock, holidays: Holidays) -> datetime:
    """The first moment that is too late; up to the second before it, one is in time."""
    return end_of(last_day(day_of(entered_at), clock, holidays))


def next_due(status: str, entered_at: datetime, holidays: Holidays) -> datetime | None:
    """When a case that entered `status` must move on; None where no clock runs."""
    clock = CLOCKS.get(status)
    return None if clock is None else due_at(entered_at, clock, holidays)


def is_open(now: datetime, until: datetime) -> bool:
    return now < until


def may_reopen(closed_at: datetime, now: datetime) -> bool:
    return is_open(now, end_of(add_days(day_of(closed_at), REOPENING_DAYS)))
