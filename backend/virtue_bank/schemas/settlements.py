"""Settlements as JSON: the day, and what one's own account has in it."""

from marshmallow import Schema, fields, validate

from backend.api import Text


class NewSettlementSchema(Schema):
    year = fields.Integer(
        required=True,
        validate=validate.Range(2020, 2200),
        metadata={"description": "Points earned until its end expire"},
    )
    expires_on = fields.Date(
        required=True, metadata={"description": "They expire when this day begins"}
    )


class SettlementWithdrawalSchema(Schema):
    reason = Text(most=200, required=True)


class OwnSettlementLineSchema(Schema):
    account_id = fields.Integer(required=True)
    announced = fields.Integer(
        required=True, metadata={"description": "The most that may expire, as it was told"}
    )
    expired = fields.Integer(required=True, allow_none=True)
    transfer_id = fields.Integer(required=True, allow_none=True)


class SettlementSchema(Schema):
    id = fields.UUID(required=True, attribute="settlement.id")
    year = fields.Integer(required=True, attribute="settlement.year")
    cutoff_at = fields.DateTime(required=True, attribute="settlement.cutoff_at")
    expires_on = fields.Date(required=True, attribute="settlement.expires_on")
    state = fields.String(required=True, attribute="settlement.state")
    state_label = fields.String(required=True, attribute="settlement.state_label")
    announced_at = fields.DateTime(
        required=True, allow_none=True, attribute="settlement.announced_at"
    )
    done_at = fields.DateTime(required=True, allow_none=True, attribute="settlement.done_at")
    dropped_reason = fields.String(
        required=True, allow_none=True, attribute="settlement.dropped_reason"
    )
    own = fields.List(
        fields.Nested(OwnSettlementLineSchema),
        required=True,
        metadata={"description": "Of the caller's own account and of the family's"},
    )
