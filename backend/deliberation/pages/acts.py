"""What the desk does about one matter: a table of forms, each calling one action."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from marshmallow import Schema

from backend.console import done
from backend.deliberation.actions import (
    adjourned,
    agenda,
    appraising,
    decisions,
    filing,
    inquiry,
    inspecting,
    intake,
    objections,
    reminders,
    support,
    tasks,
)
from backend.deliberation.pages.matters import (
    matter,
    matter_url,
    matters_desk,
    row_again,
    row_words,
    where_it_stands,
)
from backend.deliberation.queries import triage
from backend.deliberation.schemas import desk as forms
from backend.deliberation.schemas import outcomes, proposals
from backend.residents.identity import current_caller, current_community_id, permitted


@dataclass(frozen=True, kw_only=True)
class Act:
    """One form of the matter's page. `name` is the last word of its address."""

    name: str
    permission: str
    schema: type[Schema]
    action: Callable[..., Any]


ACTS = (
    Act(
        name="words",
        permission="matter.read",
        schema=proposals.EditSchema,
        action=filing.edit,
    ),
    Act(
        name="submission",
        permission="matter.read",
        schema=proposals.SubmissionSchema,
        action=filing.submit,
    ),
    Act(
        name="withdrawal",
        permission="matter.withdraw",
        schema=proposals.ReasonSchema,
        action=filing.withdraw,
    ),
    Act(
        name="acceptance",
        permission="matter.accept",
        schema=proposals.AcceptanceSchema,
        action=intake.accept,
    ),
    Act(
        name="return",
        permission="matter.accept",
        schema=proposals.ReturnSchema,
        action=intake.send_back,
    ),
    Act(
        name="rejection",
        permission="matter.reject",
        schema=proposals.RejectionSchema,
        action=intake.reject,
    ),
    Act(
        name="assignment",
        permission="matter.assign",
        schema=proposals.AssignmentSchema,
        action=intake.assign,
    ),
    Act(
        name="inquiry-notes",
        permission="matter.inquire",
        schema=forms.InquiryFormSchema,
        action=inquiry.note_inquiry,
    ),
    Act(
        name="inquiry-extension",
        permission="matter.inquire",
        schema=proposals.ReasonSchema,
        action=inquiry.extend_inquiry,
    ),
    Act(
        name="triage",
        permission="matter.inquire",
        schema=proposals.TriageInputSchema,
        action=inquiry.sort_out,
    ),
    Act(
        name="guidance",
        permission="matter.inquire",
        schema=proposals.GuidanceSchema,
        action=inquiry.give_guidance,
    ),
    Act(
        name="handing-back",
        permission="matter.refer",
        schema=proposals.ReasonSchema,
        action=inquiry.hand_back,
    ),
    Act(
        name="no-matter",
        permission="matter.inquire",
        schema=proposals.ReasonSchema,
        action=inquiry.close_as_no_matter,
    ),
    Act(
        name="explanation",
        permission="task.report",
        schema=proposals.ExplanationSchema,
        action=reminders.explain,
    ),
    Act(
        name="objections",
        permission="objection.file",
        schema=proposals.ObjectionInputSchema,
        action=objections.object_to,
    ),
    Act(
        name="oversight-questions",
        permission="inquiry.raise",
        schema=proposals.QuestionTextSchema,
        action=lambda caller, proposal_id, **given: objections.object_to(
            caller, proposal_id, target="oversight", **given
        ),
    ),
    Act(
        name="support",
        permission="matter.support",
        schema=forms.BareSchema,
        action=support.support,
    ),
    Act(
        name="schedule",
        permission="meeting.arrange",
        schema=forms.AgendaFormSchema,
        action=lambda caller, proposal_id, *, meeting_id, version: agenda.put_on_agenda(
            caller, meeting_id, proposal_id=proposal_id, position=None, version=version
        ),
    ),
    Act(
        name="handing-up",
        permission="calendar.edit",
        schema=proposals.ReasonSchema,
        action=adjourned.hand_up,
    ),
    Act(
        name="shelving",
        permission="calendar.edit",
        schema=proposals.ReasonSchema,
        action=decisions.shelve,
    ),
    Act(
        name="completion",
        permission="task.report",
        schema=outcomes.CompletionSchema,
        action=tasks.complete,
    ),
    Act(
        name="inspection",
        permission="inspection.do",
        schema=outcomes.InspectionSchema,
        action=inspecting.inspect,
    ),
    Act(
        name="referral-reply",
        permission="referral.reply",
        schema=outcomes.ReferralReplySchema,
        action=appraising.record_reply,
    ),
    Act(
        name="complaint-answer",
        permission="task.report",
        schema=outcomes.AnswerToAuthorSchema,
        action=appraising.reply_to_author,
    ),
    Act(
        name="reopening",
        permission="objection.file",
        schema=proposals.ReopeningSchema,
        action=objections.reopen,
    ),
)
# Done to something that belongs to the matter: its address names that too.
PARTS = (
    Act(
        name="objections/<uuid:part_id>/decision",
        permission="objection.decide",
        schema=proposals.JointDecisionSchema,
        action=objections.decide,
    ),
    Act(
        name="objections/<uuid:part_id>/answer",
        permission="matter.inquire",
        schema=proposals.AnswerSchema,
        action=objections.answer,
    ),
    Act(
        name="tasks/<uuid:part_id>/updates",
        permission="task.report",
        schema=forms.TaskFormSchema,
        action=tasks.report,
    ),
    Act(
        name="tasks/<uuid:part_id>/extensions",
        permission="task.report",
        schema=outcomes.TaskExtensionSchema,
        action=tasks.extend,
    ),
)
# Also on the triage board, where the row stays in its place.
ON_THE_BOARD = {"acceptance", "assignment", "triage"}


