"""投诉建议 over JSON: filing, one's own, and what staff do about them."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from backend.api import Blueprint, PageArguments, page, page_of
from backend.complaints import queries
from backend.complaints.actions import filing, handling
from backend.complaints.actions.showing import show_own, show_to_staff
from backend.complaints.models import Complaint
from backend.complaints.schemas import (
    CallBackSchema,
    ComplaintAnswerSchema,
    ComplaintListArguments,
    ComplaintRowSchema,
    ComplaintSchema,
    ComplaintVerdictSchema,
    NewComplaintForSchema,
    NewComplaintSchema,
    StaffComplaintSchema,
    place_of,
)
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)

complaints = Blueprint("complaints", __name__, url_prefix="/api/v1", description="投诉建议")
complaints.before_request(require_caller)


@complaints.post("/complaints")
@permitted("complaint.file")
@complaints.arguments(NewComplaintSchema)
@complaints.response(201, ComplaintRowSchema)
def file_complaint(said: dict[str, Any]) -> Complaint:
    """Complain, suggest, or report a text; the answer holds the receipt number."""
    return filing.file(current_caller(), **said)


@complaints.post("/complaints/on-behalf")
@permitted("intake.open")
@complaints.arguments(NewComplaintForSchema)
@complaints.response(201, ComplaintRowSchema)
def file_complaint_for(said: dict[str, Any]) -> Complaint:
    """Write down what somebody said on the phone, at the counter or at the door."""
    return filing.file_for(current_caller(), **said)


@complaints.get("/me/complaints")
@permitted("self")
@complaints.arguments(PageArguments, location="query")
@complaints.response(200, page_of(ComplaintRowSchema, "OwnComplaintPage"))
def own_complaints(asked: dict[str, Any]) -> dict[str, Any]:
    """List one's own complaints and suggestions, newest first."""
    found = queries.own_complaints(current_community_id(), current_caller().resident_id, **asked)
    return page(found, asked["limit"], key=lambda each: each.id)


@complaints.get("/me/complaints/<uuid:complaint_id>")
@permitted("self")
@complaints.response(200, ComplaintSchema)
def own_complaint(complaint_id: UUID) -> dict[str, Any]:
    """Show where one's own complaint stands, and what was answered."""
    return show_own(current_caller(), complaint_id)


@complaints.post("/me/complaints/<uuid:complaint_id>/verdict")
@permitted("self")
@complaints.arguments(ComplaintVerdictSchema)
@complaints.response(200, ComplaintRowSchema)
def say_of_complaint(said: dict[str, Any], complaint_id: UUID) -> Complaint:
    """Say whether the answer will do; once, dissatisfaction opens the case again."""
    return handling.say(current_caller(), complaint_id, **said)


@complaints.get("/complaints")
@permitted("complaint.read")
@complaints.arguments(ComplaintListArguments, location="query")
@complaints.response(200, page_of(ComplaintRowSchema, place=fields.String))
def list_complaints(asked: dict[str, Any]) -> dict[str, Any]:
    """List what is open, first due first, or what is closed; never what is about the reader."""
    found = queries.complaints_page(current_community_id(), current_caller().resident_id, **asked)
    return page(found, asked["limit"], key=place_of)


@complaints.get("/complaints/<uuid:complaint_id>")
@permitted("complaint.read")
@complaints.response(200, StaffComplaintSchema)
def staff_complaint(complaint_id: UUID) -> dict[str, Any]:
    """Show one complaint to those who handle or oversee it."""
    return show_to_staff(current_caller(), complaint_id)


@complaints.post("/complaints/<uuid:complaint_id>/acceptance")
@permitted("complaint.handle")
@complaints.response(200, ComplaintRowSchema)
def accept_complaint(complaint_id: UUID) -> Complaint:
    """Accept a complaint; the days of the answer run from now."""
    return handling.accept(current_caller(), complaint_id)


@complaints.post("/complaints/<uuid:complaint_id>/answer")
@permitted("complaint.handle")
@complaints.arguments(ComplaintAnswerSchema)
@complaints.response(200, ComplaintRowSchema)
def answer_complaint(said: dict[str, Any], complaint_id: UUID) -> Complaint:
    """Answer; the person says whether that will do."""
    return handling.answer(current_caller(), complaint_id, **said)


@complaints.post("/complaints/<uuid:complaint_id>/call-backs")
@permitted("complaint.handle")
@complaints.arguments(CallBackSchema)
@complaints.response(200, ComplaintRowSchema)
def call_back(said: dict[str, Any], complaint_id: UUID) -> Complaint:
    """Note what the person said of the answer, or that the call reached nobody."""
    return handling.call_back(current_caller(), complaint_id, **said)
