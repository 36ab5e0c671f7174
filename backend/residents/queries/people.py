"""People: names, homes, households, kin, and who is a resident of a community."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import and_, exists, or_, select, union

from backend.clock import today
from backend.database import db, tell
from backend.errors import NotFound
from backend.residents.models import (
    Caller,
    Kin,
    Residency,
    Resident,
    RoleAssignment,
    StaffAccount,
    Verification,
)
from backend.residents.models.masks import NOBODY, UNNAMED, mask_name
from backend.residents.queries.spans import since

_CLOSE = """
SELECT resident_id FROM residency
 WHERE community_id = :community_id AND household_id = ANY(:homes)
   AND valid @> CAST(:today AS date)
UNION SELECT resident_a FROM kin WHERE resident_b = :me
UNION SELECT resident_b FROM kin WHERE resident_a = :me
"""


def names(resident_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The name of each person, in one statement; the nickname where no name is known."""
    wanted = {each for each in resident_ids if each is not None}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Resident.id, Resident.name, Resident.nickname, Resident.erased_at).where(
            Resident.id.in_(wanted)
        )
    )
    return {
        resident_id: name or nickname or (NOBODY if erased_at else UNNAMED)
        for resident_id, name, nickname, erased_at in rows
    }


def masked_names(resident_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """As `names`, shown as to people outside the scope: 张*, 王*芳."""
    return {resident_id: mask_name(name) for resident_id, name in names(resident_ids).items()}


def household_ids_of(
    community_id: UUID, resident_ids: Iterable[UUID], on: date | None = None
) -> Mapping[UUID, frozenset[UUID]]:
    """The households each person lives in here on that day; people without one are left out."""
    rows = db.session.execute(
        select(Residency.resident_id, Residency.household_id).where(
            Residency.community_id == community_id,
            Residency.resident_id.in_(set(resident_ids)),
            Residency.valid.contains(on or today()),
        )
    )
    found: dict[UUID, frozenset[UUID]] = {}
    for resident_id, household_id in rows:
        found[resident_id] = found.get(resident_id, frozenset()) | {household_id}
    return found


def residents_of_households(
    community_id: UUID, household_ids: Iterable[UUID], on: date | None = None
) -> dict[UUID, list[UUID]]:
    """Who lives in each household on that day; empty households are left out."""
    rows = db.session.execute(
        select(Residency.household_id, Residency.resident_id)
        .where(
            Residency.community_id == community_id,
            Residency.household_id.in_(set(household_ids)),
            Residency.valid.contains(on or today()),
        )
        .order_by(Residency.id)
    )
    found: dict[UUID, list[UUID]] = {}
    for household_id, resident_id in rows:
        found.setdefault(household_id, []).append(resident_id)
    return found


def is_live_resident(community_id: UUID, resident_id: UUID, on: date | None = None) -> bool:
    """Whether the person's residence here is verified on that day (level 2)."""
    lives = exists().where(
        Residency.community_id == community_id,
        Residency.resident_id == resident_id,
        Residency.valid.contains(on or today()),
    )
    return bool(db.session.scalar(select(lives)))


def kin_of(resident_ids: Iterable[UUID]) -> frozenset[UUID]:
    """The declared near relatives of any of these people."""
    people = set(resident_ids)
    if not people:
        return frozenset()
    one_way = select(Kin.resident_a).where(Kin.resident_b.in_(people))
    other_way = select(Kin.resident_b).where(Kin.resident_a.in_(people))
    return frozenset(db.session.scalars(union(one_way, other_way)))


def close_to(community_id: UUID, caller: Caller) -> frozenset[UUID]:
    """Those the caller lives with here, and declared near relatives."""
    told = {
        "community_id": community_id,
        "homes": list(caller.household_ids),
        "me": caller.resident_id,
        "today": today(),
    }
    return frozenset(row["resident_id"] for row in tell(_CLOSE, told))


def held_by(resident_ids: Iterable[UUID], on: date) -> list[RoleAssignment]:
    """What any of these people hold or are proposed for on that day or later."""
    people = set(resident_ids)
    if not people:
        return []
    held = select(RoleAssignment).where(
        RoleAssignment.resident_id.in_(people),
        RoleAssignment.state != "ended",
        RoleAssignment.valid.overlaps(since(on)),
    )
    return list(db.session.scalars(held.order_by(RoleAssignment.id)))


def is_kin(one: UUID, other: UUID) -> bool:
    return other in kin_of([one])


def find_person(community_id: UUID, resident_id: UUID) -> Resident:
    """Somebody the community has to do with.

    Staff reach a person only through a row of their own community: a residency, a request,
    a role, or that the person chose it as home.

    Raises:
        NotFound: there is no such row.
    """
    person = db.session.scalar(
        select(Resident).where(
            Resident.id == resident_id,
            Resident.status == "active",
            or_(
                Resident.home_community_id == community_id,
                exists().where(
                    Residency.community_id == community_id, Residency.resident_id == resident_id
                ),
                exists().where(
                    Verification.community_id == community_id, Verification.actor_id == resident_id
                ),
                exists().where(
                    and_(
                        RoleAssignment.community_id == community_id,
                        RoleAssignment.resident_id == resident_id,
                    )
                ),
            ),
        )
    )
    if person is None:
        raise NotFound
    return person


def residencies_of(resident_id: UUID, on: date) -> list[Residency]:
    """Every home of the person on that day, in any community; the main one first."""
    lives = select(Residency).where(
        Residency.resident_id == resident_id, Residency.valid.contains(on)
    )
    return list(db.session.scalars(lives.order_by(Residency.is_main.desc(), Residency.id)))


def lock_resident(resident_id: UUID) -> Resident:
    """The person, held until the transaction ends: homes and roles are counted per person."""
    person = db.session.get(
        Resident, resident_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if person is None or person.status != "active":
        raise NotFound
    return person


def find_residency(community_id: UUID, residency_id: UUID) -> Residency:
    """One person's home.

    Raises:
        NotFound: the community has none with this id.
    """
    found = db.session.get(Residency, (community_id, residency_id))
    if found is None:
        raise NotFound
    return found


def lock_residency(community_id: UUID, residency_id: UUID) -> Residency:
    """One person's home, held until the transaction ends.

    Raises:
        NotFound: the community has none with this id.
    """
    found = db.session.get(
        Residency,
        (community_id, residency_id),
        with_for_update={"key_share": True},
        populate_existing=True,
    )
    if found is None:
        raise NotFound
    return found


def find_appointee(community_id: UUID | None, resident_id: UUID) -> Resident:
    """Somebody who may be given a role: known to the community, or with a staff account.

    Raises:
        NotFound: neither.
    """
    if community_id is not None and not has_account(resident_id):
        return find_person(community_id, resident_id)
    person = db.session.get(Resident, resident_id)
    if person is None or person.status != "active":
        raise NotFound
    return person


def has_account(resident_id: UUID) -> bool:
    account = exists().where(
        StaffAccount.resident_id == resident_id, StaffAccount.status != "closed"
    )
    return bool(db.session.scalar(select(account)))
