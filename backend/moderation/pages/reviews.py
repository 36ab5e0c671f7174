"""内容审核: what waits for a person, appeals, the sample to look at again, and the log."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, url_for
from marshmallow import Schema, fields, validate

from backend.api import MAX_PAGE, RankPlaceOrId, page, place_after, row_after
from backend.clock import utc_now
from backend.console import Pages, done, show
from backend.moderation import actions, queries, rules
from backend.moderation.models import ModerationCase
from backend.moderation.pages import words
from backend.moderation.schemas import (
    ReviewAppealDecisionSchema,
    ReviewDecisionSchema,
    SampleFindingSchema,
    place_of,
)
from backend.residents.identity import (
    current_caller,
    current_community_id,
    may,
    permitted,
    require_desk,
)
from backend.residents.queries.people import names

ROWS = 20
TABS = {"reviews": "待审", "appeals": "申诉", "samples": "抽查", "log": "记录"}

moderation_desk = Pages("moderation_desk", __name__, who=require_desk)
moderation_desk.door(
    "内容审核", "lists", permission="moderation.read", icon="shield-check", key="s", order=70
)


class ListArguments(Schema):
    limit = fields.Integer(load_default=ROWS, validate=validate.Range(1, MAX_PAGE))
    after = RankPlaceOrId(load_default=None)
    view = fields.String(load_default="reviews", validate=validate.OneOf(tuple(TABS)))


@moderation_desk.get("/moderation")
@permitted("moderation.read")
@moderation_desk.asked(ListArguments)
def lists(asked: dict[str, Any]) -> Response:
    """What waits, risky first; appeals; the sample; or what was decided."""
    view, limit = asked["view"], asked["limit"]
    found = _found(**asked)
    deciders = [case.decided_by for case in found] if view == "log" else []
    return show(
        "moderation/lists.html",
        title="内容审核",
        parts={"rows": "moderation/rows.html", "more": "moderation/rows.html"},
        view=view,
        tabs=TABS,
        words=words,
        reasons=rules.REASONS,
        people=names(deciders),
        **page(found, limit, key=place_of),
    )


def _found(
    *, view: str, limit: int, after: tuple[int, UUID] | UUID | None
) -> Sequence[ModerationCase]:
    here = current_community_id()
    if view == "reviews":
        return queries.waiting_cases(
            here,
            for_the_chair="moderator" not in current_caller().roles,
            limit=limit,
            after=place_after(after),
        )
    look = {"appeals": queries.appeals, "samples": queries.samples}.get(view, queries.decided_cases)
    return look(here, limit=limit, after=row_after(after))


@moderation_desk.get("/moderation/<uuid:case_id>")
@permitted("moderation.read")
def case(case_id: UUID) -> Response:
    """One text, what the machine said of it, and what can be decided about it now."""
    caller, here = current_caller(), current_community_id()
    this = queries.find_case(here, case_id)
    before = [
        each
        for each in queries.cases_of(here, this.subject_type, this.subject_id)
        if each.id < this.id and each.decided_at
    ]
    return show(
        "moderation/case.html",
        title=this.title,
        case=this,
        before=before,
        people=names([this.decided_by, this.appeal_by, this.sample_checked_by]),
        words=words,
        reasons=rules.REASONS,
        me=caller.resident_id,
        is_open=this.state in rules.OPEN_STATES,
        is_my_turn=may("moderation.decide") and _is_my_turn(this),
        is_sample=this.sampled and this.sample_checked_at is None,
        may_decide=may("moderation.decide"),
        is_appealed=this.appealed_at is not None and this.appeal_outcome is None,
        may_judge=may("moderation.appeal") and this.decided_by != caller.resident_id,
    )


@moderation_desk.post("/moderation/<uuid:case_id>/decision")
@permitted("moderation.decide")
@moderation_desk.form(ReviewDecisionSchema, again=case)
def decide(given: dict[str, Any], case_id: UUID) -> Response:
    """Pass it, return it with a reason, or hand it to the chair."""
    decided = actions.decide(current_caller(), case_id, **given)
    said = {
        "passed": "通过了，邻居能看到了。",
        "returned": "退回了，作者会看到理由，可以改，也可以申诉。",
    }.get(decided.state, "交给主任了。")
    return done(said, to=url_for(".lists"))


@moderation_desk.post("/moderation/<uuid:case_id>/sample")
@permitted("moderation.decide")
@moderation_desk.form(SampleFindingSchema, again=case)
def check_sample(given: dict[str, str], case_id: UUID) -> Response:
    """Say whether a text that passed by itself is fine."""
    found = actions.check_sample(current_caller(), case_id, **given)
    said = "记下了，没有问题。" if found.sample_finding == "fine" else "记下了，放回待审再看一次。"
    return done(said, to=url_for(".lists", view="samples"))


@moderation_desk.post("/moderation/<uuid:case_id>/appeal-decision")
@permitted("moderation.appeal")
@moderation_desk.form(ReviewAppealDecisionSchema, again=case)
def decide_appeal(given: dict[str, str], case_id: UUID) -> Response:
    """Decide an appeal as another judge."""
    decided = actions.decide_appeal(current_caller(), case_id, **given)
    said = "申诉成立，文字通过了。" if decided.state == "passed" else "维持退回。"
    return done(f"{said}作者会收到您的理由。", to=url_for(".lists", view="appeals"))


def _is_my_turn(this: ModerationCase) -> bool:
    try:
        rules.check_turn(
            roles=current_caller().roles, state=this.state, due_at=this.due_at, now=utc_now()
        )
    except rules.NotYourTurn:
        return False
    return True
