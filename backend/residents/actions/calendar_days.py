"""Keeping the district's calendar of holidays and make-up working days."""

from collections.abc import Iterable
from datetime import date, timedelta

from chinese_calendar import constants

from backend.audit.actions import record
from backend.database import db
from backend.residents.models import Caller, Holiday
from backend.residents.queries.holidays import find_holiday, known_days

CHINESE_NAMES = {holiday.value: holiday.chinese for holiday in constants.Holiday}


def set_day(caller: Caller, day: date, *, working: bool, name: str) -> Holiday:
    """That day is off, or worked, whatever the plain week says."""
    holiday = find_holiday(day)
    if holiday is None:
        holiday = Holiday(day=day, working=working, name=name, source="entered")
        db.session.add(holiday)
    holiday.working, holiday.name, holiday.source = working, name, "entered"
    record(
        "holiday.set",
        object_type="holiday",
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        detail={"day": day.isoformat(), "working": working},
    )
    return holiday


def set_days(caller: Caller, *, since: date, through: date, working: bool, name: str) -> int:
    """As `set_day`, for all days from `since` to `through`; how many."""
    days = [since + timedelta(days=n) for n in range((through - since).days + 1)]
    for day in days:
        set_day(caller, day, working=working, name=name)
    return len(days)


def seed_holidays(years: Iterable[int]) -> int:
    """Enter the published holidays of `years`; days somebody entered stay. How many were new.

    A year not published yet adds nothing: then Monday to Friday are worked.
    """
    wanted = set(years)
    published = {
        day: working
        for days, working in ((constants.holidays, False), (constants.workdays, True))
        for day in days
        if day.year in wanted
    }
    names = constants.holidays | constants.workdays
    missing = sorted(published.keys() - known_days(list(published)))
    db.session.add_all(
        Holiday(
            day=day,
            working=published[day],
            name=CHINESE_NAMES[names[day]],
            source="chinesecalendar",
        )
        for day in missing
    )
    return len(missing)
