"""Deeds as people tell them, as their parties see them, and as they hang on the board."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from backend.api import ShortPageArguments, Text
from backend.virtue_bank.models.deeds import CONFIRMING, DISPLAYS, MOST_SHARES, SLOTS, STANCES
from backend.virtue_bank.models.words import CREDITED_TO
from backend.virtue_bank.rules.decisions import REASONS
from backend.virtue_bank.rules.deeds import MOST_FILES, MOST_WITNESSES, Acted, Told

BY_WORD = ("phone", "home_visit", "walk_in", "paper")
VIEWS = ("mine", "scope")
MOST_UNITS = 100


class ActedSchema(Schema):
    acted_id = fields.UUID(required=True)
    units = fields.Integer(load_default=1, validate=validate.Range(1, MOST_UNITS))

    @post_load
    def as_value(self, told: dict[str, Any], **_options: Any) -> Acted:
        return Acted(**told)


class DeedTellingSchema(Schema):
    """Without `shares` the claimant acted; pictures are nobody's duty."""

    item_id = fields.UUID(required=True)
    occurred_on = fields.Date(required=True, format="iso")
    story = Text(required=True, most=500, lines=True)
    display = fields.String(load_default="masked", validate=validate.OneOf(list(DISPLAYS)))
    place = Text(load_default="", most=60, least=0)
    slot = fields.String(load_default="", validate=validate.OneOf(list(SLOTS)))
    building_id = fields.UUID(load_default=None, allow_none=True)
    helped_id = fields.UUID(load_default=None, allow_none=True)
    helped_note = Text(load_default="", most=100, least=0)
    shares = fields.List(
        fields.Nested(ActedSchema), load_default=list, validate=validate.Length(max=MOST_SHARES)
    )
    witness_ids = fields.List(
        fields.UUID(), load_default=list, validate=validate.Length(max=MOST_WITNESSES)
    )
    files = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_FILES))
    credit_to = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(list(CREDITED_TO)),
        metadata={"description": "Where the sheet leaves it to the claimant; else as it says"},
    )


class NewDeedSchema(DeedTellingSchema):
    @post_load
    def as_value(self, told: dict[str, Any], **_options: Any) -> Told:
        return Told(**told)


class NewDeedForSchema(DeedTellingSchema):
    """`resident_id` claims it; a worker types it."""

    resident_id = fields.UUID(required=True)
    channel = fields.String(required=True, validate=validate.OneOf(BY_WORD))
    slip_no = Text(load_default=None, most=30)


class ChangedDeedSchema(DeedTellingSchema):
    row_version = fields.Integer(required=True, validate=validate.Range(1, 2**31 - 1))


class DeedVersionSchema(Schema):
    row_version = fields.Integer(required=True, validate=validate.Range(1, 2**31 - 1))


class DeedDisplaySchema(Schema):
    display = fields.String(required=True, validate=validate.OneOf(list(DISPLAYS)))


class DeedListArguments(ShortPageArguments):
    """`mine`: what one claimed or did; `scope`: what staff may read."""

    view = fields.String(load_default="mine", validate=validate.OneOf(VIEWS))


class DeedWordSchema(Schema):
    """`resident_id` or `name`, `role` and `channel` where a worker types what somebody said."""

    stance = fields.String(required=True, validate=validate.OneOf(list(STANCES)))
    unrelated = fields.Boolean(
        required=True, metadata={"description": "Neither kin nor of the household"}
    )
    note = Text(load_default="", most=300, least=0, lines=True)


class DeedWordForSchema(DeedWordSchema):
    resident_id = fields.UUID(load_default=None, allow_none=True)
    name = Text(load_default="", most=20, least=0)
    role = fields.String(load_default="witness", validate=validate.OneOf(list(CONFIRMING)))
    channel = fields.String(required=True, validate=validate.OneOf(BY_WORD))


class GrantedSchema(Schema):
    acted_id = fields.UUID(required=True)
    points = fields.Integer(required=True, validate=validate.Range(1, 100_000))


class DeedDecisionSchema(DeedVersionSchema):
    """`points` where somebody gets another number than the sheet's; `call_note` without a picture.

    A reason, in code and words, belongs to sending back and turning down.
    """

    outcome = fields.String(required=True, validate=validate.OneOf(["approve", "return", "reject"]))
    points = fields.List(
        fields.Nested(GrantedSchema), load_default=list, validate=validate.Length(max=MOST_SHARES)
    )
    call_note = Text(load_default="", most=300, least=0, lines=True)
    reason_code = fields.String(load_default=None, validate=validate.OneOf(list(REASONS)))
    reason = Text(load_default="", most=300, least=0, lines=True)


class SecondDeedDecisionSchema(DeedVersionSchema):
    outcome = fields.String(required=True, validate=validate.OneOf(["approve", "reject"]))
    reason_code = fields.String(load_default=None, validate=validate.OneOf(list(REASONS)))
    reason = Text(load_default="", most=300, least=0, lines=True)


class DeedRowSchema(Schema):
    id = fields.UUID(required=True)
    serial = fields.String(required=True, allow_none=True, metadata={"description": "The receipt"})
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    awaits_unfreezing = fields.Boolean(
        required=True,
        metadata={
            "description": "Points wait for an account the reader knows of, which stands still"
        },
    )
    item_id = fields.UUID(required=True)
    item = fields.String(required=True)
    occurred_on = fields.Date(required=True)
    slot = fields.String(required=True)
    place = fields.String(required=True)
    building_id = fields.UUID(required=True, allow_none=True)
    building = fields.String(required=True)
    story = fields.String(required=True)
    display = fields.String(required=True)
    points = fields.Integer(required=True, allow_none=True)
    own_points = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The reader's share; all points for staff and who did not act"},
    )
    own_credited = fields.Integer(
        required=True, metadata={"description": "What of `own_points` is on an account"}
    )
    due_at = fields.DateTime(required=True, allow_none=True)
    display_until = fields.DateTime(required=True, allow_none=True)
    row_version = fields.Integer(required=True)


