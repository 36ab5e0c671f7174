"""Accounts and statements over HTTP."""

from typing import Any

from flask import Response, current_app

from backend.api import Blueprint
from backend.residents.identity import current_caller, permitted, require_caller
from backend.virtue_bank.actions import accounts as actions
from backend.virtue_bank.actions.accounts import Statement
from backend.virtue_bank.schemas.accounts import (
    MOST_LINES_OF_A_FILE,
    AccountStatementSchema,
    PointsAccountsSchema,
    ReadingSchema,
    StatementArguments,
    statement_as_csv,
)

points_accounts = Blueprint(
    "points_accounts", __name__, url_prefix="/api/v1/virtue-bank", description="积分账户"
)
points_accounts.before_request(require_caller)


@points_accounts.get("/me/accounts")
@permitted("points.own")
@points_accounts.response(200, PointsAccountsSchema)
def list_own_accounts() -> dict[str, Any]:
    """List what the caller has here: what is free, what is set aside, what is owed."""
    return {"items": actions.accounts_of(current_caller())}


@points_accounts.get("/accounts/<int:points_account_id>/statement")
@permitted("points.own")
@points_accounts.arguments(StatementArguments, location="query")
@points_accounts.response(200, AccountStatementSchema)
def read_statement(asked: dict[str, Any], points_account_id: int) -> Statement | Response:
    """Read the own account's lines, newest first, each with balance and block; or as CSV."""
    if asked.pop("format") == "json":
        return actions.own_statement(current_caller(), points_account_id, **asked)
    whole = asked | {"before": None, "limit": MOST_LINES_OF_A_FILE, "whole": True}
    told = actions.own_statement(current_caller(), points_account_id, **whole)
    response = current_app.response_class(statement_as_csv(told.lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=statement.csv"
    return response


@points_accounts.post("/accounts/<int:points_account_id>/readings")
@permitted("points.statement")
@points_accounts.arguments(ReadingSchema)
@points_accounts.response(200, AccountStatementSchema)
def read_for(asked: dict[str, Any], points_account_id: int) -> Statement:
    """Read somebody else's account for a reason, which is kept as evidence."""
    return actions.read_for(current_caller(), points_account_id, **asked)
