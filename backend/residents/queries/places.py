"""The grid tree, buildings, dwellings and households of one community."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar, TypeVarTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from backend.database import TenantRecord, ask, db, tell
from backend.errors import NotFound
from backend.residents.models import (
    Building,
    BuildingGrid,
    Community,
    Dwelling,
    Grid,
    Household,
    HouseholdGroup,
    Residency,
    Street,
)

Row = TypeVar("Row", bound=TenantRecord)
Columns = TypeVarTuple("Columns")

_GRID_PATHS = """
SELECT lies.building_id,
       array_remove(ARRAY[grid.id, grid.parent_id, middle.parent_id], NULL) AS path
  FROM building_grid lies
  JOIN grid ON grid.community_id = :community_id AND grid.id = lies.grid_id
  JOIN grid middle ON middle.community_id = :community_id AND middle.id = grid.parent_id
 WHERE lies.community_id = :community_id AND lies.building_id = ANY(:building_ids)
   AND lies.valid @> CAST(:today AS date)
"""


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where a household lives, as people say it."""

    household_id: UUID
    dwelling_id: UUID
    building_id: UUID
    building: str
    unit_no: str
    room_no: str

    @property
    def address(self) -> str:
        return f"{self.building}{self.unit_no}单元{self.room_no}"


def communities() -> list[Community]:
    """Every live community of the district, by code."""
    live = select(Community).where(Community.status == "live")
    return list(db.session.scalars(live.order_by(Community.code)))


def find_community(community_id: UUID) -> Community:
    community = db.session.get(Community, community_id)
    if community is None:
        raise NotFound
    return community


def oldest_community_id() -> UUID | None:
    return db.session.scalar(select(Community.id).order_by(Community.id).limit(1))