class AskedDeedSchema(DeedRowSchema):
    """A deed one is asked about."""

    role = fields.String(required=True)
    role_label = fields.String(required=True)
    people = fields.List(fields.String(), required=True)


class DeedShareSchema(Schema):
    acted_id = fields.UUID(required=True)
    acted = fields.String(required=True)
    units = fields.Integer(required=True)
    points = fields.Integer(required=True, allow_none=True)
    is_credited = fields.Boolean(required=True)
    state_label = fields.String(
        required=True, metadata={"description": "Empty until the days on the board are over"}
    )


class DeedAskedSchema(Schema):
    resident_id = fields.UUID(required=True)
    role = fields.String(required=True)
    name = fields.String(required=True)


class DeedConfirmationSchema(Schema):
    role = fields.String(required=True)
    stance = fields.String(required=True)
    stance_label = fields.String(required=True)
    channel_label = fields.String(required=True)
    by_proxy = fields.Boolean(required=True, metadata={"description": "Somebody said it for them"})
    whose = fields.String(required=True, metadata={"description": "For staff: 甲, or 乙代甲"})
    counts = fields.Boolean(required=True, metadata={"description": "Says to be unrelated"})
    note = fields.String(required=True)


class DeedVisitSchema(Schema):
    state = fields.String(required=True)
    label = fields.String(required=True)
    since = fields.DateTime(required=True)
    by = fields.String(required=True)
    reason = fields.String(required=True)


class DeedActionSchema(Schema):
    action = fields.String(required=True)
    label = fields.String(required=True)
    allowed = fields.Boolean(required=True)
    reason = fields.String(required=True)


class DeedHintSchema(Schema):
    id = fields.UUID(required=True)
    serial = fields.String(required=True, allow_none=True)
    state_label = fields.String()
    percent = fields.Integer(metadata={"description": "How alike two stories are"})


class DeedReviewSchema(Schema):
    """What whoever reviews sees beside the deed; nothing of it decides."""

    same_day = fields.List(fields.Nested(DeedHintSchema), required=True)
    alike_stories = fields.List(fields.Nested(DeedHintSchema), required=True)
    alike_pictures = fields.List(fields.Nested(DeedHintSchema))
    left_to_give = fields.Integer(required=True, allow_none=True)
    doubted = fields.Boolean(required=True)
    names_family = fields.Boolean(required=True)


class DeedSchema(DeedRowSchema):
    claimant = fields.String(required=True)
    proxy = fields.String(
        required=True, allow_none=True, metadata={"description": "Who claimed it for them"}
    )
    channel_label = fields.String(required=True)
    helped_id = fields.UUID(required=True, allow_none=True)
    helped = fields.String(required=True)
    helped_note = fields.String(required=True)
    credit_to = fields.String(required=True, validate=validate.OneOf(list(CREDITED_TO)))
    credit_label = fields.String(required=True)
    shares = fields.List(fields.Nested(DeedShareSchema), required=True)
    asked = fields.List(fields.Nested(DeedAskedSchema), required=True)
    confirmations = fields.List(fields.Nested(DeedConfirmationSchema), required=True)
    files = fields.List(fields.UUID())
    call_note = fields.String(required=True)
    timeline = fields.List(fields.Nested(DeedVisitSchema), required=True)
    allowed_actions = fields.List(fields.Nested(DeedActionSchema), required=True)
    review = fields.Nested(DeedReviewSchema, metadata={"description": "For staff alone"})


class DeedRuleSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    points = fields.Integer(required=True)
    points_max = fields.Integer(required=True)
    unit = fields.String(required=True)
    confirmations = fields.Integer(required=True)
    needs_helped = fields.Boolean(required=True)
    publicity_days = fields.Integer(required=True)
    article_ref = fields.String(required=True)


class DeedSumSchema(Schema):
    who = fields.String(required=True)
    points_each = fields.Integer(required=True)
    units = fields.Integer(required=True)
    points_max = fields.Integer(required=True)
    asked = fields.Integer(required=True)
    granted = fields.Integer(required=True, allow_none=True)


class DeedCapSchema(Schema):
    subject = fields.String(required=True)
    period = fields.String(required=True)
    since = fields.Date(required=True)
    cap = fields.Integer(required=True)
    used = fields.Integer(required=True)
    room = fields.Integer(required=True)


class DeedExplanationSchema(Schema):
    id = fields.UUID(required=True)
    serial = fields.String(required=True, allow_none=True)
    sheet_version = fields.Integer(required=True)
    resolution_ref = fields.String(required=True, allow_none=True)
    rule = fields.Nested(DeedRuleSchema, required=True)
    sums = fields.List(fields.Nested(DeedSumSchema), required=True)
    caps = fields.List(fields.Nested(DeedCapSchema), required=True)
    timeline = fields.List(fields.Nested(DeedVisitSchema), required=True)


class BoardLineSchema(Schema):
    """All that everybody may read of a deed."""

    id = fields.UUID(required=True)
    item = fields.String(required=True)
    occurred_on = fields.Date(required=True)
    building = fields.String(required=True)
    people = fields.List(fields.String(), required=True)
    points = fields.Integer(required=True, allow_none=True)
    until = fields.DateTime(required=True, allow_none=True)
