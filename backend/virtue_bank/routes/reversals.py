"""Reversals over HTTP."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, ShortPageArguments, page, page_of
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)
from backend.virtue_bank.actions import reversals as actions
from backend.virtue_bank.models import ReversalRequest
from backend.virtue_bank.queries.reversals import requests_page
from backend.virtue_bank.schemas.reversals import (
    DroppedReversalSchema,
    HoldersWordSchema,
    JudgementSchema,
    NewReversalSchema,
    ReversalRequestSchema,
)

reversals = Blueprint(
    "reversals", __name__, url_prefix="/api/v1/virtue-bank", description="积分冲正"
)
reversals.before_request(require_caller)


@reversals.post("/transfers/<int:transfer_id>/reversal-requests")
@permitted("points.reverse")
@reversals.arguments(NewReversalSchema)
@reversals.response(201, ReversalRequestSchema)
def request_reversal(wish: dict[str, str], transfer_id: int) -> ReversalRequest:
    """Ask to take a posted award back; whose it is may answer first."""
    return actions.request_reversal(current_caller(), transfer_id, **wish)


@reversals.get("/reversal-requests")
@permitted("points.reverse.read")
@reversals.arguments(ShortPageArguments, location="query")
@reversals.response(200, page_of(ReversalRequestSchema))
def list_requests(asked: dict[str, Any]) -> dict[str, Any]:
    """List the own requests, newest first; committee and supervisors see all."""
    whose = actions.whose_requests(current_caller())
    found = requests_page(current_community_id(), holder_id=whose, **asked)
    return page(found, asked["limit"], key=lambda request: request.id)


@reversals.get("/reversal-requests/<uuid:request_id>")
@permitted("points.reverse.read")
@reversals.response(200, ReversalRequestSchema)
def read_request(request_id: UUID) -> ReversalRequest:
    """Show one request to its holder and to those who oversee points."""
    return actions.readable(current_caller(), request_id)


@reversals.post("/reversal-requests/<uuid:request_id>/answer")
@permitted("points.reverse.answer")
@reversals.arguments(HoldersWordSchema)
@reversals.response(200, ReversalRequestSchema)
def answer(said: dict[str, Any], request_id: UUID) -> ReversalRequest:
    """Say what speaks against it, as the holder, or typed for the holder."""
    return actions.answer(current_caller(), request_id, **said)


@reversals.post("/reversal-requests/<uuid:request_id>/confirmation")
@permitted("points.reverse")
@reversals.response(200, ReversalRequestSchema)
def confirm(request_id: UUID) -> ReversalRequest:
    """Take the points back as the second person, once the holder has had time to answer."""
    return actions.confirm(current_caller(), request_id)


@reversals.post("/reversal-requests/<uuid:request_id>/withdrawal")
@permitted("points.reverse")
@reversals.arguments(DroppedReversalSchema)
@reversals.response(200, ReversalRequestSchema)
def drop(wish: dict[str, str], request_id: UUID) -> ReversalRequest:
    """Drop a request that nobody has confirmed."""
    return actions.drop(current_caller(), request_id, **wish)


@reversals.post("/reversal-requests/<uuid:request_id>/appeal")
@permitted("points.reverse.answer")
@reversals.arguments(HoldersWordSchema)
@reversals.response(200, ReversalRequestSchema)
def appeal(said: dict[str, Any], request_id: UUID) -> ReversalRequest:
    """Ask the supervisors, as the holder, or typed for the holder."""
    return actions.appeal(current_caller(), request_id, **said)


@reversals.post("/reversal-requests/<uuid:request_id>/appeal-decision")
@permitted("points.judge_appeal")
@reversals.arguments(JudgementSchema)
@reversals.response(200, ReversalRequestSchema)
def judge(wish: dict[str, str], request_id: UUID) -> ReversalRequest:
    """Judge an appeal: the reversal stands, or the points are awarded anew."""
    return actions.judge(current_caller(), request_id, **wish)
