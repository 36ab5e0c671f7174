"""清算: points of a year expire; planned by one, announced by another, told to everybody."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from backend.api import page
from backend.console import done, show
from backend.residents.identity import current_caller, current_community_id, may, permitted
from backend.residents.queries.people import names
from backend.virtue_bank.actions import settlements as actions
from backend.virtue_bank.pages import words
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.queries import settlements as queries
from backend.virtue_bank.schemas.forms import NothingSchema, RowsArguments
from backend.virtue_bank.schemas.settlements import (
    NewSettlementSchema,
    SettlementWithdrawalSchema,
)

_AT = "/points/settlements/<uuid:settlement_id>"


@points_desk.get("/points/settlements")
@permitted("points.read")
@points_desk.asked(RowsArguments)
def settlements(asked: dict[str, Any]) -> Response:
    """Settlements, newest first; plans are the committee's."""
    return _settlements(asked)


def _settlements(asked: dict[str, Any]) -> Response:
    may_settle = may("points.settle")
    rows = queries.settlements_page(current_community_id(), planned=may_settle, **asked)
    told = page(rows, asked["limit"], key=lambda each: each.id)
    return show(
        "virtue_bank/settlements.html",
        title="清算",
        parts={"more": "virtue_bank/settlement_rows.html"},
        people=names([each.planned_by for each in told["items"]]),
        tones=words.SETTLEMENTS,
        me=current_caller().resident_id,
        may_settle=may_settle,
        **told,
    )


def settlements_again() -> Response:
    return _settlements({"limit": 20, "after": None})


@points_desk.post("/points/settlements")
@permitted("points.settle")
@points_desk.form(NewSettlementSchema, again=settlements_again)
def plan_settlement(given: dict[str, Any]) -> Response:
    """Plan it; another person announces."""
    actions.plan_settlement(current_caller(), **given)
    return done("安排好了。请另一位委员核对后公告。", to=url_for("points_desk.settlements"))


@points_desk.get(f"{_AT}/announcement")
@permitted("points.settle")
def announcing(settlement_id: UUID) -> Response:
    """What the announcement does."""
    this = queries.find_settlement(current_community_id(), settlement_id)
    return show(
        "virtue_bank/announce_settlement.html",
        title="公告清算",
        this=this,
        people=names([this.planned_by]),
        is_mine=this.planned_by == current_caller().resident_id,
    )


@points_desk.post(f"{_AT}/announcement")
@permitted("points.settle")
@points_desk.form(NothingSchema, again=announcing)
def announce_settlement(_given: dict[str, Any], settlement_id: UUID) -> Response:
    """Announce it as the second person."""
    actions.announce_settlement(current_caller(), settlement_id)
    return done("公告了，每户会收到自己有多少分到期。", to=url_for("points_desk.settlements"))


def _again(settlement_id: UUID) -> Response:  # noqa: ARG001, named so
    return settlements_again()


@points_desk.post(f"{_AT}/withdrawal")
@permitted("points.settle")
@points_desk.form(SettlementWithdrawalSchema, again=_again)
def drop_settlement(given: dict[str, str], settlement_id: UUID) -> Response:
    """Give it up before its day."""
    actions.drop_settlement(current_caller(), settlement_id, **given)
    return done("不清算了，公告过的会再告诉大家。", to=url_for("points_desk.settlements"))
