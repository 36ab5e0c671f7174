"""From the decision to the end, as JSON: notices, tasks, inspections, appraisals."""

from marshmallow import Schema, fields, validate

from backend.api import PageArguments, Text
from backend.deliberation.rules import outcomes as rules
from backend.deliberation.schemas.case_parts import COUNTS
from backend.deliberation.schemas.proposals import VersionSchema
from backend.residents.models import CHANNELS

SHA256_CHARACTERS = 64
MOST_MONEY_FEN = 10**12
NOTICES = validate.OneOf([rules.RESULT, rules.IMPLEMENTATION])


class NoticeArguments(Schema):
    kind = fields.String(required=True, validate=NOTICES)


class NoticeDraftSchema(VersionSchema):
    kind = fields.String(required=True, validate=NOTICES)
    hide = fields.List(
        Text(most=60),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={"description": "Words to leave out of every text, as the marks show them"},
    )


class NoticePublicationSchema(VersionSchema):
    kind = fields.String(required=True, validate=NOTICES)
    content_sha256 = fields.String(required=True, validate=validate.Length(equal=SHA256_CHARACTERS))


class MarkSchema(Schema):
    field = fields.String(required=True)
    start = fields.Integer(required=True)
    end = fields.Integer(required=True)
    kind = fields.String(
        required=True, validate=validate.OneOf(["phone", "id_number", "room", "name"])
    )
    text = fields.String(required=True)


class PreviewSchema(Schema):
    """What will be published, with the places that may identify somebody."""

    kind = fields.String(required=True)
    title = fields.String(required=True)
    plain_text = fields.String(required=True)
    fields_ = fields.Dict(required=True, data_key="fields", attribute="fields")
    marks = fields.List(fields.Nested(MarkSchema), required=True)
    bulletin_id = fields.UUID(required=True, allow_none=True)
    content_sha256 = fields.String(required=True, allow_none=True)
    is_drafted = fields.Boolean(required=True)
    is_current = fields.Boolean(required=True)
    may_publish = fields.Boolean(required=True)
    version = fields.Integer(required=True)


class NoticeSchema(Schema):
    """A matter's notice; the whole of it is under /bulletins/{id}."""

    id = fields.UUID(required=True)
    number = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    plain_text = fields.String(required=True)
    state = fields.String(required=True)
    content_sha256 = fields.String(required=True)
    online_at = fields.AwareDateTime(required=True, allow_none=True)


class TaskUpdateSchema(Schema):
    percent = fields.Integer(required=True, validate=validate.Range(0, 100))
    note = Text(required=True, most=1000, lines=True)
    spent_fen = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(0, MOST_MONEY_FEN)
    )


class TaskExtensionSchema(Schema):
    new_due_on = fields.Date(required=True)
    reason = Text(required=True, most=500, lines=True)


class TaskSchema(Schema):
    id = fields.UUID(required=True)
    proposal_id = fields.UUID(required=True)
    party = fields.String(required=True)
    title = fields.String(required=True)
    due_on = fields.Date(required=True)
    percent = fields.Integer(required=True)
    extensions = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["open", "done", "dropped"]))
    budget_fen = fields.Integer(required=True, allow_none=True)
    spent_fen = fields.Integer(required=True, allow_none=True)
    news_at = fields.AwareDateTime(required=True, allow_none=True)


class MyTaskSchema(TaskSchema):
    serial_no = fields.String(required=True)
    proposal_title = fields.String(required=True)
    status = fields.String(required=True)
    version = fields.Integer(required=True)


class MyTasksArguments(PageArguments):
    state = fields.String(load_default=None, validate=validate.OneOf(["open", "done", "dropped"]))


class CompletionSchema(VersionSchema):
    note = Text(load_default="", most=1000, least=0, lines=True)


class InspectionSchema(VersionSchema):
    result = fields.String(required=True, validate=validate.OneOf(["accepted", "defects"]))
    defects = fields.List(Text(most=200), load_default=list, validate=validate.Length(max=20))
    second_id = fields.UUID(load_default=None, allow_none=True)


class StandingSchema(Schema):
    """Where the matter stands after what was just done."""

    id = fields.UUID(required=True)
    status = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True, attribute="status_due_at")
    version = fields.Integer(required=True)


class AnswerToAuthorSchema(VersionSchema):
    reply = Text(required=True, most=1000, lines=True)


class ReferralReplySchema(VersionSchema):
    receipt_no = Text(load_default=None, allow_none=True, most=60)
    reply = Text(required=True, most=2000, lines=True)


class ParticipationInputSchema(Schema):
    """One's own answer; or, with `resident_id` and `channel`, what somebody said or wrote."""

    score = fields.Integer(required=True, strict=True)
    comment = Text(load_default="", most=500, least=0, lines=True)
    resident_id = fields.UUID(load_default=None, allow_none=True)
    channel = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(list(CHANNELS))
    )


class AnswerOnRollSchema(Schema):
    id = fields.UUID(required=True)
    channel = fields.String(required=True)
    keyed = fields.Boolean(required=True)
    cast_at = fields.AwareDateTime(required=True)


class ReceiptOfAnswerSchema(AnswerOnRollSchema):
    question_id = fields.UUID(required=True)


class OwnAnswerSchema(AnswerOnRollSchema):
    """A receipt. `score` is only kept beside a name for the author of the matter."""

    score = fields.Integer(required=True, allow_none=True)


class QuestionSchema(Schema):
    id = fields.UUID(required=True)
    proposal_id = fields.UUID(required=True)
    serial_no = fields.String(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)
    options = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    secret = fields.Boolean(required=True)
    round = fields.Integer(required=True)
    attempt = fields.Integer(required=True)
    opens_at = fields.AwareDateTime(required=True)
    closes_at = fields.AwareDateTime(required=True)
    extended = fields.Boolean(required=True)
    roll_size = fields.Integer(required=True)
    roll_sha256 = fields.String(required=True)
    on_roll = fields.Boolean(required=True)
    named = fields.Boolean(required=True)
    my_participation = fields.Nested(OwnAnswerSchema, required=True, allow_none=True)
    counts_by_channel = fields.Dict(**COUNTS)


class ResultSchema(Schema):
    """What came of an appraisal; below five answers only that they were too few."""

    question_id = fields.UUID(required=True)
    next = fields.String(
        required=True,
        validate=validate.OneOf(["satisfied", "insufficient", "rework", "unsatisfied"]),
    )
    invited = fields.Integer(required=True)
    answered = fields.Integer(required=True, allow_none=True)
    spread = fields.Dict(**COUNTS)
    channels = fields.Dict(**COUNTS)
    text = fields.String(required=True)
    author_score = fields.Integer(required=True, allow_none=True)
    comments = fields.List(fields.String(), required=True)


class MyParticipationSchema(OwnAnswerSchema):
    question_id = fields.UUID(required=True)
    proposal_id = fields.UUID(required=True)
    serial_no = fields.String(required=True)
    proposal_title = fields.String(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)
    state = fields.String(required=True)
