"""What the cards of role holders around a home are made of."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.residents.models import Community, Grid, RoleAssignment
from backend.residents.queries.holders import GRID_ROLES, faces, holders_of_building, live_holders
from backend.residents.queries.places import Home, find_community, grids_of

BUILDING_ROLES = ("building_captain", "stair_captain")
COMMUNITY_ROLES = ("chair", "party_secretary", "committee_member", "counter_clerk")


@dataclass(frozen=True, kw_only=True)
class Holder:
    person_id: UUID
    name: str
    role: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Around:
    """A home's community, the grids that have holders there, and the holders by level."""

    community: Community
    grid: str
    of_building: list[Holder]
    of_grid: list[Holder]
    of_community: list[Holder]


def holders_around(community_id: UUID, home: Home | None, on: date) -> Around:
    """Who serves a home; without one, only the community's holders."""
    community = find_community(community_id)
    if home is None:
        held = [each for _, each in live_holders(community_id, *COMMUNITY_ROLES, on=on)]
        grid = ""
    else:
        held = holders_of_building(
            community_id,
            home.building_id,
            *BUILDING_ROLES,
            *GRID_ROLES,
            *COMMUNITY_ROLES,
            on=on,
        )
        grid = _grid_name(community_id, held)
    nearest = next((each.scope_id for each in held if each.role in GRID_ROLES), None)
    known = faces(each.resident_id for each in held)

    def shown(chosen: list[RoleAssignment]) -> list[Holder]:
        return [
            Holder(
                person_id=each.resident_id,
                name=known[each.resident_id][0],
                role=each.role,
                phone=known[each.resident_id][1],
            )
            for each in chosen
        ]

    unit_no = home.unit_no if home else None
    return Around(
        community=community,
        grid=grid,
        of_building=shown(
            [
                each
                for each in held
                if each.scope_type == "building" and each.unit_no in {None, unit_no}
            ]
        ),
        of_grid=shown(
            [each for each in held if each.role in GRID_ROLES and each.scope_id == nearest]
        ),
        of_community=shown([each for each in held if each.scope_type == "community"]),
    )


def _grid_name(community_id: UUID, held: list[RoleAssignment]) -> str:
    nearest = next((each.scope_id for each in held if each.role in GRID_ROLES), None)
    grids: dict[UUID, Grid] = {grid.id: grid for grid in grids_of(community_id)}
    return grids[nearest].name if nearest in grids else "网格"
