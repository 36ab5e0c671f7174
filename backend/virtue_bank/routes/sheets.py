"""Rule sheets over HTTP: what everybody may read, and how a version comes about."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, ShortPageArguments, page, page_of
from backend.errors import NotFound
from backend.residents.identity import (
    current_caller,
    current_community_id,
    may,
    permitted,
    require_caller,
)
from backend.virtue_bank.actions import sheets as actions
from backend.virtue_bank.models import RuleSheet
from backend.virtue_bank.queries import sheets as queries
from backend.virtue_bank.schemas.sheets import (
    AdoptionSchema,
    RuleItemsSchema,
    RuleSheetSchema,
    RuleSheetVersionSchema,
    WholeRuleSheetSchema,
)

rule_sheets = Blueprint(
    "rule_sheets", __name__, url_prefix="/api/v1/virtue-bank", description="积分细则"
)
rule_sheets.before_request(require_caller)


@rule_sheets.get("/rules")
@permitted("points.read")
@rule_sheets.response(200, WholeRuleSheetSchema)
def read_rules() -> dict[str, Any]:
    """Show the sheet in force today: items, caps, resolution, what changed."""
    return actions.sheet_told(actions.sheet_now(current_community_id()))


@rule_sheets.get("/rules/<int:version>")
@permitted("points.read")
@rule_sheets.response(200, WholeRuleSheetSchema)
def read_rules_of_version(version: int) -> dict[str, Any]:
    """Show one version of the sheet, past, present or to come."""
    sheet = queries.sheet_of_version(current_community_id(), version)
    if sheet is None:
        raise NotFound
    return actions.sheet_told(sheet)


@rule_sheets.get("/rule-sheets")
@permitted("points.read")
@rule_sheets.arguments(ShortPageArguments, location="query")
@rule_sheets.response(200, page_of(RuleSheetSchema))
def list_sheets(asked: dict[str, Any]) -> dict[str, Any]:
    """List versions, newest first; the committee sees drafts too."""
    found = queries.sheets_page(current_community_id(), drafts=_sees_drafts(), **asked)
    return page(found, asked["limit"], key=lambda sheet: sheet.id)


@rule_sheets.get("/rule-sheets/<uuid:sheet_id>")
@permitted("points.read")
@rule_sheets.response(200, WholeRuleSheetSchema)
def read_sheet(sheet_id: UUID) -> dict[str, Any]:
    """Show one version with all it says."""
    sheet = queries.find_sheet(current_community_id(), sheet_id)
    if sheet.state == "draft" and not _sees_drafts():
        raise NotFound
    return actions.sheet_told(sheet)


@rule_sheets.post("/rule-sheets")
@permitted("points.sheet")
@rule_sheets.response(201, RuleSheetSchema)
def begin_sheet() -> RuleSheet:
    """Begin the next version, with the words of the one before it."""
    return actions.begin_sheet(current_caller())


@rule_sheets.put("/rule-sheets/<uuid:sheet_id>/items")
@permitted("points.sheet")
@rule_sheets.arguments(RuleItemsSchema)
@rule_sheets.response(200, RuleSheetSchema)
def set_items(words: dict[str, Any], sheet_id: UUID) -> RuleSheet:
    """Write all items and caps of a draft anew."""
    return actions.set_items(current_caller(), sheet_id, **words)


@rule_sheets.post("/rule-sheets/<uuid:sheet_id>/consultation")
@permitted("points.sheet")
@rule_sheets.arguments(RuleSheetVersionSchema)
@rule_sheets.response(200, RuleSheetSchema)
def consult(wish: dict[str, int], sheet_id: UUID) -> RuleSheet:
    """Lay a draft open to everybody for at least seven days; its words are fixed."""
    return actions.consult(current_caller(), sheet_id, **wish)


@rule_sheets.post("/rule-sheets/<uuid:sheet_id>/revision")
@permitted("points.sheet")
@rule_sheets.response(200, RuleSheetSchema)
def take_back(sheet_id: UUID) -> RuleSheet:
    """Make a draft of it again, to be laid open anew."""
    return actions.take_back(current_caller(), sheet_id)


@rule_sheets.post("/rule-sheets/<uuid:sheet_id>/adoption")
@permitted("points.sheet")
@rule_sheets.arguments(AdoptionSchema)
@rule_sheets.response(200, RuleSheetSchema)
def note_adoption(resolved: dict[str, Any], sheet_id: UUID) -> RuleSheet:
    """Note what the assembly resolved; another person confirms it."""
    return actions.note_adoption(current_caller(), sheet_id, **resolved)


@rule_sheets.post("/rule-sheets/<uuid:sheet_id>/adoption-confirmation")
@permitted("points.sheet.confirm")
@rule_sheets.response(200, RuleSheetSchema)
def confirm_adoption(sheet_id: UUID) -> RuleSheet:
    """Confirm the adoption as the second person; the sheet rules from its day on."""
    return actions.confirm_adoption(current_caller(), sheet_id)


def _sees_drafts() -> bool:
    return may("points.sheet.confirm") or may("points.case")
