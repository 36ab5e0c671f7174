from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend.clock import today
from backend.database import db, transaction
from backend.residents.models import Building, BuildingGrid, Caller, Duty, Grid
from backend.residents.queries.covering import (
    buildings_covered,
    covers_building,
    covers_grid,
    covers_household,
)
from backend.residents.queries.holders import (
    grid_workers_of_building,
    holder_ids,
    holders_of_building,
    live_holders,
)
from backend.residents.queries.places import (
    grid_path_of_building,
    grid_path_of_grid,
    home_of,
)
from backend.residents.queries.spans import since
from tests.factories import Neighbourhood, a_neighbourhood

SMALL, MIDDLE, LARGE, BUILDING = (uuid4() for _ in range(4))
PATH = (SMALL, MIDDLE, LARGE)


@pytest.mark.parametrize(
    ("scope_type", "scope_id", "covered"),
    [
        ("building", BUILDING, True),
        ("building", uuid4(), False),
        ("grid", SMALL, True),
        ("grid", MIDDLE, True),
        ("grid", LARGE, True),
        ("grid", uuid4(), False),
        ("community", None, True),
        ("street", None, True),
        ("district", None, True),
        ("group", uuid4(), False),
    ],
)
def test_a_duty_covers_what_lies_below_its_scope(
    scope_type: str, scope_id: UUID | None, *, covered: bool
) -> None:
    duty = Duty(id=uuid4(), role="grid_worker", scope_type=scope_type, scope_id=scope_id)
    assert duty.covers(PATH, BUILDING) is covered


def test_a_duty_over_a_small_grid_does_not_cover_the_grid_above() -> None:
    duty = Duty(id=uuid4(), role="grid_worker", scope_type="grid", scope_id=SMALL)
    assert not duty.covers((MIDDLE, LARGE))
    assert not duty.covers(())


def the_caller(place: Neighbourhood, grid_id: UUID | None) -> Caller:
    scope = "grid" if grid_id else "community"
    duty = Duty(
        id=uuid4(),
        role="grid_worker" if grid_id else "chair",
        scope_type=scope,
        scope_id=grid_id,
        community_id=place.id,
    )
    return Caller(
        resident_id=uuid4(),
        session_id=uuid4(),
        session_kind="field",
        community_id=place.id,
        duties=(duty,),
    )


def test_the_path_of_a_building_leads_from_the_small_grid_to_the_large(context: Flask) -> None:
    place = a_neighbourhood(context)
    path = grid_path_of_building(place.id, place.building_id, today())
    assert len(path) == 3
    assert path[0] == place.grid_id
    assert path == grid_path_of_grid(place.id, place.grid_id)
    assert grid_path_of_grid(place.id, path[1]) == path[1:]


def test_nobody_reaches_a_building_of_another_community(context: Flask) -> None:
    here, there = a_neighbourhood(context), a_neighbourhood(context)
    assert grid_path_of_building(here.id, there.building_id, today()) == ()
    worker = the_caller(here, here.grid_id)
    assert covers_building(worker, here.building_id, today())
    assert not covers_building(worker, there.building_id, today())
    assert not covers_grid(worker, there.grid_id)
    assert not covers_household(worker, there.a_household(), today())


def test_a_worker_of_a_middle_grid_reaches_its_small_grids(context: Flask) -> None:
    place = a_neighbourhood(context)
    _, middle, large = grid_path_of_grid(place.id, place.grid_id)
    with transaction():
        other = Building(community_id=place.id, name="9号楼")
        other_grid = Grid(
            community_id=place.id, level=3, code="X", name="第二小网格", parent_id=middle
        )
        db.session.add_all([other, other_grid])
        db.session.flush()
        db.session.add(
            BuildingGrid(
                community_id=place.id,
                building_id=other.id,
                grid_id=other_grid.id,
                valid=since(today() - timedelta(days=1)),
            )
        )
    both = frozenset({place.building_id, other.id})
    small, chair = the_caller(place, place.grid_id), the_caller(place, None)
    assert buildings_covered(the_caller(place, middle), today()) == both
    assert buildings_covered(the_caller(place, large), today()) == both
    assert buildings_covered(small, today()) == frozenset({place.building_id})
    assert buildings_covered(chair, today()) is None
    assert buildings_covered(chair, today(), "grid_worker") == frozenset()
    assert covers_grid(the_caller(place, middle), other_grid.id)
    assert not covers_grid(small, other_grid.id)
    assert not covers_household(small, place.a_household(), today(), "chair")


def test_a_building_before_its_first_grid_is_covered_by_the_community_only(context: Flask) -> None:
    place = a_neighbourhood(context)
    with transaction():
        bare = Building(community_id=place.id, name="新楼")
        db.session.add(bare)
    assert grid_path_of_building(place.id, bare.id, today()) == ()
    assert not covers_building(the_caller(place, place.grid_id), bare.id, today())
    assert covers_building(the_caller(place, None), bare.id, today())


def test_holders_of_a_building_come_nearest_first(context: Flask) -> None:
    place = a_neighbourhood(context)
    _, middle, _ = grid_path_of_grid(place.id, place.grid_id)
    chair = place.a_worker("chair")
    above = place.a_worker("grid_worker", grid_id=middle)
    assert grid_workers_of_building(place.id, place.building_id) == [above.id]
    near = place.a_worker("grid_worker")
    found = holders_of_building(place.id, place.building_id, "chair", "grid_worker")
    assert [held.resident_id for held in found] == [near.id, above.id, chair.id]
    assert grid_workers_of_building(place.id, place.building_id) == [near.id]


def test_holders_are_those_of_the_community_its_street_and_the_district(context: Flask) -> None:
    here, there = a_neighbourhood(context), a_neighbourhood(context)
    chair, clerk = here.a_worker("chair"), here.a_worker("street_clerk")
    there.a_worker("chair")
    there.a_worker("street_clerk")
    assert holder_ids(here.id, "chair") == [chair.id]
    assert holder_ids(here.id, "street_clerk") == [clerk.id]
    [(person, assignment)] = live_holders(here.id, "chair")
    assert (person, assignment.role) == (chair.id, "chair")
    assert holder_ids(here.id, "chair", on=today() - timedelta(days=31)) == []


def test_a_home_is_known_by_building_unit_and_room(context: Flask) -> None:
    place = a_neighbourhood(context)
    home = home_of(place.id, place.a_household())
    assert home.address == "3号楼1单元101"
