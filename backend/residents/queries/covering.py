"""How far a worker's live roles reach: grids, buildings, homes and the people in them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased

from backend.database import db
from backend.residents.models import BuildingGrid, Caller, Duty, Grid, Residency
from backend.residents.queries.places import grid_path_of_building, grid_path_of_grid, homes_of


def duty_over_building(caller: Caller, building_id: UUID, on: date, *roles: str) -> Duty | None:
    """The caller's live assignment (to one of `roles`, or any) that covers the building."""
    if caller.community_id is None or not caller.duties:
        return None
    path = grid_path_of_building(caller.community_id, building_id, on)
    return next(
        (
            duty
            for duty in caller.duties
            if (not roles or duty.role in roles) and duty.covers(path, building_id)
        ),
        None,
    )


def covers_building(caller: Caller, building_id: UUID, on: date, *roles: str) -> bool:
    """Whether a live role of the caller reaches the building of their community on that day."""
    return duty_over_building(caller, building_id, on, *roles) is not None


def covers_household(caller: Caller, household_id: UUID, on: date, *roles: str) -> bool:
    """As `covers_building`, of the building a household lives in."""
    if caller.community_id is None:
        return False
    home = homes_of(caller.community_id, [household_id]).get(household_id)
    return home is not None and covers_building(caller, home.building_id, on, *roles)


def covers_grid(caller: Caller, grid_id: UUID, *roles: str) -> bool:
    """Whether a live role of the caller reaches all of the grid."""
    if caller.community_id is None:
        return False
    path = grid_path_of_grid(caller.community_id, grid_id)
    return bool(path) and any(
        (not roles or duty.role in roles) and duty.covers(path) for duty in caller.duties
    )


def buildings_covered(caller: Caller, on: date, *roles: str) -> frozenset[UUID] | None:
    """The buildings the caller's live roles reach; None stands for the whole community."""
    duties = [duty for duty in caller.duties if not roles or duty.role in roles]
    if any(duty.covers(()) for duty in duties):
        return None
    grids = {duty.scope_id for duty in duties if duty.scope_type == "grid"}
    own = {duty.scope_id for duty in duties if duty.scope_type == "building"}
    found = db.session.scalars(_buildings_under(caller.community_id, grids, on)) if grids else ()
    return frozenset(building for building in (*found, *own) if building)


def covers_person(caller: Caller, resident_id: UUID, on: date, *roles: str) -> bool:
    """Whether a live role of the caller reaches all of the community, or a home of the person."""
    reached = buildings_covered(caller, on, *roles)
    if reached is None or caller.community_id is None:
        return reached is None
    homes = db.session.scalars(
        select(Residency.household_id).where(
            Residency.community_id == caller.community_id,
            Residency.resident_id == resident_id,
            Residency.valid.contains(on),
        )
    )
    found = homes_of(caller.community_id, homes)
    return any(home.building_id in reached for home in found.values())


def _buildings_under(community_id: UUID | None, grid_ids: set[Any], on: date) -> Select[UUID]:
    middle = aliased(Grid)
    return (
        select(BuildingGrid.building_id)
        .join(Grid, and_(Grid.community_id == community_id, Grid.id == BuildingGrid.grid_id))
        .join(middle, and_(middle.community_id == community_id, middle.id == Grid.parent_id))
        .where(
            BuildingGrid.community_id == community_id,
            BuildingGrid.valid.contains(on),
            or_(
                Grid.id.in_(grid_ids),
                Grid.parent_id.in_(grid_ids),
                middle.parent_id.in_(grid_ids),
            ),
        )
    )
