"""居住核验: asking, deciding, appealing, renewing."""

from datetime import date
from typing import Any
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.database import db
from backend.days import day_of, months_later
from backend.errors import NotFound
from backend.residents import notices
from backend.residents.actions.linking import link
from backend.residents.actions.moving import check_reach, close_residency, move_in
from backend.residents.actions.news import tell
from backend.residents.models import Caller, Verification
from backend.residents.queries.holders import grid_workers_of_building, holder_ids
from backend.residents.queries.holidays import working_days_after
from backend.residents.queries.linking import Candidate, candidates
from backend.residents.queries.people import (
    find_person,
    household_ids_of,
    kin_of,
    lock_resident,
)
from backend.residents.queries.places import (
    dwelling_at,
    find_building,
    find_community,
    live_households_of,
    lock_dwelling,
)
from backend.residents.queries.settings import setting_on, settings_on
from backend.residents.queries.verifications import (
    Claim,
    claim_of,
    has_open_request,
    is_appealed,
    lock_due,
    lock_untold_overdue,
    lock_verification,
    residency_by,
)
from backend.residents.rules import verification as rules
from backend.residents.rules.own_business import check_not_own_business, check_other_decider

MEMBERS = ("committee_member", "chair")
A_NIGHTS_WORK = 500


def request_residence(
    caller: Caller,
    *,
    community_id: UUID,
    building_id: UUID,
    unit_no: str,
    room_no: str,
    relation: str,
    tenure: str,
    note: str = "",
) -> Claim:
    """Ask to be verified as living in a dwelling; a task for its grid worker."""
    if find_community(community_id).status != "live":
        raise NotFound
    claim = _request(
        caller,
        caller.act(),
        community_id=community_id,
        dwelling_id=_dwelling_id(community_id, building_id, unit_no, room_no),
        building_id=building_id,
        relation=relation,
        tenure=tenure,
        note=note,
    )
    person = lock_resident(caller.resident_id)
    if person.home_community_id is None:
        person.home_community_id = community_id
    return claim


def request_for(
    caller: Caller,
    community_id: UUID,
    *,
    person_id: UUID,
    channel: str,
    building_id: UUID,
    unit_no: str,
    room_no: str,
    relation: str,
    tenure: str,
    note: str = "",
) -> Claim:
    """Type what a person says at the door, the counter or on the phone."""
    check_reach(caller, building_id)
    find_person(community_id, person_id)
    return _request(
        caller,
        caller.act(channel=channel, person_id=person_id),
        community_id=community_id,
        dwelling_id=_dwelling_id(community_id, building_id, unit_no, room_no),
        building_id=building_id,
        relation=relation,
        tenure=tenure,
        note=note,
    )


def decide(
    caller: Caller,
    community_id: UUID,
    verification_id: UUID,
    *,
    confirmed: bool,
    evidence_kind: str | None = None,
    reason_code: str | None = None,
    reason: str | None = None,
    household_id: UUID | None = None,
    new_household: bool = False,
    same_person_id: UUID | None = None,
) -> Claim:
    """Confirm with the kind of evidence seen, or refuse with a reason.

    `same_person_id`: somebody already registered there, who has never signed in, is this person.
    """
    verification = lock_verification(community_id, verification_id)
    claim = claim_of(community_id, verification_id)
    check_reach(caller, claim.building_id)
    _check_decider(caller, verification)
    state = rules.after(verification.state, "confirm" if confirmed else "refuse")
    if confirmed:
        rules.check_confirmation(evidence_kind)
        if same_person_id is not None:
            link(caller, verification, same_person_id)
        else:
            move_in(
                verification, household_id=household_id, new_household=new_household, on=today()
            )
        verification.evidence_kind = evidence_kind
        verification.due_on = checked_again_on(community_id)
        told = notices.residence_verified(verification, claim.address)
    else:
        rules.check_refusal(reason_code, reason)
        verification.reason_code, verification.reason = reason_code, reason
        final = verification.appeal_of is not None
        told = notices.residence_refused(verification, claim.address, final=final)
    verification.state = state
    verification.decided_by, verification.decided_at = caller.resident_id, utc_now()
    _audit(caller, f"residence.{state}", verification)
    tell(told)
    db.session.flush()
    return claim_of(community_id, verification_id)


def same_people(caller: Caller, community_id: UUID, verification_id: UUID) -> list[Candidate]:
    """Who is registered in the claimed dwelling without an account, and may be the same person."""
    claim = claim_of(community_id, verification_id)
    check_reach(caller, claim.building_id)
    return candidates(community_id, claim.dwelling_id, today())


def appeal(caller: Caller, verification_id: UUID, *, community_id: UUID, note: str) -> Claim:
    """Have another member look at a refusal: within ten days, once."""
    refused = lock_verification(community_id, verification_id)
    if refused.actor_id != caller.resident_id:
        raise NotFound
    state = rules.after(refused.state, "appeal")
    limits = settings_on(
        community_id, ["residence.appeal_days", "residence.appeal_working_days"], today()
    )
    decided_at = refused.decided_at or refused.created_at
    rules.check_appeal(
        decided_on=day_of(decided_at),
        today=today(),
        within_days=limits["residence.appeal_days"],
        is_appeal=refused.appeal_of is not None,
        appealed=is_appealed(community_id, refused.id),
    )
    lock_dwelling(community_id, refused.dwelling_id)
    _check_not_waiting(community_id, caller.resident_id, refused.dwelling_id)
    lodged = Verification(
        community_id=community_id,
        dwelling_id=refused.dwelling_id,
        relation=refused.relation,
        tenure=refused.tenure,
        state=state,
        note=note,
        appeal_of=refused.id,
        due_on=working_days_after(today(), limits["residence.appeal_working_days"]),
        **caller.act(),
    )
    db.session.add(lodged)
    db.session.flush()
    claim = claim_of(community_id, lodged.id)
    others = [
        member for member in holder_ids(community_id, *MEMBERS) if member != refused.decided_by
    ]
    tell(notices.residence_appealed(lodged, claim.address, others))
    _audit(caller, "residence.appealed", lodged)
    return claim


