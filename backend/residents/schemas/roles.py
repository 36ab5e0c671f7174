"""Roles and kinship as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import PageArguments, Text
from backend.residents.rules.appointments import SEATS, TITLES

STATES = ("proposed", "live", "ended")
KINSHIP = ("spouse", "parent", "child", "sibling", "grandparent", "grandchild")


class NewRoleSchema(Schema):
    resident_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(tuple(SEATS)))
    scope_id = fields.UUID(
        load_default=None, metadata={"description": "The grid, building or street"}
    )
    unit_no = Text(most=10, load_default=None)
    from_on = fields.Date(load_default=None)
    until_on = fields.Date(load_default=None)


class RoleSchema(Schema):
    id = fields.UUID()
    resident_id = fields.UUID()
    person = fields.String(allow_none=True)
    role = fields.String()
    title = fields.Function(lambda held: TITLES.get(held.role, held.role))
    scope_type = fields.String()
    scope_id = fields.UUID(allow_none=True)
    scope = fields.String(allow_none=True)
    unit_no = fields.String(allow_none=True)
    community_id = fields.UUID(allow_none=True)
    state = fields.String(validate=validate.OneOf(STATES))
    from_on = fields.Date(allow_none=True)
    until_on = fields.Date(allow_none=True)
    appointed_by = fields.UUID(allow_none=True)
    confirmed_by = fields.UUID(allow_none=True)


class AppointedSchema(Schema):
    role = fields.Nested(RoleSchema)
    warnings = fields.List(fields.String())


class ConfirmationSchema(Schema):
    accepted = fields.Boolean(load_default=True)


class RoleListArguments(PageArguments):
    state = fields.List(
        fields.String(validate=validate.OneOf(STATES)), load_default=["proposed", "live"]
    )
    role = fields.List(fields.String(validate=validate.OneOf(tuple(TITLES))), load_default=[])


class NewKinSchema(Schema):
    one_id = fields.UUID(required=True)
    other_id = fields.UUID(required=True)
    relation = fields.String(required=True, validate=validate.OneOf(KINSHIP))


class KinSchema(Schema):
    id = fields.UUID()
    resident_a = fields.UUID()
    resident_b = fields.UUID()
    relation = fields.String()
