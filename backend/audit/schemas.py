"""Evidence as its readers see it, and what they may ask for."""

from marshmallow import Schema, ValidationError, fields, validates_schema

from backend.api import PageArguments


class EvidenceArguments(PageArguments):
    """`community_id`: one chain only; supervisors always read that of their own community."""

    community_id = fields.UUID(load_default=None)


class AuditEventSchema(Schema):
    id = fields.UUID(required=True)
    at = fields.DateTime(required=True)
    action = fields.String(required=True)
    object_type = fields.String(required=True)
    object_id = fields.UUID(allow_none=True)
    actor_id = fields.UUID(allow_none=True)
    actor_role = fields.String(required=True)
    session_kind = fields.String(required=True)
    community_id = fields.UUID(allow_none=True)
    on_behalf_of_id = fields.UUID(allow_none=True)
    outcome = fields.String(required=True)
    detail = fields.Dict(required=True)
    row_hash = fields.String(required=True)
    block_no = fields.Integer(allow_none=True)


class AuditBlockSchema(Schema):
    id = fields.UUID(required=True)
    community_id = fields.UUID(allow_none=True)
    no = fields.Integer(required=True)
    n = fields.Integer(required=True)
    prev_hash = fields.String(required=True)
    events_hash = fields.String(required=True)
    block_hash = fields.String(required=True)
    sealed_at = fields.DateTime(required=True)


class VerificationArguments(Schema):
    community_id = fields.UUID(load_default=None)
    sealed_from = fields.Date(load_default=None)
    sealed_to = fields.Date(load_default=None)

    @validates_schema
    def _in_order(self, data: dict[str, object], **_options: object) -> None:
        first, last = data.get("sealed_from"), data.get("sealed_to")
        if first is not None and last is not None and last < first:  # type: ignore[operator]
            raise ValidationError({"sealed_to": ["不能早于开始日期"]})


class AuditFaultSchema(Schema):
    chain = fields.UUID(allow_none=True)
    block_no = fields.Integer(allow_none=True)
    event_id = fields.UUID(allow_none=True)
    reason = fields.String(required=True)


class AuditReportSchema(Schema):
    is_good = fields.Boolean(required=True)
    chains = fields.Integer(required=True)
    blocks = fields.Integer(required=True)
    events = fields.Integer(required=True)
    faults = fields.List(fields.Nested(AuditFaultSchema), required=True)