def _of_matter(act: Act) -> Callable[..., Response]:
    @permitted(act.permission)
    @matters_desk.form(act.schema, again=matter)
    def view(given: dict[str, Any], proposal_id: UUID) -> Response:
        act.action(current_caller(), proposal_id, **given)
        return done(where_it_stands(proposal_id), to=matter_url(proposal_id))

    return view


def _matter_of_part(proposal_id: UUID, part_id: UUID) -> Response:  # noqa: ARG001, named so
    return matter(proposal_id)


def _of_part(act: Act) -> Callable[..., Response]:
    @permitted(act.permission)
    @matters_desk.form(act.schema, again=_matter_of_part)
    def view(given: dict[str, Any], proposal_id: UUID, part_id: UUID) -> Response:
        act.action(current_caller(), part_id, **given)
        return done(where_it_stands(proposal_id), to=matter_url(proposal_id))

    return view


def _of_row(act: Act) -> Callable[..., Response]:
    @permitted(act.permission)
    @matters_desk.form(act.schema, again=row_again)
    def view(given: dict[str, Any], proposal_id: UUID) -> Response:
        act.action(current_caller(), proposal_id, **given)
        caller, here = current_caller(), current_community_id()
        status = "inquiring" if act.name == "assignment" else ""
        left = triage.waiting(
            here, caller, triage.Narrowed(status=status, only=proposal_id), after=None, limit=1
        )
        back = "accept" if request.args.get("view") == "submitted" else "sort"
        return done(
            where_it_stands(proposal_id),
            to=url_for("matters_desk.board", view=back),
            part="deliberation/board_row_done.html",
            row=left[0] if left else None,
            proposal_id=proposal_id,
            counts=triage.counts(here, caller),
            **row_words(),
        )

    return view


for each in ACTS:
    matters_desk.add_url_rule(
        f"/matters/<uuid:proposal_id>/{each.name}",
        each.name,
        _of_matter(each),
        methods=["POST"],
    )
    if each.name in ON_THE_BOARD:
        matters_desk.add_url_rule(
            f"/triage/<uuid:proposal_id>/{each.name}",
            f"row-{each.name}",
            _of_row(each),
            methods=["POST"],
        )
for each in PARTS:
    matters_desk.add_url_rule(
        f"/matters/<uuid:proposal_id>/{each.name}",
        each.name.replace("/<uuid:part_id>/", "-"),
        _of_part(each),
        methods=["POST"],
    )

__all__ = ["matters_desk"]
