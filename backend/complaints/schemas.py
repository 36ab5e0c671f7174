"""Complaints as the person sees them, as staff do, and what both may send."""

from marshmallow import Schema, fields, validate

from backend.api import MAX_PAGE, DuePlaceOrId, Text, due_place
from backend.complaints.models import KIND_NAMES, SUBJECT_TYPES, Complaint
from backend.complaints.rules import OUTCOMES, REASONS
from backend.residents.models import CHANNELS

VIEWS = ("open", "closed")
CALLED_BY = ("phone", "home_visit", "walk_in")
RECORDED_BY = tuple(each for each in CHANNELS if each not in {"mini_program", "console"})


class NewComplaintSchema(Schema):
    """`subject_…` and `reason_code` belong to a report, and to nothing else; `about_id` never."""

    kind = fields.String(required=True, validate=validate.OneOf(list(KIND_NAMES)))
    text = Text(required=True, most=1000, lines=True)
    subject_type = fields.String(load_default=None, validate=validate.OneOf(SUBJECT_TYPES))
    subject_id = fields.UUID(load_default=None)
    reason_code = fields.String(load_default=None, validate=validate.OneOf(list(REASONS)))
    about_id = fields.UUID(
        load_default=None, metadata={"description": "Whom of the staff it is about"}
    )


class NewComplaintForSchema(NewComplaintSchema):
    """Who said it: a known person, or the name and number of somebody in no register."""

    person_id = fields.UUID(load_default=None)
    contact = Text(most=100, least=0, load_default="")
    channel = fields.String(required=True, validate=validate.OneOf(RECORDED_BY))


class ComplaintAnswerSchema(Schema):
    text = Text(required=True, most=1000, lines=True)


class CallBackSchema(Schema):
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    channel = fields.String(required=True, validate=validate.OneOf(CALLED_BY))
    note = Text(most=500, least=0, load_default="", lines=True)


class ComplaintVerdictSchema(Schema):
    satisfied = fields.Boolean(required=True)
    note = Text(most=500, least=0, load_default="", lines=True)


class ComplaintListArguments(Schema):
    """`limit` at most 100; `after` is the `next` of the page before."""

    limit = fields.Integer(load_default=20, validate=validate.Range(1, MAX_PAGE))
    after = DuePlaceOrId(load_default=None)
    view = fields.String(load_default="open", validate=validate.OneOf(VIEWS))


def place_of(complaint: Complaint) -> str:
    """Where a list goes on after it: by the day it is due, or, closed, by its id."""
    if complaint.due_at is None:
        return str(complaint.id)
    return due_place(complaint.due_at, complaint.id)


class NewFeedbackArguments(Schema):
    """The desk's form: whom one looks for, and who was found."""

    q = fields.String(load_default="", validate=validate.Length(max=60))
    person = fields.UUID(load_default=None)


class RecordedFeedbackSchema(NewComplaintForSchema):
    """At the desk no text is reported: whoever reads it does that from the text."""

    class Meta:
        exclude = ("subject_type", "subject_id", "reason_code")

    kind = fields.String(required=True, validate=validate.OneOf(["complaint", "suggestion"]))


class EmptySchema(Schema):
    """A form that is only its button."""


class ComplaintEventSchema(Schema):
    at = fields.DateTime(required=True)
    kind = fields.String(required=True)
    label = fields.String(required=True)
    by = fields.String(required=True)
    note = fields.String(required=True)


class ComplaintRowSchema(Schema):
    id = fields.UUID(required=True)
    number = fields.String(required=True, metadata={"description": "The receipt"})
    kind = fields.String(required=True)
    kind_label = fields.String(required=True)
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    text = fields.String(required=True)
    subject_type = fields.String(required=True, allow_none=True)
    subject_id = fields.UUID(required=True, allow_none=True)
    subject_name = fields.String(required=True)
    is_again = fields.Boolean(
        required=True, metadata={"description": "Opened again after an answer"}
    )
    closed_as = fields.String(required=True, allow_none=True)
    due_at = fields.DateTime(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)


class ComplaintSchema(Schema):
    """One complaint with all that happened; who wrote is not in it."""

    complaint = fields.Nested(ComplaintRowSchema, required=True)
    may_say = fields.Boolean(required=True)
    history = fields.List(fields.Nested(ComplaintEventSchema), required=True)


class StaffComplaintSchema(ComplaintSchema):
    """What its handler needs besides: whom to call, and whether they may handle it."""

    class Meta:
        exclude = ("may_say",)

    complainant = fields.String(required=True)
    contact = fields.String(required=True)
    about = fields.String(required=True)
    reason = fields.String(required=True)
    channel_label = fields.String(required=True)
    review = fields.String(required=True)
    may_handle = fields.Boolean(required=True)
