"""内容审核 over JSON: the queue, decisions, appeals."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from backend.api import Blueprint, page, page_of, place_after, row_after
from backend.moderation import actions, queries
from backend.moderation.models import ModerationCase
from backend.moderation.schemas import (
    OwnReviewCaseSchema,
    QueueArguments,
    ReviewAppealDecisionSchema,
    ReviewAppealSchema,
    ReviewCaseSchema,
    ReviewDecisionSchema,
    SampleFindingSchema,
    place_of,
)
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)

moderation = Blueprint("moderation", __name__, url_prefix="/api/v1", description="内容审核")
moderation.before_request(require_caller)


@moderation.get("/moderation")
@permitted("moderation.read")
@moderation.arguments(QueueArguments, location="query")
@moderation.response(200, page_of(ReviewCaseSchema, place=fields.String))
def waiting(asked: dict[str, Any]) -> dict[str, Any]:
    """List what waits for people, risky first; or open appeals; or the sample of what passed."""
    here, limit, after = current_community_id(), asked["limit"], asked["after"]
    if asked["list"] == "appeals":
        cases = queries.appeals(here, limit=limit, after=row_after(after))
    elif asked["list"] == "samples":
        cases = queries.samples(here, limit=limit, after=row_after(after))
    else:
        cases = queries.waiting_cases(
            here,
            for_the_chair="moderator" not in current_caller().roles,
            limit=limit,
            after=place_after(after),
        )
    return page(cases, limit, key=place_of)


@moderation.get("/moderation/<uuid:case_id>")
@permitted("self")
@moderation.response(200, OwnReviewCaseSchema)
def own_case(case_id: UUID) -> ModerationCase:
    """Show an author how their text fares."""
    return queries.find_case_of(current_community_id(), current_caller().resident_id, case_id)


@moderation.post("/moderation/<uuid:case_id>/decision")
@permitted("moderation.decide")
@moderation.arguments(ReviewDecisionSchema)
@moderation.response(200, ReviewCaseSchema)
def decide(decision: dict[str, Any], case_id: UUID) -> ModerationCase:
    """Pass a text, return it with a reason, or hand it to the chair."""
    return actions.decide(current_caller(), case_id, **decision)


@moderation.post("/moderation/<uuid:case_id>/sample")
@permitted("moderation.decide")
@moderation.arguments(SampleFindingSchema)
@moderation.response(200, ReviewCaseSchema)
def check_sample(found: dict[str, Any], case_id: UUID) -> ModerationCase:
    """Say of a text drawn from those that passed by themselves whether it is fine."""
    return actions.check_sample(current_caller(), case_id, **found)


@moderation.post("/moderation/<uuid:case_id>/appeal")
@permitted("content.appeal")
@moderation.arguments(ReviewAppealSchema)
@moderation.response(200, OwnReviewCaseSchema)
def appeal(said: dict[str, Any], case_id: UUID) -> ModerationCase:
    """Ask another judge about a returned text, once, within seven days."""
    return actions.appeal(current_caller(), case_id, **said)


@moderation.post("/moderation/<uuid:case_id>/appeal-decision")
@permitted("moderation.appeal")
@moderation.arguments(ReviewAppealDecisionSchema)
@moderation.response(200, ReviewCaseSchema)
def decide_appeal(decision: dict[str, Any], case_id: UUID) -> ModerationCase:
    """Decide an appeal as another judge."""
    return actions.decide_appeal(current_caller(), case_id, **decision)
