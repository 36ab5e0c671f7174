"""Making somebody known who uses no phone: a worker has seen them where they live."""

from uuid import UUID

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.crypto import mac, seal
from backend.database import db
from backend.errors import Conflict, NotFound
from backend.residents.actions.moving import VERIFIERS, move_in
from backend.residents.actions.residence import checked_again_on
from backend.residents.models import Caller, Residency, Resident, Verification
from backend.residents.queries.covering import covers_building
from backend.residents.queries.places import (
    dwelling_at,
    find_building,
    live_households_of,
    lock_dwelling,
)
from backend.residents.queries.registers import PHONE, lives_there_by_name
from backend.residents.rules.own_business import OwnBusiness
from backend.residents.rules.verification import (
    RoomUnknown,
    check_confirmation,
)


class AlreadyRegistered(Conflict):
    title = "这一住处已登记同名的人"


def register_person(
    caller: Caller,
    community_id: UUID,
    *,
    name: str,
    building_id: UUID,
    unit_no: str,
    room_no: str,
    relation: str,
    tenure: str,
    evidence_kind: str,
    channel: str,
    born_year: int | None = None,
    phone: str | None = None,
    household_id: UUID | None = None,
    new_household: bool = False,
) -> Residency:
    """A resident without WeChat, verified at the door in the same moment."""
    find_building(community_id, building_id)
    if not covers_building(caller, building_id, today(), *VERIFIERS):
        raise NotFound
    check_confirmation(evidence_kind)
    dwelling = dwelling_at(community_id, building_id, unit_no=unit_no, room_no=room_no)
    if dwelling is None:
        raise RoomUnknown
    lock_dwelling(community_id, dwelling.id)
    around = {each.id for each in live_households_of(community_id, dwelling.id, today())}
    if not caller.household_ids.isdisjoint(around):
        raise OwnBusiness("请由其他工作人员办理。")
    if lives_there_by_name(community_id, dwelling.id, name, today()):
        raise AlreadyRegistered("请先查一查是否同一个人。")
    person = Resident(
        name=name,
        born_year=born_year,
        home_community_id=community_id,
        preferred_channel="phone" if phone else "paper",
    )
    if phone:
        person.phone_sealed = seal(phone, f"{PHONE}:{person.id}")
        person.phone_mac = mac(PHONE, phone)
    db.session.add(person)
    db.session.flush()
    verification = Verification(
        community_id=community_id,
        dwelling_id=dwelling.id,
        relation=relation,
        tenure=tenure,
        evidence_kind=evidence_kind,
        decided_by=caller.resident_id,
        decided_at=utc_now(),
        due_on=checked_again_on(community_id),
        **caller.act(channel=channel, person_id=person.id),
    )
    db.session.add(verification)
    db.session.flush()
    residency = move_in(
        verification, household_id=household_id, new_household=new_household, on=today()
    )
    verification.state = "verified"
    db.session.flush()
    record(
        "person.registered",
        object_type="resident",
        object_id=person.id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=community_id,
        on_behalf_of_id=person.id,
        detail={"verification": str(verification.id), "evidence": evidence_kind},
    )
    return residency
