"""The district's holidays over HTTP."""

from datetime import date
from typing import Any

from backend.api import Blueprint
from backend.errors import NotFound
from backend.residents.actions import calendar_days as actions
from backend.residents.identity import current_caller, permitted, require_caller
from backend.residents.models import Holiday
from backend.residents.queries.holidays import holidays_of_year
from backend.residents.schemas.calendar_days import (
    CalendarDaySchema,
    SetDaySchema,
    YearArguments,
    YearSchema,
)

calendar_days = Blueprint("calendar_days", __name__, url_prefix="/api/v1", description="节假日")
calendar_days.before_request(require_caller)


@calendar_days.get("/holidays")
@permitted("community.read")
@calendar_days.arguments(YearArguments, location="query")
@calendar_days.response(200, YearSchema)
def list_holidays(asked: dict[str, int]) -> dict[str, Any]:
    """Days off and make-up working days of a year."""
    days = holidays_of_year(asked["year"])
    return {"year": asked["year"], "known": bool(days), "days": days}


@calendar_days.put("/holidays/<string:day>")
@permitted("holiday.edit")
@calendar_days.arguments(SetDaySchema)
@calendar_days.response(200, CalendarDaySchema)
def set_day(wish: dict[str, Any], day: str) -> Holiday:
    """Declare a day (YYYY-MM-DD) off or worked."""
    try:
        named = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    return actions.set_day(current_caller(), named, **wish)
