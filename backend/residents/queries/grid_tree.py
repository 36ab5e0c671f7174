"""The grid tree as it stands on a day, and what its checks count."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select

from backend.database import db
from backend.residents.models import GroupMember, Household, HouseholdGroup
from backend.residents.queries.holders import GRID_ROLES, faces, live_holders
from backend.residents.queries.places import buildings_of, grid_of_buildings, grids_of


@dataclass(frozen=True, kw_only=True)
class Worker:
    assignment_id: UUID
    resident_id: UUID
    name: str
    role: str
    since: date | None


@dataclass(frozen=True, kw_only=True)
class PlacedBuilding:
    id: UUID
    name: str
    units: int


@dataclass(frozen=True, kw_only=True)
class Node:
    """A grid with what lies in it."""

    id: UUID
    level: int
    code: str
    name: str
    workers: list[Worker] = field(default_factory=list)
    buildings: list[PlacedBuilding] = field(default_factory=list)
    grids: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Tree:
    on: date
    grids: list[Node]
    buildings_without_grid: list[PlacedBuilding]


def grid_tree(community_id: UUID, on: date) -> Tree:
    """The tree with its buildings and workers of that day, in five statements."""
    nodes: dict[UUID, Node] = {}
    top: list[Node] = []
    for grid in grids_of(community_id):  # large grids come first
        node = Node(id=grid.id, level=grid.level, code=grid.code, name=grid.name)
        nodes[grid.id] = node
        (nodes[grid.parent_id].grids if grid.parent_id else top).append(node)
    held = [each for _, each in live_holders(community_id, *GRID_ROLES, on=on)]
    known = faces(each.resident_id for each in held)
    for each in held:
        if each.scope_id in nodes:
            nodes[each.scope_id].workers.append(
                Worker(
                    assignment_id=each.id,
                    resident_id=each.resident_id,
                    name=known[each.resident_id][0],
                    role=each.role,
                    since=each.valid.lower,
                )
            )
    placed = grid_of_buildings(community_id, on)
    outside: list[PlacedBuilding] = []
    for building in buildings_of(community_id):
        shown = PlacedBuilding(id=building.id, name=building.name, units=building.units)
        around = placed.get(building.id)
        (nodes[around].buildings if around else outside).append(shown)
    return Tree(on=on, grids=top, buildings_without_grid=outside)


def group_sizes(community_id: UUID, on: date) -> dict[UUID, int]:
    rows = db.session.execute(
        select(GroupMember.group_id, func.count())
        .where(GroupMember.community_id == community_id, GroupMember.valid.contains(on))
        .group_by(GroupMember.group_id)
    )
    return dict(rows.all())


def groups_of(community_id: UUID) -> list[HouseholdGroup]:
    here = select(HouseholdGroup).where(HouseholdGroup.community_id == community_id)
    return list(db.session.scalars(here.order_by(HouseholdGroup.code)))


def live_households(community_id: UUID, on: date) -> int:
    counted = select(func.count()).where(
        Household.community_id == community_id,
        or_(Household.closed_on.is_(None), Household.closed_on > on),
    )
    return db.session.scalar(counted) or 0
