"""Holidays and make-up working days as JSON, and as the desk's form tells them."""

from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from backend.api import Text

MOST_AT_ONCE = timedelta(days=30)
KINDS = ("off", "worked")


class SetDaySchema(Schema):
    working = fields.Boolean(required=True)
    name = Text(most=30, required=True)


class CalendarDaySchema(Schema):
    day = fields.Date()
    working = fields.Boolean()
    name = fields.String()
    source = fields.String()


class YearArguments(Schema):
    year = fields.Integer(required=True, validate=validate.Range(2000, 2200))


class YearOnPageArguments(Schema):
    year = fields.Integer(load_default=None, validate=validate.Range(2000, 2200))


class HolidayFormSchema(Schema):
    """One holiday as the State Council announces it: from a day to a day, off or worked."""

    since = fields.Date(
        required=True,
        validate=validate.Range(
            date(2000, 1, 1), date(2200, 12, 31), error="请填写2000年至2200年的日子"
        ),
    )
    through = fields.Date(load_default=None)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = Text(most=30, required=True)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_options: object) -> None:
        since, through = data["since"], data.get("through") or data["since"]
        if through < since:
            raise ValidationError({"through": ["不能早于开始的那天"]})
        if through - since > MOST_AT_ONCE:
            raise ValidationError({"through": [f"一次最多{MOST_AT_ONCE.days + 1}天"]})

    @post_load
    def _told(self, data: dict[str, Any], **_options: object) -> dict[str, Any]:
        return {
            "since": data["since"],
            "through": data["through"] or data["since"],
            "working": data["kind"] == "worked",
            "name": data["name"],
        }


class YearSchema(Schema):
    year = fields.Integer()
    known = fields.Boolean(
        metadata={"description": "False: no holidays entered, Monday to Friday are worked"}
    )
    days = fields.List(fields.Nested(CalendarDaySchema))
