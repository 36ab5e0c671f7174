"""Rule sheets, their items and caps as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import IN_OUR_TIME, Text
from backend.virtue_bank.models.words import CAP_PERIODS, CAP_SUBJECTS, CREDIT_TO

MOST_POINTS = 10_000
MOST_CAP = 1_000_000
ROW_VERSION = validate.Range(1, 2**31 - 1)
CODE = validate.Regexp(r"^[A-Z]{1,3}[0-9]{1,3}$", error="编号由一到三个大写字母和一到三位数字组成")


class RuleItemSchema(Schema):
    code = fields.String(required=True, validate=CODE, metadata={"example": "A1"})
    title = Text(required=True, most=30)
    category = Text(required=True, most=12)
    points = fields.Integer(required=True, validate=validate.Range(1, MOST_POINTS))
    points_max = fields.Integer(required=True, validate=validate.Range(1, MOST_POINTS))
    unit = Text(load_default="次", most=6)
    credit_to = fields.String(load_default="person", validate=validate.OneOf(CREDIT_TO))
    confirmations = fields.Integer(load_default=2, validate=validate.Range(1, 5))
    needs_helped = fields.Boolean(load_default=True)
    publicity_days = fields.Integer(load_default=5, validate=validate.Range(3, 15))
    claim_within_days = fields.Integer(load_default=30, validate=validate.Range(1, 90))
    article_ref = Text(load_default="", most=60, least=0)


class WrittenRuleItemSchema(RuleItemSchema):
    id = fields.UUID(required=True)


class RuleCapSchema(Schema):
    item_code = fields.String(
        load_default=None,
        allow_none=True,
        validate=CODE,
        metadata={"description": "Without: all items of the sheet together"},
    )
    subject = fields.String(required=True, validate=validate.OneOf(CAP_SUBJECTS))
    period = fields.String(required=True, validate=validate.OneOf(CAP_PERIODS))
    cap = fields.Integer(required=True, validate=validate.Range(1, MOST_CAP))


class RuleItemsSchema(Schema):
    row_version = fields.Integer(required=True, validate=ROW_VERSION)
    items = fields.List(
        fields.Nested(RuleItemSchema), required=True, validate=validate.Length(1, 60)
    )
    caps = fields.List(
        fields.Nested(RuleCapSchema), load_default=list, validate=validate.Length(max=120)
    )


class RuleSheetVersionSchema(Schema):
    row_version = fields.Integer(required=True, validate=ROW_VERSION)


class AdoptionSchema(Schema):
    resolution_ref = Text(required=True, most=100)
    adopted_on = fields.Date(required=True, validate=IN_OUR_TIME)
    begins_on = fields.Date(required=True, data_key="from", validate=IN_OUR_TIME)


class RuleSheetSchema(Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    text_sha256 = fields.String(required=True, allow_none=True)
    consulted_at = fields.AwareDateTime(required=True, allow_none=True)
    consulted_until = fields.AwareDateTime(required=True, allow_none=True)
    resolution_ref = fields.String(required=True, allow_none=True)
    adopted_on = fields.Date(required=True, allow_none=True)
    begins_on = fields.Date(required=True, allow_none=True, data_key="from")
    ends_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The first day that the next version rules"},
    )
    row_version = fields.Integer(required=True)


class ItemChangeSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    points = fields.Integer(required=True)
    points_max = fields.Integer(required=True)
    points_before = fields.Integer()
    points_max_before = fields.Integer()


class SheetChangesSchema(Schema):
    added = fields.List(fields.Nested(ItemChangeSchema), required=True)
    removed = fields.List(fields.Nested(ItemChangeSchema), required=True)
    changed = fields.List(fields.Nested(ItemChangeSchema), required=True)


class WholeRuleSheetSchema(Schema):
    sheet = fields.Nested(RuleSheetSchema, required=True)
    items = fields.List(fields.Nested(WrittenRuleItemSchema), required=True)
    caps = fields.List(fields.Nested(RuleCapSchema), required=True)
    changes = fields.Nested(SheetChangesSchema, required=True)
