"""Budgets and quotas over HTTP."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, ShortPageArguments, page, page_of
from backend.clock import today
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)
from backend.virtue_bank.actions import budgets as actions
from backend.virtue_bank.models import Allotment, Budget
from backend.virtue_bank.queries import budgets as queries
from backend.virtue_bank.schemas.budgets import (
    AllotmentSchema,
    BudgetSchema,
    NewBudgetSchema,
    NewQuotasSchema,
    OwnQuotaSchema,
)

budgets = Blueprint(
    "budgets", __name__, url_prefix="/api/v1/virtue-bank", description="积分预算与额度"
)
budgets.before_request(require_caller)


@budgets.get("/budgets")
@permitted("points.budget.read")
@budgets.arguments(ShortPageArguments, location="query")
@budgets.response(200, page_of(BudgetSchema))
def list_budgets(asked: dict[str, Any]) -> dict[str, Any]:
    """List budgets, newest first, with what is left to allot and what covers them."""
    here = current_community_id()
    found = page(queries.budgets_page(here, **asked), asked["limit"], key=lambda each: each.id)
    return found | {"items": actions.budgets_told(here, found["items"])}


@budgets.post("/budgets")
@permitted("points.budget")
@budgets.arguments(NewBudgetSchema)
@budgets.response(201, BudgetSchema)
def propose_budget(new: dict[str, Any]) -> dict[str, Any]:
    """Propose what may be given in some months; another person confirms it."""
    return _budget(actions.propose_budget(current_caller(), **new))


@budgets.post("/budgets/<uuid:budget_id>/confirmation")
@permitted("points.budget.confirm")
@budgets.response(200, BudgetSchema)
def confirm_budget(budget_id: UUID) -> dict[str, Any]:
    """Fund a budget as the second person."""
    return _budget(actions.confirm_budget(current_caller(), budget_id))


@budgets.post("/budgets/<uuid:budget_id>/withdrawal")
@permitted("points.budget")
@budgets.response(200, BudgetSchema)
def drop_budget(budget_id: UUID) -> dict[str, Any]:
    """Take back a budget nobody has confirmed."""
    return _budget(actions.drop_budget(current_caller(), budget_id))


@budgets.get("/budgets/<uuid:budget_id>/quotas")
@permitted("points.budget.read")
@budgets.arguments(ShortPageArguments, location="query")
@budgets.response(200, page_of(AllotmentSchema))
def list_quotas(asked: dict[str, Any], budget_id: UUID) -> dict[str, Any]:
    """List the months' quotas of a budget, newest first."""
    here = current_community_id()
    budget = queries.find_budget(here, budget_id)
    rows = queries.allotments_page(here, budget.id, **asked)
    found = page(rows, asked["limit"], key=lambda each: each.id)
    return found | {"items": actions.allotments_told(here, found["items"])}


@budgets.post("/budgets/<uuid:budget_id>/quotas")
@permitted("points.budget")
@budgets.arguments(NewQuotasSchema)
@budgets.response(201, AllotmentSchema)
def propose_quotas(new: dict[str, Any], budget_id: UUID) -> dict[str, Any]:
    """Propose who may give how much in a month; another person confirms it."""
    return _allotment(actions.propose_quotas(current_caller(), budget_id, **new))


@budgets.post("/allotments/<uuid:allotment_id>/confirmation")
@permitted("points.budget.confirm")
@budgets.response(200, AllotmentSchema)
def confirm_quotas(allotment_id: UUID) -> dict[str, Any]:
    """Allot quotas as the second person: one account for each approver."""
    return _allotment(actions.confirm_quotas(current_caller(), allotment_id))


@budgets.post("/allotments/<uuid:allotment_id>/withdrawal")
@permitted("points.budget")
@budgets.response(200, AllotmentSchema)
def drop_quotas(allotment_id: UUID) -> dict[str, Any]:
    """Take back quotas nobody has confirmed."""
    return _allotment(actions.drop_quotas(current_caller(), allotment_id))


@budgets.get("/me/quota")
@permitted("points.quota.own")
@budgets.response(200, OwnQuotaSchema)
def read_own_quota() -> dict[str, Any]:
    """What the caller may still approve this month."""
    here = current_community_id()
    quota = queries.quota_of(here, current_caller().resident_id, today())
    return {"quota": actions.quotas_told(here, [quota])[0] if quota else None}


def _budget(budget: Budget) -> dict[str, Any]:
    return actions.budgets_told(budget.community_id, [budget])[0]


def _allotment(allotment: Allotment) -> dict[str, Any]:
    return actions.allotments_told(allotment.community_id, [allotment])[0]
