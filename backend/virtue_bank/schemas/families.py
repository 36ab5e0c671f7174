"""Families and gifts to the pool as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import Text
from backend.virtue_bank.models.families import FAMILY_ROLES

MOST_POINTS = 1_000_000


class NewFamilySchema(Schema):
    household_id = fields.UUID(required=True)


class NewFamilyMemberSchema(Schema):
    resident_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(["adult", "child"]))
    monthly_limit = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1, MOST_POINTS)
    )


class LeavingSchema(Schema):
    """Oneself, or a child or an unanswered invitation."""

    resident_id = fields.UUID(load_default=None, allow_none=True)


class LeftFamilySchema(Schema):
    left_at = fields.DateTime(required=True)
    share = fields.Integer(required=True, metadata={"description": "The points that went along"})


class FamilyMemberSchema(Schema):
    """Of one's own family; no figure of what each brought in."""

    id = fields.UUID(required=True)
    resident_id = fields.UUID(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(FAMILY_ROLES))
    has_consented = fields.Boolean(required=True)
    is_me = fields.Boolean(required=True)


class HousemateSchema(Schema):
    """Who lives in the household and is of no family yet."""

    resident_id = fields.UUID(required=True)
    name = fields.String(required=True)


class FamilySchema(Schema):
    """`others` may be asked to join; only who may ask them reads of them.

    What is on the account is null to whoever was asked and has not agreed yet.
    """

    id = fields.UUID(required=True)
    account_id = fields.Integer(required=True)
    state = fields.String(required=True)
    available = fields.Integer(required=True, allow_none=True)
    pending = fields.Integer(required=True, allow_none=True)
    members = fields.List(fields.Nested(FamilyMemberSchema), required=True)
    others = fields.List(fields.Nested(HousemateSchema), required=True)


class NewDonationSchema(Schema):
    points = fields.Integer(required=True, validate=validate.Range(1, MOST_POINTS))


class PointsDonationSchema(Schema):
    id = fields.UUID(required=True)
    points = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)


class FamilyDecisionSchema(Schema):
    agreed = fields.Boolean(required=True)
    reason = Text(most=100, least=0, load_default="")
