"""The household register, people by name, groups: lists a worker reads inside their scope."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select

from backend.crypto import unseal
from backend.database import db
from backend.residents.models import (
    Building,
    Dwelling,
    GroupMember,
    Household,
    HouseholdGroup,
    Residency,
    Resident,
)
from backend.residents.models.masks import mask_phone
from backend.residents.queries.places import with_building, with_household

PHONE = "resident.phone"


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody living in a household."""

    residency_id: UUID
    person_id: UUID
    name: str | None
    relation: str
    since: date | None


@dataclass(frozen=True, kw_only=True)
class RegisteredHousehold:
    id: UUID
    dwelling_id: UUID
    building_id: UUID
    building: str
    unit_no: str
    room_no: str
    floor: int
    tenure: str
    opened_on: date
    closed_on: date | None
    group: str | None
    people: list[Member] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RegisteredPerson:
    """A person as staff find them: the phone masked, the address as it is."""

    id: UUID
    residency_id: UUID
    name: str | None
    born_year: int | None
    phone: str | None
    relation: str
    household_id: UUID
    building: str
    unit_no: str
    room_no: str


@dataclass(frozen=True, kw_only=True)
class RegisteredGroup:
    id: UUID
    code: str
    name: str
    households: int
    created_at: datetime


def households_page(
    community_id: UUID,
    *,
    on: date,
    buildings: frozenset[UUID] | None,
    household_ids: Collection[UUID] | None = None,
    building_id: UUID | None = None,
    with_closed: bool = False,
    after: UUID | None,
    limit: int,
) -> list[RegisteredHousehold]:
    """Households with the people living there on that day, newest first.

    `buildings` and `household_ids` narrow it to a scope; None does not. One more than `limit`.
    """
    wanted = (
        with_building(
            select(
                Household.id,
                Household.dwelling_id,
                Dwelling.building_id,
                Building.name.label("building"),
                Dwelling.unit_no,
                Dwelling.room_no,
                Dwelling.floor,
                Household.tenure,
                Household.opened_on,
                Household.closed_on,
                HouseholdGroup.name.label("group"),
            )
        )
        .outerjoin(
            GroupMember,
            and_(
                GroupMember.community_id == Household.community_id,
                GroupMember.household_id == Household.id,
                GroupMember.valid.contains(on),
            ),
        )
        .outerjoin(
            HouseholdGroup,
            and_(
                HouseholdGroup.community_id == Household.community_id,
                HouseholdGroup.id == GroupMember.group_id,
            ),
        )
        .where(Household.community_id == community_id)
        .order_by(Household.id.desc())
        .limit(limit + 1)
    )
    if not with_closed:
        wanted = wanted.where(or_(Household.closed_on.is_(None), Household.closed_on > on))
    if buildings is not None:
        wanted = wanted.where(Dwelling.building_id.in_(buildings))
    if building_id is not None:
        wanted = wanted.where(Dwelling.building_id == building_id)
    if household_ids is not None:
        wanted = wanted.where(Household.id.in_(household_ids))
    if after is not None:
        wanted = wanted.where(Household.id < after)
    found = [RegisteredHousehold(**row) for row in db.session.execute(wanted).mappings()]
    people = _members(community_id, [each.id for each in found], on)
    for household in found:
        household.people.extend(people.get(household.id, ()))
    return found


def people_page(
    community_id: UUID,
    *,
    name: str,
    on: date,
    buildings: frozenset[UUID] | None,
    after: UUID | None,
    limit: int,
) -> list[RegisteredPerson]:
    """People living here whose name or pinyin contains `name`, by residency, newest first.

    One more than `limit`; the cursor is the residency's id.
    """
    wanted = (
        with_building(
            with_household(
                select(
                    Resident.id,
                    Residency.id.label("residency_id"),
                    Resident.name,
                    Resident.born_year,
                    Resident.phone_sealed,
                    Residency.relation,
                    Residency.household_id,
                    Building.name.label("building"),
                    Dwelling.unit_no,
                    Dwelling.room_no,
                ).join(Residency, Residency.resident_id == Resident.id)
            )
        )
        .where(
            Residency.community_id == community_id,
            Residency.valid.contains(on),
            Resident.status == "active",
            or_(
                Resident.name.contains(name, autoescape=True),
                Resident.pinyin.contains(name.lower(), autoescape=True),
            ),
        )
        .order_by(Residency.id.desc())
        .limit(limit + 1)
    )
    if buildings is not None:
        wanted = wanted.where(Dwelling.building_id.in_(buildings))
    if after is not None:
        wanted = wanted.where(Residency.id < after)
    return [_person(dict(row)) for row in db.session.execute(wanted).mappings()]


