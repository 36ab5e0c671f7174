"""设置: the numbers a community or the district sets from a day on; the district's days off."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from marshmallow import Schema

from backend.clock import today
from backend.console import Pages, done, show
from backend.console.words import day
from backend.residents.actions import calendar_days
from backend.residents.actions import settings as actions
from backend.residents.identity import current_caller, may, permitted, require_desk
from backend.residents.models.settings import NUMBERS
from backend.residents.pages import words
from backend.residents.queries.holidays import holidays_of_year
from backend.residents.queries.settings import setting_rows, settings_on
from backend.residents.rules.holidays import Stretch, stretches
from backend.residents.schemas.calendar_days import HolidayFormSchema, YearOnPageArguments
from backend.residents.schemas.settings import SettingFormSchema

GROUPS = {
    "publication": "公示",
    "residence": "居住核验",
    "moderation": "内容审核",
    "complaint": "投诉建议",
    "points": "美德银行",
}

settings_desk = Pages("settings_desk", __name__, who=require_desk)
settings_desk.door(
    "设置", "numbers", permission="setting.read", icon="settings", key="e", order=100
)


@settings_desk.get("/settings")
@permitted("setting.read")
def numbers() -> Response:
    """Every number that may be set: today's, its bounds, and every row about it."""
    caller = current_caller()
    now, rows = (
        settings_on(caller.community_id, NUMBERS, today()),
        setting_rows(caller.community_id),
    )
    groups: dict[str, list[dict[str, Any]]] = {}
    for key, number in NUMBERS.items():
        kind = key.partition(".")[0]
        groups.setdefault(GROUPS.get(kind, kind), []).append(
            {
                "key": key,
                "number": number,
                "today": now[key],
                "rows": [row for row in rows if row.key == key],
            }
        )
    return show(
        "residents/settings.html",
        title="设置",
        groups=groups,
        today=today(),
        me=caller.resident_id,
        sets_the_district="sys_admin" in caller.roles,
        may_change=may("setting.change"),
        may_confirm=may("setting.confirm"),
        words=words,
    )


def _again(key: str) -> Response:  # noqa: ARG001, named so
    return numbers()


@settings_desk.post("/settings/<string:key>")
@permitted("setting.change")
@settings_desk.form(SettingFormSchema, again=_again)
def change(given: dict[str, Any], key: str) -> Response:
    """Set a number from a day on; the district's waits for a second person."""
    row = actions.change_setting(current_caller(), key, **given)
    waits = "" if row.counts else "等安全管理员确认后才算数。"
    said = f"记下了，从{day(row.valid_from)}起算。{waits}"
    return done(said, to=url_for(".numbers", _anchor=key))


def _again_by_id(setting_id: UUID) -> Response:  # noqa: ARG001, named so
    return numbers()


@settings_desk.post("/settings/<uuid:setting_id>/confirmation")
@permitted("setting.confirm")
@settings_desk.form(Schema, again=_again_by_id)
def confirm(_given: dict[str, Any], setting_id: UUID) -> Response:
    """The second person's word for a number of the district."""
    row = actions.confirm_setting(current_caller(), setting_id)
    return done(f"确认了，从{day(row.valid_from)}起全区都按这个数。", to=url_for(".numbers"))


@settings_desk.get("/settings/holidays")
@permitted("setting.read")
@settings_desk.asked(YearOnPageArguments)
def holidays(asked: dict[str, Any]) -> Response:
    """The days off and make-up working days of a year, on which every working-day clock hangs."""
    return _holidays(asked["year"] or today().year)


def _holidays(year: int) -> Response:
    return show(
        "residents/holidays.html",
        title="放假安排",
        year=year,
        this_year=today().year,
        stretches=stretches(
            Stretch(
                since=each.day,
                through=each.day,
                name=each.name,
                working=each.working,
                entered=each.source == "entered",
            )
            for each in holidays_of_year(year)
        ),
        may_edit=may("holiday.edit"),
    )


def _holidays_again() -> Response:
    since = request.form.get("since", type=date.fromisoformat)
    return _holidays(since.year if since else today().year)


@settings_desk.post("/settings/holidays")
@permitted("holiday.edit")
@settings_desk.form(HolidayFormSchema, again=_holidays_again)
def enter_holidays(given: dict[str, Any]) -> Response:
    """Some days in a row are off, or worked, whatever the plain week says."""
    count = calendar_days.set_days(current_caller(), **given)
    said = f"记下了：{given['name']}，{count}天，{'上班' if given['working'] else '放假'}。"
    return done(said, to=url_for(".holidays", year=given["since"].year))
