"""Everything scripts/seed does in its one transaction."""

from collections.abc import Callable, Sequence
from datetime import date
from random import Random
from typing import Any

from backend import clock
from backend.clock import today, utc_now
from backend.database import db
from backend.deliberation.actions import agenda, appraising, sweeping
from backend.deliberation.actions.calendar import (
    communities_to_plan,
    install_calendar_rules,
    plan_sessions,
)
from backend.deliberation.actions.rule_rows import install_rule_rows
from backend.notifications.actions import digests, expansion
from backend.publication.actions import end_displays
from backend.residents.actions.calendar_days import seed_holidays
from backend.residents.models import Community
from scripts.demonstration import grievances, people, places
from scripts.demonstration.history import History, Story, ago, in_days
from scripts.demonstration.matters import MATTERS, Matter
from scripts.demonstration.people import Town
from scripts.demonstration.points import Bank
from scripts.demonstration.stories import Stories

BEGAN_DAYS_AGO = 175
ACCOUNTS_DAYS_AGO = 20
SEED = 6420

Told = Callable[[str, int, int], None]  # what is being done, how much of it, out of how much


class NotEmpty(Exception):
    """There is a community already; nothing was changed."""


def seed(told: Told, matters: Sequence[Matter] = MATTERS) -> list[dict[str, Any]]:
    """Build the place and live through its last half year; who may sign in, and how."""
    if db.session.query(Community.id).first() is not None:
        raise NotEmpty
    random, now = Random(SEED), utc_now()
    first = today().year
    seed_holidays({first - 1, first, first + 1})
    with clock.at(ago(BEGAN_DAYS_AGO)):
        town = _a_town(random, told)
    history = History(
        until=now,
        told=_days_told(told),
    )
    stories = Stories(town, history, random, now=now)
    history.add(_timetable(), ago(BEGAN_DAYS_AGO, 10))
    history.add(_accounts(town), ago(ACCOUNTS_DAYS_AGO, 14))
    history.add(stories.conversation(), ago(30, 10))
    history.add(stories.notices(), ago(12, 15))
    history.add(grievances.suggestion(town), ago(40, 20))
    history.add(grievances.answered_complaint(town), ago(5, 10))
    history.add(grievances.accepted_complaint(town), ago(3, 22))
    history.add(grievances.complaint_by_phone(town), ago(1, 11))
    history.add(grievances.objection(town), ago(8, 18))
    for number, matter in enumerate(matters):
        begins = ago(matter.begins, 8 + number % 10, 5 + 2 * number)
        history.add(stories.life(matter), min(begins, now))
    for story, begins in Bank(town).stories():
        history.add(story, begins)
    history.run()
    told("Phones", 0, 1)
    people.connect_phones(town)
    told("Phones", 1, 1)
    return people.sign_in_sheet(town)


def _a_town(random: Random, told: Told) -> Town:
    built = 0

    def step() -> None:
        nonlocal built
        built += 1
        told("Homes", built, places.BUILDINGS)

    place = places.build(random, step)
    told("People in office", 0, 1)
    town = people.bring_in(place)
    people.agree_to_the_policy(town)
    install_rule_rows(place.community.id)
    install_calendar_rules(place.community.id, "居委会二楼会议室", today())
    told("People in office", 1, 1)
    return town


def _accounts(town: Town) -> Story:
    people.give_accounts(town)
    yield in_days(1)


def _timetable() -> Story:
    """What the jobs would have done, at midnight and in the evening."""
    while True:
        for community_id in communities_to_plan():
            plan_sessions(community_id)
        _run_what_is_due()
        yield in_days(0, 18, 35)
        _run_what_is_due()
        yield in_days(1, 0, 5)


def _run_what_is_due() -> None:
    for community_id, meeting_id in agenda.meetings_to_close():
        agenda.close_agenda(community_id, meeting_id)
    for community_id, proposal_id, _ in sweeping.due_now():
        sweeping.move_if_due(community_id, proposal_id)
    appraising.remind()
    end_displays()
    _tell_what_happened()
    digests.make_digests()


def _tell_what_happened() -> None:
    while expansion.expand_personal():
        pass
    while waiting := expansion.next_audience():
        expansion.expand_audience(*waiting)


def _days_told(told: Told) -> Callable[[date], None]:
    last = today()
    began = last.toordinal() - BEGAN_DAYS_AGO

    def tell(day: date) -> None:
        told("Half a year", min(day.toordinal() - began, BEGAN_DAYS_AGO), BEGAN_DAYS_AGO)

    return tell
