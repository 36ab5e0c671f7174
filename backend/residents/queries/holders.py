"""Who holds which role where, today or on another day."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import Range

from backend.clock import today
from backend.database import db
from backend.errors import NotFound
from backend.residents.models import (
    Building,
    Community,
    Grid,
    Resident,
    RoleAssignment,
    StaffAccount,
    Street,
)
from backend.residents.models.masks import NOBODY
from backend.residents.queries.places import grid_path_of_building

GRID_ROLES = ("grid_worker", "service_worker")


def live_holders(
    community_id: UUID, *roles: str, on: date | None = None
) -> list[tuple[UUID, RoleAssignment]]:
    """(resident id, assignment) of everybody who holds one of `roles` over the community.

    Roles over a part of it (a grid, a building) count too, and those of its street and of the
    whole district; oldest assignment first.
    """
    return [(held.resident_id, held) for held in _live(community_id, roles, on or today())]


def holder_ids(community_id: UUID, *roles: str, on: date | None = None) -> list[UUID]:
    """The people of `live_holders`, each once."""
    return list(dict.fromkeys(person for person, _ in live_holders(community_id, *roles, on=on)))


def holders_of_building(
    community_id: UUID, building_id: UUID, *roles: str, on: date | None = None
) -> list[RoleAssignment]:
    """Holders of `roles` whose scope covers the building, the nearest first.

    The order is building, small grid, middle grid, large grid, community.
    """
    on = on or today()
    nearest = [building_id, *grid_path_of_building(community_id, building_id, on)]
    found = [
        held
        for held in _live(community_id, roles, on)
        if held.scope_id in nearest or held.scope_type == "community"
    ]
    return sorted(
        found, key=lambda held: nearest.index(held.scope_id) if held.scope_id else len(nearest)
    )


def grid_workers_of_building(
    community_id: UUID, building_id: UUID, on: date | None = None
) -> list[UUID]:
    """The grid workers of the nearest grid around the building that has any."""
    held = holders_of_building(community_id, building_id, *GRID_ROLES, on=on)
    return [each.resident_id for each in held if each.scope_id == held[0].scope_id]


def roles_of(resident_ids: Iterable[UUID], on: date | None = None) -> dict[UUID, list[str]]:
    """Live roles by person, in every community."""
    rows = db.session.execute(
        select(RoleAssignment.resident_id, RoleAssignment.role)
        .where(RoleAssignment.resident_id.in_(set(resident_ids)), *_is_live(on or today()))
        .order_by(RoleAssignment.id)
    )
    held: dict[UUID, list[str]] = {}
    for resident_id, role in rows:
        held.setdefault(resident_id, []).append(role)
    return held


def communities_served(resident_id: UUID, on: date | None = None) -> list[Community]:
    """Where somebody holds an office on that day, there or over its street or the district."""
    reaches = or_(
        RoleAssignment.community_id == Community.id,
        and_(
            RoleAssignment.scope_type == "street", RoleAssignment.street_id == Community.street_id
        ),
        RoleAssignment.scope_type == "district",
    )
    served = exists().where(
        RoleAssignment.resident_id == resident_id, reaches, *_is_live(on or today())
    )
    live = select(Community).where(Community.status == "live", served)
    return list(db.session.scalars(live.order_by(Community.name, Community.id)))


def find_assignment(community_id: UUID | None, assignment_id: UUID) -> RoleAssignment:
    """The assignment over this community or a part of it; with None, any in the district.

    Raises:
        NotFound: there is none, or it is another community's.
    """
    held = db.session.get(RoleAssignment, assignment_id)
    if held is None or (community_id is not None and held.community_id != community_id):
        raise NotFound
    return held


def terms_over(on: date, *, limit: int) -> list[tuple[UUID, UUID]]:
    """(assignment, person) of live roles whose last day lies before `on`, in a fixed order."""
    over = (
        select(RoleAssignment.id, RoleAssignment.resident_id)
        .where(RoleAssignment.state == "live", func.upper(RoleAssignment.valid) <= on)
        .order_by(RoleAssignment.resident_id, RoleAssignment.id)
        .limit(limit)
    )
    return [(held, person) for held, person in db.session.execute(over)]


def lock_assignment(assignment_id: UUID) -> RoleAssignment:
    """The assignment, held until the transaction ends."""
    held = db.session.get(
        RoleAssignment,
        assignment_id,
        with_for_update={"key_share": True},
        populate_existing=True,
    )
    if held is None:
        raise NotFound
    return held


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """An assignment with the name of who holds it and of what it reaches over."""

    id: UUID
    resident_id: UUID
    person: str | None
    role: str
    scope_type: str
    scope_id: UUID | None
    scope: str | None
    unit_no: str | None
    community_id: UUID | None
    state: str
    from_on: date | None
    until_on: date | None
    appointed_by: UUID | None
    confirmed_by: UUID | None


def appointments_page(
    community_id: UUID | None,
    *,
    states: Collection[str],
    roles: Collection[str],
    after: UUID | None,
    limit: int,
) -> list[Appointment]:
    """Assignments over the community and its parts (None: the whole district), newest first.

    One more than `limit`.
    """
    wanted = _appointments().where(RoleAssignment.state.in_(states))
    if community_id is not None:
        wanted = wanted.where(RoleAssignment.community_id == community_id)
    if roles:
        wanted = wanted.where(RoleAssignment.role.in_(roles))
    if after is not None:
        wanted = wanted.where(RoleAssignment.id < after)
    rows = db.session.execute(wanted.order_by(RoleAssignment.id.desc()).limit(limit + 1))
    return [_appointment(row) for row in rows.mappings()]


def appointment_of(assignment_id: UUID) -> Appointment:
    row = db.session.execute(_appointments().where(RoleAssignment.id == assignment_id))
    return _appointment(row.mappings().one())


def overlapping_assignment(
    resident_id: UUID,
    role: str,
    *,
    community_id: UUID | None,
    scope_id: UUID | None,
    valid: Range[date],
) -> bool:
    """Whether the person already holds the role over the same scope in these days."""
    same = exists().where(
        RoleAssignment.resident_id == resident_id,
        RoleAssignment.role == role,
        RoleAssignment.community_id.is_not_distinct_from(community_id),
        RoleAssignment.scope_id.is_not_distinct_from(scope_id),
        RoleAssignment.valid.overlaps(valid),
    )
    return bool(db.session.scalar(select(same)))


def live_of_person_here(
    community_id: UUID, resident_id: UUID, roles: Collection[str], on: date
) -> Sequence[RoleAssignment]:
    return db.session.scalars(
        select(RoleAssignment)
        .where(
            RoleAssignment.community_id == community_id,
            RoleAssignment.resident_id == resident_id,
            RoleAssignment.role.in_(roles),
            *_is_live(on),
        )
        .with_for_update(key_share=True)
    ).all()


def faces(resident_ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """(name, duty phone) of role holders; the private phone is in no answer."""
    rows = db.session.execute(
        select(Resident.id, Resident.name, Resident.nickname, StaffAccount.duty_phone)
        .outerjoin(StaffAccount, StaffAccount.resident_id == Resident.id)
        .where(Resident.id.in_(set(resident_ids)))
    )
    return {
        resident_id: (name or nickname or NOBODY, phone or "")
        for resident_id, name, nickname, phone in rows
    }


def _appointments() -> Select[*tuple[Any, ...]]:
    return (
        select(
            RoleAssignment.id,
            RoleAssignment.resident_id,
            Resident.name.label("person"),
            RoleAssignment.role,
            RoleAssignment.scope_type,
            RoleAssignment.scope_id,
            func.coalesce(Grid.name, Building.name, Street.name).label("scope"),
            RoleAssignment.unit_no,
            RoleAssignment.community_id,
            RoleAssignment.state,
            RoleAssignment.valid,
            RoleAssignment.appointed_by,
            RoleAssignment.confirmed_by,
        )
        .join(Resident, Resident.id == RoleAssignment.resident_id)
        .outerjoin(
            Grid,
            and_(
                Grid.community_id == RoleAssignment.community_id,
                Grid.id == RoleAssignment.scope_id,
            ),
        )
        .outerjoin(
            Building,
            and_(
                Building.community_id == RoleAssignment.community_id,
                Building.id == RoleAssignment.scope_id,
            ),
        )
        .outerjoin(Street, Street.id == RoleAssignment.street_id)
    )


def _appointment(row: RowMapping) -> Appointment:
    columns = dict(row)
    valid = columns.pop("valid")
    return Appointment(**columns, from_on=valid.lower, until_on=valid.upper)


def _live(community_id: UUID, roles: Collection[str], on: date) -> Sequence[RoleAssignment]:
    street = select(Community.street_id).where(Community.id == community_id).scalar_subquery()
    reaches = or_(
        RoleAssignment.community_id == community_id,
        and_(RoleAssignment.scope_type == "street", RoleAssignment.street_id == street),
        RoleAssignment.scope_type == "district",
    )
    return db.session.scalars(
        select(RoleAssignment)
        .where(RoleAssignment.role.in_(roles), reaches, *_is_live(on))
        .order_by(RoleAssignment.id)
    ).all()


def _is_live(on: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return RoleAssignment.state == "live", RoleAssignment.valid.contains(on)
