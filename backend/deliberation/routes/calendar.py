"""The calendar of sessions and the rules meetings decide by."""

from typing import Any

from backend.api import Blueprint, page, page_of
from backend.deliberation.actions import calendar as actions
from backend.deliberation.actions import rule_rows
from backend.deliberation.models import CalendarRule, RuleRow
from backend.deliberation.queries.rule_rows import rule_rows_page
from backend.deliberation.rules.meetings import NoSuchCalendar
from backend.deliberation.schemas.calendar import (
    CalendarArguments,
    CalendarRuleSchema,
    CalendarSchema,
    NewCalendarRuleSchema,
    NewRuleRowSchema,
    RulePageArguments,
    RuleRowSchema,
)
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)

calendar = Blueprint("calendar", __name__, url_prefix="/api/v1", description="议事日历与规则")
calendar.before_request(require_caller)


@calendar.get("/calendar")
@permitted("calendar.read")
@calendar.arguments(CalendarArguments, location="query")
@calendar.response(200, CalendarSchema)
def read_calendar(asked: dict[str, Any]) -> dict[str, Any]:
    """List sessions between two days: meetings as they stand, and days still to be planned."""
    return actions.calendar_between(current_community_id(), **asked)


@calendar.put("/calendar-rules/<string:kind>")
@permitted("calendar.edit")
@calendar.arguments(NewCalendarRuleSchema)
@calendar.response(200, CalendarRuleSchema)
def set_calendar_rule(new: dict[str, Any], kind: str) -> CalendarRule:
    """Set other days for consultation_day or discussion_day, from a date on."""
    if kind not in actions.BODY_OF:
        raise NoSuchCalendar
    return actions.set_calendar_rule(current_caller(), kind, **new)


@calendar.get("/rules")
@permitted("calendar.read")
@calendar.arguments(RulePageArguments, location="query")
@calendar.response(200, page_of(RuleRowSchema))
def list_rules(asked: dict[str, Any]) -> dict[str, Any]:
    """List the rules by which is decided here, with their articles, newest first."""
    rows = rule_rows_page(current_community_id(), **asked)
    return page(rows, asked["limit"], key=lambda row: row.id)


@calendar.post("/rules/<string:code>")
@permitted("calendar.edit")
@calendar.arguments(NewRuleRowSchema)
@calendar.response(201, RuleRowSchema)
def succeed_rule(new: dict[str, Any], code: str) -> RuleRow:
    """Set a rule meetings decide by from a day on; never below the law."""
    return rule_rows.succeed(current_caller(), code, **new)
