"""What the desk's forms about matters ask for, where it is not what JSON asks."""

from marshmallow import Schema, fields, validate

from backend.api import PageArguments
from backend.console import Yuan
from backend.deliberation.schemas.outcomes import (
    NoticeDraftSchema,
    NoticePublicationSchema,
    TaskUpdateSchema,
)
from backend.deliberation.schemas.proposals import (
    InquiryNoteInputSchema,
    ListArgumentsSchema,
    VersionSchema,
)

VIEWS = ("accept", "sort", "objections")
MOST_YUAN = validate.Range(0, 10**12, error="金额太大或小于零")


class BoardArguments(PageArguments):
    view = fields.String(load_default=None, validate=validate.OneOf(VIEWS))
    grid_id = fields.UUID(load_default=None, data_key="grid")
    due = fields.String(load_default=None, validate=validate.OneOf(["late", "today", "week"]))


class MatterListArguments(ListArgumentsSchema):
    class Meta:
        exclude = ("mine",)


class InquiryFormSchema(InquiryNoteInputSchema):
    class Meta:
        exclude = ("cost_fen",)

    cost = Yuan(load_default=None, attribute="cost_fen", validate=MOST_YUAN)


class TaskFormSchema(TaskUpdateSchema):
    class Meta:
        exclude = ("spent_fen",)

    spent = Yuan(load_default=None, attribute="spent_fen", validate=MOST_YUAN)


class AgendaFormSchema(VersionSchema):
    meeting_id = fields.UUID(required=True)


class BareSchema(Schema):
    """A form that is only its button."""


class NoticeDraftFormSchema(NoticeDraftSchema):
    class Meta:
        exclude = ("kind",)


class NoticeFormSchema(NoticePublicationSchema):
    class Meta:
        exclude = ("kind",)
