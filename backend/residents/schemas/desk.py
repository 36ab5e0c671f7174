"""What the pages of signing in ask for, where it is not what JSON asks."""

from marshmallow import Schema, ValidationError, fields, validate, validates

from backend.residents.schemas.sign_in import SetUpSchema, a_one_time_code


class CodeFormSchema(Schema):
    code = a_one_time_code()
    new_password = fields.String(load_default=None, validate=validate.Length(max=256))


class SetUpFormSchema(SetUpSchema):
    class Meta:
        exclude = ("codes",)


class SetUpCodesFormSchema(SetUpFormSchema):
    """The second page: the password once more, and two codes, one after the other."""

    otpauth_uri = fields.String(required=True, validate=validate.Length(max=500))
    first_code = a_one_time_code()
    second_code = a_one_time_code()

    @validates("otpauth_uri")
    def is_for_an_authenticator(self, value: str, **_options: object) -> None:
        if not value.startswith("otpauth://totp/"):
            raise ValidationError("请从第一步重新开始")


class CommunityFormSchema(Schema):
    community_id = fields.UUID(required=True)
