"""Holidays and make-up working days as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import Text


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


class YearSchema(Schema):
    year = fields.Integer()
    known = fields.Boolean(
        metadata={"description": "False: no holidays entered, Monday to Friday are worked"}
    )
    days = fields.List(fields.Nested(CalendarDaySchema))
