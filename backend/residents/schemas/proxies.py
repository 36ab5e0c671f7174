"""委托代办 as JSON and as forms of the desk."""

from marshmallow import Schema, fields, validate

from backend.api import Text
from backend.residents.models import PROXY_SCOPES
from backend.residents.rules.proxies import BY_STAFF

MADE_BY_STAFF = ("paper", "counter")


class NewProxyGrantSchema(Schema):
    proxy_id = fields.UUID(required=True)
    scopes = fields.List(
        fields.String(validate=validate.OneOf(list(PROXY_SCOPES))),
        required=True,
        validate=validate.Length(min=1, max=len(PROXY_SCOPES)),
    )
    last_on = fields.Date(
        load_default=None,
        allow_none=True,
        format="iso",
        metadata={"description": "The last day it counts; without it, in six months"},
    )


class RecordedProxyGrantSchema(NewProxyGrantSchema):
    """`paper_serial` is the number of what both signed; what was said at the counter has none."""

    principal_id = fields.UUID(required=True)
    made = fields.String(required=True, validate=validate.OneOf(MADE_BY_STAFF))
    paper_serial = Text(load_default=None, allow_none=True, most=30)


class ProxyEndingSchema(Schema):
    because = fields.String(required=True, validate=validate.OneOf(BY_STAFF))


class ProxyGrantSchema(Schema):
    id = fields.UUID(required=True)
    principal_id = fields.UUID(required=True)
    principal = fields.String(required=True)
    proxy_id = fields.UUID(required=True)
    proxy = fields.String(required=True, metadata={"description": "Half until they agreed"})
    mine = fields.String(
        required=True, metadata={"description": "What the reader is of the two, or neither"}
    )
    scopes = fields.List(fields.String(), required=True)
    scope_labels = fields.List(fields.String(), required=True)
    made_label = fields.String(required=True)
    paper_serial = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    from_on = fields.Date(required=True, allow_none=True)
    last_on = fields.Date(required=True)
    ended_label = fields.String(required=True)
    may_act = fields.Boolean(
        required=True,
        metadata={"description": "The reader may name this principal in X-On-Behalf-Of today"},
    )
