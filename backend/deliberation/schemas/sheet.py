"""What the forms around a meeting ask for, where it is not what JSON asks."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from backend.api import IN_OUR_TIME, Text
from backend.console import Yuan
from backend.deliberation.models.words import PARTIES
from backend.deliberation.rules.meetings import CONTINUED
from backend.deliberation.schemas.calendar import NewCalendarRuleSchema
from backend.deliberation.schemas.desk import MOST_YUAN
from backend.deliberation.schemas.meetings import (
    MOST_TASKS,
    STANCES,
    TEXT_LETTERS,
    MeetingReasonSchema,
    MeetingsAfter,
    NewTaskSchema,
)
from backend.residents.models import CHANNELS

HANDS = validate.Range(0, 10000)


class MonthArguments(Schema):
    month = fields.Date(load_default=None, format="%Y-%m", validate=IN_OUR_TIME)


class SheetArguments(Schema):
    """`who`: the name somebody is looked for by."""

    who = Text(load_default=None, most=20)


class MeetingListArguments(MeetingsAfter):
    state = fields.String(load_default=None, validate=validate.OneOf(["shell", "frozen", "closed"]))


class QueuedFormSchema(Schema):
    meeting_id = fields.UUID(required=True)
    version = fields.Integer(load_default=None)


class TopicFormSchema(Schema):
    proposal_id = fields.UUID(required=True)


class UsualSeatSchema(Schema):
    resident_id = fields.UUID(required=True)
    party = fields.String(required=True, validate=validate.OneOf(PARTIES))
    is_wanted = fields.Boolean(load_default=False)


class InvitationsSchema(Schema):
    seats = fields.List(
        fields.Nested(UsualSeatSchema), required=True, validate=validate.Length(max=100)
    )


class TickedSeatSchema(Schema):
    """`seen`: whether the list showed the seat as taken."""

    seat_id = fields.UUID(required=True)
    seen = fields.Boolean(load_default=False)
    present = fields.Boolean(load_default=False)
    channel = fields.String(load_default="at_meeting", validate=validate.OneOf(CHANNELS))
    absence_note = Text(load_default=None, most=200)


class RollSchema(Schema):
    seats = fields.List(
        fields.Nested(TickedSeatSchema), required=True, validate=validate.Length(max=500)
    )


class SeatFormSchema(Schema):
    seat_id = fields.UUID(required=True)


class SpokenSchema(SeatFormSchema):
    stance = fields.String(load_default=None, validate=validate.OneOf(STANCES))
    text = Text(load_default="", most=TEXT_LETTERS, least=0, lines=True)

    @validates_schema
    def a_condition_is_named(self, data: dict[str, Any], **_options: Any) -> None:
        if data["stance"] == "condition" and not data["text"]:
            raise ValidationError("请写明条件", "text")


class ReplyFormSchema(Schema):
    stance = fields.String(required=True, validate=validate.OneOf(STANCES))
    text = Text(required=True, most=TEXT_LETTERS, lines=True)


class TypedTaskSchema(NewTaskSchema):
    class Meta:
        exclude = ("budget_fen",)

    party = fields.String(load_default=None, validate=validate.OneOf(PARTIES))
    title = Text(load_default="", most=100, least=0)
    budget = Yuan(load_default=None, attribute="budget_fen", validate=MOST_YUAN)


class TopicSheetSchema(Schema):
    """One topic of the sheet; `do` says whether it is kept as a draft or recorded."""

    do = fields.String(load_default="draft", validate=validate.OneOf(["draft", "settle"]))
    version = fields.Integer(required=True)
    positions = fields.List(
        fields.Nested(SpokenSchema), load_default=list, validate=validate.Length(max=500)
    )
    yes = fields.Integer(load_default=None, validate=HANDS)
    no = fields.Integer(load_default=None, validate=HANDS)
    abstain = fields.Integer(load_default=None, validate=HANDS)
    witness1_id = fields.UUID(load_default=None)
    witness2_id = fields.UUID(load_default=None)
    outcome = fields.String(load_default=None, validate=validate.OneOf([CONTINUED]))
    text = Text(load_default="", most=TEXT_LETTERS, least=0, lines=True)
    dissent = Text(load_default="", most=TEXT_LETTERS, least=0, lines=True)
    tasks = fields.List(
        fields.Nested(TypedTaskSchema), load_default=list, validate=validate.Length(max=MOST_TASKS)
    )


class CalendarFormSchema(NewCalendarRuleSchema):
    kind = fields.String(
        required=True, validate=validate.OneOf(["consultation_day", "discussion_day"])
    )


class ReviewFormSchema(MeetingReasonSchema):
    version = fields.Integer(required=True)
