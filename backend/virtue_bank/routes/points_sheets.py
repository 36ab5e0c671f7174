"""Points sheets as JSON, on A4 and as .xlsx; the ledger's heads, and having it recomputed."""

from typing import Any, cast
from uuid import UUID

from flask import Response, current_app, render_template

from backend.api import Blueprint, page, page_of
from backend.documents import XLSX, qr_svg, workbook
from backend.links.queries import code_of
from backend.residents.identity import (
    current_caller,
    current_community_id,
    may,
    permitted,
    require_caller,
)
from backend.residents.queries.places import find_community
from backend.settings import Settings
from backend.virtue_bank.actions import points_sheets as actions
from backend.virtue_bank.actions import sealing
from backend.virtue_bank.queries import points_sheets as queries
from backend.virtue_bank.rules import points_sheets as rules
from backend.virtue_bank.schemas.points_sheets import (
    HeadPageArguments,
    LedgerHeadsSchema,
    LedgerVerificationSchema,
    PointsSheetLineSchema,
    PointsSheetSchema,
    SheetCheckSchema,
    SheetPageArguments,
)

points_sheets = Blueprint(
    "points_sheets", __name__, url_prefix="/api/v1/virtue-bank", description="积分公示表与账本校验"
)
points_sheets.before_request(require_caller)
published_sheets = Blueprint(
    "published_sheets",
    __name__,
    url_prefix="/api/v1/virtue-bank/published-sheets",
    description="积分公示表：任何人可看",
    template_folder="../templates",
)


@points_sheets.get("/sheets")
@permitted("points.read")
@points_sheets.arguments(SheetPageArguments, location="query")
@points_sheets.response(200, page_of(PointsSheetLineSchema, "PointsSheetPage"))
def list_sheets(asked: dict[str, Any]) -> dict[str, Any]:
    """List published sheets, newest first; whoever checks them sees those not published too."""
    rows = queries.sheets_page(current_community_id(), drafts=_sees_drafts(), **asked)
    found = page(rows, asked["limit"], key=lambda sheet: sheet.id)
    return found | {"items": actions.sheets_told(found["items"])}


@points_sheets.get("/sheets/<uuid:points_sheet_id>")
@permitted("points.read")
@points_sheets.response(200, PointsSheetSchema)
def read_sheet(points_sheet_id: UUID) -> dict[str, Any]:
    """Read a sheet: what was issued, redeemed and expired, and what stands behind it."""
    sheet = queries.find_sheet(current_community_id(), points_sheet_id, drafts=_sees_drafts())
    return actions.sheets_told([sheet])[0]


@points_sheets.post("/sheets/<uuid:points_sheet_id>/check")
@permitted("points.check")
@points_sheets.arguments(SheetCheckSchema)
@points_sheets.response(200, PointsSheetSchema)
def check_sheet(seen: dict[str, str], points_sheet_id: UUID) -> dict[str, Any]:
    """Say that the figures are right; another person publishes the notice this drafts."""
    return actions.sheets_told([actions.check_sheet(current_caller(), points_sheet_id, **seen)])[0]


@points_sheets.get("/ledger/heads")
@permitted("points.read")
@points_sheets.arguments(HeadPageArguments, location="query")
@points_sheets.response(200, LedgerHeadsSchema)
def list_heads(asked: dict[str, Any]) -> dict[str, Any]:
    """List sealed blocks, newest first: number, hash, and the hash of the one before."""
    return sealing.heads_told(current_community_id(), **asked)


@points_sheets.post("/ledger/verification")
@permitted("points.verify")
@points_sheets.response(200, LedgerVerificationSchema)
def verify_ledger() -> dict[str, Any]:
    """Recompute all blocks and the hashes of all sheets."""
    return sealing.verify_ledger(current_caller())


@published_sheets.get("/<uuid:points_sheet_id>/print")
@published_sheets.doc(responses={"200": {"content": {"text/html": {}}, "description": "To print"}})
def print_sheet(points_sheet_id: UUID) -> Response:
    """Lay a published sheet out on A4; open to everybody."""
    told = actions.sheets_told([queries.open_sheet(points_sheet_id)])[0]
    sheet, bulletin = told["sheet"], told["bulletin"]
    code = code_of(sheet.community_id, "bulletin", bulletin.id)
    public_url = cast("Settings", current_app.extensions["settings"]).public_url.rstrip("/")
    html = render_template(
        "virtue_bank/points_sheet.html",
        sheet=sheet,
        body=sheet.body,
        bulletin=bulletin,
        community=find_community(sheet.community_id),
        summary=rules.summary(sheet.body),
        tables=rules.printed(sheet.body),
        qr=qr_svg(f"{public_url}/q/{code}"),
        address=f"{public_url}/q/{code}",
    )
    answer = current_app.response_class(html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return answer


@published_sheets.get("/<uuid:points_sheet_id>/workbook")
@published_sheets.doc(
    responses={"200": {"content": {XLSX: {}}, "description": "The tables, to reckon with"}}
)
def download_sheet(points_sheet_id: UUID) -> Response:
    """Hand out the tables of a published sheet as .xlsx; open to everybody."""
    sheet = queries.open_sheet(points_sheet_id)
    file = workbook(sheet.body["title"], actions.tables_of(sheet), made_at=sheet.created_at)
    answer = current_app.response_class(file, mimetype=XLSX)
    name = f"points-{sheet.kind}-{sheet.body['since']}.xlsx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _sees_drafts() -> bool:
    return may("points.check") or may("points.case")
