"""The numbers that may be set, as JSON."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from backend.api import Text


class NewSettingSchema(Schema):
    value = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "null: the district's number counts here again"},
    )
    valid_from = fields.Date(required=True)
    basis = Text(most=200, required=True, metadata={"description": "Which decision or rule"})


class SettingFormSchema(NewSettingSchema):
    """As the page asks it: a number, or that the district's counts here again."""

    value = fields.Integer(load_default=None)
    gives_up = fields.Boolean(load_default=False)

    @validates_schema
    def _either(self, data: dict[str, Any], **_options: object) -> None:
        if data.get("value") is None and not data.get("gives_up"):
            raise ValidationError({"value": ["请填写数字"]})

    @post_load
    def _told(self, data: dict[str, Any], **_options: object) -> dict[str, Any]:
        if data.pop("gives_up"):
            data["value"] = None
        return data


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