def lock_community(community_id: UUID) -> Community:
    """The community, held until the transaction ends: what is unique in it is decided once."""
    community = db.session.get(
        Community, community_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if community is None:
        raise NotFound
    return community


def find_street(street_id: UUID) -> Street:
    street = db.session.get(Street, street_id)
    if street is None:
        raise NotFound
    return street


def community_coded(code: str) -> Community:
    """The community with this code, live or not.

    Raises:
        NotFound: there is none.
    """
    community = db.session.scalar(select(Community).where(Community.code == code))
    if community is None:
        raise NotFound
    return community


def is_code_taken(code: str) -> bool:
    return db.session.scalar(select(Community.id).where(Community.code == code)) is not None


def street_coded(code: str) -> Street | None:
    return db.session.scalar(select(Street).where(Street.code == code))


def find_grid(community_id: UUID, grid_id: UUID) -> Grid:
    return _found(Grid, community_id, grid_id)


def find_building(community_id: UUID, building_id: UUID) -> Building:
    return _found(Building, community_id, building_id)


def lock_building(community_id: UUID, building_id: UUID) -> Building:
    """The building, held until the transaction ends, so that its grid changes once."""
    return _found(Building, community_id, building_id, lock=True)


def find_dwelling(community_id: UUID, dwelling_id: UUID) -> Dwelling:
    return _found(Dwelling, community_id, dwelling_id)


def lock_dwelling(community_id: UUID, dwelling_id: UUID) -> Dwelling:
    """The dwelling, held until the transaction ends, so that two people make one household."""
    return _found(Dwelling, community_id, dwelling_id, lock=True)


def dwelling_at(
    community_id: UUID, building_id: UUID, *, unit_no: str, room_no: str
) -> Dwelling | None:
    return db.session.scalar(
        select(Dwelling).where(
            Dwelling.community_id == community_id,
            Dwelling.building_id == building_id,
            Dwelling.unit_no == unit_no,
            Dwelling.room_no == room_no,
        )
    )


def lock_household(community_id: UUID, household_id: UUID) -> Household:
    return _found(Household, community_id, household_id, lock=True)


def find_group(community_id: UUID, group_id: UUID) -> HouseholdGroup:
    return _found(HouseholdGroup, community_id, group_id)


def live_households_of(community_id: UUID, dwelling_id: UUID, on: date) -> list[Household]:
    """Several live households in one dwelling are allowed; oldest first."""
    here = select(Household).where(
        Household.community_id == community_id,
        Household.dwelling_id == dwelling_id,
        or_(Household.closed_on.is_(None), Household.closed_on > on),
    )
    return list(db.session.scalars(here.order_by(Household.id)))


def with_building(households: Select[*Columns]) -> Select[*Columns]:
    """The rows of `households`, each beside its dwelling and building."""
    return households.join(
        Dwelling,
        and_(
            Dwelling.community_id == Household.community_id,
            Dwelling.id == Household.dwelling_id,
        ),
    ).join(
        Building,
        and_(Building.community_id == Dwelling.community_id, Building.id == Dwelling.building_id),
    )


def with_household(residencies: Select[*Columns]) -> Select[*Columns]:
    """The rows of `residencies`, each beside its household."""
    return residencies.join(
        Household,
        and_(
            Household.community_id == Residency.community_id,
            Household.id == Residency.household_id,
        ),
    )


def homes_of(community_id: UUID, household_ids: Iterable[UUID]) -> dict[UUID, Home]:
    """Building, unit and room of each household, by household id."""
    rows = db.session.execute(
        with_building(
            select(
                Household.id.label("household_id"),
                Dwelling.id.label("dwelling_id"),
                Building.id.label("building_id"),
                Building.name.label("building"),
                Dwelling.unit_no,
                Dwelling.room_no,
            )
        ).where(Household.community_id == community_id, Household.id.in_(set(household_ids)))
    )
    return {row["household_id"]: Home(**row) for row in rows.mappings()}


def home_of(community_id: UUID, household_id: UUID) -> Home:
    """Where one household lives.

    Raises:
        NotFound: there is no such household in the community.
    """
    home = homes_of(community_id, [household_id]).get(household_id)
    if home is None:
        raise NotFound
    return home


def grid_path_of_building(community_id: UUID, building_id: UUID, on: date) -> tuple[UUID, ...]:
    """The grids the building lies in on that day, small, middle, large; () where it has none."""
    return grid_paths_of_buildings(community_id, [building_id], on).get(building_id, ())


def grid_paths_of_buildings(
    community_id: UUID, building_ids: Iterable[UUID], on: date
) -> dict[UUID, tuple[UUID, ...]]:
    """As `grid_path_of_building`, of many; buildings without a grid are left out."""
    told = {"community_id": community_id, "building_ids": list(set(building_ids)), "today": on}
    return {row["building_id"]: tuple(row["path"]) for row in tell(_GRID_PATHS, told)}


def grid_path_of_grid(community_id: UUID, grid_id: UUID) -> tuple[UUID, ...]:
    """The grid and those above it, up to the large one; () where it is not in the community."""
    above, top = aliased(Grid), aliased(Grid)
    path = db.session.execute(
        select(Grid.id, above.id, top.id)
        .outerjoin(above, and_(above.community_id == community_id, above.id == Grid.parent_id))
        .outerjoin(top, and_(top.community_id == community_id, top.id == above.parent_id))
        .where(Grid.community_id == community_id, Grid.id == grid_id)
    ).first()
    return tuple(grid for grid in path if grid) if path else ()


def building_grids_from(community_id: UUID, building_id: UUID, day: date) -> list[BuildingGrid]:
    """Where the building lies on `day` and later, in order of time."""
    rows = (
        select(BuildingGrid)
        .where(
            BuildingGrid.community_id == community_id,
            BuildingGrid.building_id == building_id,
            or_(func.upper_inf(BuildingGrid.valid), func.upper(BuildingGrid.valid) > day),
        )
        .order_by(func.lower(BuildingGrid.valid))
    )
    return list(db.session.scalars(rows))


def grid_coded(community_id: UUID, code: str) -> Grid | None:
    return db.session.scalar(
        select(Grid).where(Grid.community_id == community_id, Grid.code == code)
    )


def building_named(community_id: UUID, name: str) -> Building | None:
    return db.session.scalar(
        select(Building).where(Building.community_id == community_id, Building.name == name)
    )


def group_coded(community_id: UUID, code: str) -> HouseholdGroup | None:
    return db.session.scalar(
        select(HouseholdGroup).where(
            HouseholdGroup.community_id == community_id, HouseholdGroup.code == code
        )
    )


def building_names(community_id: UUID, building_ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = db.session.execute(
        select(Building.id, Building.name).where(
            Building.community_id == community_id, Building.id.in_(set(building_ids))
        )
    )
    return dict(rows.all())


def grids_of(community_id: UUID) -> Sequence[Grid]:
    """The whole tree, large grids first, then by code."""
    here = select(Grid).where(Grid.community_id == community_id)
    return db.session.scalars(here.order_by(Grid.level, Grid.code)).all()


def grid_choices(community_id: UUID) -> list[tuple[UUID, str]]:
    """The same as a list to choose from, for pages that are opened all day."""
    grids = "SELECT id, name FROM grid WHERE community_id = :here ORDER BY level, code"
    return [(row["id"], row["name"]) for row in ask(grids, {"here": community_id})]


def buildings_of(community_id: UUID) -> Sequence[Building]:
    here = select(Building).where(Building.community_id == community_id)
    return db.session.scalars(here.order_by(Building.name)).all()


def grid_of_buildings(community_id: UUID, on: date) -> dict[UUID, UUID]:
    """The small grid of every building that has one on that day."""
    rows = db.session.execute(
        select(BuildingGrid.building_id, BuildingGrid.grid_id).where(
            BuildingGrid.community_id == community_id, BuildingGrid.valid.contains(on)
        )
    )
    return dict(rows.all())


def _found(model: type[Row], community_id: UUID, row_id: UUID, *, lock: bool = False) -> Row:
    """The row of this community.

    Raises:
        NotFound: it does not exist, or belongs to somebody else.
    """
    row = db.session.get(
        model,
        (community_id, row_id),
        # NO KEY: rows that only point here need not wait.
        with_for_update={"key_share": True} if lock else None,
        populate_existing=lock,
    )
    if row is None:
        raise NotFound
    return row
