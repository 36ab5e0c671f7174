"""Rounds of honours, nominations and certificates as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import Text
from backend.residents.models import CHANNELS

RECORDED_BY = tuple(each for each in CHANNELS if each not in {"mini_program", "console"})
ROW_VERSION = validate.Range(1, 2**31 - 1)
MOST_PANEL = 30
MOST_PLACES = 100


class NewHonourRoundSchema(Schema):
    title = Text(required=True, most=30)
    criteria = Text(required=True, most=500, lines=True)
    counted_from = fields.Date(required=True)
    counted_until = fields.Date(
        required=True, metadata={"description": "The first day that counts no more"}
    )
    places = fields.Integer(required=True, validate=validate.Range(1, MOST_PLACES))
    least_points = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, 100_000),
        metadata={"description": "Points of deeds done oneself, as a filter at the door"},
    )
    gives_points = fields.Boolean(load_default=False)


class HonourRoundVersionSchema(Schema):
    row_version = fields.Integer(required=True, validate=ROW_VERSION)


class HonourReasonSchema(Schema):
    reason = Text(required=True, most=200)


class HonourRoundSchema(Schema):
    id = fields.UUID(required=True)
    title = fields.String(required=True)
    criteria = fields.String(required=True)
    counted_from = fields.Date(required=True)
    counted_until = fields.Date(required=True)
    places = fields.Integer(required=True)
    least_points = fields.Integer(required=True, allow_none=True)
    gives_points = fields.Boolean(required=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    row_version = fields.Integer(required=True)
    nominations_until = fields.DateTime(required=True, allow_none=True)
    consents_until = fields.DateTime(required=True, allow_none=True)
    shown_until = fields.DateTime(required=True, allow_none=True)
    cancel_reason = fields.String(required=True, allow_none=True)


class NewNominationSchema(Schema):
    """Without `nominee_id` it is oneself. `person_id`, `channel`: staff write down who said it."""

    nominee_id = fields.UUID(load_default=None, allow_none=True)
    story = Text(required=True, most=500, lines=True)
    person_id = fields.UUID(load_default=None)
    channel = fields.String(load_default=None, validate=validate.OneOf(RECORDED_BY))


class NomineeAnswerSchema(Schema):
    """`policy_version`: the privacy policy that was read; on paper it stands on the form."""

    agreed = fields.Boolean(required=True)
    photo = fields.Boolean(load_default=False)
    policy_version = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1, 2**31 - 1)
    )
    person_id = fields.UUID(load_default=None)
    channel = fields.String(load_default=None, validate=validate.OneOf(RECORDED_BY))


class NominationSchema(Schema):
    """As those read it who see to the round or sit on its panel."""

    id = fields.UUID(required=True, attribute="nomination.id")
    round_id = fields.UUID(required=True, attribute="nomination.round_id")
    person = fields.String(required=True)
    story = fields.String(required=True, attribute="nomination.story")
    state = fields.String(required=True, attribute="nomination.state")
    state_label = fields.String(required=True, attribute="nomination.state_label")


class OwnNominationSchema(Schema):
    """One's own, whoever put one forward."""

    id = fields.UUID(required=True, attribute="nomination.id")
    round_id = fields.UUID(required=True, attribute="nomination.round_id")
    title = fields.String(required=True)
    story = fields.String(required=True, attribute="nomination.story")
    state = fields.String(required=True, attribute="nomination.state")
    state_label = fields.String(required=True, attribute="nomination.state_label")
    answer_until = fields.DateTime(required=True, allow_none=True)


class HonourPanelSchema(Schema):
    member_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, MOST_PANEL))


class HonourVoiceSchema(Schema):
    in_favour = fields.Boolean(required=True)
    reason = Text(most=300, least=0, load_default="")


class HonourSelectionSchema(Schema):
    row_version = fields.Integer(required=True, validate=ROW_VERSION)
    nomination_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(0, MOST_PLACES)
    )


class RevocationSchema(Schema):
    reason = Text(required=True, most=300)
    decision_ref = Text(required=True, most=100)


class HonourSchema(Schema):
    """An honour that stands, with the name as far as the person agrees to it."""

    id = fields.UUID(required=True, attribute="honour.id")
    title = fields.String(required=True, attribute="honour.title")
    person = fields.String(required=True)
    number = fields.String(required=True, attribute="honour.number")
    decided_on = fields.Date(required=True, attribute="honour.decided_on")


class OwnHonourSchema(HonourSchema):
    """One's own certificate, with the code printed on it."""

    class Meta:
        exclude = ("person",)

    verify_code = fields.String(required=True, attribute="honour.verify_code")
    revoked_at = fields.DateTime(required=True, allow_none=True, attribute="honour.revoked_at")


class RevokedHonourSchema(Schema):
    id = fields.UUID(required=True)
    number = fields.String(required=True)
    revoked_at = fields.DateTime(required=True)
    revoked_reason = fields.String(required=True)
    decision_ref = fields.String(required=True)


class HonourCertificateSchema(Schema):
    """What strangers may know who have the code."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    person = fields.String(required=True)
    community = fields.String(required=True)
    decided_on = fields.Date(required=True)
    stands = fields.Boolean(required=True)
    revoked_at = fields.DateTime(required=True, allow_none=True)
