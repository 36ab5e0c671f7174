"""Matters as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import IN_OUR_TIME, PageArguments, Text
from backend.deliberation.models.words import CATEGORY_NAMES, CLASSES, CLOSED_AS, STATUSES
from backend.deliberation.rules import filing
from backend.deliberation.rules.stages import STEPS
from backend.deliberation.schemas import case_parts as parts

BODIES = ("four_party", "council", "residents_assembly_persons", "representatives_assembly")


class VersionSchema(Schema):
    """Acting on a matter names the version one has seen, so that nothing is overwritten unseen."""

    version = fields.Integer(required=True, validate=validate.Range(1, 2**31 - 1))


class OnBehalfSchema(Schema):
    """For whom a worker types, and how that person told them."""

    resident_id = fields.UUID(required=True)
    channel = fields.String(required=True, validate=validate.OneOf(list(filing.ON_BEHALF_CHANNELS)))


class WordsSchema(Schema):
    title = Text(required=True, most=60)
    body = Text(required=True, most=2000, lines=True)
    place = Text(load_default="", most=100, least=0)


class NewProposalSchema(WordsSchema):
    category_code = fields.String(
        required=True, data_key="category", validate=validate.OneOf(list(CATEGORY_NAMES))
    )
    building_id = fields.UUID(load_default=None, allow_none=True)
    preclass = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(list(CLASSES))
    )
    display_name = fields.String(
        load_default="masked", validate=validate.OneOf(["masked", "building", "anonymous"])
    )


class NewProposalForSchema(NewProposalSchema, OnBehalfSchema):
    consent = fields.String(required=True, validate=validate.OneOf(["spoken", "written"]))


class EditSchema(WordsSchema, VersionSchema):
    pass


class SimilarQuerySchema(Schema):
    title = Text(required=True, most=60)
    body = Text(load_default="", most=2000, least=0, lines=True)


class SimilarSchema(Schema):
    id = fields.UUID(required=True)
    serial_no = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    score = fields.Float(required=True)
    shared = fields.List(fields.String(), required=True)


class SimilarListSchema(Schema):
    items = fields.List(fields.Nested(SimilarSchema), required=True)


class SubmissionSchema(VersionSchema):
    similar_answer = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(list(filing.SIMILAR_ANSWERS))
    )
    similar_id = fields.UUID(load_default=None, allow_none=True)


class ReceiptSchema(Schema):
    """What the author keeps: the number, and a code that finds the matter again."""

    serial_no = fields.String(required=True)
    code = fields.String(required=True)
    url = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class AcceptanceSchema(VersionSchema):
    note = Text(load_default="", most=500, least=0, lines=True)


class ReturnSchema(VersionSchema):
    reason_code = fields.String(required=True, validate=validate.OneOf(list(filing.RETURN_REASONS)))
    note = Text(required=True, most=500, lines=True)
    missing = fields.List(Text(most=50), load_default=list, validate=validate.Length(max=10))


class RejectionSchema(VersionSchema):
    reason_code = fields.String(required=True, validate=validate.OneOf(list(filing.REJECT_REASONS)))
    clause = Text(required=True, most=100)
    note = Text(required=True, most=500, lines=True)


class ReasonSchema(VersionSchema):
    reason = Text(required=True, most=500, lines=True)


class ExplanationSchema(ReasonSchema):
    expected_on = fields.Date(required=True, validate=IN_OUR_TIME)


class AssignmentSchema(VersionSchema):
    assignee_id = fields.UUID(required=True)


class InquiryNoteInputSchema(VersionSchema):
    mode = fields.String(
        required=True, validate=validate.OneOf(["visit", "phone", "on_site", "desk"])
    )
    facts = Text(required=True, most=2000, lines=True)
    affected_households = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(0, 100_000)
    )
    cost_fen = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(0, 10**12)
    )


class InquiryNoteSchema(Schema):
    id = fields.UUID(required=True)
    round = fields.Integer(required=True)
    mode = fields.String(required=True)
    facts = fields.String(required=True)
    affected_households = fields.Integer(required=True, allow_none=True)
    cost_fen = fields.Integer(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class InquiryNoteListSchema(Schema):
    items = fields.List(fields.Nested(InquiryNoteSchema), required=True)


class TriageInputSchema(VersionSchema):
    triage_class = fields.String(
        required=True, data_key="class", validate=validate.OneOf(list(CLASSES))
    )
    basis_code = fields.String(
        required=True,
        validate=validate.OneOf(
            [*filing.NEGATIVE_LIST, *(basis for group in filing.BASES.values() for basis in group)]
        ),
    )
    reason = Text(required=True, most=500, lines=True)
    owner_matter = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 9))
    required_body = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(list(BODIES))
    )
    department = Text(load_default=None, allow_none=True, most=60)
    department_due_on = fields.Date(load_default=None, allow_none=True)


class GuidanceSchema(VersionSchema):
    text = Text(required=True, most=1000, lines=True)


class SupportSchema(Schema):
    """How many stand behind the matter now, and whether I do."""

    supporters = fields.Integer(required=True)
    supported = fields.Boolean(required=True)


class KeyedSupportSchema(OnBehalfSchema):
    serial_no = Text(load_default=None, allow_none=True, most=40)


class ObjectionInputSchema(Schema):
    target = fields.String(
        required=True, validate=validate.OneOf(["rejection", "triage", "publication"])
    )
    text = Text(required=True, most=500, lines=True)


class KeyedObjectionSchema(ObjectionInputSchema, OnBehalfSchema):
    """An objection told to a worker."""


class JointDecisionSchema(Schema):
    decision = fields.String(required=True, validate=validate.OneOf(list(filing.DECISIONS)))
    reply = Text(required=True, most=1000, lines=True)


class AnswerSchema(Schema):
    reply = Text(required=True, most=1000, lines=True)


class QuestionTextSchema(Schema):
    text = Text(required=True, most=500, lines=True)


class ReopeningSchema(VersionSchema):
    facts = Text(required=True, most=1000, lines=True)


class ObjectionSchema(Schema):
    id = fields.UUID(required=True)
    proposal_id = fields.UUID(required=True)
    target = fields.String(required=True)
    text = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True)
    decision = fields.String(required=True, allow_none=True)
    reply = fields.String(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)


class ListArgumentsSchema(PageArguments):
    status = fields.String(load_default=None, validate=validate.OneOf(list(STATUSES)))
    step = fields.String(load_default=None, validate=validate.OneOf(list(STEPS)))
    triage_class = fields.String(
        load_default=None, data_key="class", validate=validate.OneOf(list(CLASSES))
    )
    grid_id = fields.UUID(load_default=None, data_key="grid")
    mine = fields.Boolean(load_default=False)
    waiting = fields.Boolean(
        load_default=False, metadata={"description": "Only what waits for the one who asks"}
    )
    q = Text(load_default=None, most=60)


class MatterSchema(Schema):
    """A matter in a list."""

    id = fields.UUID(required=True)
    serial_no = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(list(STATUSES)))
    status_label = fields.String(required=True)
    step = fields.String(required=True)
    owner = fields.String(required=True, allow_none=True)
    triage_class = fields.String(required=True, allow_none=True)
    category_code = fields.String(required=True)
    place = fields.String(required=True)
    building_id = fields.UUID(required=True, allow_none=True)
    grid_id = fields.UUID(required=True)
    submitted_at = fields.AwareDateTime(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_as = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(list(CLOSED_AS))
    )
    is_private = fields.Boolean(required=True)
    text_state = fields.String(required=True)
    supporters = fields.Integer(required=True)
    mine = fields.Boolean(required=True)
    version = fields.Integer(required=True)


class AllowedActionSchema(Schema):
    action = fields.String(required=True)
    label = fields.String(required=True)
    allowed = fields.Boolean(required=True)
    reason = fields.String(required=True)


class VisitSchema(Schema):
    status = fields.String(required=True)
    label = fields.String(required=True)
    since = fields.AwareDateTime(required=True)
    by = fields.String(required=True)


class StretchSchema(Schema):
    step = fields.String(required=True)
    state = fields.String(required=True)
    visits = fields.List(fields.Nested(VisitSchema), required=True)


class CaseSchema(MatterSchema):
    """A matter as one person sees it: where it stands, who is next, what they may do."""

    body = fields.String(required=True)
    class_label = fields.String(required=True, allow_none=True)
    category_label = fields.String(required=True)
    supported = fields.Boolean(required=True)
    followed = fields.Boolean(required=True)
    author = fields.String(required=True)
    round = fields.Integer(required=True)
    rework_count = fields.Integer(required=True)
    required_body = fields.String(required=True, allow_none=True)
    assignee_id = fields.UUID(required=True, allow_none=True)
    assignee = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Who looks into it, by the name they hold office under"},
    )
    meeting_id = fields.UUID(required=True, allow_none=True)
    timeline = fields.List(fields.Nested(StretchSchema), required=True)
    allowed_actions = fields.List(fields.Nested(AllowedActionSchema), required=True)
    triage = fields.Nested(parts.CaseTriageSchema, required=True, allow_none=True)
    referral = fields.Nested(parts.CaseReferralSchema, required=True, allow_none=True)
    resolution = fields.Nested(parts.CaseResolutionSchema, required=True, allow_none=True)
    tasks = fields.List(fields.Nested(parts.CaseTaskSchema), required=True)
    appraisal = fields.Nested(parts.CaseAppraisalSchema, required=True, allow_none=True)
    bulletins = fields.List(fields.Nested(parts.CaseBulletinSchema), required=True)
    objections = fields.List(fields.Nested(parts.CaseObjectionSchema), required=True)


class EventSchema(Schema):
    id = fields.UUID(required=True)
    seq = fields.Integer(required=True)
    kind = fields.String(required=True)
    from_status = fields.String(required=True, allow_none=True)
    to_status = fields.String(required=True)
    actor_role = fields.String(required=True)
    channel = fields.String(required=True)
    reason_code = fields.String(required=True, allow_none=True)
    occurred_at = fields.AwareDateTime(required=True)
    prev_hash = fields.String(required=True)
    hash = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
