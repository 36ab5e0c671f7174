"""Cases as reviewers see them, as authors see theirs, and what both may send."""

from marshmallow import Schema, fields, validate

from backend.api import MAX_PAGE, RankPlaceOrId, Text, rank_place
from backend.moderation.models import ModerationCase
from backend.moderation.rules import DECISIONS, LABELS, REASONS, category


def _machine_category(case: ModerationCase) -> str:
    if case.machine_result in {None, "none", "pass"}:
        return ""
    return LABELS.get(case.machine_label or 0, LABELS[21000])


def place_of(case: ModerationCase) -> str:
    """Where a list goes on after it: the gravest come first, or the oldest or newest."""
    return rank_place(case.priority, case.id)


class QueueArguments(Schema):
    """`list`: what waits for a review, appeals for another judge, or the sample of what passed."""

    limit = fields.Integer(load_default=20, validate=validate.Range(1, MAX_PAGE))
    after = RankPlaceOrId(load_default=None)
    list = fields.String(
        load_default="reviews", validate=validate.OneOf(["reviews", "appeals", "samples"])
    )


class ReviewDecisionSchema(Schema):
    decision = fields.String(required=True, validate=validate.OneOf(DECISIONS))
    reason_code = fields.String(load_default=None, validate=validate.OneOf(REASONS))
    reason = Text(most=500, least=0, load_default="")


class SampleFindingSchema(Schema):
    finding = fields.String(required=True, validate=validate.OneOf(["fine", "doubtful"]))


class ReviewAppealSchema(Schema):
    text = Text(most=500, required=True)


class ReviewAppealDecisionSchema(Schema):
    decision = fields.String(required=True, validate=validate.OneOf(["pass", "uphold"]))
    reason = Text(most=500, required=True)


class OwnReviewCaseSchema(Schema):
    """What the author may know: state, category and reason, never the word that was found."""

    id = fields.UUID(required=True)
    subject_type = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    category = fields.Function(lambda case: category(case.reason_code) if case.reason_code else "")
    reason = fields.String(allow_none=True)
    due_at = fields.DateTime(required=True)
    decided_at = fields.DateTime(allow_none=True)
    appealed_at = fields.DateTime(allow_none=True)
    appeal_outcome = fields.String(allow_none=True)


class ReviewCaseSchema(OwnReviewCaseSchema):
    """What a reviewer needs: the text and what the machine said, not who wrote it."""

    text = fields.String(attribute="excerpt", required=True)
    machine_result = fields.String(allow_none=True)
    machine_category = fields.Function(_machine_category)
    on_word_list = fields.Boolean(required=True)
    reason_code = fields.String(allow_none=True)
    created_at = fields.DateTime(required=True)
    appeal_text = fields.String(allow_none=True)