def renew(caller: Caller, verification_id: UUID, *, community_id: UUID) -> Claim:
    """Still living there: by the person with one tap, or by a worker on a visit."""
    verification = lock_verification(community_id, verification_id)
    claim = claim_of(community_id, verification_id)
    if verification.actor_id != caller.resident_id:
        check_reach(caller, claim.building_id)
        _check_decider(caller, verification)
    verification.state = rules.after(verification.state, "renew")
    verification.due_on = checked_again_on(community_id)
    _audit(caller, "residence.renewed", verification)
    db.session.flush()
    return claim_of(community_id, verification_id)


def checked_again_on(community_id: UUID) -> date:
    """When a residence verified today is to be looked at again."""
    months = setting_on(community_id, "residence.check_after_months", today())
    return months_later(today(), months)


def lapse_verifications(here: UUID) -> None:
    """Nightly: old verifications come up for a check, unchecked ones lapse, late ones escalate."""
    for verification in lock_due(here, ["verified"], today(), limit=A_NIGHTS_WORK):
        verification.state = rules.after(verification.state, "grow_old")
        months = setting_on(verification.community_id, "residence.renewal_months", today())
        verification.due_on = months_later(today(), months)
        tell(notices.residence_check_due(verification, _address(verification)))
    for verification in lock_due(here, ["check_due"], today(), limit=A_NIGHTS_WORK):
        verification.state = rules.after(verification.state, "lapse")
        residency = residency_by(verification.community_id, verification.id)
        if residency is not None and today() in residency.valid:
            close_residency(residency, on=today())
        tell(notices.residence_lapsed(verification, _address(verification)))
    for verification in lock_untold_overdue(here, today(), limit=A_NIGHTS_WORK):
        verification.overdue_told_at = utc_now()
        chairs = holder_ids(verification.community_id, "chair")
        tell(notices.residence_overdue(verification, _address(verification), chairs))


def _request(
    caller: Caller,
    act: dict[str, Any],
    *,
    community_id: UUID,
    dwelling_id: UUID,
    building_id: UUID,
    relation: str,
    tenure: str,
    note: str,
) -> Claim:
    lock_dwelling(community_id, dwelling_id)
    _check_not_waiting(community_id, act["actor_id"], dwelling_id)
    working_days = setting_on(community_id, "residence.request_working_days", today())
    verification = Verification(
        community_id=community_id,
        dwelling_id=dwelling_id,
        relation=relation,
        tenure=tenure,
        note=note,
        due_on=working_days_after(today(), working_days),
        **act,
    )
    db.session.add(verification)
    db.session.flush()
    claim = claim_of(community_id, verification.id)
    workers = grid_workers_of_building(community_id, building_id)
    workers = workers or holder_ids(community_id, "chair")
    tell(notices.residence_requested(verification, claim.address, workers))
    _audit(caller, "residence.requested", verification)
    return claim


def _dwelling_id(community_id: UUID, building_id: UUID, unit_no: str, room_no: str) -> UUID:
    find_building(community_id, building_id)
    dwelling = dwelling_at(community_id, building_id, unit_no=unit_no, room_no=room_no)
    if dwelling is None:
        raise rules.RoomUnknown
    return dwelling.id


def _check_not_waiting(community_id: UUID, person_id: UUID, dwelling_id: UUID) -> None:
    if has_open_request(community_id, person_id, dwelling_id):
        raise rules.AlreadyRequested("请等待网格员办理，或打电话询问。")
    live = {each.id for each in live_households_of(community_id, dwelling_id, today())}
    own = household_ids_of(community_id, [person_id]).get(person_id, frozenset())
    if live & own:
        raise rules.AlreadyLivesHere


def _check_decider(caller: Caller, verification: Verification) -> None:
    community_id, person_id = verification.community_id, verification.actor_id
    homes = household_ids_of(community_id, [person_id]).get(person_id, frozenset())
    around = live_households_of(community_id, verification.dwelling_id, today())
    check_not_own_business(
        caller.resident_id,
        person_id=person_id,
        kin=kin_of([person_id]),
        shares_home=not caller.household_ids.isdisjoint(homes | {each.id for each in around}),
    )
    if verification.appeal_of is not None and verification.state == "appealed":
        if caller.duty(*MEMBERS) is None:
            raise rules.OnlyMembersDecideAppeals
        first = lock_verification(community_id, verification.appeal_of)
        check_other_decider(caller.resident_id, first_decider_id=first.decided_by)


def _address(verification: Verification) -> str:
    return claim_of(verification.community_id, verification.id).address


def _audit(caller: Caller, action: str, verification: Verification) -> None:
    record(
        action,
        object_type="verification",
        object_id=verification.id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=verification.community_id,
        on_behalf_of_id=(
            verification.actor_id if verification.actor_id != caller.resident_id else None
        ),
    )
