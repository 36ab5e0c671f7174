"""Objections to deeds, with who objected only for those who handle them."""

from marshmallow import Schema, fields, validate

from backend.api import Text
from backend.virtue_bank.models.objections import OUTCOMES
from backend.virtue_bank.schemas.deeds import BY_WORD, DeedRowSchema


class NewDeedObjectionSchema(Schema):
    """`resident_id` and `channel` where a worker types what stands on a slip."""

    reason = Text(required=True, most=500, lines=True)
    resident_id = fields.UUID(load_default=None, allow_none=True)
    channel = fields.String(load_default=None, validate=validate.OneOf(BY_WORD))


class DeedAppealSchema(Schema):
    reason = Text(required=True, most=500, lines=True)


class DeedObjectionDecisionSchema(Schema):
    outcome = fields.String(required=True, validate=validate.OneOf(list(OUTCOMES)))
    reason = Text(required=True, most=300, lines=True)


class DeedObjectionSchema(Schema):
    """What both sides read; who objected is not in it."""

    id = fields.UUID(required=True)
    deed_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, metadata={"description": "Of the committee's answer"})
    judged_reason = fields.String(required=True)
    due_at = fields.DateTime(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)


class HandledDeedObjectionSchema(DeedObjectionSchema):
    """As those see it who answer or judge: with the deed, the words and who said them."""

    text = fields.String(required=True)
    appeal_text = fields.String(required=True)
    objector = fields.String(required=True)
    deed = fields.Nested(DeedRowSchema, required=True)
