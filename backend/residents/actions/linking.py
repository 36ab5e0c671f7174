"""A newcomer with WeChat turns out to be somebody already registered: one row remains."""

from uuid import UUID

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.crypto import mac, seal, unseal
from backend.database import db
from backend.errors import NotFound
from backend.residents.models import Caller, Resident, Verification
from backend.residents.queries.linking import (
    candidates,
    has_acts,
    move_account,
    residency_in,
)
from backend.residents.queries.people import kin_of, lock_resident
from backend.residents.queries.places import lock_dwelling
from backend.residents.queries.registers import PHONE
from backend.residents.queries.verifications import lock_verification
from backend.residents.rules import verification as rules
from backend.residents.rules.own_business import check_not_own_business


def link(caller: Caller, verification: Verification, known_id: UUID) -> None:
    """The verified newcomer is `known_id`: account and claims move there, the empty row is erased.

    Raises:
        NotFound: nobody of this id lives in the dwelling without an account.
        BothHaveActs: the newcomer has done things that stay under the newcomer's row.
    """
    community_id, newcomer_id = verification.community_id, verification.actor_id
    check_not_own_business(
        caller.resident_id, person_id=known_id, kin=kin_of([known_id]), shares_home=False
    )
    lock_dwelling(community_id, verification.dwelling_id)
    people = {id_: lock_resident(id_) for id_ in sorted({newcomer_id, known_id})}
    residency = residency_in(community_id, verification.dwelling_id, known_id, today())
    unclaimed = candidates(community_id, verification.dwelling_id, today())
    if residency is None or known_id not in {each.person_id for each in unclaimed}:
        raise NotFound
    if has_acts(newcomer_id):
        raise rules.BothHaveActs
    if residency.verification_id is not None:
        earlier = lock_verification(community_id, residency.verification_id)
        earlier.state = rules.after(earlier.state, "move_out")
    verification.household_id = residency.household_id
    residency.verification_id = verification.id
    db.session.flush()
    move_account(newcomer_id, known_id, now=utc_now())
    db.session.refresh(verification, with_for_update={"key_share": True})
    _take_over(people[newcomer_id], people[known_id])
    record(
        "person.linked",
        object_type="resident",
        object_id=known_id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=community_id,
        detail={"erased": str(newcomer_id), "verification": str(verification.id)},
    )


def _take_over(newcomer: Resident, known: Resident) -> None:
    known.nickname = known.nickname or newcomer.nickname
    known.preferred_channel = newcomer.preferred_channel
    known.large_type = known.large_type or newcomer.large_type
    if newcomer.phone_sealed and known.phone_sealed is None:
        phone = unseal(newcomer.phone_sealed, f"{PHONE}:{newcomer.id}")
        known.phone_sealed, known.phone_mac = seal(phone, f"{PHONE}:{known.id}"), mac(PHONE, phone)
    newcomer.status, newcomer.erased_at = "erased", utc_now()
    newcomer.name = newcomer.nickname = newcomer.pinyin = newcomer.born_year = None
    newcomer.phone_sealed = newcomer.phone_mac = newcomer.home_community_id = None