def lives_there_by_name(community_id: UUID, dwelling_id: UUID, name: str, on: date) -> bool:
    """Whether somebody of this name already lives in the dwelling: probably the same person."""
    known = exists().where(
        Residency.community_id == community_id,
        Residency.valid.contains(on),
        Resident.id == Residency.resident_id,
        Resident.name == name,
        Household.community_id == Residency.community_id,
        Household.id == Residency.household_id,
        Household.dwelling_id == dwelling_id,
    )
    return bool(db.session.scalar(select(known)))


def people_in_household(community_id: UUID, household_id: UUID, on: date) -> int:
    living = select(func.count()).where(
        Residency.community_id == community_id,
        Residency.household_id == household_id,
        Residency.valid.contains(on),
    )
    return db.session.scalar(living) or 0


def groups_page(
    community_id: UUID, *, on: date, after: UUID | None, limit: int
) -> list[RegisteredGroup]:
    """居民小组 with how many households they have on that day, newest first."""
    size = (
        select(func.count())
        .where(
            GroupMember.community_id == HouseholdGroup.community_id,
            GroupMember.group_id == HouseholdGroup.id,
            GroupMember.valid.contains(on),
        )
        .scalar_subquery()
    )
    wanted = (
        select(
            HouseholdGroup.id,
            HouseholdGroup.code,
            HouseholdGroup.name,
            size.label("households"),
            HouseholdGroup.created_at,
        )
        .where(HouseholdGroup.community_id == community_id)
        .order_by(HouseholdGroup.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(HouseholdGroup.id < after)
    return [RegisteredGroup(**row) for row in db.session.execute(wanted).mappings()]


def lock_households(community_id: UUID, household_ids: Collection[UUID]) -> list[Household]:
    """These households in a fixed order, held until the transaction ends."""
    wanted = (
        select(Household)
        .where(Household.community_id == community_id, Household.id.in_(household_ids))
        .order_by(Household.id)
        .with_for_update(key_share=True)
    )
    return list(db.session.scalars(wanted))


def memberships_from(
    community_id: UUID, household_ids: Collection[UUID], day: date
) -> list[GroupMember]:
    """Their places in groups that reach to `day` or beyond, in order of time."""
    held = (
        select(GroupMember)
        .where(
            GroupMember.community_id == community_id,
            GroupMember.household_id.in_(household_ids),
            or_(func.upper_inf(GroupMember.valid), func.upper(GroupMember.valid) > day),
        )
        .order_by(func.lower(GroupMember.valid))
    )
    return list(db.session.scalars(held))


def _members(community_id: UUID, household_ids: list[UUID], on: date) -> dict[UUID, list[Member]]:
    rows = db.session.execute(
        select(
            Residency.household_id,
            Residency.id,
            Resident.id,
            Resident.name,
            Residency.relation,
            func.lower(Residency.valid),
        )
        .join(Resident, Resident.id == Residency.resident_id)
        .where(
            Residency.community_id == community_id,
            Residency.household_id.in_(household_ids),
            Residency.valid.contains(on),
        )
        .order_by(Residency.id)
    )
    found: dict[UUID, list[Member]] = {}
    for household_id, residency_id, person_id, name, relation, first in rows:
        found.setdefault(household_id, []).append(
            Member(
                residency_id=residency_id,
                person_id=person_id,
                name=name,
                relation=relation,
                since=first,
            )
        )
    return found


def _person(columns: dict[str, Any]) -> RegisteredPerson:
    sealed = columns.pop("phone_sealed")
    phone = mask_phone(unseal(sealed, f"{PHONE}:{columns['id']}")) if sealed else None
    return RegisteredPerson(**columns, phone=phone)
