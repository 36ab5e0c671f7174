"""Minutes over JSON and as an A4 page to print."""

from typing import Any, cast
from uuid import UUID

from flask import Response, current_app, render_template

from backend.api import Blueprint
from backend.clock import SHANGHAI
from backend.deliberation.actions import minutes as actions
from backend.deliberation.rules.minutes import SIGNERS
from backend.deliberation.schemas.minutes import (
    CorrectionSchema,
    MinutesSchema,
    NewSignatureSchema,
    RemarksSchema,
)
from backend.documents import qr_svg
from backend.residents.identity import current_caller, permitted, require_caller
from backend.settings import Settings

minutes = Blueprint(
    "minutes",
    __name__,
    url_prefix="/api/v1",
    description="会议记录",
    template_folder="../templates",
)
minutes.before_request(require_caller)


@minutes.get("/meetings/<uuid:meeting_id>/minutes")
@permitted("meeting.sign")
@minutes.response(200, MinutesSchema)
def read_minutes(meeting_id: UUID) -> dict[str, Any]:
    """Read the minutes with their hash, signatures and proposed corrections."""
    return actions.read_minutes(current_caller(), meeting_id)


@minutes.put("/meetings/<uuid:meeting_id>/minutes")
@permitted("meeting.sign")
@minutes.arguments(RemarksSchema)
@minutes.response(200, MinutesSchema)
def edit_remarks(given: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Write the recorder's remarks beside the records, until somebody has signed."""
    return actions.edit_remarks(current_caller(), meeting_id, given["remarks"])


@minutes.post("/meetings/<uuid:meeting_id>/minutes/circulation")
@permitted("meeting.sign")
@minutes.response(200, MinutesSchema)
def circulate(meeting_id: UUID) -> dict[str, Any]:
    """Send the draft round; three days for corrections begin."""
    return actions.circulate(current_caller(), meeting_id)


@minutes.post("/meetings/<uuid:meeting_id>/minutes/corrections")
@permitted("meeting.sign")
@minutes.arguments(CorrectionSchema)
@minutes.response(201, MinutesSchema)
def propose_correction(given: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Propose a correction as somebody who was there."""
    return actions.propose_correction(current_caller(), meeting_id, given["text"])


@minutes.post("/meetings/<uuid:meeting_id>/minutes/signatures")
@permitted("meeting.sign")
@minutes.arguments(NewSignatureSchema)
@minutes.response(201, MinutesSchema)
def sign(given: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Sign exactly the text whose hash is given."""
    return actions.sign(current_caller(), meeting_id, **given)


@minutes.get("/meetings/<uuid:meeting_id>/minutes/print")
@permitted("meeting.sign")
@minutes.doc(responses={"200": {"content": {"text/html": {}}, "description": "To print"}})
def print_minutes(meeting_id: UUID) -> Response:
    """Lay the minutes out on A4, with room for the signatures."""
    told = actions.read_minutes(current_caller(), meeting_id)
    html = render_template(
        "deliberation/minutes.html",
        minutes=told,
        told=told["content"],
        signers=SIGNERS,
        zone=SHANGHAI,
        qr=_qr(told["code"]),
    )
    answer = current_app.response_class(html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return answer


def _qr(code: str | None) -> str:
    """Leads from the paper to the meeting's page."""
    public_url = cast("Settings", current_app.extensions["settings"]).public_url.rstrip("/")
    return qr_svg(f"{public_url}/q/{code}") if code else ""
