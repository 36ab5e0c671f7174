"""Building the grid tree, and the register of dwellings and households."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today
from backend.database import db
from backend.errors import NotFound
from backend.residents.models import (
    Building,
    BuildingGrid,
    Caller,
    Dwelling,
    Grid,
    GroupMember,
    Household,
    HouseholdGroup,
)
from backend.residents.queries.covering import covers_building
from backend.residents.queries.places import (
    building_grids_from,
    building_named,
    dwelling_at,
    find_building,
    find_dwelling,
    find_grid,
    find_group,
    grid_coded,
    group_coded,
    home_of,
    lock_building,
    lock_community,
    lock_dwelling,
    lock_household,
)
from backend.residents.queries.registers import (
    lock_households,
    memberships_from,
    people_in_household,
)
from backend.residents.queries.spans import between, until
from backend.residents.rules import tree as rules

SMALL = 3


def add_grid(
    caller: Caller, community_id: UUID, *, level: int, code: str, name: str, parent_id: UUID | None
) -> Grid:
    lock_community(community_id)
    parent = find_grid(community_id, parent_id) if parent_id else None
    rules.check_parent(level, parent.level if parent else None)
    if grid_coded(community_id, code):
        raise rules.CodeTaken
    grid = Grid(community_id=community_id, level=level, code=code, name=name, parent_id=parent_id)
    db.session.add(grid)
    _audit(caller, "grid.added", "grid", community_id, grid.id, level=level)
    return grid


def rename_grid(caller: Caller, community_id: UUID, grid_id: UUID, *, code: str, name: str) -> Grid:
    """A new code or name; where the grid hangs stays, since old acts were done under it."""
    lock_community(community_id)
    grid = find_grid(community_id, grid_id)
    other = grid_coded(community_id, code)
    if other is not None and other.id != grid.id:
        raise rules.CodeTaken
    grid.code, grid.name = code, name
    _audit(caller, "grid.renamed", "grid", community_id, grid.id)
    return grid


def add_building(
    caller: Caller, community_id: UUID, *, name: str, units: int, grid_id: UUID | None
) -> Building:
    """A building, in a small grid from today if one is named."""
    lock_community(community_id)
    if building_named(community_id, name):
        raise rules.NameTaken
    building = Building(community_id=community_id, name=name, units=units)
    db.session.add(building)
    db.session.flush()
    _audit(caller, "building.added", "building", community_id, building.id)
    if grid_id is not None:
        place_building(caller, community_id, building.id, grid_id=grid_id, from_on=today())
    return building


def place_building(
    caller: Caller, community_id: UUID, building_id: UUID, *, grid_id: UUID, from_on: date | None
) -> BuildingGrid:
    """From that day the building lies in another small grid: one row ends, another begins."""
    from_on = from_on or today()
    rules.check_from_today(from_on, today())
    building = lock_building(community_id, building_id)
    if find_grid(community_id, grid_id).level != SMALL:
        raise rules.NotASmallGrid
    rows = building_grids_from(community_id, building_id, from_on)
    current = next((row for row in rows if from_on in row.valid), None)
    if current is not None and current.grid_id == grid_id:
        raise rules.AlreadyThere
    before = current.grid_id if current else None
    placed = _placed_from(from_on, current, rows, home=building, grid_id=grid_id)
    _audit(
        caller,
        "building.placed",
        "building",
        community_id,
        building_id,
        grid=str(grid_id),
        instead_of=str(before) if before else "",
        from_on=from_on.isoformat(),
    )
    return placed


def add_dwelling(
    caller: Caller,
    community_id: UUID,
    *,
    building_id: UUID,
    unit_no: str,
    floor: int,
    room_no: str,
) -> Dwelling:
    building = lock_building(community_id, building_id)
    _check_reach(caller, building_id)
    rules.check_unit(unit_no, building.units)
    if dwelling_at(community_id, building_id, unit_no=unit_no, room_no=room_no):
        raise rules.RoomTaken
    dwelling = Dwelling(
        community_id=community_id,
        building_id=building_id,
        unit_no=unit_no,
        floor=floor,
        room_no=room_no,
    )
    db.session.add(dwelling)
    _audit(caller, "dwelling.added", "dwelling", community_id, dwelling.id)
    return dwelling


def open_household(
    caller: Caller, community_id: UUID, *, dwelling_id: UUID, tenure: str, opened_on: date | None
) -> Household:
    """A household; a second live one in the same dwelling is allowed."""
    opened_on = opened_on or today()
    rules.check_opening(opened_on, today())
    _check_reach(caller, find_dwelling(community_id, dwelling_id).building_id)
    household = Household(
        community_id=community_id, dwelling_id=dwelling_id, tenure=tenure, opened_on=opened_on
    )
    db.session.add(household)
    _audit(caller, "household.opened", "household", community_id, household.id)
    return household


def close_household(
    caller: Caller, community_id: UUID, household_id: UUID, *, closed_on: date | None
) -> Household:
    """The household is no more; whoever lived there has moved out before."""
    closed_on = closed_on or today()
    home = home_of(community_id, household_id)
    _check_reach(caller, home.building_id)
    lock_dwelling(community_id, home.dwelling_id)  # as who moves in does: nobody does meanwhile
    household = lock_household(community_id, household_id)
    rules.check_closing(
        household.opened_on,
        closed_on,
        already=household.closed_on,
        living=people_in_household(community_id, household_id, closed_on),
    )
    household.closed_on = closed_on
    _audit(caller, "household.closed", "household", community_id, household.id)
    return household


def add_group(caller: Caller, community_id: UUID, *, code: str, name: str) -> HouseholdGroup:
    lock_community(community_id)
    if group_coded(community_id, code):
        raise rules.CodeTaken
    group = HouseholdGroup(community_id=community_id, code=code, name=name)
    db.session.add(group)
    _audit(caller, "group.added", "household_group", community_id, group.id)
    return group


def join_group(
    caller: Caller,
    community_id: UUID,
    group_id: UUID,
    *,
    household_ids: Collection[UUID],
    from_on: date | None,
) -> int:
    """These households belong to the group from that day, and to no other; how many moved."""
    from_on = from_on or today()
    rules.check_from_today(from_on, today())
    find_group(community_id, group_id)
    wanted = set(household_ids)
    if {each.id for each in lock_households(community_id, wanted)} != wanted:
        raise NotFound
    staying = set()
    for member in memberships_from(community_id, wanted, from_on):
        if member.group_id == group_id and from_on in member.valid:
            staying.add(member.household_id)
        elif member.household_id not in staying:
            first = member.valid.lower or from_on
            member.valid = until(member.valid, max(first, from_on))
    db.session.flush()  # what ends must end before what begins
    db.session.add_all(
        GroupMember(
            community_id=community_id,
            household_id=household_id,
            group_id=group_id,
            valid=between(from_on, None),
        )
        for household_id in sorted(wanted - staying)
    )
    _audit(
        caller,
        "group.joined",
        "household_group",
        community_id,
        group_id,
        households=len(wanted - staying),
    )
    return len(wanted - staying)


def _placed_from(
    from_on: date,
    current: BuildingGrid | None,
    rows: Sequence[BuildingGrid],
    *,
    home: Building,
    grid_id: UUID,
) -> BuildingGrid:
    """The row from `from_on` up to where the next one begins; the one before ends that day."""
    if current is not None and current.valid.lower == from_on:
        current.grid_id = grid_id  # nothing was done under it before that day
        return current
    if current is not None:
        end = current.valid.upper
        current.valid = until(current.valid, from_on)
        db.session.flush()  # what ends must end before what begins
    else:
        end = rows[0].valid.lower if rows else None
    placed = BuildingGrid(
        community_id=home.community_id,
        building_id=home.id,
        grid_id=grid_id,
        valid=between(from_on, end),
    )
    db.session.add(placed)
    return placed


def _check_reach(caller: Caller, building_id: UUID) -> None:
    if caller.community_id is not None:
        find_building(caller.community_id, building_id)
    if not covers_building(caller, building_id, today()):
        raise NotFound


def _audit(
    caller: Caller,
    action: str,
    object_type: str,
    community_id: UUID,
    object_id: UUID,
    **detail: Any,
) -> None:
    record(
        action,
        object_type=object_type,
        object_id=object_id,
        actor_id=caller.resident_id,
        actor_role=caller.acting_role,
        session_kind=caller.session_kind,
        community_id=community_id,
        detail=detail,
    )
