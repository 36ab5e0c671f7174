"""Calendar rules, sessions and rule rows as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import IN_OUR_TIME, PageArguments, Text
from backend.deliberation.rules.quorum import CHANNELS as QUORUM_CHANNELS
from backend.deliberation.rules.quorum import WIDTH

PART = validate.Range(1, 1000)


class CalendarArguments(Schema):
    first = fields.Date(required=True, data_key="from", validate=IN_OUR_TIME)
    last = fields.Date(required=True, data_key="to", validate=IN_OUR_TIME)


class NewCalendarRuleSchema(Schema):
    days = fields.List(fields.Integer(strict=True), required=True, validate=validate.Length(max=31))
    february = fields.String(load_default="last_day", validate=validate.OneOf(["last_day", "skip"]))
    shift = fields.String(
        load_default="next_non_holiday", validate=validate.OneOf(["none", "next_non_holiday"])
    )
    cutoff_time = fields.Time(required=True, metadata={"example": "18:00"})
    starts_at = fields.Time(required=True, metadata={"example": "19:00"})
    place = Text(required=True, most=100)
    notice_days = fields.Integer(load_default=3, strict=True, validate=validate.Range(0, 60))
    valid_from = fields.Date(required=True, validate=IN_OUR_TIME)


class CalendarRuleSchema(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    days = fields.List(fields.Integer(), required=True)
    february = fields.String(required=True)
    shift = fields.String(required=True)
    cutoff_time = fields.Time(required=True)
    starts_at = fields.Time(required=True)
    place = fields.String(required=True)
    notice_days = fields.Integer(required=True)
    valid_from = fields.Date(required=True)


class SittingDaySchema(Schema):
    meeting_id = fields.UUID(required=True, allow_none=True)
    kind = fields.String(required=True)
    held_on = fields.Date(required=True)
    starts_at = fields.AwareDateTime(required=True)
    cutoff_at = fields.AwareDateTime(required=True)
    place = fields.String(required=True)
    state = fields.String(required=True)
    nominal_on = fields.Date(required=True, allow_none=True)
    items = fields.Integer(required=True)


class CalendarSchema(Schema):
    rules = fields.List(fields.Nested(CalendarRuleSchema), required=True)
    sessions = fields.List(fields.Nested(SittingDaySchema), required=True)
    calendar_unverified = fields.Boolean(
        required=True, metadata={"description": "A year in the span has no holidays entered"}
    )


class RulePageArguments(PageArguments):
    code = fields.String(load_default=None, validate=validate.Length(max=64))


class NewRuleRowSchema(Schema):
    quorum_num = fields.Integer(required=True, strict=True, validate=PART)
    quorum_den = fields.Integer(required=True, strict=True, validate=PART)
    quorum_inclusive = fields.Boolean(required=True)
    pass_num = fields.Integer(required=True, strict=True, validate=PART)
    pass_den = fields.Integer(required=True, strict=True, validate=PART)
    pass_inclusive = fields.Boolean(required=True)
    pass_base = fields.String(required=True, validate=validate.OneOf(list(WIDTH)))
    counted_channels = fields.List(
        fields.String(validate=validate.OneOf(QUORUM_CHANNELS)),
        required=True,
        validate=validate.Length(1, len(QUORUM_CHANNELS)),
    )
    notice_days = fields.Integer(required=True, strict=True, validate=validate.Range(0, 60))
    legal_basis = Text(required=True, most=200)
    valid_from = fields.Date(required=True, validate=IN_OUR_TIME)
    checked_by = fields.UUID(required=True)


class RuleRowSchema(Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True)
    body = fields.String(required=True)
    unit = fields.String(required=True)
    quorum_num = fields.Integer(required=True)
    quorum_den = fields.Integer(required=True)
    quorum_inclusive = fields.Boolean(required=True)
    pass_num = fields.Integer(required=True)
    pass_den = fields.Integer(required=True)
    pass_inclusive = fields.Boolean(required=True)
    pass_base = fields.String(required=True)
    counted_channels = fields.List(fields.String(), required=True)
    notice_days = fields.Integer(required=True)
    window_days = fields.Integer(required=True)
    proxy_max = fields.Integer(required=True)
    origin = fields.String(required=True)
    legal_basis = fields.String(required=True)
    valid_from = fields.Date(required=True)
    checked_on = fields.Date(required=True, allow_none=True)
