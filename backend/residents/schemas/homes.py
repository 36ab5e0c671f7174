"""Claims to live somewhere, people found by name, and who serves a home, as JSON."""

from marshmallow import Schema, ValidationError, fields, validate, validates

from backend.api import PageArguments, Text
from backend.residents.models import CHANNELS
from backend.residents.rules.verification import (
    EVIDENCE,
    REFUSALS,
    RELATIONS,
    STATES,
    TENURES,
)

PHONE = validate.Regexp(
    r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$", error="请填写手机号或带区号的固定电话"
)
HEARD = tuple(channel for channel in CHANNELS if channel not in {"mini_program", "console"})


class AddressSchema(Schema):
    building_id = fields.UUID(required=True)
    unit_no = Text(most=10, required=True)
    room_no = Text(most=10, required=True)
    relation = fields.String(required=True, validate=validate.OneOf(RELATIONS))
    tenure = fields.String(required=True, validate=validate.OneOf(TENURES))


class ResidenceRequestSchema(AddressSchema):
    community_id = fields.UUID(required=True)
    note = Text(most=200, least=0, load_default="")


class RecordedRequestSchema(AddressSchema):
    person_id = fields.UUID(required=True)
    channel = fields.String(required=True, validate=validate.OneOf(HEARD))
    note = Text(most=200, least=0, load_default="")


class ClaimSchema(Schema):
    id = fields.UUID()
    community_id = fields.UUID()
    state = fields.String(validate=validate.OneOf(STATES))
    person_id = fields.UUID()
    person = fields.String(allow_none=True)
    building_id = fields.UUID()
    building = fields.String()
    unit_no = fields.String()
    room_no = fields.String()
    address = fields.String()
    dwelling_id = fields.UUID()
    household_id = fields.UUID(allow_none=True)
    relation = fields.String()
    tenure = fields.String()
    note = fields.String()
    channel = fields.String()
    recorded_by = fields.UUID(allow_none=True)
    due_on = fields.Date(metadata={"description": "By when the present state must move on"})
    created_at = fields.AwareDateTime()
    evidence_kind = fields.String(allow_none=True)
    reason_code = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    appeal_of = fields.UUID(allow_none=True)
    was_appealed = fields.Boolean()


class ClaimListArguments(PageArguments):
    state = fields.List(
        fields.String(validate=validate.OneOf(STATES)), load_default=["requested", "appealed"]
    )
    overdue = fields.Boolean(load_default=False)


class ResidenceDecisionSchema(Schema):
    """Confirm with a kind of evidence, or refuse with a reason; never an image or ID number."""

    confirmed = fields.Boolean(required=True)
    evidence_kind = fields.String(load_default=None, validate=validate.OneOf(EVIDENCE))
    reason_code = fields.String(load_default=None, validate=validate.OneOf(REFUSALS))
    reason = Text(most=500, load_default=None)
    household_id = fields.UUID(load_default=None)
    new_household = fields.Boolean(load_default=False)
    same_person_id = fields.UUID(
        load_default=None,
        metadata={"description": "Somebody registered there without an account is this person"},
    )


class SamePersonSchema(Schema):
    """Somebody registered in the claimed dwelling who has never signed in."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    relation = fields.String(required=True)


class SamePeopleSchema(Schema):
    items = fields.List(fields.Nested(SamePersonSchema), required=True)


class ResidenceAppealSchema(Schema):
    note = Text(most=500, lines=True, required=True)


class LivedInSchema(Schema):
    residency_id = fields.UUID(attribute="id")
    community_id = fields.UUID()
    household_id = fields.UUID()
    address = fields.String()
    relation = fields.String()
    is_main = fields.Boolean()
    since = fields.Date(attribute="valid.lower")


class MyResidenceSchema(Schema):
    homes = fields.List(fields.Nested(LivedInSchema))
    requests = fields.List(fields.Nested(ClaimSchema))


class NewPersonSchema(AddressSchema):
    name = Text(most=20, required=True)
    born_year = fields.Integer(load_default=None, validate=validate.Range(1900, 2200))
    phone = fields.String(load_default=None, validate=PHONE)
    evidence_kind = fields.String(required=True, validate=validate.OneOf(EVIDENCE))
    channel = fields.String(load_default="home_visit", validate=validate.OneOf(HEARD))
    household_id = fields.UUID(load_default=None)
    new_household = fields.Boolean(load_default=False)

    @validates("name")
    def _is_a_name(self, name: str, *, data_key: str) -> None:
        del data_key
        if any(character.isdigit() for character in name):
            raise ValidationError("姓名不能含数字")


class RegisteredSchema(Schema):
    person_id = fields.UUID(attribute="resident_id")
    residency_id = fields.UUID(attribute="id")
    household_id = fields.UUID()
    verification_id = fields.UUID()


class PeopleArguments(PageArguments):
    q = Text(most=20, required=True)


class FoundPersonSchema(Schema):
    id = fields.UUID()
    residency_id = fields.UUID()
    name = fields.String(allow_none=True)
    born_year = fields.Integer(allow_none=True)
    phone = fields.String(allow_none=True, metadata={"description": "Masked: 138****1234"})
    relation = fields.String()
    household_id = fields.UUID()
    building = fields.String()
    unit_no = fields.String()
    room_no = fields.String()


class StewardSchema(Schema):
    person_id = fields.UUID(
        allow_none=True, metadata={"description": "Whom a complaint can name; none: the office"}
    )
    name = fields.String()
    role = fields.String()
    title = fields.String()
    phone = fields.String(metadata={"description": "The duty phone; never a private one"})


class StewardCardSchema(Schema):
    level = fields.String(validate=validate.OneOf(("building", "grid", "community")))
    place = fields.String()
    is_vacant = fields.Boolean()
    served_by = fields.String()
    holders = fields.List(fields.Nested(StewardSchema))


class HomeCardsSchema(Schema):
    household_id = fields.UUID(allow_none=True)
    address = fields.String(allow_none=True)
    cards = fields.List(fields.Nested(StewardCardSchema))


class RoleHoldersSchema(Schema):
    homes = fields.List(fields.Nested(HomeCardsSchema))
