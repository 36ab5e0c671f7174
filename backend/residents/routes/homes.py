"""Homes over HTTP: asking for verification, deciding it, finding people, one's stewards."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, page, page_of
from backend.clock import today
from backend.residents.actions import moving
from backend.residents.actions import people as person_actions
from backend.residents.actions import residence as actions
from backend.residents.identity import (
    current_caller,
    current_community_id,
    permitted,
    require_caller,
)
from backend.residents.models import Caller, Residency
from backend.residents.queries.covering import buildings_covered
from backend.residents.queries.people import residencies_of
from backend.residents.queries.places import (
    Home,
    homes_of,
)
from backend.residents.queries.registers import people_page
from backend.residents.queries.stewards import Holder, holders_around
from backend.residents.queries.verifications import (
    Claim,
    claims_of_person,
    claims_page,
    community_of_own_claim,
    community_of_own_home,
)
from backend.residents.rules.appointments import TITLES
from backend.residents.rules.stewards import Level, Steward, cards
from backend.residents.schemas.homes import (
    ClaimListArguments,
    ClaimSchema,
    FoundPersonSchema,
    MyResidenceSchema,
    NewPersonSchema,
    PeopleArguments,
    RecordedRequestSchema,
    RegisteredSchema,
    ResidenceAppealSchema,
    ResidenceDecisionSchema,
    ResidenceRequestSchema,
    RoleHoldersSchema,
    SamePeopleSchema,
)

homes = Blueprint("homes", __name__, url_prefix="/api/v1", description="居住与核验")
homes.before_request(require_caller)


@homes.get("/me/residence")
@permitted("self")
@homes.response(200, MyResidenceSchema)
def my_residence() -> dict[str, Any]:
    """Where I live, and what I asked for."""
    caller = current_caller()
    lived_in = residencies_of(caller.resident_id, today())
    known: dict[UUID, Home] = {}
    for community_id in {home.community_id for home in lived_in}:
        known |= homes_of(community_id, [home.household_id for home in lived_in])
    return {
        "homes": [
            {
                "id": home.id,
                "community_id": home.community_id,
                "household_id": home.household_id,
                "address": known[home.household_id].address,
                "relation": home.relation,
                "is_main": home.is_main,
                "valid": home.valid,
            }
            for home in lived_in
        ],
        "requests": claims_of_person(caller.resident_id),
    }


@homes.post("/me/residence")
@permitted("residence.request")
@homes.arguments(ResidenceRequestSchema)
@homes.response(201, ClaimSchema)
def request_residence(wish: dict[str, Any]) -> Claim:
    """Ask to be verified as living somewhere."""
    return actions.request_residence(current_caller(), **wish)


@homes.get("/verifications")
@permitted("residence.verify")
@homes.arguments(ClaimListArguments, location="query")
@homes.response(200, page_of(ClaimSchema))
def list_verifications(asked: dict[str, Any]) -> dict[str, Any]:
    """Claims in my scope, newest first."""
    caller = current_caller()
    found = claims_page(
        current_community_id(),
        buildings=buildings_covered(caller, today(), *moving.VERIFIERS),
        states=asked["state"],
        overdue_on=today() if asked["overdue"] else None,
        after=asked["after"],
        limit=asked["limit"],
    )
    return page(found, asked["limit"], key=lambda claim: claim.id)


@homes.post("/verifications")
@permitted("residence.verify")
@homes.arguments(RecordedRequestSchema)
@homes.response(201, ClaimSchema)
def request_for_somebody(wish: dict[str, Any]) -> Claim:
    """Type the request of somebody at the door, the counter or on the phone."""
    return actions.request_for(current_caller(), current_community_id(), **wish)


@homes.post("/verifications/<uuid:verification_id>/decision")
@permitted("residence.verify")
@homes.arguments(ResidenceDecisionSchema)
@homes.response(200, ClaimSchema)
def decide_verification(decision: dict[str, Any], verification_id: UUID) -> Claim:
    """Confirm with the kind of evidence seen, or refuse with a reason."""
    return actions.decide(current_caller(), current_community_id(), verification_id, **decision)


@homes.get("/verifications/<uuid:verification_id>/same-people")
@permitted("residence.verify")
@homes.response(200, SamePeopleSchema)
def same_people(verification_id: UUID) -> dict[str, Any]:
    """List who is registered in the claimed dwelling without an account: perhaps this person."""
    found = actions.same_people(current_caller(), current_community_id(), verification_id)
    return {"items": found}


@homes.post("/verifications/<uuid:verification_id>/appeal")
@permitted("self")
@homes.arguments(ResidenceAppealSchema)
@homes.response(201, ClaimSchema)
def appeal_verification(wish: dict[str, Any], verification_id: UUID) -> Claim:
    """Have another member look at a refusal: within ten days, once."""
    caller = current_caller()
    return actions.appeal(
        caller, verification_id, community_id=_claim_place(caller, verification_id), **wish
    )


@homes.post("/verifications/<uuid:verification_id>/renewal")
@permitted("self")
@homes.response(200, ClaimSchema)
def renew_verification(verification_id: UUID) -> Claim:
    """Still living there: one tap of the person, or a worker's visit."""
    caller = current_caller()
    return actions.renew(
        caller, verification_id, community_id=_claim_place(caller, verification_id)
    )


