"""Staff accounts as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import PageArguments, Text
from backend.residents.schemas.sign_in import a_login_name, a_one_time_code

_NEW_LOGIN_NAME = validate.Regexp(
    r"[A-Za-z][A-Za-z0-9._-]{2,31}\Z", error="3到32位，字母开头，只含字母、数字、点、横线"
)
_DUTY_PHONE = validate.Regexp(r"[0-9+() -]{3,20}\Z", error="请填写电话号码")


class NewAccountSchema(Schema):
    login_name = fields.String(required=True, validate=_NEW_LOGIN_NAME)
    duty_phone = fields.String(validate=_DUTY_PHONE)
    resident_id = fields.UUID()
    name = Text(most=20)


class AccountSchema(Schema):
    id = fields.UUID(required=True)
    resident_id = fields.UUID(required=True)
    login_name = fields.String(required=True)
    duty_phone = fields.String(required=True)
    status = fields.String(required=True)
    setup_expires_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class ListedAccountSchema(AccountSchema):
    name = fields.String(required=True, allow_none=True)
    is_locked = fields.Boolean(required=True)
    roles = fields.List(fields.String(), required=True)


class InvitationSchema(Schema):
    account = fields.Nested(AccountSchema, required=True)
    setup_code = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


class WitnessSchema(Schema):
    witness_login_name = a_login_name()
    witness_code = a_one_time_code()


class AccountPageArguments(PageArguments):
    status = fields.String(
        load_default=None,
        validate=validate.OneOf(["invited", "active", "suspended", "closed"]),
    )
