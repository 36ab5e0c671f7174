"""Accounts and statements over HTTP."""

from typing import Any

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue

from backend.api import Blueprint, shown_once
from backend.documents import PDF
from backend.errors import NotFound
from backend.residents.identity import current_caller, permitted, require_caller
from backend.virtue_bank.actions import accounts as actions
from backend.virtue_bank.actions import statement_papers
from backend.virtue_bank.actions.accounts import Statement
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
open_statements = Blueprint(
    "open_statements",
    __name__,
    url_prefix="/api/v1/virtue-bank/verify",
    description="对账单核对：拿着纸的人都可以看",
    template_folder="../templates",
)
PAGE: dict[str, Any] = {"content": {"text/html": {}}}
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
    return as_pdf(statement_papers.own_paper(caller, points_account_id, **_days(asked)))


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
    return as_pdf(statement_papers.paper_for(caller, points_account_id, reason=reason, **days))


@open_statements.get("/statements/<string(maxlength=160):code>")
@open_statements.doc(
    responses={
        "200": PAGE | {"description": "What the books say of the paper"},
        "404": PAGE | {"description": "No such paper was handed out"},
    }
)
def verify_statement(code: str) -> Response:
    """Tell whoever holds a printed statement what the books say; open to everybody."""
    told = statement_papers.check_paper(code)
    return _page(render_template("virtue_bank/statement_check.html", told=told))


@open_statements.errorhandler(NotFound)
def no_such_paper(_refusal: NotFound) -> ResponseReturnValue:
    """People with a paper in their hand read a page, not JSON."""
    return _page(render_template("virtue_bank/statement_check.html", told=None)), 404


def _page(html: str) -> Response:
    answer = current_app.response_class(html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _csv(told: Statement) -> Response:
    response = current_app.response_class(statement_as_csv(told.lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=statement.csv"
    return response


def _whole(asked: dict[str, Any]) -> dict[str, Any]:
    """A file is not a page: all lines of its days."""
    return asked | {"before": None, "limit": MOST_LINES_OF_A_FILE, "whole": True}


def _days(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: asked[name] for name in ("since", "until")}
