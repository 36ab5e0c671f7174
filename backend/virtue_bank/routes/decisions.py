"""Reviewing deeds over HTTP, and answering objections to them."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from backend.api import Blueprint, DuePageArguments, ShortPageArguments, due_place, page, page_of
from backend.residents.identity import (
    current_caller,
    permitted,
    require_caller,
)
from backend.virtue_bank.actions import (
    decisions,
    listing_deeds,
    objections,
    showing_objections,
)
from backend.virtue_bank.models import DeedObjection
from backend.virtue_bank.schemas.deeds import (
    DeedDecisionSchema,
    DeedRowSchema,
    SecondDeedDecisionSchema,
)
from backend.virtue_bank.schemas.objections import (
    DeedAppealSchema,
    DeedObjectionDecisionSchema,
    DeedObjectionSchema,
    HandledDeedObjectionSchema,
    NewDeedObjectionSchema,
)

deed_reviews = Blueprint(
    "deed_reviews", __name__, url_prefix="/api/v1/virtue-bank", description="善行审核"
)
deed_reviews.before_request(require_caller)


@deed_reviews.get("/deeds/waiting")
@permitted("points.decide")
@deed_reviews.arguments(DuePageArguments, location="query")
@deed_reviews.response(200, page_of(DeedRowSchema, "WaitingDeedPage", place=fields.String))
def waiting_deeds(asked: dict[str, Any]) -> dict[str, Any]:
    """List what waits for one's first or second look, first due first."""
    found = listing_deeds.waiting(current_caller(), **asked)
    return page(found, asked["limit"], key=_place)


@deed_reviews.post("/deeds/<uuid:deed_id>/decision")
@permitted("points.decide")
@deed_reviews.arguments(DeedDecisionSchema)
@deed_reviews.response(200, DeedRowSchema)
def decide_on_deed(said: dict[str, Any], deed_id: UUID) -> dict[str, Any]:
    """Let a deed pass, send it back, or turn it down."""
    points = {each["acted_id"]: each["points"] for each in said.pop("points")}
    version = said.pop("row_version")
    deed = decisions.decide(current_caller(), deed_id, points=points, version=version, **said)
    return listing_deeds.show_row(current_caller(), deed.id)


@deed_reviews.post("/deeds/<uuid:deed_id>/second-decision")
@permitted("points.second")
@deed_reviews.arguments(SecondDeedDecisionSchema)
@deed_reviews.response(200, DeedRowSchema)
def decide_again_on_deed(said: dict[str, Any], deed_id: UUID) -> dict[str, Any]:
    """Look at a deed as the second reviewer."""
    version = said.pop("row_version")
    deed = decisions.decide_second(current_caller(), deed_id, version=version, **said)
    return listing_deeds.show_row(current_caller(), deed.id)


@deed_reviews.post("/deeds/<uuid:deed_id>/objections")
@permitted("points.object")
@deed_reviews.arguments(NewDeedObjectionSchema)
@deed_reviews.response(201, DeedObjectionSchema)
def object_to_deed(said: dict[str, Any], deed_id: UUID) -> DeedObjection:
    """Object to a deed on the board; who objected is known to whoever handles it alone."""
    text = said.pop("reason")
    return objections.object_to(current_caller(), deed_id, text=text, **said)


@deed_reviews.post("/deeds/<uuid:deed_id>/complaint")
@permitted("points.appeal")
@deed_reviews.arguments(DeedAppealSchema)
@deed_reviews.response(201, DeedObjectionSchema)
def complain_of_refusal(said: dict[str, str], deed_id: UUID) -> DeedObjection:
    """Ask the supervisors, once, about one's deed that was turned down."""
    return objections.complain(current_caller(), deed_id, text=said["reason"])


@deed_reviews.get("/deeds/<uuid:deed_id>/objections")
@permitted("points.deed")
@deed_reviews.response(200, DeedObjectionSchema(many=True))
def objections_to_deed(deed_id: UUID) -> list[DeedObjection]:
    """List the objections to a deed for its parties, without who made them."""
    return showing_objections.of_deed(current_caller(), deed_id)


@deed_reviews.get("/me/deed-objections")
@permitted("self")
@deed_reviews.arguments(ShortPageArguments, location="query")
@deed_reviews.response(200, page_of(DeedObjectionSchema, "OwnDeedObjectionPage"))
def own_objections(asked: dict[str, Any]) -> dict[str, Any]:
    """List the objections and complaints one made oneself, newest first."""
    found = showing_objections.own(current_caller(), **asked)
    return page(found, asked["limit"], key=lambda each: each.id)


@deed_reviews.get("/deed-objections/waiting")
@permitted("points.judge")
@deed_reviews.arguments(DuePageArguments, location="query")
@deed_reviews.response(200, page_of(HandledDeedObjectionSchema, place=fields.String))
def waiting_objections(asked: dict[str, Any]) -> dict[str, Any]:
    """List the objections that wait for the committee's answer, first due first."""
    found = showing_objections.to_answer(current_caller(), **asked)
    return page(found, asked["limit"], key=_place)


@deed_reviews.get("/deed-objections/appealed")
@permitted("points.judge_appeal")
@deed_reviews.arguments(DuePageArguments, location="query")
@deed_reviews.response(
    200, page_of(HandledDeedObjectionSchema, "AppealedDeedObjectionPage", place=fields.String)
)
def appealed_objections(asked: dict[str, Any]) -> dict[str, Any]:
    """List the appeals and complaints that wait for the supervisors, first due first."""
    found = showing_objections.to_judge(current_caller(), **asked)
    return page(found, asked["limit"], key=_place)


@deed_reviews.post("/deed-objections/<uuid:deed_objection_id>/decision")
@permitted("points.judge")
@deed_reviews.arguments(DeedObjectionDecisionSchema)
@deed_reviews.response(200, DeedObjectionSchema)
def decide_on_objection(said: dict[str, str], deed_objection_id: UUID) -> DeedObjection:
    """Answer an objection, as somebody who has nothing to do with the deed."""
    return objections.decide(current_caller(), deed_objection_id, **said)


@deed_reviews.post("/deed-objections/<uuid:deed_objection_id>/appeal")
@permitted("points.appeal")
@deed_reviews.arguments(DeedAppealSchema)
@deed_reviews.response(200, DeedObjectionSchema)
def appeal_objection(said: dict[str, str], deed_objection_id: UUID) -> DeedObjection:
    """Appeal to the supervisors, as whoever the answer goes against."""
    return objections.appeal(current_caller(), deed_objection_id, text=said["reason"])


@deed_reviews.post("/deed-objections/<uuid:deed_objection_id>/appeal-decision")
@permitted("points.judge_appeal")
@deed_reviews.arguments(DeedObjectionDecisionSchema)
@deed_reviews.response(200, DeedObjectionSchema)
def judge_objection(said: dict[str, str], deed_objection_id: UUID) -> DeedObjection:
    """Say the last word on an appeal, or on a complaint about a refusal."""
    return objections.judge(current_caller(), deed_objection_id, **said)


def _place(row: dict[str, Any]) -> str:
    return due_place(row["due_at"], row["id"])
