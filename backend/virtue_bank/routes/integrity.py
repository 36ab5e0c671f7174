"""Cases for the supervisors over HTTP: one after another, sorted by nothing but their day."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, page, page_of
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)
from backend.virtue_bank.actions import integrity as actions
from backend.virtue_bank.queries import integrity as queries
from backend.virtue_bank.schemas.integrity import (
    CaseClosingSchema,
    CasePageArguments,
    IntegrityCaseLineSchema,
    IntegrityCaseSchema,
)

integrity_cases = Blueprint(
    "integrity_cases", __name__, url_prefix="/api/v1/virtue-bank", description="美德银行核查"
)
integrity_cases.before_request(require_caller)


@integrity_cases.get("/integrity-cases")
@permitted("points.case")
@integrity_cases.arguments(CasePageArguments, location="query")
@integrity_cases.response(200, page_of(IntegrityCaseLineSchema, "IntegrityCasePage"))
def list_cases(asked: dict[str, Any]) -> dict[str, Any]:
    """List cases, newest first."""
    found = queries.cases_page(current_community_id(), **asked)
    return page(found, asked["limit"], key=lambda case: case.id)


@integrity_cases.get("/integrity-cases/<uuid:integrity_case_id>")
@permitted("points.case")
@integrity_cases.response(200, IntegrityCaseSchema)
def read_case(integrity_case_id: UUID) -> dict[str, Any]:
    """Read a case with the names of those to ask."""
    return actions.read_case(current_caller(), integrity_case_id)


@integrity_cases.post("/integrity-cases/<uuid:integrity_case_id>/closing")
@permitted("points.case")
@integrity_cases.arguments(CaseClosingSchema)
@integrity_cases.response(200, IntegrityCaseSchema)
def close_case(given: dict[str, str], integrity_case_id: UUID) -> dict[str, Any]:
    """Write what was found: explained, or acted upon."""
    return actions.case_told(actions.close_case(current_caller(), integrity_case_id, **given))