@homes.post("/residencies/<uuid:residency_id>/departure")
@permitted("self")
@homes.response(204)
def move_out(residency_id: UUID) -> None:
    """The person no longer lives there."""
    caller = current_caller()
    own = community_of_own_home(caller.resident_id, residency_id)
    moving.move_out(caller, residency_id, community_id=own or current_community_id())


@homes.post("/people")
@permitted("residence.verify")
@homes.arguments(NewPersonSchema)
@homes.response(201, RegisteredSchema)
def register_person(new: dict[str, Any]) -> Residency:
    """A resident without WeChat, seen and verified at the door."""
    return person_actions.register_person(current_caller(), current_community_id(), **new)


@homes.get("/people")
@permitted("people.search")
@homes.arguments(PeopleArguments, location="query")
@homes.response(200, page_of(FoundPersonSchema))
def find_people(asked: dict[str, Any]) -> dict[str, Any]:
    """People of my scope by name; phones are masked."""
    found = people_page(
        current_community_id(),
        name=asked["q"],
        on=today(),
        buildings=buildings_covered(current_caller(), today()),
        after=asked["after"],
        limit=asked["limit"],
    )
    return page(found, asked["limit"], key=lambda person: person.residency_id)


@homes.get("/me/role-holders")
@permitted("self")
@homes.response(200, RoleHoldersSchema)
def my_role_holders() -> dict[str, Any]:
    """百姓管家: who serves my building, grid and community; duty phones only."""
    caller = current_caller()
    community_id = current_community_id()
    lived_in: list[Home | None] = [*homes_of(community_id, caller.household_ids).values()]
    return {"homes": [_cards(community_id, home) for home in lived_in or [None]]}


def _claim_place(caller: Caller, verification_id: UUID) -> UUID:
    """A person's own claim may lie in a community they do not live in yet."""
    own = community_of_own_claim(caller.resident_id, verification_id)
    return own or current_community_id()


def _cards(community_id: UUID, home: Home | None) -> dict[str, Any]:
    around = holders_around(community_id, home, today())
    phone = around.community.phone
    office = Steward(
        name=f"{around.community.name}居委会", role="office", title="社区居委会", phone=phone
    )
    levels = [
        Level(
            level="community",
            place=around.community.name,
            holders=[_steward(each, instead=phone) for each in around.of_community],
        )
    ]
    if home is not None:
        levels = [
            Level(
                level="building",
                place=home.building,
                holders=[_steward(each) for each in around.of_building],
            ),
            Level(
                level="grid", place=around.grid, holders=[_steward(each) for each in around.of_grid]
            ),
            *levels,
        ]
    return {
        "household_id": home.household_id if home else None,
        "address": home.address if home else None,
        "cards": cards(levels, office=office),
    }


def _steward(holder: Holder, *, instead: str = "") -> Steward:
    return Steward(
        name=holder.name,
        role=holder.role,
        title=TITLES[holder.role],
        phone=holder.phone or instead,
        person_id=holder.person_id,
    )
