"""Signing in as JSON."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from backend.api import Text


def _is_printable(text: str) -> None:
    """What the database is asked for is something people can type."""
    if not text.isprintable():
        raise ValidationError("含有无法显示的字符")


_NAME: list[Callable[[Any], Any]] = [validate.Length(min=1, max=64), _is_printable]
_PASSWORD = validate.Length(min=1, max=256)
_CODE = validate.Regexp(r"\d{6}", error="验证码是6位数字")
_SETUP_CODE = validate.Length(min=1, max=64)


def a_one_time_code() -> fields.String:
    return fields.String(required=True, validate=_CODE)


def a_login_name() -> fields.String:
    return fields.String(required=True, validate=_NAME)


def a_password() -> fields.String:
    return fields.String(required=True, validate=_PASSWORD)


class WechatSignInSchema(Schema):
    code = fields.String(required=True, validate=validate.Length(min=1, max=128))
    community_id = fields.UUID()
    community_code = fields.String(validate=_NAME)
    device_label = Text(most=60)


class SlipCodeSchema(Schema):
    code = fields.String(
        required=True,
        validate=validate.Regexp(r"^(\s*\d){12}\s*$", error="登录码是12位数字"),
    )
    device_label = Text(most=60)


class IssuedSlipSchema(Schema):
    """The one moment in which the digits are known."""

    code = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


class PasswordSchema(Schema):
    login_name = a_login_name()
    password = a_password()


class TicketSchema(Schema):
    ticket = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
    must_change_password = fields.Boolean(required=True)


class TicketCodeSchema(Schema):
    ticket = fields.String(required=True, validate=validate.Length(max=128))
    code = a_one_time_code()
    kind = fields.String(required=True, validate=validate.OneOf(["console", "field"]))
    new_password = fields.String(validate=_PASSWORD)
    device_label = Text(most=60)


class SignedInSchema(Schema):
    token = fields.String(required=True)
    kind = fields.String(required=True, attribute="caller.session_kind")
    resident_id = fields.UUID(required=True, attribute="caller.resident_id")
    community_id = fields.UUID(required=True, allow_none=True, attribute="caller.community_id")
    level = fields.Integer(required=True, attribute="caller.level")
    basic_consent_missing = fields.Boolean(required=True)


class SetUpSchema(Schema):
    login_name = a_login_name()
    setup_code = fields.String(required=True, validate=_SETUP_CODE)
    password = a_password()
    codes = fields.List(
        fields.String(validate=_CODE),
        validate=validate.Length(equal=2),
        metadata={"description": "Two consecutive codes; leave out at first, to get the secret"},
    )


class EnrolmentSchema(Schema):
    status = fields.String(required=True)
    otpauth_uri = fields.String(required=True, allow_none=True)
    recovery_codes = fields.List(fields.String(), required=True, allow_none=True)


class RecoverySchema(Schema):
    login_name = a_login_name()
    password = a_password()
    recovery_code = fields.String(required=True, validate=_SETUP_CODE)


class SetupCodeSchema(Schema):
    setup_code = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


class CommunityChoiceSchema(Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True)


class CommunityChoicesSchema(Schema):
    items = fields.List(fields.Nested(CommunityChoiceSchema), required=True)


class PolicySchema(Schema):
    version = fields.Integer(required=True)
    effective_on = fields.Date(required=True)
    text = fields.String(required=True)
    sha256 = fields.String(required=True)
