"""A file as it is sent, and what is told of it."""

from flask_smorest.fields import Upload
from marshmallow import Schema, fields


class UploadSchema(Schema):
    content = Upload(required=True, metadata={"description": "JPEG, PNG or WebP, at most 10 MB"})


class FileSchema(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    mime = fields.String(required=True)
    bytes = fields.Integer(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    sha256 = fields.String(required=True)
