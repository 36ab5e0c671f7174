"""预算额度: what may be given in a period, what covers it, and the quotas of each month."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from backend.api import page
from backend.clock import today
from backend.console import done, show
from backend.days import month_of
from backend.residents.identity import current_caller, current_community_id, may, permitted
from backend.residents.queries.people import names
from backend.virtue_bank.actions import budgets as actions
from backend.virtue_bank.pages import words
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.queries import budgets as queries
from backend.virtue_bank.queries.accounts import circulation
from backend.virtue_bank.queries.shop import shelf_value
from backend.virtue_bank.schemas.budgets import NewBudgetSchema
from backend.virtue_bank.schemas.forms import NothingSchema, QuotasFormSchema, RowsArguments

_AT = "/points/budgets/<uuid:budget_id>"


@points_desk.get("/points/budgets")
@permitted("points.budget.read")
@points_desk.asked(RowsArguments)
def budgets(asked: dict[str, Any]) -> Response:
    """Budgets, newest first, with what is left and what covers them."""
    here = current_community_id()
    found = page(queries.budgets_page(here, **asked), asked["limit"], key=lambda each: each.id)
    return show(
        "virtue_bank/budgets.html",
        title="预算额度",
        parts={"more": "virtue_bank/budget_rows.html"},
        words=words,
        may_propose=may("points.budget"),
        **found | {"items": actions.budgets_told(here, found["items"])},
    )


@points_desk.get("/points/budgets/new")
@permitted("points.budget")
def new_budget() -> Response:
    """What stands on the shelves and in the accounts, and an empty budget."""
    here = current_community_id()
    return show(
        "virtue_bank/new_budget.html",
        title="提预算",
        shelf=shelf_value(here),
        circulation=circulation(here),
    )


@points_desk.post("/points/budgets/new")
@permitted("points.budget")
@points_desk.form(NewBudgetSchema, again=new_budget)
def propose_budget(given: dict[str, Any]) -> Response:
    """Propose a budget; another person confirms it."""
    budget = actions.propose_budget(current_caller(), **given)
    return done("提好了。请另一位委员核对决议后确认。", to=_page_of(budget.id))


@points_desk.get(_AT)
@permitted("points.budget.read")
@points_desk.asked(RowsArguments)
def budget(asked: dict[str, Any], budget_id: UUID) -> Response:
    """One budget: what covers it, who confirms it, the quotas of each month."""
    return _budget(asked, budget_id)


def _budget(asked: dict[str, Any], budget_id: UUID) -> Response:
    here, me = current_community_id(), current_caller().resident_id
    this = queries.find_budget(here, budget_id)
    rows = queries.allotments_page(here, budget_id, **asked)
    found = page(rows, asked["limit"], key=lambda each: each.id)
    told = actions.allotments_told(here, found["items"])
    may_propose, may_confirm = may("points.budget"), may("points.budget.confirm")
    approvers = actions.approvers(here) if may_propose and this.state == "funded" else {}
    holders = [row["quota"].holder_id for each in told for row in each["quotas"]]
    deciders = [this.proposed_by, this.confirmed_by, *(each.proposed_by for each in found["items"])]
    return show(
        "virtue_bank/budget.html",
        title="预算",
        parts={"more": "virtue_bank/allotment_rows.html"},
        me=me,
        words=words,
        approvers=list(approvers.items()),
        people=names([*holders, *approvers, *deciders]),
        may_propose=may_propose,
        may_confirm=may_confirm,
        this_month=month_of(today()),
        **actions.budgets_told(here, [this])[0],
        **found | {"items": told},
    )


def budget_again(budget_id: UUID) -> Response:
    return _budget({"limit": 20, "after": None}, budget_id)


@points_desk.post(f"{_AT}/confirmation")
@permitted("points.budget.confirm")
@points_desk.form(NothingSchema, again=budget_again)
def confirm_budget(_given: dict[str, Any], budget_id: UUID) -> Response:
    """Fund it as the second person."""
    made = actions.confirm_budget(current_caller(), budget_id)
    return done(f"确认了，{made.points}分可以分额度了。", to=_page_of(budget_id))


@points_desk.post(f"{_AT}/withdrawal")
@permitted("points.budget")
@points_desk.form(NothingSchema, again=budget_again)
def drop_budget(_given: dict[str, Any], budget_id: UUID) -> Response:
    """Take back what nobody has confirmed."""
    actions.drop_budget(current_caller(), budget_id)
    return done("撤回了。", to=_page_of(budget_id))


@points_desk.post(f"{_AT}/quotas")
@permitted("points.budget")
@points_desk.form(QuotasFormSchema, again=budget_again)
def propose_quotas(given: dict[str, Any], budget_id: UUID) -> Response:
    """Propose who may give how much in a month."""
    actions.propose_quotas(current_caller(), budget_id, **given)
    return done("提好了。请另一位委员确认，确认后额度才能用。", to=_page_of(budget_id))


def _allotment_again(budget_id: UUID, allotment_id: UUID) -> Response:  # noqa: ARG001, named so
    return budget_again(budget_id)


@points_desk.post(f"{_AT}/quotas/<uuid:allotment_id>/confirmation")
@permitted("points.budget.confirm")
@points_desk.form(NothingSchema, again=_allotment_again)
def confirm_quotas(_given: dict[str, Any], budget_id: UUID, allotment_id: UUID) -> Response:
    """Allot them as the second person."""
    actions.confirm_quotas(current_caller(), allotment_id)
    return done("确认了，各人会收到消息。", to=_page_of(budget_id))


@points_desk.post(f"{_AT}/quotas/<uuid:allotment_id>/withdrawal")
@permitted("points.budget")
@points_desk.form(NothingSchema, again=_allotment_again)
def drop_quotas(_given: dict[str, Any], budget_id: UUID, allotment_id: UUID) -> Response:
    """Take back quotas nobody has confirmed."""
    actions.drop_quotas(current_caller(), allotment_id)
    return done("撤回了，可以重新提。", to=_page_of(budget_id))


def _page_of(budget_id: UUID) -> str:
    return url_for("points_desk.budget", budget_id=budget_id)
