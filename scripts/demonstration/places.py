"""和平里社区 as it stands: street, grid tree, buildings, about 300 households and their people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range

from backend.clock import today
from backend.database import db
from backend.residents.models import (
    Building,
    BuildingGrid,
    Community,
    Dwelling,
    Grid,
    GroupMember,
    Household,
    HouseholdGroup,
    Residency,
    Resident,
    Street,
)
from scripts.demonstration.names import a_name

LARGE_GRIDS = ("东片大网格", "西片大网格")
MIDDLE_GRIDS_EACH = 1
SMALL_GRIDS_EACH = 3
BUILDINGS = 10
UNITS = 2
FLOORS = 5
ROOMS_A_FLOOR = 3
HOUSEHOLDS_A_GROUP = 38
MOVED_IN = date(2012, 5, 1)


@dataclass
class Place:
    """What the rest of the demonstration refers to."""

    street: Street
    community: Community
    small_grids: list[Grid] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    households: list[UUID] = field(default_factory=list)
    people: list[Resident] = field(default_factory=list)
    home_of: dict[UUID, UUID] = field(default_factory=dict)  # person -> household
    building_of: dict[UUID, UUID] = field(default_factory=dict)  # household -> building


def build(random: Random, step: Callable[[], None]) -> Place:
    """The whole place; `step` is called once a building."""
    street = Street(code="HPL", name="和平里街道")
    db.session.add(street)
    db.session.flush()
    community = Community(
        street_id=street.id,
        code="heping",
        name="和平里社区",
        phone="010-0000-6420",
        board_place="社区服务站门口宣传栏",
    )
    db.session.add(community)
    db.session.flush()
    place = Place(street, community)
    _grids(place)
    for number in range(1, BUILDINGS + 1):
        _building(place, random, number)
        step()
    _groups(place)
    db.session.flush()
    return place


def _grids(place: Place) -> None:
    community_id = place.community.id
    for large_no, name in enumerate(LARGE_GRIDS, start=1):
        large = _grid(community_id, 1, f"{large_no}", name, None)
        for middle_no in range(1, MIDDLE_GRIDS_EACH + 1):
            code = f"{large_no}-{middle_no}"
            middle = _grid(community_id, 2, code, f"{name[:2]}中网格", large)
            for small_no in range(1, SMALL_GRIDS_EACH + 1):
                label = f"{name[:2]}第{'一二三'[small_no - 1]}网格"
                place.small_grids.append(
                    _grid(community_id, 3, f"{code}-{small_no}", label, middle)
                )


def _grid(community_id: UUID, level: int, code: str, name: str, parent: Grid | None) -> Grid:
    grid = Grid(
        community_id=community_id,
        level=level,
        code=code,
        name=name,
        parent_id=parent.id if parent else None,
    )
    db.session.add(grid)
    db.session.flush()
    return grid


def _building(place: Place, random: Random, number: int) -> None:
    community_id = place.community.id
    building = Building(community_id=community_id, name=f"{number}号楼", units=UNITS)
    db.session.add(building)
    db.session.flush()
    place.buildings.append(building)
    grid = place.small_grids[(number - 1) % len(place.small_grids)]
    db.session.add(
        BuildingGrid(
            community_id=community_id,
            building_id=building.id,
            grid_id=grid.id,
            valid=Range(MOVED_IN, None),
        )
    )
    dwellings = [
        Dwelling(
            community_id=community_id,
            building_id=building.id,
            unit_no=str(unit),
            floor=floor,
            room_no=f"{floor}0{room}",
        )
        for unit in range(1, UNITS + 1)
        for floor in range(1, FLOORS + 1)
        for room in range(1, ROOMS_A_FLOOR + 1)
    ]
    db.session.add_all(dwellings)
    db.session.flush()
    for dwelling in dwellings:
        _household(place, random, building, dwelling)
    db.session.flush()


def _household(place: Place, random: Random, building: Building, dwelling: Dwelling) -> None:
    community_id = place.community.id
    household = Household(
        community_id=community_id,
        dwelling_id=dwelling.id,
        tenure=random.choices(("owner", "tenant"), (8, 2))[0],
        opened_on=MOVED_IN + timedelta(days=random.randrange(3000)),
    )
    db.session.add(household)
    db.session.flush()
    place.households.append(household.id)
    place.building_of[household.id] = building.id
    head = a_name(random)
    born = random.randint(1940, 1990)
    family = [("head", head, born)]
    if random.random() < 0.75:  # noqa: PLR2004
        family.append(("spouse", a_name(random), born + random.randint(-4, 4)))
    if random.random() < 0.5:  # noqa: PLR2004
        family.append(("child", a_name(random, head[0]), born + random.randint(24, 30)))
    for relation, name, year in family:
        person = Resident(
            name=name,
            born_year=min(year, today().year - 1),
            home_community_id=community_id,
            preferred_channel="paper" if year < 1950 and random.random() < 0.6 else "mini_program",  # noqa: PLR2004
        )
        db.session.add(person)
        db.session.flush()
        place.people.append(person)
        place.home_of[person.id] = household.id
        db.session.add(
            Residency(
                community_id=community_id,
                resident_id=person.id,
                household_id=household.id,
                relation=relation,
                registered_here=random.random() < 0.7,  # noqa: PLR2004
                valid=Range(household.opened_on, None),
            )
        )


def _groups(place: Place) -> None:
    community_id = place.community.id
    for start in range(0, len(place.households), HOUSEHOLDS_A_GROUP):
        number = start // HOUSEHOLDS_A_GROUP + 1
        group = HouseholdGroup(
            community_id=community_id, code=str(number), name=f"第{number}居民小组"
        )
        db.session.add(group)
        db.session.flush()
        db.session.add_all(
            GroupMember(
                community_id=community_id,
                household_id=household_id,
                group_id=group.id,
                valid=Range(MOVED_IN, None),
            )
            for household_id in place.households[start : start + HOUSEHOLDS_A_GROUP]
        )
