"""Cases for the supervisors as JSON: what was seen in one, and what they found."""

from marshmallow import Schema, fields, validate

from backend.api import ShortPageArguments, Text
from backend.virtue_bank.models import CASE_STATES


class CasePageArguments(ShortPageArguments):
    state = fields.String(load_default=None, validate=validate.OneOf(tuple(CASE_STATES)))


class IntegrityCaseLineSchema(Schema):
    """A case in the list: what it is about, and nobody's name."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    kind_label = fields.String(required=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    opened_at = fields.DateTime(required=True, attribute="created_at")
    serials = fields.List(
        fields.String,
        required=True,
        attribute="facts.serials",
        metadata={"description": "The deeds it is about"},
    )


class ConcernedPersonSchema(Schema):
    part = fields.String(required=True)
    name = fields.String(required=True)


class IntegrityCaseSchema(Schema):
    id = fields.UUID(required=True, attribute="case.id")
    kind = fields.String(required=True, attribute="case.kind")
    kind_label = fields.String(required=True, attribute="case.kind_label")
    state = fields.String(required=True, attribute="case.state")
    state_label = fields.String(required=True, attribute="case.state_label")
    opened_at = fields.DateTime(required=True, attribute="case.created_at")
    serials = fields.List(fields.String, required=True)
    percent = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Of a pair: how much of that month's points, in percent"},
    )
    people = fields.List(fields.Nested(ConcernedPersonSchema), required=True)
    finding = fields.String(required=True, attribute="case.finding")
    closed_at = fields.DateTime(required=True, allow_none=True, attribute="case.closed_at")


class CaseClosingSchema(Schema):
    state = fields.String(required=True, validate=validate.OneOf(("explained", "acted")))
    finding = Text(most=500, required=True, lines=True)
