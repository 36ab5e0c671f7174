"""核查: what the supervisors look into, one thing after another, sorted by nothing but its day."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from backend.api import page
from backend.console import done, show
from backend.residents.identity import current_caller, current_community_id, permitted
from backend.virtue_bank.actions import integrity as actions
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.queries.integrity import cases_page
from backend.virtue_bank.schemas.forms import CaseRowsArguments
from backend.virtue_bank.schemas.integrity import CaseClosingSchema

TABS = {"open": "待核查", "explained": "已说明", "acted": "已处理"}


@points_desk.get("/points/cases")
@permitted("points.case")
@points_desk.asked(CaseRowsArguments)
def cases(asked: dict[str, Any]) -> Response:
    """Cases in one state, newest first."""
    found = cases_page(current_community_id(), **asked)
    return show(
        "virtue_bank/cases.html",
        title="核查",
        parts={"more": "virtue_bank/case_rows.html"},
        tabs=TABS,
        state=asked["state"],
        **page(found, asked["limit"], key=lambda each: each.id),
    )


@points_desk.get("/points/cases/<uuid:integrity_case_id>")
@permitted("points.case")
def case(integrity_case_id: UUID) -> Response:
    """One case with the names of those to ask."""
    told = actions.read_case(current_caller(), integrity_case_id)
    return show("virtue_bank/case.html", title="核查", **told)


@points_desk.post("/points/cases/<uuid:integrity_case_id>/closing")
@permitted("points.case")
@points_desk.form(CaseClosingSchema, again=case)
def close_case(given: dict[str, str], integrity_case_id: UUID) -> Response:
    """Write what was found."""
    actions.close_case(current_caller(), integrity_case_id, **given)
    return done("记下了。", to=url_for("points_desk.cases"))
