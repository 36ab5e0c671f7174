"""Looking for a neighbour as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import Text
from backend.virtue_bank.rules.neighbours import OUTCOMES


class SoughtNeighbourSchema(Schema):
    """What a neighbour knows; the dwelling counts where several of the name live there."""

    name = Text(required=True, least=2, most=20)
    building_id = fields.UUID(required=True)
    unit_no = Text(load_default="", least=0, most=10)
    room_no = Text(load_default="", least=0, most=10)


class NeighbourSchema(Schema):
    id = fields.UUID(required=True, metadata={"description": "As a claim takes it"})
    name = fields.String(required=True, metadata={"description": "Masked"})
    building = fields.String(required=True)


class NeighbourAnswerSchema(Schema):
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    person = fields.Nested(NeighbourSchema, required=True, allow_none=True)
