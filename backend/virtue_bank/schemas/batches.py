"""Batches, their lines and the posts of captains as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import ShortPageArguments, Text
from backend.virtue_bank.models import BATCH_KINDS, BATCH_STATES, POSTS

MOST_LINES = 300
MOST_POINTS = 10_000
ROW_VERSION = validate.Range(1, 2**31 - 1)
WRITTEN_KINDS = ("volunteer", "meeting")


class BatchListArguments(ShortPageArguments):
    state = fields.String(load_default=None, validate=validate.OneOf(list(BATCH_STATES)))
    kind = fields.String(load_default=None, validate=validate.OneOf(list(BATCH_KINDS)))


class NewDutyPostSchema(Schema):
    resident_id = fields.UUID(required=True)
    post = fields.String(required=True, validate=validate.OneOf(list(POSTS)))
    building_id = fields.UUID(required=True)
    unit_no = Text(most=10, load_default=None, allow_none=True)
    paid_allowance = fields.Boolean(
        load_default=False,
        metadata={"description": "Whoever is paid for the post gets no points for it"},
    )
    points_per_month = fields.Integer(required=True, validate=validate.Range(1, MOST_POINTS))
    from_on = fields.Date(required=True)
    until_on = fields.Date(load_default=None, allow_none=True)


class DutyPostEndSchema(Schema):
    until_on = fields.Date(
        required=True, metadata={"description": "The first day that is not thanked for"}
    )


class DutyPostSchema(Schema):
    id = fields.UUID(required=True, attribute="post.id")
    resident_id = fields.UUID(required=True, attribute="post.resident_id")
    person = fields.String(required=True)
    post = fields.String(required=True, attribute="post.post")
    post_label = fields.String(required=True, attribute="post.post_label")
    building_id = fields.UUID(required=True, attribute="post.building_id")
    building = fields.String(required=True)
    unit_no = fields.String(required=True, allow_none=True, attribute="post.unit_no")
    paid_allowance = fields.Boolean(required=True, attribute="post.paid_allowance")
    points_per_month = fields.Integer(required=True, attribute="post.points_per_month")
    from_on = fields.Date(required=True, allow_none=True, attribute="post.from_on")
    until_on = fields.Date(required=True, allow_none=True, attribute="post.until_on")


class DutyMonthSchema(Schema):
    month = fields.Date(required=True, metadata={"description": "Any day of the month"})


class NewLineSchema(Schema):
    resident_id = fields.UUID(required=True)
    points = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MOST_POINTS),
        metadata={"description": "Without: what the sheet's item gives"},
    )
    basis_note = Text(required=True, most=100)


class NewBatchSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(WRITTEN_KINDS))
    period = fields.Date(required=True, metadata={"description": "Any day of the month"})
    note = Text(most=200, least=0, load_default="")
    lines = fields.List(
        fields.Nested(NewLineSchema), required=True, validate=validate.Length(1, MOST_LINES)
    )


class StrikeSchema(Schema):
    line_id = fields.UUID(required=True)
    reason = Text(required=True, most=200)


class BatchReviewSchema(Schema):
    row_version = fields.Integer(required=True, validate=ROW_VERSION)
    strikes = fields.List(
        fields.Nested(StrikeSchema), load_default=list, validate=validate.Length(max=MOST_LINES)
    )


class BatchApprovalSchema(Schema):
    row_version = fields.Integer(required=True, validate=ROW_VERSION)


class BatchReasonSchema(Schema):
    reason = Text(required=True, most=200)


class BatchSchema(Schema):
    """`lines` and `points` count what is not struck."""

    id = fields.UUID(required=True, attribute="batch.id")
    kind = fields.String(required=True, attribute="batch.kind")
    kind_label = fields.String(required=True, attribute="batch.kind_label")
    title = fields.String(required=True)
    item_title = fields.String(required=True)
    note = fields.String(required=True, attribute="batch.note")
    period_start = fields.Date(required=True, attribute="batch.period_start")
    state = fields.String(required=True, attribute="batch.state")
    state_label = fields.String(required=True, attribute="batch.state_label")
    row_version = fields.Integer(required=True, attribute="batch.row_version")
    lines = fields.Integer(required=True)
    points = fields.Integer(required=True)
    shown_until = fields.DateTime(required=True, allow_none=True, attribute="batch.shown_until")
    due_at = fields.DateTime(required=True, allow_none=True, attribute="batch.due_at")
    cancel_reason = fields.String(required=True, allow_none=True, attribute="batch.cancel_reason")


class GrantLineSchema(Schema):
    """One person's line, as those see it who review and approve."""

    id = fields.UUID(required=True, attribute="line.id")
    batch_id = fields.UUID(required=True, attribute="line.batch_id")
    resident_id = fields.UUID(required=True, attribute="line.resident_id")
    person = fields.String(required=True)
    points = fields.Integer(required=True, attribute="line.points")
    basis_kind = fields.String(required=True, attribute="line.basis_kind")
    basis_note = fields.String(required=True, attribute="line.basis_note")
    state = fields.String(required=True, attribute="line.state")
    state_label = fields.String(required=True, attribute="line.state_label")
    struck_reason = fields.String(required=True, allow_none=True, attribute="line.struck_reason")
    failure = fields.String(required=True, allow_none=True, attribute="line.failure")


class ShownLineSchema(Schema):
    """A line as it hangs on the board: half the name, nothing of the person besides."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    person = fields.String(required=True)
    basis_note = fields.String(required=True)
    points = fields.Integer(required=True)
    shown_until = fields.DateTime(required=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)


class OwnLineSchema(ShownLineSchema):
    """One's own line."""

    class Meta:
        exclude = ("person",)
