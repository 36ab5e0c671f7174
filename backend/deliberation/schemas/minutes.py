"""Minutes as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import Text


class RemarksSchema(Schema):
    remarks = Text(required=True, most=2000, least=0, lines=True)


class CorrectionSchema(Schema):
    text = Text(required=True, most=1000, lines=True)


class NewSignatureSchema(Schema):
    sha256 = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}$"))
    method = fields.String(load_default="screen", validate=validate.OneOf(["screen", "paper"]))


class SignatureSchema(Schema):
    signer = fields.String(required=True)
    signs_as = fields.String(required=True)
    method = fields.String(required=True)
    signed_sha256 = fields.String(required=True)
    signed_at = fields.AwareDateTime(required=True)


class ProposedCorrectionSchema(Schema):
    by = fields.String(required=True)
    text = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class MinutesSchema(Schema):
    id = fields.UUID(required=True)
    meeting_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    content = fields.Dict(
        required=True, metadata={"description": "As drawn up from the records; its hash is sha256"}
    )
    sha256 = fields.String(required=True)
    circulated_at = fields.AwareDateTime(required=True, allow_none=True)
    corrections_until = fields.AwareDateTime(required=True, allow_none=True)
    signed_at = fields.AwareDateTime(required=True, allow_none=True)
    signatures = fields.List(fields.Nested(SignatureSchema), required=True)
    corrections = fields.List(fields.Nested(ProposedCorrectionSchema), required=True)
