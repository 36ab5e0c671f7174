"""对账单: a statement printed for somebody who has no phone, or read for a reason that is kept."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request

from backend.clock import today
from backend.console import show
from backend.ledger.models import Asset, OwnerKind
from backend.residents.identity import current_caller, current_community_id, may, permitted
from backend.residents.queries.people import find_person, names
from backend.virtue_bank.actions.statement_papers import paper_for
from backend.virtue_bank.models.words import READ_REASONS
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.pages.finding import found_people
from backend.virtue_bank.queries.accounts import own_accounts
from backend.virtue_bank.rules.statements import check_reason, days_asked
from backend.virtue_bank.schemas.accounts import as_pdf
from backend.virtue_bank.schemas.forms import PeopleArguments, StatementFormSchema

CALLED = {
    (OwnerKind.PERSON, Asset.POINTS): "本人的积分",
    (OwnerKind.PERSON, Asset.MINUTES): "本人的时间币",
    (OwnerKind.FAMILY, Asset.POINTS): "全家的积分",
}
ON_REQUEST = "holder_asked"


@points_desk.get("/points/statements")
@permitted("points.statement.print")
@points_desk.asked(PeopleArguments)
def statements(asked: dict[str, Any]) -> Response:
    """Whose, which of their accounts, from when to when, and why."""
    return _statements(**asked)


def _statements(q: str, person: list[UUID]) -> Response:
    here, chosen = current_community_id(), person[:1]
    for each in chosen:
        find_person(here, each)
    known = names(chosen)
    since, until = days_asked(None, None, today())
    return show(
        "virtue_bank/statements.html",
        title="对账单",
        people=[(each, known[each]) for each in chosen],
        accounts=[
            (each.id, CALLED[OwnerKind(each.owner_kind), Asset(each.asset)])
            for one in chosen
            for each in own_accounts(here, one)
        ],
        reasons=list(_reasons().items()),
        since=since,
        until=until,
        **found_people(q),
    )


def statements_again() -> Response:
    person = request.form.get("person_id", type=UUID)
    return _statements("", [person] if person else [])


@points_desk.post("/points/statements")
@permitted("points.statement.print")
@points_desk.form(StatementFormSchema, again=statements_again)
def print_statement(given: dict[str, Any]) -> Response:
    """The statement on A4, which the browser shows and prints."""
    given.pop("person_id")
    check_reason(given["reason"], _reasons())
    return as_pdf(paper_for(current_caller(), given.pop("account_id"), **given))


def _reasons() -> Mapping[str, str]:
    """Whoever may not read accounts of their own accord prints what the holder asks for."""
    if may("points.statement"):
        return READ_REASONS
    return {ON_REQUEST: READ_REASONS[ON_REQUEST]}
