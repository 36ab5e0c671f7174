"""Moving in and out: when a home begins and ends, and what hangs on living there."""

from datetime import date
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today
from backend.database import db
from backend.errors import NotFound
from backend.residents.actions.proxies import end_grants_of_residence
from backend.residents.actions.roles import end_roles_of_residence
from backend.residents.models import Caller, Household, Residency, Verification
from backend.residents.queries.covering import covers_building
from backend.residents.queries.people import (
    find_residency,
    lock_residency,
    lock_resident,
    residencies_of,
)
from backend.residents.queries.places import (
    home_of,
    live_households_of,
    lock_dwelling,
)
from backend.residents.queries.spans import since, until
from backend.residents.queries.verifications import lock_verification
from backend.residents.rules import verification as rules

VERIFIERS = ("grid_worker", "service_worker", "committee_member", "chair")


def move_in(
    verification: Verification,
    *,
    household_id: UUID | None,
    new_household: bool,
    on: date,
) -> Residency:
    """Open the residency the claim asked for, in a household of its dwelling."""
    community_id, person_id = verification.community_id, verification.actor_id
    lock_dwelling(community_id, verification.dwelling_id)
    lock_resident(person_id)
    household = _household(verification, household_id, new_household=new_household, on=on)
    homes = residencies_of(person_id, on)
    if any(home.household_id == household.id for home in homes):
        raise rules.AlreadyLivesHere
    verification.household_id = household.id
    residency = Residency(
        community_id=community_id,
        resident_id=person_id,
        household_id=household.id,
        relation=verification.relation,
        valid=since(on),
        is_main=not any(home.is_main for home in homes),
        verification_id=verification.id,
    )
    db.session.add(residency)
    return residency


def move_out(caller: Caller, residency_id: UUID, *, community_id: UUID) -> None:
    """The person no longer lives there, from today."""
    found = find_residency(community_id, residency_id)
    if found.resident_id != caller.resident_id:
        check_reach(caller, home_of(community_id, found.household_id).building_id)
    # The verification comes first, as in the nightly job, so that the two never block each other.
    verification = (
        lock_verification(community_id, found.verification_id) if found.verification_id else None
    )
    residency = lock_residency(community_id, residency_id)
    if today() not in residency.valid:
        raise rules.AlreadyDecided("这一居住登记已经结束。")
    if verification is not None:
        verification.state = rules.after(verification.state, "move_out")
    close_residency(residency, on=today())
    record(
        "residence.ended",
        object_type="residency",
        object_id=residency.id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=community_id,
    )


def close_residency(residency: Residency, *, on: date) -> None:
    """End it, count the person in another home if there is one, end roles tied to living here."""
    lock_resident(residency.resident_id)
    residency.valid = until(residency.valid, on)
    was_main, residency.is_main = residency.is_main, False
    db.session.flush()
    left = residencies_of(residency.resident_id, on)
    if was_main and left:
        left[0].is_main = True
    if all(home.community_id != residency.community_id for home in left):
        end_roles_of_residence(residency.community_id, residency.resident_id)
        end_grants_of_residence(residency.community_id, residency.resident_id)


def check_reach(caller: Caller, building_id: UUID) -> None:
    if not covers_building(caller, building_id, today(), *VERIFIERS):
        raise NotFound


def _household(
    verification: Verification, household_id: UUID | None, *, new_household: bool, on: date
) -> Household:
    """The household named, else the only one there, else a new one."""
    community_id = verification.community_id
    live = live_households_of(community_id, verification.dwelling_id, on)
    if new_household or not live:
        opened = Household(
            community_id=community_id,
            dwelling_id=verification.dwelling_id,
            tenure=verification.tenure,
            opened_on=on,
        )
        db.session.add(opened)
        db.session.flush()
        return opened
    if household_id is None and len(live) > 1:
        raise rules.WhichHousehold(
            "请选择一户，或注明另立一户。", household_ids=[str(each.id) for each in live]
        )
    if household_id is None:
        return live[0]
    named = next((each for each in live if each.id == household_id), None)
    if named is None:
        raise NotFound
    return named
