"""Yearly settlements over HTTP."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, ShortPageArguments, page, page_of
from backend.residents.identity import (
    current_caller,
    current_community_id,
    may,
    permitted,
    require_caller,
)
from backend.virtue_bank.actions import settlements as actions
from backend.virtue_bank.models import Settlement
from backend.virtue_bank.queries import settlements as queries
from backend.virtue_bank.schemas.settlements import (
    NewSettlementSchema,
    SettlementSchema,
    SettlementWithdrawalSchema,
)

settlements = Blueprint(
    "settlements", __name__, url_prefix="/api/v1/virtue-bank", description="年度积分清算"
)
settlements.before_request(require_caller)


@settlements.get("/settlements")
@permitted("points.read")
@settlements.arguments(ShortPageArguments, location="query")
@settlements.response(200, page_of(SettlementSchema))
def list_settlements(asked: dict[str, Any]) -> dict[str, Any]:
    """List announced settlements, newest first, each with the caller's own points in it."""
    rows = queries.settlements_page(current_community_id(), planned=may("points.settle"), **asked)
    found = page(rows, asked["limit"], key=lambda each: each.id)
    return found | {"items": actions.settlements_told(current_caller(), found["items"])}


@settlements.post("/settlements")
@permitted("points.settle")
@settlements.arguments(NewSettlementSchema)
@settlements.response(201, SettlementSchema)
def plan_settlement(new: dict[str, Any]) -> dict[str, Any]:
    """Plan that the points of a year expire on a day; another person announces it."""
    return _told(actions.plan_settlement(current_caller(), **new))


@settlements.post("/settlements/<uuid:settlement_id>/announcement")
@permitted("points.settle")
@settlements.response(200, SettlementSchema)
def announce_settlement(settlement_id: UUID) -> dict[str, Any]:
    """Announce it as the second person; every holder is told the amount."""
    return _told(actions.announce_settlement(current_caller(), settlement_id))


@settlements.post("/settlements/<uuid:settlement_id>/withdrawal")
@permitted("points.settle")
@settlements.arguments(SettlementWithdrawalSchema)
@settlements.response(200, SettlementSchema)
def drop_settlement(given: dict[str, str], settlement_id: UUID) -> dict[str, Any]:
    """Give it up before its day."""
    return _told(actions.drop_settlement(current_caller(), settlement_id, **given))


def _told(settlement: Settlement) -> dict[str, Any]:
    return actions.settlements_told(current_caller(), [settlement])[0]
