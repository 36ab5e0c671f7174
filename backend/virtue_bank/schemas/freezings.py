"""Requests to freeze an account or to free it, as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import ShortPageArguments, Text
from backend.virtue_bank.models.freezings import FREEZING_AIMS, FREEZING_STATES
from backend.virtue_bank.schemas.accounts import NUMBER


class NewFreezingSchema(Schema):
    reason = Text(required=True, most=300, lines=True)
    decision_ref = Text(
        required=True,
        most=100,
        metadata={"description": "Number of the decision or of the case it follows from"},
    )


class DeclinedFreezingSchema(Schema):
    reason = Text(required=True, most=300, lines=True)


class FreezingJudgementSchema(Schema):
    decision = fields.String(required=True, validate=validate.OneOf(["lifted", "stands"]))
    reason = Text(required=True, most=300, lines=True)


class FreezingPageArguments(ShortPageArguments):
    account = fields.Integer(
        load_default=None, validate=NUMBER, metadata={"description": "Of this account alone"}
    )


class FreezingRequestSchema(Schema):
    id = fields.UUID(required=True)
    account_id = fields.Integer(required=True)
    owner = fields.Function(
        lambda request: "family" if request.family_id else "person", metadata={"type": "string"}
    )
    aim = fields.String(required=True, validate=validate.OneOf(list(FREEZING_AIMS)))
    state = fields.String(required=True, validate=validate.OneOf(FREEZING_STATES))
    reason = fields.String(required=True)
    decision_ref = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    confirm_until = fields.AwareDateTime(required=True)
    declined_reason = fields.String(required=True, allow_none=True)
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True)
    appeal_until = fields.AwareDateTime(required=True, allow_none=True)
    appeal = fields.String(required=True, allow_none=True)
    appealed_at = fields.AwareDateTime(required=True, allow_none=True)
    judged_at = fields.AwareDateTime(required=True, allow_none=True)
    judged_reason = fields.String(required=True, allow_none=True)
    due_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When the appeal should be judged"}
    )
    lifted_at = fields.AwareDateTime(required=True, allow_none=True)
