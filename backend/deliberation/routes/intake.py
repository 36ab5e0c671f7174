"""What staff do with matters before they come to the table, over HTTP."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint
from backend.deliberation.actions import cases, inquiry, intake, objections
from backend.deliberation.models import Proposal
from backend.deliberation.schemas import proposals as shapes
from backend.residents.identity import current_caller, permitted, require_caller

matter_intake = Blueprint(
    "matter_intake", __name__, url_prefix="/api/v1", description="受理、问事与分流"
)
matter_intake.before_request(require_caller)


@matter_intake.post("/proposals/<uuid:proposal_id>/acceptance")
@permitted("matter.accept")
@matter_intake.arguments(shapes.AcceptanceSchema)
@matter_intake.response(200, shapes.CaseSchema)
def accept_matter(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Accept a matter: it will be looked into."""
    return _case(intake.accept(current_caller(), proposal_id, **given))


@matter_intake.post("/proposals/<uuid:proposal_id>/return")
@permitted("matter.accept")
@matter_intake.arguments(shapes.ReturnSchema)
@matter_intake.response(200, shapes.CaseSchema)
def return_matter(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Send a matter back for what is missing."""
    return _case(intake.send_back(current_caller(), proposal_id, **given))


@matter_intake.post("/proposals/<uuid:proposal_id>/rejection")
@permitted("matter.reject")
@matter_intake.arguments(shapes.RejectionSchema)
@matter_intake.response(200, shapes.CaseSchema)
def reject_matter(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Refuse a matter, with the clause and the reason in plain words."""
    return _case(intake.reject(current_caller(), proposal_id, **given))


@matter_intake.post("/proposals/<uuid:proposal_id>/assignment")
@permitted("matter.assign")
@matter_intake.arguments(shapes.AssignmentSchema)
@matter_intake.response(200, shapes.CaseSchema)
def assign_matter(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Name who looks into the matter; nobody related to its author."""
    return _case(intake.assign(current_caller(), proposal_id, **given))


@matter_intake.post("/proposals/<uuid:proposal_id>/inquiry-notes")
@permitted("matter.note_inquiry")
@matter_intake.arguments(shapes.InquiryNoteInputSchema)
@matter_intake.response(201, shapes.InquiryNoteSchema)
def note_inquiry(given: dict[str, Any], proposal_id: UUID) -> Any:
    """Write down what was found."""
    return inquiry.note_inquiry(current_caller(), proposal_id, **given)


@matter_intake.get("/proposals/<uuid:proposal_id>/inquiry-notes")
@permitted("matter.read_inquiry")
@matter_intake.response(200, shapes.InquiryNoteListSchema)
def read_inquiry_notes(proposal_id: UUID) -> dict[str, Any]:
    """What staff found when they asked."""
    return {"items": cases.read_inquiry_notes(current_caller(), proposal_id)}


@matter_intake.post("/proposals/<uuid:proposal_id>/inquiry-extension")
@permitted("matter.inquire")
@matter_intake.arguments(shapes.ReasonSchema)
@matter_intake.response(200, shapes.CaseSchema)
def extend_inquiry(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Take five more working days, once; the author reads why."""
    return _case(inquiry.extend_inquiry(current_caller(), proposal_id, **given))


@matter_intake.post("/proposals/<uuid:proposal_id>/triage")
@permitted("matter.inquire")
@matter_intake.arguments(shapes.TriageInputSchema)
@matter_intake.response(200, shapes.CaseSchema)
def sort_out(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Sort the matter: great to a department, common to the table, private to guidance."""
    return _case(inquiry.sort_out(current_caller(), proposal_id, **given))


@matter_intake.post("/proposals/<uuid:proposal_id>/guidance")
@permitted("matter.inquire")
@matter_intake.arguments(shapes.GuidanceSchema)
@matter_intake.response(200, shapes.CaseSchema)
def give_guidance(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Tell the author of a private matter who helps and how."""
    return _case(inquiry.give_guidance(current_caller(), proposal_id, **given))


@matter_intake.post("/proposals/<uuid:proposal_id>/handing-back")
@permitted("matter.refer")
@matter_intake.arguments(shapes.ReasonSchema)
@matter_intake.response(200, shapes.CaseSchema)
def hand_back(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """The department does not take it: sort it anew."""
    return _case(inquiry.hand_back(current_caller(), proposal_id, **given))


@matter_intake.post("/proposals/<uuid:proposal_id>/no-matter")
@permitted("matter.inquire")
@matter_intake.arguments(shapes.ReasonSchema)
@matter_intake.response(200, shapes.CaseSchema)
def close_as_no_matter(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Close as nothing found: a neutral end."""
    return _case(inquiry.close_as_no_matter(current_caller(), proposal_id, **given))


@matter_intake.post("/proposals/<uuid:proposal_id>/keyed-objections")
@permitted("intake.open")
@matter_intake.arguments(shapes.KeyedObjectionSchema)
@matter_intake.response(201, shapes.ObjectionSchema)
def key_objection(given: dict[str, Any], proposal_id: UUID) -> Any:
    """Type in the objection of a resident who phoned, wrote or came in."""
    return objections.object_to(current_caller(), proposal_id, **given)


@matter_intake.post("/proposals/<uuid:proposal_id>/oversight-questions")
@permitted("inquiry.raise")
@matter_intake.arguments(shapes.QuestionTextSchema)
@matter_intake.response(201, shapes.ObjectionSchema)
def ask_as_supervisor(given: dict[str, Any], proposal_id: UUID) -> Any:
    """The supervision committee demands an explanation; due in five working days."""
    return objections.object_to(current_caller(), proposal_id, target="oversight", **given)


@matter_intake.post("/objections/<uuid:objection_id>/decision")
@permitted("objection.decide")
@matter_intake.arguments(shapes.JointDecisionSchema)
@matter_intake.response(200, shapes.ObjectionSchema)
def decide_objection(given: dict[str, Any], objection_id: UUID) -> Any:
    """Decide on an objection: the chair and a supervisor, one after the other."""
    return objections.decide(current_caller(), objection_id, **given)


@matter_intake.post("/objections/<uuid:objection_id>/answer")
@permitted("matter.inquire")
@matter_intake.arguments(shapes.AnswerSchema)
@matter_intake.response(200, shapes.ObjectionSchema)
def answer_question(given: dict[str, Any], objection_id: UUID) -> Any:
    """Answer the supervision committee's question."""
    return objections.answer(current_caller(), objection_id, **given)


def _case(proposal: Proposal) -> dict[str, Any]:
    return cases.show(current_caller(), proposal.id)
