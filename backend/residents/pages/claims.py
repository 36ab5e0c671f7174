"""居住核验 at the desk: who says to live where, and whether that is so."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from backend.api import page
from backend.clock import today
from backend.console import done, show
from backend.residents.actions import moving, residence
from backend.residents.identity import current_caller, current_community_id, permitted
from backend.residents.models import CHANNEL_NAMES
from backend.residents.pages import words
from backend.residents.pages.people import people_desk, tabs
from backend.residents.queries.covering import buildings_covered
from backend.residents.queries.people import names, residents_of_households
from backend.residents.queries.places import live_households_of
from backend.residents.queries.verifications import OPEN, claim_of, claims_page
from backend.residents.schemas.people_desk import DecisionFormSchema, DeskPageArguments


@people_desk.get("/people/verifications")
@permitted("residence.verify")
@people_desk.asked(DeskPageArguments)
def claims(asked: dict[str, Any]) -> Response:
    """Claims in the reader's scope that wait for an answer, newest first."""
    found = claims_page(
        current_community_id(),
        buildings=buildings_covered(current_caller(), today(), *moving.VERIFIERS),
        states=OPEN,
        overdue_on=None,
        **asked,
    )
    return show(
        "residents/claims.html",
        title="居住核验",
        parts={"rows": "residents/claim_rows.html", "more": "residents/claim_rows.html"},
        tabs=tabs(),
        words=words,
        **page(found, asked["limit"], key=lambda claim: claim.id),
    )


@people_desk.get("/people/verifications/<uuid:verification_id>")
@permitted("residence.verify")
def claim(verification_id: UUID) -> Response:
    """One claim, who else lives there, and the decision."""
    caller, here = current_caller(), current_community_id()
    alike = residence.same_people(caller, here, verification_id)
    this = claim_of(here, verification_id)
    return show(
        "residents/claim.html",
        title=f"{this.person or '有人'}住在{this.address}吗",
        tabs=tabs(),
        claim=this,
        is_open=this.state in OPEN,
        alike=[(each.person_id, each.name or "没有写名字") for each in alike],
        living=_living(here, this.dwelling_id),
        recorded_by=names([this.recorded_by]).get(this.recorded_by) if this.recorded_by else None,
        channels=CHANNEL_NAMES,
        words=words,
    )


@people_desk.post("/people/verifications/<uuid:verification_id>/decision")
@permitted("residence.verify")
@people_desk.form(DecisionFormSchema, again=claim)
def decide(given: dict[str, Any], verification_id: UUID) -> Response:
    """Confirm with the kind of evidence seen, or refuse with a reason."""
    decided = residence.decide(current_caller(), current_community_id(), verification_id, **given)
    said = (
        "核验通过了。他现在可以附议、表决了。"
        if decided.state == "verified"
        else "没有通过。他会收到理由，可以申诉一次。"
    )
    return done(said, to=url_for("people_desk.claims"))


def _living(here: UUID, dwelling_id: UUID) -> list[tuple[UUID, str]]:
    """The households of the dwelling, by the names of those who live there."""
    households = live_households_of(here, dwelling_id, today())
    people = residents_of_households(here, [each.id for each in households])
    known = names(person for those in people.values() for person in those)
    return [
        (each.id, "、".join(known[p] for p in people.get(each.id, [])) or f"第{number}户，没有人")
        for number, each in enumerate(households, start=1)
    ]


__all__ = ["people_desk"]
