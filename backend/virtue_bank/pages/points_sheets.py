"""公示表 and 账本: figures to check before another publishes them; the heads of the ledger."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from backend.api import page
from backend.console import done, show
from backend.residents.identity import current_caller, current_community_id, may, permitted
from backend.residents.queries.people import names
from backend.virtue_bank.actions import points_sheets as actions
from backend.virtue_bank.actions import sealing
from backend.virtue_bank.models import PERIOD_KINDS
from backend.virtue_bank.pages import words
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.queries import points_sheets as queries
from backend.virtue_bank.rules import points_sheets as rules
from backend.virtue_bank.schemas.forms import HeadRowsArguments, NothingSchema, RowsArguments
from backend.virtue_bank.schemas.points_sheets import SheetCheckSchema


@points_desk.get("/points/sheets")
@permitted("points.read")
@points_desk.asked(RowsArguments)
def points_sheets(asked: dict[str, Any]) -> Response:
    """Sheets, newest first; drafts for whoever checks or oversees."""
    here = current_community_id()
    rows = queries.sheets_page(here, kind=None, drafts=_sees_drafts(), **asked)
    found = page(rows, asked["limit"], key=lambda each: each.id)
    return show(
        "virtue_bank/points_sheets.html",
        title="积分公示表",
        parts={"more": "virtue_bank/points_sheet_rows.html"},
        kinds=PERIOD_KINDS,
        state_of=words.sheet_state,
        **found | {"items": actions.sheets_told(found["items"])},
    )


@points_desk.get("/points/sheets/<uuid:points_sheet_id>")
@permitted("points.read")
def points_sheet(points_sheet_id: UUID) -> Response:
    """One sheet as it will hang: to be checked, then published by another person."""
    sheet = queries.find_sheet(current_community_id(), points_sheet_id, drafts=_sees_drafts())
    [told] = actions.sheets_told([sheet])
    bulletin = told["bulletin"]
    return show(
        "virtue_bank/points_sheet_page.html",
        title=sheet.body["title"],
        people=names([sheet.checked_by]),
        summary=rules.summary(sheet.body),
        tables=rules.printed(sheet.body),
        state=words.sheet_state(told),
        is_out=bulletin is not None and bulletin.state in ("published", "ended"),
        may_check=may("points.check") and (bulletin is None or bulletin.state == "withdrawn"),
        is_mine=sheet.checked_by == current_caller().resident_id,
        may_publish=may("bulletin.publish"),
        **told,
    )


@points_desk.post("/points/sheets/<uuid:points_sheet_id>/check")
@permitted("points.check")
@points_desk.form(SheetCheckSchema, again=points_sheet)
def check_sheet(given: dict[str, str], points_sheet_id: UUID) -> Response:
    """Say that the figures are right; another person publishes."""
    actions.check_sheet(current_caller(), points_sheet_id, **given)
    return done(
        "核对好了。请另一位委员在公示台发布，发布后打印贴出去。",
        to=url_for("points_desk.points_sheet", points_sheet_id=points_sheet_id),
    )


@points_desk.get("/points/ledger")
@permitted("points.read")
@points_desk.asked(HeadRowsArguments)
def ledger(asked: dict[str, Any]) -> Response:
    """The sealed blocks, newest first."""
    return _ledger(**asked)


def _ledger(
    *, limit: int = 20, before: int | None = None, report: dict[str, Any] | None = None
) -> Response:
    here = current_community_id()
    told = sealing.heads_told(here, limit=limit, before=before)
    return show(
        "virtue_bank/ledger.html",
        title="账本校验",
        parts={"more": "virtue_bank/ledger_rows.html"},
        report=report,
        may_verify=may("points.verify"),
        **told,
    )


def ledger_again() -> Response:
    return _ledger()


@points_desk.post("/points/ledger")
@permitted("points.verify")
@points_desk.form(NothingSchema, again=ledger_again)
def verify_ledger(_given: dict[str, Any]) -> Response:
    """Recompute all blocks and sheets, and say what is otherwise than it was."""
    return _ledger(report=sealing.verify_ledger(current_caller()))


def _sees_drafts() -> bool:
    return may("points.check") or may("points.case")
