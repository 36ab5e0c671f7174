"""冻结与解冻: asked by the chair, confirmed by a supervisor, judged by another on appeal."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from backend.api import page
from backend.clock import utc_now
from backend.console import done, show
from backend.ledger.models import Account, Asset, OwnerKind
from backend.ledger.queries import balances
from backend.residents.identity import current_caller, current_community_id, may, permitted
from backend.residents.models import CHANNEL_NAMES
from backend.residents.queries.people import names
from backend.virtue_bank.actions import freezings as actions
from backend.virtue_bank.models import FreezingRequest
from backend.virtue_bank.models.freezings import IN_FORCE
from backend.virtue_bank.pages import words
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.pages.finding import found_people
from backend.virtue_bank.queries.accounts import OF_PEOPLE, find_account, own_accounts
from backend.virtue_bank.queries.freezings import founders_of
from backend.virtue_bank.schemas.forms import (
    FreezingArguments,
    NewFreezingFormSchema,
    NothingSchema,
    RowsArguments,
)
from backend.virtue_bank.schemas.freezings import (
    DeclinedFreezingSchema,
    FreezingJudgementSchema,
    NewFreezingSchema,
)
from backend.virtue_bank.schemas.reversals import BY_WORD, HoldersWordSchema

_AT = "/points/freezings/<uuid:freezing_id>"


@points_desk.get("/points/freezings")
@permitted("points.freeze.read")
@points_desk.asked(RowsArguments)
def freezings(asked: dict[str, Any]) -> Response:
    """Requests, newest first."""
    found = actions.freezings_of(current_caller(), **asked)
    told = page(found, asked["limit"], key=lambda each: each.id)
    return show(
        "virtue_bank/freezings.html",
        title="冻结与解冻",
        parts={"more": "virtue_bank/freezing_rows.html"},
        words=words,
        whose=actions.whose(current_community_id(), told["items"]),
        may_ask=may("points.freeze"),
        **told,
    )


@points_desk.get("/points/freezings/new")
@permitted("points.freeze")
@points_desk.asked(FreezingArguments)
def new_freezing(asked: dict[str, Any]) -> Response:
    """Whose account it is, then why."""
    return _new(**asked)


def _new(account: int | None, q: str, person: list[UUID]) -> Response:
    here = current_community_id()
    found = _accounts_of(here, account, person[:1])
    left = balances(here, [each.id for each in found])
    families = founders_of(here, {each.owner_id for each in found})
    known = names([*(each.owner_id for each in found), *families.values(), *person[:1]])
    return show(
        "virtue_bank/new_freezing.html",
        title="申请冻结",
        people=[(each, known[each]) for each in person[:1] if each in known],
        accounts=[
            (
                each.id,
                _called(each, known, families),
                f"有{left[each.id].available}分" + ("，已经冻结" * left[each.id].frozen),
            )
            for each in found
        ],
        **found_people(q),
    )


def _called(account: Account, known: dict[UUID, str], families: dict[UUID, UUID]) -> str:
    name = known.get(families.get(account.owner_id, account.owner_id), "")
    return f"{name}一家" if account.owner_kind == OwnerKind.FAMILY else name


def _accounts_of(here: UUID, account_id: int | None, person: list[UUID]) -> list[Account]:
    found = [find_account(here, account_id)] if account_id else []
    found += [each for one in person for each in own_accounts(here, one)]
    return [each for each in found if each.asset == Asset.POINTS and each.owner_kind in OF_PEOPLE]


def new_freezing_again() -> Response:
    return _new(request.form.get("account_id", type=int), "", [])


@points_desk.post("/points/freezings/new")
@permitted("points.freeze")
@points_desk.form(NewFreezingFormSchema, again=new_freezing_again)
def ask_freezing(given: dict[str, Any]) -> Response:
    """Ask; a supervisor confirms, and only then something happens."""
    made = actions.request_freezing(
        current_caller(), given.pop("account_id"), aim="freeze", **given
    )
    return done("申请好了，等监督委员会确认。账户现在还没有动。", to=_page_of(made.id))


@points_desk.get(_AT)
@permitted("points.freeze.read")
def freezing(freezing_id: UUID) -> Response:
    """One request, what was said, and what can be done now."""
    caller = current_caller()
    this = actions.readable(caller, freezing_id)
    me, now = caller.resident_id, utc_now()
    is_apart = me not in {this.asked_by, this.confirmed_by}
    in_force = this.aim == "freeze" and this.state in IN_FORCE
    may_appeal = this.state == "confirmed" and bool(this.appeal_until and now < this.appeal_until)
    return show(
        "virtue_bank/freezing.html",
        title="冻结与解冻",
        this=this,
        words=words,
        whose=actions.whose(current_community_id(), [this])[this.id],
        people=names([this.asked_by, this.confirmed_by, this.declined_by, this.judged_by]),
        channels=[(each, CHANNEL_NAMES[each]) for each in BY_WORD],
        is_holder=me == this.holder_id,
        may_appeal=may_appeal and may("points.freeze.appeal") and is_apart,
        may_withdraw=this.state == "requested" and this.asked_by == me,
        may_confirm=may("points.freeze.confirm") and _waits(this) and this.asked_by != me,
        may_judge=may("points.judge_appeal") and this.state == "appealed" and is_apart,
        may_free=may("points.freeze") and in_force,
    )


@points_desk.post(f"{_AT}/unfreezing")
@permitted("points.freeze")
@points_desk.form(NewFreezingSchema, again=freezing)
def ask_unfreezing(given: dict[str, Any], freezing_id: UUID) -> Response:
    """Ask that the account be free again."""
    caller = current_caller()
    account_id = actions.readable(caller, freezing_id).account_id
    made = actions.request_freezing(caller, account_id, aim="unfreeze", **given)
    return done("申请好了，等监督委员会确认。", to=_page_of(made.id))


@points_desk.post(f"{_AT}/withdrawal")
@permitted("points.freeze")
@points_desk.form(NothingSchema, again=freezing)
def withdraw_freezing(_given: dict[str, Any], freezing_id: UUID) -> Response:
    """Ask no more."""
    actions.withdraw(current_caller(), freezing_id)
    return done("撤回了，账户没有变。", to=_page_of(freezing_id))


@points_desk.post(f"{_AT}/appeal")
@permitted("points.freeze.appeal")
@points_desk.form(HoldersWordSchema, again=freezing)
def appeal_freezing(given: dict[str, Any], freezing_id: UUID) -> Response:
    """Type that the holder asks the supervisors."""
    actions.appeal(current_caller(), freezing_id, **given)
    return done("记下了。由监督委员会另一位裁决。", to=_page_of(freezing_id))


@points_desk.get(f"{_AT}/confirmation")
@permitted("points.freeze.confirm")
def confirming_freezing(freezing_id: UUID) -> Response:
    """What freezing or freeing does, to be confirmed by a second person."""
    caller = current_caller()
    this = actions.readable(caller, freezing_id)
    here = current_community_id()
    return show(
        "virtue_bank/confirm_freezing.html",
        title="确认解冻" if this.aim == "unfreeze" else "确认冻结",
        this=this,
        whose=actions.whose(here, [this])[this.id],
        people=names([this.asked_by]),
        left=balances(here, [this.account_id])[this.account_id],
        is_mine=this.asked_by == caller.resident_id,
        waits=_waits(this),
    )


@points_desk.post(f"{_AT}/confirmation")
@permitted("points.freeze.confirm")
@points_desk.form(NothingSchema, again=confirming_freezing)
def confirm_freezing(_given: dict[str, Any], freezing_id: UUID) -> Response:
    """Freeze the account, or free it, as the second person."""
    made = actions.confirm(current_caller(), freezing_id)
    said = (
        "冻结了，账户的人会收到理由，可以申诉。"
        if made.aim == "freeze"
        else "解冻了，可以照常使用。"
    )
    return done(said, to=_page_of(freezing_id))


@points_desk.post(f"{_AT}/refusal")
@permitted("points.freeze.confirm")
@points_desk.form(DeclinedFreezingSchema, again=freezing)
def decline_freezing(given: dict[str, str], freezing_id: UUID) -> Response:
    """Say no, with a reason, as the second person."""
    actions.decline(current_caller(), freezing_id, **given)
    return done("没有同意，账户没有变。申请人会收到理由。", to=_page_of(freezing_id))


@points_desk.post(f"{_AT}/judgement")
@permitted("points.judge_appeal")
@points_desk.form(FreezingJudgementSchema, again=freezing)
def judge_freezing(given: dict[str, str], freezing_id: UUID) -> Response:
    """The last word."""
    actions.judge(current_caller(), freezing_id, **given)
    return done("定好了，账户的人会收到。", to=_page_of(freezing_id))


def _waits(this: FreezingRequest) -> bool:
    return this.state == "requested" and utc_now() < this.confirm_until


def _page_of(freezing_id: UUID) -> str:
    return url_for("points_desk.freezing", freezing_id=freezing_id)
