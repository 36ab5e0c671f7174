"""Requests for reversal as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import Text

BY_WORD = ("phone", "home_visit", "walk_in", "paper")


class NewReversalSchema(Schema):
    reason = Text(required=True, most=300, lines=True)
    decision_ref = Text(required=True, most=100)


class HoldersWordSchema(Schema):
    text = Text(required=True, most=500, lines=True)
    channel = fields.String(
        load_default=None,
        validate=validate.OneOf(BY_WORD),
        metadata={"description": "How the holder said it, where a worker types it"},
    )


class DroppedReversalSchema(Schema):
    reason = Text(required=True, most=300, lines=True)


class JudgementSchema(Schema):
    decision = fields.String(required=True, validate=validate.OneOf(["restored", "stands"]))
    reason = Text(required=True, most=300, lines=True)


class ReversalRequestSchema(Schema):
    id = fields.UUID(required=True)
    transfer_id = fields.Integer(required=True)
    account_id = fields.Integer(required=True)
    amount = fields.Integer(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    decision_ref = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    answer_until = fields.AwareDateTime(required=True)
    answer = fields.String(required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True)
    dropped_reason = fields.String(required=True, allow_none=True)
    appeal_until = fields.AwareDateTime(required=True, allow_none=True)
    appeal = fields.String(required=True, allow_none=True)
    appealed_at = fields.AwareDateTime(required=True, allow_none=True)
    judged_at = fields.AwareDateTime(required=True, allow_none=True)
    judged_reason = fields.String(required=True, allow_none=True)
    due_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When it should be confirmed, or the appeal judged"},
    )
