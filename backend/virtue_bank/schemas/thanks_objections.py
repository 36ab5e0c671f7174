"""Objections to lines and honours as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import ShortPageArguments, Text
from backend.residents.models import CHANNELS
from backend.virtue_bank.models.objections import OBJECTION_STATES, OUTCOMES

RECORDED_BY = tuple(each for each in CHANNELS if each not in {"mini_program", "console"})


class NewThanksObjectionSchema(Schema):
    """`person_id` and `channel`: staff write down what somebody said."""

    text = Text(required=True, most=500, lines=True)
    person_id = fields.UUID(load_default=None)
    channel = fields.String(load_default=None, validate=validate.OneOf(RECORDED_BY))


class ThanksAppealSchema(Schema):
    text = Text(required=True, most=500, lines=True)
    person_id = fields.UUID(load_default=None)


class ThanksOutcomeSchema(Schema):
    outcome = fields.String(required=True, validate=validate.OneOf(list(OUTCOMES)))
    reason = Text(required=True, most=300, lines=True)


class ThanksObjectionArguments(ShortPageArguments):
    state = fields.String(load_default="open", validate=validate.OneOf(list(OBJECTION_STATES)))


class OwnThanksObjectionSchema(Schema):
    """What one said, and what was answered."""

    id = fields.UUID(required=True)
    subject_kind = fields.String(required=True)
    text = fields.String(required=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    appeal_text = fields.String(required=True)
    judged_reason = fields.String(required=True)
    due_at = fields.DateTime(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)


class ThanksObjectionSchema(Schema):
    """As whoever handles it reads it: what it is about, not from whom."""

    id = fields.UUID(required=True, attribute="objection.id")
    subject_kind = fields.String(required=True, attribute="objection.subject_kind")
    title = fields.String(required=True)
    person = fields.String(required=True)
    text = fields.String(required=True, attribute="objection.text")
    state = fields.String(required=True, attribute="objection.state")
    state_label = fields.String(required=True, attribute="objection.state_label")
    outcome = fields.String(required=True, allow_none=True, attribute="objection.outcome")
    reason = fields.String(required=True, attribute="objection.reason")
    appeal_text = fields.String(required=True, attribute="objection.appeal_text")
    judged_reason = fields.String(required=True, attribute="objection.judged_reason")
    due_at = fields.DateTime(required=True, allow_none=True, attribute="objection.due_at")
