"""Freezing accounts, and freeing them, over HTTP."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, page, page_of
from backend.residents.identity import current_caller, permitted, require_caller
from backend.virtue_bank.actions import freezings as actions
from backend.virtue_bank.models import FreezingRequest
from backend.virtue_bank.schemas.freezings import (
    DeclinedFreezingSchema,
    FreezingJudgementSchema,
    FreezingPageArguments,
    FreezingRequestSchema,
    NewFreezingSchema,
)
from backend.virtue_bank.schemas.reversals import HoldersWordSchema

freezings = Blueprint(
    "freezings", __name__, url_prefix="/api/v1/virtue-bank", description="积分账户冻结"
)
freezings.before_request(require_caller)


@freezings.post("/accounts/<int:points_account_id>/freezing")
@permitted("points.freeze")
@freezings.arguments(NewFreezingSchema)
@freezings.response(201, FreezingRequestSchema)
def ask_to_freeze(wish: dict[str, str], points_account_id: int) -> FreezingRequest:
    """Ask that an account stand still; a supervisor confirms it."""
    return actions.request_freezing(current_caller(), points_account_id, aim="freeze", **wish)


@freezings.post("/accounts/<int:points_account_id>/unfreezing")
@permitted("points.freeze")
@freezings.arguments(NewFreezingSchema)
@freezings.response(201, FreezingRequestSchema)
def ask_to_free(wish: dict[str, str], points_account_id: int) -> FreezingRequest:
    """Ask that a frozen account be free again; a supervisor confirms it."""
    return actions.request_freezing(current_caller(), points_account_id, aim="unfreeze", **wish)


@freezings.get("/freezing-requests")
@permitted("points.freeze.read")
@freezings.arguments(FreezingPageArguments, location="query")
@freezings.response(200, page_of(FreezingRequestSchema))
def list_freezings(asked: dict[str, Any]) -> dict[str, Any]:
    """List what was confirmed about the own accounts; committee and supervisors see all."""
    found = actions.freezings_of(current_caller(), account_id=asked.pop("account"), **asked)
    return page(found, asked["limit"], key=lambda request: request.id)


@freezings.get("/freezing-requests/<uuid:freezing_id>")
@permitted("points.freeze.read")
@freezings.response(200, FreezingRequestSchema)
def read_freezing(freezing_id: UUID) -> FreezingRequest:
    """Show one request to its holder and to those who oversee points."""
    return actions.readable(current_caller(), freezing_id)


@freezings.post("/freezing-requests/<uuid:freezing_id>/confirmation")
@permitted("points.freeze.confirm")
@freezings.response(200, FreezingRequestSchema)
def confirm(freezing_id: UUID) -> FreezingRequest:
    """Freeze the account, or free it, as the second person."""
    return actions.confirm(current_caller(), freezing_id)


@freezings.post("/freezing-requests/<uuid:freezing_id>/refusal")
@permitted("points.freeze.confirm")
@freezings.arguments(DeclinedFreezingSchema)
@freezings.response(200, FreezingRequestSchema)
def decline(wish: dict[str, str], freezing_id: UUID) -> FreezingRequest:
    """Say no to a request, with a reason, as the second person."""
    return actions.decline(current_caller(), freezing_id, **wish)


@freezings.post("/freezing-requests/<uuid:freezing_id>/withdrawal")
@permitted("points.freeze")
@freezings.response(200, FreezingRequestSchema)
def withdraw(freezing_id: UUID) -> FreezingRequest:
    """Take back one's own request that nobody has confirmed."""
    return actions.withdraw(current_caller(), freezing_id)


@freezings.post("/freezing-requests/<uuid:freezing_id>/appeal")
@permitted("points.freeze.appeal")
@freezings.arguments(HoldersWordSchema)
@freezings.response(200, FreezingRequestSchema)
def appeal(said: dict[str, Any], freezing_id: UUID) -> FreezingRequest:
    """Ask the supervisors, as the holder, or typed for the holder."""
    return actions.appeal(current_caller(), freezing_id, **said)


@freezings.post("/freezing-requests/<uuid:freezing_id>/appeal-decision")
@permitted("points.judge_appeal")
@freezings.arguments(FreezingJudgementSchema)
@freezings.response(200, FreezingRequestSchema)
def judge(wish: dict[str, str], freezing_id: UUID) -> FreezingRequest:
    """Judge an appeal: the freezing stands, or the account is free."""
    return actions.judge(current_caller(), freezing_id, **wish)
