"""From the decision to the end over HTTP: publish, carry out, inspect, appraise."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, PageArguments, page, page_of
from backend.deliberation.actions import (
    appraising,
    cases,
    inspecting,
    publicity,
    reminders,
    tasks,
)
from backend.deliberation.models import Proposal, Task
from backend.deliberation.queries.appraisals import participations_page
from backend.deliberation.queries.outcomes import tasks_of_person
from backend.deliberation.schemas import outcomes as shapes
from backend.deliberation.schemas.proposals import CaseSchema, ExplanationSchema, VersionSchema
from backend.publication.models import Bulletin
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)

outcomes = Blueprint("outcomes", __name__, url_prefix="/api/v1", description="办事与评事")
outcomes.before_request(require_caller)


@outcomes.get("/proposals/<uuid:proposal_id>/publication-preview")
@permitted("result.draft")
@outcomes.arguments(shapes.NoticeArguments, location="query")
@outcomes.response(200, shapes.PreviewSchema)
def preview_notice(asked: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Preview a notice, with every place that may identify somebody."""
    return publicity.preview(current_caller(), proposal_id, asked["kind"])


@outcomes.post("/proposals/<uuid:proposal_id>/publication-drafts")
@permitted("result.draft")
@outcomes.arguments(shapes.NoticeDraftSchema)
@outcomes.response(201, shapes.NoticeSchema)
def draft_notice(new: dict[str, Any], proposal_id: UUID) -> Bulletin:
    """Prepare a notice from the records; another person publishes it."""
    return publicity.draft(current_caller(), proposal_id, **new)


@outcomes.post("/proposals/<uuid:proposal_id>/publications")
@permitted("result.publish")
@outcomes.arguments(shapes.NoticePublicationSchema)
@outcomes.response(201, shapes.NoticeSchema)
def publish_notice(confirmed: dict[str, Any], proposal_id: UUID) -> Bulletin:
    """Publish exactly the notice that was previewed."""
    return publicity.publish(current_caller(), proposal_id, **confirmed)


@outcomes.post("/proposals/<uuid:proposal_id>/explanation")
@permitted("task.report")
@outcomes.arguments(ExplanationSchema)
@outcomes.response(200, CaseSchema)
def explain_overdue(given: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Say why a matter is late and when it will be done; its author reads it."""
    reminders.explain(current_caller(), proposal_id, **given)
    return cases.show(current_caller(), proposal_id)


@outcomes.get("/me/tasks")
@permitted("task.report")
@outcomes.arguments(shapes.MyTasksArguments, location="query")
@outcomes.response(200, page_of(shapes.MyTaskSchema))
def list_my_tasks(asked: dict[str, Any]) -> dict[str, Any]:
    """List what I am responsible for, newest first."""
    rows = tasks_of_person(current_community_id(), current_caller().resident_id, **asked)
    return page(rows, asked["limit"], key=lambda row: row["id"])


@outcomes.post("/tasks/<uuid:task_id>/updates")
@permitted("task.report")
@outcomes.arguments(shapes.TaskUpdateSchema)
@outcomes.response(200, shapes.TaskSchema)
def update_task(news: dict[str, Any], task_id: UUID) -> Task:
    """Report on my task; the last one done asks for the inspection."""
    return tasks.report(current_caller(), task_id, **news)


@outcomes.post("/tasks/<uuid:task_id>/extensions")
@permitted("task.report")
@outcomes.arguments(shapes.TaskExtensionSchema)
@outcomes.response(200, shapes.TaskSchema)
def extend_task(asked: dict[str, Any], task_id: UUID) -> Task:
    """Take more time for my task, at most twice, with a reason."""
    return tasks.extend(current_caller(), task_id, **asked)


@outcomes.post("/proposals/<uuid:proposal_id>/completion")
@permitted("task.report")
@outcomes.arguments(shapes.CompletionSchema)
@outcomes.response(200, shapes.StandingSchema)
def complete(done: dict[str, Any], proposal_id: UUID) -> Proposal:
    """Report all work done and ask for the inspection."""
    return tasks.complete(current_caller(), proposal_id, **done)


@outcomes.post("/proposals/<uuid:proposal_id>/inspection")
@permitted("inspection.do")
@outcomes.arguments(shapes.InspectionSchema)
@outcomes.response(200, shapes.StandingSchema)
def inspect(seen: dict[str, Any], proposal_id: UUID) -> Proposal:
    """Inspect the work as a supervisor, or as the first of two residents."""
    return inspecting.inspect(current_caller(), proposal_id, **seen)


@outcomes.post("/proposals/<uuid:proposal_id>/inspection/confirmation")
@permitted("inspection.do")
@outcomes.arguments(VersionSchema)
@outcomes.response(200, shapes.StandingSchema)
def confirm_inspection(seen: dict[str, Any], proposal_id: UUID) -> Proposal:
    """Confirm an inspection as the second resident."""
    return inspecting.confirm(current_caller(), proposal_id, **seen)


@outcomes.post("/proposals/<uuid:proposal_id>/referral-reply")
@permitted("referral.reply")
@outcomes.arguments(shapes.ReferralReplySchema)
@outcomes.response(200, shapes.StandingSchema)
def reply_to_referral(answer: dict[str, Any], proposal_id: UUID) -> Proposal:
    """Record what the department answers to a great matter."""
    return appraising.record_reply(current_caller(), proposal_id, **answer)


@outcomes.post("/proposals/<uuid:proposal_id>/complaint-answer")
@permitted("task.report")
@outcomes.arguments(shapes.AnswerToAuthorSchema)
@outcomes.response(200, shapes.StandingSchema)
def answer_complaint(answer: dict[str, Any], proposal_id: UUID) -> Proposal:
    """Answer an author who is not satisfied, before the outcome is published."""
    return appraising.reply_to_author(current_caller(), proposal_id, **answer)


@outcomes.get("/questions/<uuid:question_id>")
@permitted("matter.read")
@outcomes.response(200, shapes.QuestionSchema)
def read_question(question_id: UUID) -> dict[str, Any]:
    """Read a question and whether I have answered it."""
    return appraising.show(current_caller(), question_id)


@outcomes.post("/questions/<uuid:question_id>/participations")
@permitted("appraisal.answer")
@outcomes.arguments(shapes.ParticipationInputSchema)
@outcomes.response(201, shapes.ReceiptOfAnswerSchema)
def answer_question(said: dict[str, Any], question_id: UUID) -> dict[str, Any]:
    """Answer, or type in what somebody on the roll said or wrote."""
    return appraising.answer(current_caller(), question_id, **said)


@outcomes.get("/questions/<uuid:question_id>/result")
@permitted("matter.read")
@outcomes.response(200, shapes.ResultSchema)
def read_result(question_id: UUID) -> dict[str, Any]:
    """Read what came of a question that is closed."""
    return appraising.result(current_caller(), question_id)


@outcomes.get("/me/participations")
@permitted("self")
@outcomes.arguments(PageArguments, location="query")
@outcomes.response(200, page_of(shapes.MyParticipationSchema))
def list_my_participations(asked: dict[str, Any]) -> dict[str, Any]:
    """List where I have taken part, with my receipts."""
    rows = participations_page(current_community_id(), current_caller().resident_id, **asked)
    return page(rows, asked["limit"], key=lambda row: row["id"])
