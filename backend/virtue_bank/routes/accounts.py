"""Accounts and statements over HTTP."""

from typing import Any

from flask import Response, current_app

from backend.api import Blueprint, shown_once
from backend.documents import PDF
from backend.residents.identity import current_caller, permitted, require_caller
from backend.virtue_bank.actions import accounts as actions
from backend.virtue_bank.actions import statement_papers
from backend.virtue_bank.actions.accounts import Statement
from backend.virtue_bank.rules.statement_papers import Told, file_name, laid_out
from backend.virtue_bank.schemas.accounts import (
    MOST_LINES_OF_A_FILE,
    AccountStatementSchema,
    PointsAccountsSchema,
    ReadingSchema,
    StatementArguments,
    as_pdf,
    statement_as_csv,
)

points_accounts = Blueprint(
    "points_accounts", __name__, url_prefix="/api/v1/virtue-bank", description="积分账户"
)
points_accounts.before_request(require_caller)
CONTENT = {
    "application/json": {"schema": AccountStatementSchema},
    "text/csv": {},
    PDF: {},
}
FILES: dict[str, Any] = {"responses": {"200": {"content": CONTENT}}}


@points_accounts.get("/me/accounts")
@permitted("points.account")
@points_accounts.response(200, PointsAccountsSchema)
def list_own_accounts() -> dict[str, Any]:
    """List what the caller has here: what is free, what is set aside, what is owed."""
    return {"items": actions.accounts_of(current_caller())}


@points_accounts.get("/accounts/<int:points_account_id>/statement")
@permitted("points.account")
@points_accounts.arguments(StatementArguments, location="query")
@points_accounts.doc(**FILES)
@points_accounts.response(200, AccountStatementSchema)
def read_statement(asked: dict[str, Any], points_account_id: int) -> Statement | Response:
    """Read the own account's lines, newest first, each with balance and block; or all as a file."""
    caller, wanted = current_caller(), asked.pop("format")
    if wanted == "json":
        return actions.own_statement(caller, points_account_id, **asked)
    if wanted == "csv":
        return _csv(actions.own_statement(caller, points_account_id, **_whole(asked)))
    return _pdf(statement_papers.own_paper(caller, points_account_id, **_days(asked)))


@points_accounts.post("/accounts/<int:points_account_id>/readings")
@permitted("points.statement")
@shown_once
@points_accounts.arguments(ReadingSchema)
@points_accounts.doc(**FILES)
@points_accounts.response(200, AccountStatementSchema)
def read_for(asked: dict[str, Any], points_account_id: int) -> Statement | Response:
    """Read somebody else's account for a reason, which is kept as evidence."""
    caller, wanted, reason = current_caller(), asked.pop("format"), asked["reason"]
    if wanted == "json":
        return actions.read_for(caller, points_account_id, **asked)
    if wanted == "csv":
        return _csv(actions.read_for(caller, points_account_id, **_whole(asked)))
    days = _days(asked)
    return _pdf(statement_papers.paper_for(caller, points_account_id, reason=reason, **days))


def _pdf(told: Told) -> Response:
    return as_pdf(laid_out(told), file_name(told))


def _csv(told: Statement) -> Response:
    response = current_app.response_class(statement_as_csv(told.lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=statement.csv"
    return response


def _whole(asked: dict[str, Any]) -> dict[str, Any]:
    """A file is not a page: all lines of its days."""
    return asked | {"before": None, "limit": MOST_LINES_OF_A_FILE, "whole": True}


def _days(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: asked[name] for name in ("since", "until")}
