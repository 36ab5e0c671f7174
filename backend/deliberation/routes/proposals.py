"""Matters over HTTP: tell, find, support, follow, read."""

from typing import Any
from uuid import UUID

from flask import Response, current_app

from backend.api import Blueprint, PageArguments, json_response, page, page_of
from backend.deliberation.actions import cases, filing, objections, support
from backend.deliberation.models import Proposal
from backend.deliberation.schemas import proposals as shapes
from backend.links.actions import short_code_for
from backend.residents.identity import current_caller, permitted, require_caller

matters = Blueprint("matters", __name__, url_prefix="/api/v1", description="事项")
matters.before_request(require_caller)


@matters.get("/proposals")
@permitted("matter.read")
@matters.arguments(shapes.ListArgumentsSchema, location="query")
@matters.alt_response(200, schema=page_of(shapes.MatterSchema), success=True)
def list_matters(asked: dict[str, Any]) -> Response:
    """Matters I may see, newest first."""
    limit = asked["limit"]
    rows = cases.page_of_matters(current_caller(), **asked)
    return json_response(page(rows, limit, key=lambda row: row["id"]))


@matters.post("/proposals")
@permitted("matter.file")
@matters.arguments(shapes.NewProposalSchema)
@matters.response(201, shapes.CaseSchema)
def file_matter(new: dict[str, Any]) -> dict[str, Any]:
    """Begin a matter of my own: a draft."""
    return _case(filing.file_matter(current_caller(), **new))


@matters.post("/proposals/on-behalf")
@permitted("intake.open")
@matters.arguments(shapes.NewProposalForSchema)
@matters.response(201, shapes.CaseSchema)
def file_matter_for(new: dict[str, Any]) -> dict[str, Any]:
    """Begin a matter for a resident who phoned, wrote, came in or was visited."""
    return _case(filing.file_for(current_caller(), **new))


@matters.post("/proposals/similar")
@permitted("matter.read")
@matters.arguments(shapes.SimilarQuerySchema)
@matters.response(200, shapes.SimilarListSchema)
def find_similar(asked: dict[str, Any]) -> dict[str, Any]:
    """At most five matters that seem to tell the same: a hint, a person decides."""
    return {"items": filing.find_similar(current_caller(), **asked)}


@matters.get("/proposals/<uuid:proposal_id>")
@permitted("matter.read")
@matters.response(200, shapes.CaseSchema)
def read_matter(proposal_id: UUID) -> dict[str, Any]:
    """One matter: where it stands, who is next, what I may do."""
    return cases.show(current_caller(), proposal_id)


@matters.put("/proposals/<uuid:proposal_id>")
@permitted("matter.read")
@matters.arguments(shapes.EditSchema)
@matters.response(200, shapes.CaseSchema)
def edit_matter(words: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Change the words of a draft, or of a matter that was sent back."""
    return _case(filing.edit(current_caller(), proposal_id, **words))


@matters.post("/proposals/<uuid:proposal_id>/submission")
@permitted("matter.read")
@matters.arguments(shapes.SubmissionSchema)
@matters.response(200, shapes.ReceiptSchema)
def submit_matter(submission: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Hand the matter in; the receipt has its number and code."""
    proposal = filing.submit(current_caller(), proposal_id, **submission)
    code = short_code_for(proposal.community_id, "proposal", proposal.id)
    return {
        "serial_no": proposal.serial_no,
        "code": code,
        "url": f"{current_app.extensions['settings'].public_url}/q/{code}",
        "due_at": proposal.status_due_at,
        "version": proposal.version,
    }


@matters.post("/proposals/<uuid:proposal_id>/withdrawal")
@permitted("matter.withdraw")
@matters.arguments(shapes.ReasonSchema)
@matters.response(200, shapes.CaseSchema)
def withdraw_matter(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Take my matter back while nobody else stands behind it."""
    return _case(filing.withdraw(current_caller(), proposal_id, **given))


@matters.get("/proposals/<uuid:proposal_id>/events")
@permitted("matter.read")
@matters.arguments(PageArguments, location="query")
@matters.response(200, page_of(shapes.EventSchema))
def read_events(asked: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """The matter's chain of events, oldest first, with their hashes."""
    rows = cases.read_events(current_caller(), proposal_id, **asked)
    return page(rows, asked["limit"], key=lambda row: row["id"])


@matters.put("/proposals/<uuid:proposal_id>/support")
@permitted("matter.support")
@matters.response(200, shapes.SupportSchema)
def support_matter(proposal_id: UUID) -> support.Standing:
    """Stand behind a matter."""
    return support.support(current_caller(), proposal_id)


@matters.delete("/proposals/<uuid:proposal_id>/support")
@permitted("matter.support")
@matters.response(200, shapes.SupportSchema)
def withdraw_support(proposal_id: UUID) -> support.Standing:
    """No longer stand behind a matter."""
    return support.withdraw_support(current_caller(), proposal_id)


@matters.post("/proposals/<uuid:proposal_id>/supports")
@permitted("intake.open")
@matters.arguments(shapes.KeyedSupportSchema)
@matters.response(201, shapes.SupportSchema)
def key_support(given: dict[str, Any], proposal_id: UUID) -> support.Standing:
    """Type in the support somebody gave by phone, at the door, at the desk or on paper."""
    return support.key_support(current_caller(), proposal_id, **given)


@matters.put("/proposals/<uuid:proposal_id>/follow")
@permitted("matter.read")
@matters.response(200, shapes.CaseSchema)
def follow_matter(proposal_id: UUID) -> dict[str, Any]:
    """Hear how the matter goes on."""
    return _case(support.follow(current_caller(), proposal_id, muted=False))


@matters.delete("/proposals/<uuid:proposal_id>/follow")
@permitted("matter.read")
@matters.response(200, shapes.CaseSchema)
def unfollow_matter(proposal_id: UUID) -> dict[str, Any]:
    """Hear no more of the matter, but for deadlines of my own."""
    return _case(support.follow(current_caller(), proposal_id, muted=True))


@matters.post("/proposals/<uuid:proposal_id>/objections")
@permitted("objection.file")
@matters.arguments(shapes.ObjectionInputSchema)
@matters.response(201, shapes.ObjectionSchema)
def object_to(given: dict[str, Any], proposal_id: UUID) -> Any:
    """Appeal a rejection, contest a triage, or object to a publication; once each."""
    return objections.object_to(current_caller(), proposal_id, **given)


@matters.post("/proposals/<uuid:proposal_id>/reopening")
@permitted("objection.file")
@matters.arguments(shapes.ReopeningSchema)
@matters.response(200, shapes.CaseSchema)
def reopen_matter(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Ask within 90 days, with new facts, that a closed matter be taken up again."""
    return _case(objections.reopen(current_caller(), proposal_id, **given))


def _case(proposal: Proposal) -> dict[str, Any]:
    return cases.show(current_caller(), proposal.id)
