"""Who holds which role where, today or on another day."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from backend.clock import today
from backend.database import db
from backend.errors import NotFound
from backend.residents.models import Community, RoleAssignment
from backend.residents.queries.places import grid_path_of_building
from backend.residents.queries.spans import since

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


def assignments_of(resident_id: UUID, on: date) -> Sequence[RoleAssignment]:
    """What the person holds or is proposed for on that day or later, everywhere."""
    return db.session.scalars(
        select(RoleAssignment)
        .where(
            RoleAssignment.resident_id == resident_id,
            RoleAssignment.state != "ended",
            RoleAssignment.valid.overlaps(since(on)),
        )
        .order_by(RoleAssignment.id)
    ).all()


def find_assignment(community_id: UUID | None, assignment_id: UUID) -> RoleAssignment:
    """The assignment over this community or a part of it; with None, any in the district.

    Raises:
        NotFound: there is none, or it is another community's.
    """
    held = db.session.get(RoleAssignment, assignment_id)
    if held is None or (community_id is not None and held.community_id != community_id):
        raise NotFound
    return held


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
