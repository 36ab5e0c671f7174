"""Objections to lines and honours over HTTP."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, ShortPageArguments, page, page_of
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)
from backend.virtue_bank.actions import thanks_objections as actions
from backend.virtue_bank.models import ThanksObjection
from backend.virtue_bank.queries import thanks_objections as queries
from backend.virtue_bank.schemas.thanks_objections import (
    NewThanksObjectionSchema,
    OwnThanksObjectionSchema,
    ThanksAppealSchema,
    ThanksObjectionArguments,
    ThanksObjectionSchema,
    ThanksOutcomeSchema,
)

thanks_objections = Blueprint(
    "thanks_objections",
    __name__,
    url_prefix="/api/v1/virtue-bank",
    description="批量发放和评选的异议",
)
thanks_objections.before_request(require_caller)


@thanks_objections.post("/grant-lines/<uuid:grant_line_id>/objections")
@permitted("points.object_thanks")
@thanks_objections.arguments(NewThanksObjectionSchema)
@thanks_objections.response(201, OwnThanksObjectionSchema)
def object_to_line(said: dict[str, Any], grant_line_id: UUID) -> ThanksObjection:
    """Object to one line of a batch on the board."""
    return actions.object_to_line(current_caller(), grant_line_id, **said)


@thanks_objections.post("/nominations/<uuid:nomination_id>/objections")
@permitted("points.object_thanks")
@thanks_objections.arguments(NewThanksObjectionSchema)
@thanks_objections.response(201, OwnThanksObjectionSchema)
def object_to_honour(said: dict[str, Any], nomination_id: UUID) -> ThanksObjection:
    """Object to an honour on the board."""
    return actions.object_to_nomination(current_caller(), nomination_id, **said)


@thanks_objections.get("/me/thanks-objections")
@permitted("points.own")
@thanks_objections.arguments(ShortPageArguments, location="query")
@thanks_objections.response(200, page_of(OwnThanksObjectionSchema))
def list_own_objections(asked: dict[str, Any]) -> dict[str, Any]:
    """List one's own objections to lines and honours, newest first."""
    me = current_caller().resident_id
    found = queries.own_objections(current_community_id(), me, **asked)
    return page(found, asked["limit"], key=lambda each: each.id)


@thanks_objections.get("/thanks-objections")
@permitted("points.thanks_objection.read")
@thanks_objections.arguments(ThanksObjectionArguments, location="query")
@thanks_objections.response(200, page_of(ThanksObjectionSchema))
def list_objections(asked: dict[str, Any]) -> dict[str, Any]:
    """List objections in one state, newest first, for those who decide on them."""
    state = asked.pop("state")
    found = queries.objections_page(current_community_id(), states=[state], **asked)
    told = page(found, asked["limit"], key=lambda each: each.id)
    return told | {"items": actions.objections_told(told["items"])}


@thanks_objections.post("/thanks-objections/<uuid:thanks_objection_id>/decision")
@permitted("points.judge")
@thanks_objections.arguments(ThanksOutcomeSchema)
@thanks_objections.response(200, ThanksObjectionSchema)
def decide_objection(said: dict[str, Any], thanks_objection_id: UUID) -> dict[str, Any]:
    """Decide on an objection; whoever loses may appeal."""
    return _told(actions.decide(current_caller(), thanks_objection_id, **said))


@thanks_objections.post("/thanks-objections/<uuid:thanks_objection_id>/appeal")
@permitted("points.object_thanks")
@thanks_objections.arguments(ThanksAppealSchema)
@thanks_objections.response(200, OwnThanksObjectionSchema)
def appeal_objection(said: dict[str, Any], thanks_objection_id: UUID) -> ThanksObjection:
    """Ask the supervisors, if the decision went against oneself."""
    return actions.appeal(current_caller(), thanks_objection_id, **said)


@thanks_objections.post("/thanks-objections/<uuid:thanks_objection_id>/appeal-decision")
@permitted("points.judge_appeal")
@thanks_objections.arguments(ThanksOutcomeSchema)
@thanks_objections.response(200, ThanksObjectionSchema)
def judge_objection(said: dict[str, Any], thanks_objection_id: UUID) -> dict[str, Any]:
    """Decide an appeal for good."""
    return _told(actions.judge(current_caller(), thanks_objection_id, **said))


def _told(objection: ThanksObjection) -> dict[str, Any]:
    return actions.objections_told([objection])[0]
