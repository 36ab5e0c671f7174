"""异议: what speaks against a deed, a line or an honour; the committee answers, then the judges."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, url_for

from backend.api import due_place, page, place_after, row_after
from backend.console import done, show
from backend.residents.identity import current_caller, current_community_id, may, permitted
from backend.virtue_bank.actions import objections as of_deeds
from backend.virtue_bank.actions import showing_objections
from backend.virtue_bank.actions import thanks_objections as of_thanks
from backend.virtue_bank.models import OUTCOMES
from backend.virtue_bank.pages import words
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.queries.thanks_objections import objections_page
from backend.virtue_bank.schemas.forms import ObjectionRowsArguments
from backend.virtue_bank.schemas.objections import DeedObjectionDecisionSchema
from backend.virtue_bank.schemas.thanks_objections import ThanksOutcomeSchema

TABS = {"deeds": "善行", "thanks": "发放和评选"}


@points_desk.get("/points/objections")
@permitted("points.thanks_objection.read")
@points_desk.asked(ObjectionRowsArguments)
def objections(asked: dict[str, Any]) -> Response:
    """What waits for the reader's answer or judgement, first due first."""
    return _objections(**asked)


def _objections(*, view: str, limit: int, after: tuple[datetime, UUID] | UUID | None) -> Response:
    judges = may("points.judge_appeal") and not may("points.judge")
    look = _of_deeds if view == "deeds" else _of_thanks
    rows = f"virtue_bank/{view}_objection_rows.html"
    return show(
        "virtue_bank/objections.html",
        title="异议",
        parts={"more": rows},
        rows=rows,
        view=view,
        tabs=TABS,
        judges=judges,
        outcomes=[
            (name, f"异议{word}", what)
            for (name, word), what in zip(OUTCOMES.items(), words.WHAT_FOLLOWS, strict=True)
        ],
        **look(judges=judges, limit=limit, after=after),
    )


def _of_deeds(
    *, judges: bool, limit: int, after: tuple[datetime, UUID] | UUID | None
) -> dict[str, Any]:
    look = showing_objections.to_judge if judges else showing_objections.to_answer
    found = look(current_caller(), limit=limit, after=place_after(after))
    return page(found, limit, key=lambda each: due_place(each["due_at"], each["id"]))


def _of_thanks(
    *, judges: bool, limit: int, after: tuple[datetime, UUID] | UUID | None
) -> dict[str, Any]:
    states = ["appealed" if judges else "open"]
    found = objections_page(
        current_community_id(), states=states, limit=limit, after=row_after(after)
    )
    told = page(found, limit, key=lambda each: each.id)
    return told | {"items": of_thanks.objections_told(told["items"])}


def _again(view: str) -> Callable[..., Response]:
    def shown(**_of: UUID) -> Response:
        return _objections(view=view, limit=20, after=None)

    return shown


@points_desk.post("/points/objections/deeds/<uuid:deed_objection_id>/decision")
@permitted("points.judge")
@points_desk.form(DeedObjectionDecisionSchema, again=_again("deeds"))
def answer_objection(given: dict[str, str], deed_objection_id: UUID) -> Response:
    """Answer an objection to a deed."""
    of_deeds.decide(current_caller(), deed_objection_id, **given)
    return _answered("deeds")


@points_desk.post("/points/objections/deeds/<uuid:deed_objection_id>/judgement")
@permitted("points.judge_appeal")
@points_desk.form(DeedObjectionDecisionSchema, again=_again("deeds"))
def judge_objection(given: dict[str, str], deed_objection_id: UUID) -> Response:
    """The last word on a deed."""
    of_deeds.judge(current_caller(), deed_objection_id, **given)
    return _judged("deeds")


@points_desk.post("/points/objections/thanks/<uuid:thanks_objection_id>/decision")
@permitted("points.judge")
@points_desk.form(ThanksOutcomeSchema, again=_again("thanks"))
def answer_thanks_objection(given: dict[str, str], thanks_objection_id: UUID) -> Response:
    """Answer an objection to a line or an honour."""
    of_thanks.decide(current_caller(), thanks_objection_id, **given)
    return _answered("thanks")


@points_desk.post("/points/objections/thanks/<uuid:thanks_objection_id>/judgement")
@permitted("points.judge_appeal")
@points_desk.form(ThanksOutcomeSchema, again=_again("thanks"))
def judge_thanks_objection(given: dict[str, str], thanks_objection_id: UUID) -> Response:
    """The last word on a line or an honour."""
    of_thanks.judge(current_caller(), thanks_objection_id, **given)
    return _judged("thanks")


def _answered(view: str) -> Response:
    return done(
        "答复好了。双方都会收到，不服的可以请监督委员会看。",
        to=url_for("points_desk.objections", view=view),
    )


def _judged(view: str) -> Response:
    return done("定好了，双方都会收到。", to=url_for("points_desk.objections", view=view))
