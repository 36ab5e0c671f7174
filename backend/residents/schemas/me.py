"""What people see and settle about themselves, as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import Text
from backend.residents.models import CHANNELS
from backend.residents.rules.consents import PURPOSES
from backend.residents.schemas.sign_in import a_one_time_code, a_password


class SessionSchema(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    device_label = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    is_current = fields.Boolean(required=True)


class OwnHomeSchema(Schema):
    household_id = fields.UUID(required=True)
    community_id = fields.UUID(required=True)
    address = fields.String(required=True)
    relation = fields.String(required=True)
    is_main = fields.Boolean(required=True)


class OwnCommunitySchema(Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True)


class MeSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    nickname = fields.String(required=True, allow_none=True)
    level = fields.Integer(required=True)
    session_kind = fields.String(required=True)
    community = fields.Nested(OwnCommunitySchema, required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True)
    households = fields.List(fields.Nested(OwnHomeSchema), required=True)
    large_type = fields.Boolean(required=True)
    preferred_channel = fields.String(required=True)
    basic_consent_missing = fields.Boolean(required=True)


class OwnSettingsSchema(Schema):
    nickname = Text(most=20, allow_none=True)
    large_type = fields.Boolean()
    preferred_channel = fields.String(validate=validate.OneOf([*CHANNELS[:5]]))
    community_id = fields.UUID()


class NewPasswordSchema(Schema):
    password = a_password()
    new_password = a_password()
    code = a_one_time_code()


class ConsentSchema(Schema):
    purpose = fields.String(required=True)
    title = fields.String(required=True)
    required = fields.Boolean(required=True)
    given_at = fields.AwareDateTime(required=True, allow_none=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)
    policy_version = fields.Integer(required=True, allow_none=True)


class ConsentsSchema(Schema):
    items = fields.List(fields.Nested(ConsentSchema), required=True)
    current_policy_version = fields.Integer(required=True, allow_none=True)


class ErasureSchema(Schema):
    losses = fields.List(fields.String(), required=True)


class NewConsentSchema(Schema):
    purpose = fields.String(required=True, validate=validate.OneOf(list(PURPOSES)))
    policy_version = fields.Integer(required=True)


class GivenConsentSchema(Schema):
    id = fields.UUID(required=True)
    purpose = fields.String(required=True)
    given_at = fields.AwareDateTime(required=True)
