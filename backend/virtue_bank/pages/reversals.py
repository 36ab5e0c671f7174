"""冲正: asked by one, answered by whose points they are, confirmed by another, judged on appeal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from backend.api import page
from backend.clock import utc_now
from backend.console import done, show
from backend.residents.identity import current_caller, current_community_id, may, permitted
from backend.residents.models import CHANNEL_NAMES
from backend.residents.queries.people import names
from backend.virtue_bank.actions import reversals as actions
from backend.virtue_bank.models import ReversalRequest
from backend.virtue_bank.models.words import CODE_NAMES
from backend.virtue_bank.pages import words
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.queries.accounts import find_account
from backend.virtue_bank.queries.reversals import find_entry, requests_page
from backend.virtue_bank.schemas.forms import (
    NewReversalFormSchema,
    NothingSchema,
    ReversalArguments,
    RowsArguments,
)
from backend.virtue_bank.schemas.reversals import (
    BY_WORD,
    DroppedReversalSchema,
    HoldersWordSchema,
    JudgementSchema,
)

_AT = "/points/reversals/<uuid:request_id>"
WAITING = ("answered", "unanswered")


@points_desk.get("/points/reversals")
@permitted("points.reverse.read")
@points_desk.asked(RowsArguments)
def reversals(asked: dict[str, Any]) -> Response:
    """Requests, newest first."""
    whose = actions.whose_requests(current_caller())
    found = requests_page(current_community_id(), holder_id=whose, **asked)
    told = page(found, asked["limit"], key=lambda each: each.id)
    return show(
        "virtue_bank/reversals.html",
        title="冲正",
        parts={"more": "virtue_bank/reversal_rows.html"},
        words=words,
        people=names([each.holder_id for each in told["items"]]),
        may_ask=may("points.reverse"),
        **told,
    )


@points_desk.get("/points/reversals/new")
@permitted("points.reverse")
@points_desk.asked(ReversalArguments)
def new_reversal(asked: dict[str, Any]) -> Response:
    """The entry that is held to be wrong, and why."""
    return _new(asked["transfer"])


def _new(transfer_id: int | None) -> Response:
    here = current_community_id()
    entry = find_entry(here, transfer_id) if transfer_id else None
    holder_id = find_account(here, entry.credit_id).owner_id if entry else None
    return show(
        "virtue_bank/new_reversal.html",
        title="申请冲正",
        entry=entry,
        holder=names([holder_id]).get(holder_id, "") if holder_id else "",
        what=CODE_NAMES.get(entry.code, "") if entry else "",
    )


def new_again() -> Response:
    return _new(request.form.get("transfer_id", type=int))


@points_desk.post("/points/reversals/new")
@permitted("points.reverse")
@points_desk.form(NewReversalFormSchema, again=new_again)
def ask_reversal(given: dict[str, Any]) -> Response:
    """Ask; whose points they are may answer first."""
    made = actions.request_reversal(current_caller(), given.pop("transfer_id"), **given)
    return done("申请好了。本人先说，再由另一位确认，现在积分还没动。", to=_page_of(made.id))


@points_desk.get(_AT)
@permitted("points.reverse.read")
def reversal(request_id: UUID) -> Response:
    """One request, what was said, and what can be done now."""
    caller = current_caller()
    this = actions.readable(caller, request_id)
    me, now = caller.resident_id, utc_now()
    is_apart = me not in {this.asked_by, this.confirmed_by}
    is_open = this.state == "requested" and now < this.answer_until
    may_appeal = this.state == "confirmed" and bool(this.appeal_until and now < this.appeal_until)
    return show(
        "virtue_bank/reversal.html",
        title="冲正",
        this=this,
        words=words,
        people=names([this.holder_id, this.asked_by, this.confirmed_by, this.judged_by]),
        channels=[(each, CHANNEL_NAMES[each]) for each in BY_WORD],
        is_holder=this.holder_id == me,
        may_say=may("points.reverse.answer") and is_apart and (is_open or may_appeal),
        may_appeal=may_appeal,
        may_freeze=may("points.freeze"),
        may_drop=may("points.reverse") and this.state in ("requested", *WAITING),
        may_confirm=may("points.reverse") and this.asked_by != me and _waits(this, now),
        may_judge=may("points.judge_appeal") and this.state == "appealed" and is_apart,
    )


@points_desk.post(f"{_AT}/answer")
@permitted("points.reverse.answer")
@points_desk.form(HoldersWordSchema, again=reversal)
def answer_reversal(given: dict[str, Any], request_id: UUID) -> Response:
    """Type what the holder said."""
    actions.answer(current_caller(), request_id, **given)
    return done("记下了。居委会另一位看过再定。", to=_page_of(request_id))


@points_desk.post(f"{_AT}/appeal")
@permitted("points.reverse.answer")
@points_desk.form(HoldersWordSchema, again=reversal)
def appeal_reversal(given: dict[str, Any], request_id: UUID) -> Response:
    """Type that the holder asks the supervisors."""
    actions.appeal(current_caller(), request_id, **given)
    return done("记下了。由监督委员会裁决。", to=_page_of(request_id))


@points_desk.post(f"{_AT}/withdrawal")
@permitted("points.reverse")
@points_desk.form(DroppedReversalSchema, again=reversal)
def drop_reversal(given: dict[str, str], request_id: UUID) -> Response:
    """Nothing was wrong after all."""
    actions.drop(current_caller(), request_id, **given)
    return done("不冲正了，本人会收到理由。", to=_page_of(request_id))


@points_desk.get(f"{_AT}/confirmation")
@permitted("points.reverse")
def confirming(request_id: UUID) -> Response:
    """What taking the points back does, to be confirmed by a second person."""
    this = actions.readable(current_caller(), request_id)
    return show(
        "virtue_bank/confirm_reversal.html",
        title="确认冲正",
        this=this,
        people=names([this.holder_id, this.asked_by]),
        is_mine=this.asked_by == current_caller().resident_id,
        waits=_waits(this, utc_now()),
    )


@points_desk.post(f"{_AT}/confirmation")
@permitted("points.reverse")
@points_desk.form(NothingSchema, again=confirming)
def confirm_reversal(_given: dict[str, Any], request_id: UUID) -> Response:
    """Take the points back as the second person."""
    made = actions.confirm(current_caller(), request_id)
    return done(f"冲正了{made.amount}分，本人会收到消息，可以申诉。", to=_page_of(request_id))


@points_desk.post(f"{_AT}/judgement")
@permitted("points.judge_appeal")
@points_desk.form(JudgementSchema, again=reversal)
def judge_reversal(given: dict[str, str], request_id: UUID) -> Response:
    """The last word."""
    actions.judge(current_caller(), request_id, **given)
    return done("定好了，本人会收到。", to=_page_of(request_id))


def _waits(this: ReversalRequest, now: datetime) -> bool:
    over = this.state == "requested" and now >= this.answer_until
    return this.state in WAITING or over


def _page_of(request_id: UUID) -> str:
    return url_for("points_desk.reversal", request_id=request_id)
