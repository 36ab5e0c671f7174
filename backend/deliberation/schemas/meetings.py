"""Meetings, seats, agendas and outcomes as JSON."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from backend.api import IN_OUR_TIME, MAX_PAGE, DuePlace, Text
from backend.deliberation.models.words import MEETING_KINDS, MEETING_STATES, PARTIES
from backend.deliberation.rules.meetings import BODIES, CONTINUED
from backend.residents.models import CHANNELS

PLACE_LETTERS, TEXT_LETTERS, MOST_TASKS = 100, 2000, 20
MOMENT_IN_OUR_TIME = validate.Range(
    datetime(2000, 1, 2, tzinfo=UTC),
    datetime(2100, 12, 30, tzinfo=UTC),
    error="日期须在2000年至2100年之间",
)
STANCES = ("for", "against", "condition")


class OfficersSchema(Schema):
    host_id = fields.UUID(load_default=None, allow_none=True)
    recorder_id = fields.UUID(load_default=None, allow_none=True)
    supervisor_id = fields.UUID(load_default=None, allow_none=True)


class NewMeetingSchema(OfficersSchema):
    kind = fields.String(required=True, validate=validate.OneOf(MEETING_KINDS))
    body = fields.String(required=True, validate=validate.OneOf(list(BODIES)))
    starts_at = fields.AwareDateTime(required=True, validate=MOMENT_IN_OUR_TIME)
    place = Text(required=True, most=PLACE_LETTERS)
    online_url = fields.URL(load_default=None, allow_none=True, schemes={"https"})


class MovedMeetingSchema(Schema):
    starts_at = fields.AwareDateTime(required=True, validate=MOMENT_IN_OUR_TIME)
    place = Text(required=True, most=PLACE_LETTERS)
    reason = Text(required=True, most=200)


class MeetingReasonSchema(Schema):
    reason = Text(required=True, most=500)


class PostponementArguments(Schema):
    reason = Text(load_default=None, most=500)


class NewSeatSchema(Schema):
    party = fields.String(required=True, validate=validate.OneOf(PARTIES))
    resident_id = fields.UUID(load_default=None, allow_none=True)
    organisation = Text(load_default=None, allow_none=True, most=60)
    conflict_declared = fields.Boolean(load_default=False)

    @validates_schema
    def somebody_sits_here(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("resident_id") is None and data.get("organisation") is None:
            raise ValidationError("请填写人或单位", "resident_id")


class NotEstablishedSchema(Schema):
    parties = fields.List(
        fields.String(
            validate=validate.OneOf(
                ("party_org", "residents_committee", "owners_committee", "property_company")
            )
        ),
        required=True,
        validate=validate.Length(max=4),
    )


class AttendanceSchema(Schema):
    present = fields.Boolean(required=True)
    channel = fields.String(load_default="at_meeting", validate=validate.OneOf(CHANNELS))
    absence_note = Text(load_default=None, allow_none=True, most=200)


class NewAgendaItemSchema(Schema):
    proposal_id = fields.UUID(required=True)
    position = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 100)
    )
    version = fields.Integer(load_default=None, allow_none=True, strict=True)


class NewPositionSchema(Schema):
    seat_id = fields.UUID(required=True)
    stance = fields.String(required=True, validate=validate.OneOf(STANCES))
    text = Text(required=True, most=TEXT_LETTERS, lines=True)


class NewHandCountSchema(Schema):
    yes = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10000))
    no = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10000))
    abstain = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10000))
    witness1_id = fields.UUID(required=True)
    witness2_id = fields.UUID(required=True)


class NewTaskSchema(Schema):
    party = fields.String(required=True, validate=validate.OneOf(PARTIES))
    assignee_id = fields.UUID(load_default=None, allow_none=True)
    title = Text(required=True, most=100)
    due_on = fields.Date(load_default=None, allow_none=True, validate=IN_OUR_TIME)
    budget_fen = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 10**12)
    )


class NewOutcomeSchema(Schema):
    outcome = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(["agreed", "not_agreed", CONTINUED]),
        metadata={
            "description": "What the table believes; the rule decides. continued: another meeting"
        },
    )
    text = Text(required=True, most=TEXT_LETTERS, lines=True)
    dissent = Text(load_default="", most=TEXT_LETTERS, least=0, lines=True)
    tasks = fields.List(
        fields.Nested(NewTaskSchema), load_default=list, validate=validate.Length(max=MOST_TASKS)
    )
    version = fields.Integer(load_default=None, allow_none=True, strict=True)


class ShelvingSchema(MeetingReasonSchema):
    version = fields.Integer(load_default=None, allow_none=True, strict=True)


class MeetingsAfter(Schema):
    """`after` is the `next` of the page before: the time and the id of its last meeting."""

    limit = fields.Integer(load_default=20, validate=validate.Range(1, MAX_PAGE))
    after = DuePlace(load_default=None)


class MeetingPageArguments(MeetingsAfter):
    kind = fields.String(load_default=None, validate=validate.OneOf(MEETING_KINDS))
    state = fields.String(load_default=None, validate=validate.OneOf(MEETING_STATES))


class MeetingHeadSchema(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    body = fields.String(required=True)
    starts_at = fields.AwareDateTime(required=True)
    cutoff_at = fields.AwareDateTime(required=True)
    place = fields.String(required=True)
    state = fields.String(required=True)


class MeetingLineSchema(MeetingHeadSchema):
    items = fields.Integer(required=True)


class NamedSeatSchema(Schema):
    """A seat just invited or checked in."""

    id = fields.UUID(required=True)
    party = fields.String(required=True)
    resident_id = fields.UUID(required=True, allow_none=True)
    organisation = fields.String(required=True, allow_none=True)
    conflict_declared = fields.Boolean(required=True)
    present = fields.Boolean(required=True)
    arrived_at = fields.AwareDateTime(required=True, allow_none=True)
    absence_note = fields.String(required=True, allow_none=True)


class SeatSchema(NamedSeatSchema):
    party_name = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    invited_at = fields.AwareDateTime(required=True)
    check_in = fields.String(required=True, allow_none=True)
    channel = fields.String(required=True, allow_none=True)


class SaidSchema(Schema):
    id = fields.String(required=True)
    seat_id = fields.String(required=True)
    party = fields.String(required=True)
    stance = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)
    reply_due_on = fields.String(required=True, allow_none=True)


class HandsSchema(Schema):
    yes = fields.Integer(required=True)
    no = fields.Integer(required=True)
    abstain = fields.Integer(required=True)


class DecisionSchema(Schema):
    id = fields.UUID(required=True)
    outcome = fields.String(required=True)
    text = fields.String(required=True)
    result_sentence = fields.String(required=True)
    dissent = fields.String(required=True)


class DecidedSchema(DecisionSchema):
    decided_at = fields.String(required=True)


class AgreedTaskSchema(Schema):
    id = fields.String(required=True)
    party = fields.String(required=True)
    title = fields.String(required=True)
    due_on = fields.String(required=True)
    budget_fen = fields.Integer(required=True, allow_none=True)


class AgendaItemSchema(Schema):
    id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    proposal_id = fields.UUID(required=True)
    serial_no = fields.String(required=True, allow_none=True)
    title = fields.String(required=True, allow_none=True)
    text_version = fields.Integer(required=True)
    result = fields.String(required=True, allow_none=True)
    rule_code = fields.String(required=True)
    legal_basis = fields.String(required=True)
    positions = fields.List(fields.Nested(SaidSchema), required=True)
    hand_count = fields.Nested(HandsSchema, required=True, allow_none=True)
    resolution = fields.Nested(DecidedSchema, required=True, allow_none=True)
    tasks = fields.List(fields.Nested(AgreedTaskSchema), required=True)


class MeetingSchema(MeetingHeadSchema):
    online_url = fields.String(required=True, allow_none=True)
    nominal_on = fields.Date(required=True, allow_none=True)
    notice_at = fields.AwareDateTime(required=True, allow_none=True)
    host_id = fields.UUID(required=True, allow_none=True)
    host_name = fields.String(required=True, allow_none=True)
    recorder_id = fields.UUID(required=True, allow_none=True)
    recorder_name = fields.String(required=True, allow_none=True)
    supervisor_id = fields.UUID(required=True, allow_none=True)
    supervisor_name = fields.String(required=True, allow_none=True)
    not_established = fields.List(fields.String(), required=True)
    quorum_met = fields.Boolean(required=True, allow_none=True)
    quorum_sentence = fields.String(required=True, allow_none=True)
    opened_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    my_seat_id = fields.UUID(required=True, allow_none=True)
    seats = fields.List(fields.Nested(SeatSchema), required=True)
    agenda = fields.List(fields.Nested(AgendaItemSchema), required=True)


class ScheduledItemSchema(Schema):
    id = fields.UUID(required=True)
    meeting_id = fields.UUID(required=True)
    proposal_id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    text_version = fields.Integer(required=True)
    result = fields.String(required=True, allow_none=True)


class PositionSchema(Schema):
    id = fields.UUID(required=True)
    agenda_item_id = fields.UUID(required=True)
    seat_id = fields.UUID(required=True)
    stance = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)
    reply_due_on = fields.Date(required=True, allow_none=True)


class HandCountSchema(HandsSchema):
    id = fields.UUID(required=True)
    agenda_item_id = fields.UUID(required=True)


class ResolutionSchema(DecisionSchema):
    proposal_id = fields.UUID(required=True)
    decided_at = fields.AwareDateTime(required=True)


class OutcomeSchema(Schema):
    """What came of an item: decided, or continued at another meeting."""

    result = fields.String(required=True)
    resolution = fields.Nested(ResolutionSchema, required=True, allow_none=True)
