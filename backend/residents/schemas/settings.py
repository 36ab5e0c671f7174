"""The numbers that may be set, as JSON."""

from marshmallow import Schema, fields

from backend.api import Text


class NewSettingSchema(Schema):
    value = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "null: the district's number counts here again"},
    )
    valid_from = fields.Date(required=True)
    basis = Text(most=200, required=True, metadata={"description": "Which decision or rule"})


class SettingSchema(Schema):
    id = fields.UUID(required=True)
    of_district = fields.Boolean(required=True)
    key = fields.String(required=True)
    value = fields.Integer(required=True, allow_none=True)
    valid_from = fields.Date(required=True)
    basis = fields.String(required=True)
    counts = fields.Boolean(required=True, metadata={"description": "false: waits for a second"})


class NumberSchema(Schema):
    """A number with what it is today, and every row about it, the last to begin first."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    unit = fields.String(required=True)
    today = fields.Integer(required=True)
    default = fields.Integer(required=True)
    least = fields.Integer(required=True)
    most = fields.Integer(required=True)
    basis = fields.String(required=True, metadata={"description": "The law of the lower end"})
    rows = fields.List(fields.Nested(SettingSchema), required=True)


class NumbersSchema(Schema):
    items = fields.List(fields.Nested(NumberSchema), required=True)
