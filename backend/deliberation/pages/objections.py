"""Objections to public notices, at the publication desk: who decides, by when."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from backend.api import PageArguments, page
from backend.console import Pages, done, show
from backend.deliberation.actions import objections
from backend.deliberation.pages import words
from backend.deliberation.queries import triage
from backend.deliberation.schemas.proposals import JointDecisionSchema
from backend.publication.pages.board import tabs
from backend.residents.identity import (
    current_caller,
    current_community_id,
    may,
    permitted,
    require_desk,
)

ROWS = 20

objections_desk = Pages("objections_desk", __name__, who=require_desk)


@objections_desk.get("/publication/objections")
@permitted("due_item.read")
@objections_desk.asked(PageArguments)
def waiting(asked: dict[str, Any]) -> Response:
    """Objections to notices that wait for an answer, oldest first."""
    return _waiting(after=asked["after"], limit=asked["limit"])


def _waiting(*, after: UUID | None, limit: int) -> Response:
    found = triage.open_objections(
        current_community_id(), current_caller(), target="publication", after=after, limit=limit
    )
    rows = "deliberation/objection_rows.html"
    return show(
        "deliberation/objections.html",
        title="公示的异议",
        parts={"rows": rows, "more": rows},
        tabs=tabs(),
        may_decide=may("objection.decide"),
        decisions=[("upheld", "成立"), ("refused", "不成立")],
        words=words,
        **page(found, limit, key=lambda each: each["id"]),
    )


def _again(objection_id: UUID) -> Response:  # noqa: ARG001, named so
    return _waiting(after=None, limit=ROWS)


@objections_desk.post("/publication/objections/<uuid:objection_id>/decision")
@permitted("objection.decide")
@objections_desk.form(JointDecisionSchema, again=_again)
def decide(given: dict[str, str], objection_id: UUID) -> Response:
    """One of the two who decide says whether it holds; when both agree, it counts."""
    decided = objections.decide(current_caller(), objection_id, **given)
    said = (
        "答复好了，提异议的人会收到。"
        if decided.decided_at
        else "记下了您的意见。另一位决定人意见一致后生效。"
    )
    return done(said, to=url_for(".waiting"))
