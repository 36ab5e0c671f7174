"""投诉建议 at the desk: by the day they are due; accept, answer, call back, write one down."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from backend.api import page
from backend.clock import today
from backend.complaints import queries
from backend.complaints.actions import filing, handling
from backend.complaints.actions.filing import STAFF
from backend.complaints.actions.showing import show_to_staff
from backend.complaints.models import CLOSED_AS, KIND_NAMES, STATE_NAMES, Complaint
from backend.complaints.schemas import (
    RECORDED_BY,
    CallBackSchema,
    ComplaintAnswerSchema,
    ComplaintListArguments,
    EmptySchema,
    NewFeedbackArguments,
    RecordedFeedbackSchema,
    place_of,
)
from backend.console import Pages, done, show
from backend.console.words import day, last_day
from backend.residents.identity import (
    current_caller,
    current_community_id,
    may,
    permitted,
    require_desk,
)
from backend.residents.models import CHANNEL_NAMES
from backend.residents.queries.covering import buildings_covered
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import names
from backend.residents.queries.registers import people_page

FOUND = 8
TONES = {"received": "warn", "accepted": "info", "answered": "info", "closed": "ok"}
WAITS_FOR = {"received": "等受理", "accepted": "等答复", "answered": "等回访", "closed": ""}

feedback_desk = Pages("feedback_desk", __name__, who=require_desk)
feedback_desk.door(
    "投诉建议", "feedback", permission="complaint.read", icon="message-square", key="f", order=60
)


@feedback_desk.get("/feedback")
@permitted("complaint.read")
@feedback_desk.asked(ComplaintListArguments)
def feedback(asked: dict[str, Any]) -> Response:
    """What waits, first due first; or what is closed."""
    found = queries.complaints_page(current_community_id(), current_caller().resident_id, **asked)
    return show(
        "complaints/list.html",
        title="投诉建议",
        parts={"rows": "complaints/rows.html", "more": "complaints/rows.html"},
        view=asked["view"],
        may_record=may("intake.open"),
        **_words(),
        **page(found, asked["limit"], key=place_of),
    )


@feedback_desk.get("/feedback/<uuid:complaint_id>")
@permitted("complaint.read")
def one(complaint_id: UUID) -> Response:
    """One complaint, what happened, and the one thing to do now."""
    told = show_to_staff(current_caller(), complaint_id)
    return show(
        "complaints/one.html",
        title=told["complaint"].number,
        is_handler=may("complaint.handle"),
        subject_url=_subject_url(told["complaint"]),
        **_words(),
        **told,
    )


@feedback_desk.post("/feedback/<uuid:complaint_id>/acceptance")
@permitted("complaint.handle")
@feedback_desk.form(EmptySchema, again=one)
def accept(_given: dict[str, Any], complaint_id: UUID) -> Response:
    """Accept it."""
    return _went_on(handling.accept(current_caller(), complaint_id))


@feedback_desk.post("/feedback/<uuid:complaint_id>/answer")
@permitted("complaint.handle")
@feedback_desk.form(ComplaintAnswerSchema, again=one)
def answer(given: dict[str, Any], complaint_id: UUID) -> Response:
    """Answer the person."""
    return _went_on(handling.answer(current_caller(), complaint_id, **given))


@feedback_desk.post("/feedback/<uuid:complaint_id>/call-backs")
@permitted("complaint.handle")
@feedback_desk.form(CallBackSchema, again=one)
def call_back(given: dict[str, Any], complaint_id: UUID) -> Response:
    """Note a call back."""
    return _went_on(handling.call_back(current_caller(), complaint_id, **given))


@feedback_desk.get("/feedback/new")
@permitted("intake.open")
@feedback_desk.asked(NewFeedbackArguments)
def new(asked: dict[str, Any]) -> Response:
    """Write down what somebody said: first who it was, then what."""
    return _new(asked["q"], asked["person"])


def new_again() -> Response:
    return _new("", request.form.get("person_id", type=UUID))


@feedback_desk.post("/feedback/new")
@permitted("intake.open")
@feedback_desk.form(RecordedFeedbackSchema, again=new_again)
def write_down(given: dict[str, Any]) -> Response:
    """Keep it; the person is told its number."""
    complaint = filing.file_for(current_caller(), **given)
    kind = KIND_NAMES[complaint.kind]
    said = f"记下了。{kind}编号 {complaint.number}，请告诉本人；{_by(complaint)}前受理。"
    if may("complaint.read"):
        return done(said, to=url_for(".feedback"))
    return done(said, to=url_for(".new"))


def _new(looked_for: str, person_id: UUID | None) -> Response:
    here, looked_for = current_community_id(), looked_for.strip()
    found = (
        people_page(
            here,
            name=looked_for,
            on=today(),
            buildings=buildings_covered(current_caller(), today(), *filing.RECORDERS),
            after=None,
            limit=FOUND,
        )
        if looked_for
        else []
    )
    person = filing.whom_to_record(current_caller(), person_id) if person_id else None
    staff = sorted(names(holder_ids(here, *STAFF)).items(), key=lambda each: each[1])
    return show(
        "complaints/new.html",
        title="代录投诉建议",
        q=looked_for,
        found=found[:FOUND],
        is_more=len(found) > FOUND,
        person=person,
        staff=staff,
        channels=[(each, CHANNEL_NAMES[each]) for each in RECORDED_BY],
        kinds=[(each, KIND_NAMES[each]) for each in ("complaint", "suggestion")],
    )


def _went_on(complaint: Complaint) -> Response:
    """Who does what by when, and on to the complaint."""
    if complaint.state == "closed":
        said = f"{complaint.number} 办结了：{CLOSED_AS[complaint.closed_as or '']}。"
    else:
        said = f"办好了。现在{WAITS_FOR[complaint.state]}，{_by(complaint)}前。"
    return done(said, to=url_for(".one", complaint_id=complaint.id))


def _by(complaint: Complaint) -> str:
    return day(last_day(complaint.due_at)) if complaint.due_at else ""


def _subject_url(complaint: Complaint) -> str | None:
    if complaint.subject_type != "proposal":
        return None
    return url_for("matters_desk.matter", proposal_id=complaint.subject_id)


def _words() -> dict[str, Any]:
    return {
        "kinds": KIND_NAMES,
        "states": STATE_NAMES,
        "tones": TONES,
        "waits_for": WAITS_FOR,
        "closed_as": CLOSED_AS,
    }
