from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend.clock import today
from backend.database import db, transaction
from backend.residents.models import Residency
from backend.residents.queries.places import (
    grid_path_of_building,
    grid_path_of_grid,
    home_of,
    lock_dwelling,
)
from backend.residents.queries.spans import since
from tests.counting import counted_statements
from tests.factories import Neighbourhood, a_neighbourhood


def made(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def another_small_grid(place: Neighbourhood, code: str = "G9") -> str:
    with place.app.app_context():
        middle = grid_path_of_grid(place.id, place.grid_id)[1]
    chair = place.a_worker("chair")
    new = {"level": 3, "code": code, "name": "第二小网格", "parent_id": str(middle)}
    return str(made(chair.post("/grids", new))["id"])


def test_the_tree_shows_buildings_and_workers_of_today(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, worker = place.a_worker("chair"), place.a_worker("grid_worker", name="李工")
    bare = made(chair.post("/buildings", {"name": "9号楼", "units": 3}))
    tree = chair.get(f"/communities/{place.id}/grid").get_json()
    small = tree["grids"][0]["grids"][0]["grids"][0]
    assert small["id"] == str(place.grid_id)
    assert [each["name"] for each in small["buildings"]] == ["3号楼"]
    assert [(each["name"], each["role"]) for each in small["workers"]] == [("李工", "grid_worker")]
    assert [each["id"] for each in tree["buildings_without_grid"]] == [bare["id"]]
    assert worker.get(f"/communities/{place.id}/grid").status_code == 200


def test_the_tree_is_for_staff_of_the_community(app: Flask) -> None:
    here, there = a_neighbourhood(app), a_neighbourhood(app)
    assert here.a_resident().get(f"/communities/{here.id}/grid").status_code == 403
    assert there.a_worker("chair").get(f"/communities/{here.id}/grid").status_code == 404


def test_anybody_signed_in_may_look_up_buildings_to_say_where_they_live(app: Flask) -> None:
    place = a_neighbourhood(app)
    found = a_neighbourhood(app).a_visitor().get(f"/communities/{place.id}/buildings").get_json()
    assert [each["name"] for each in found["items"]] == ["3号楼"]


@pytest.mark.parametrize(
    ("new", "status"),
    [
        ({"level": 1, "code": "A", "name": "大网格"}, 201),
        ({"level": 1, "code": "A", "name": "大网格", "parent": "large"}, 422),
        ({"level": 2, "code": "A", "name": "中网格"}, 422),
        ({"level": 2, "code": "A", "name": "中网格", "parent": "large"}, 201),
        ({"level": 3, "code": "A", "name": "小网格", "parent": "large"}, 422),
        ({"level": 3, "code": "A", "name": "小网格", "parent": "middle"}, 201),
        ({"level": 3, "code": "A", "name": "小网格", "parent": "nobody"}, 404),
        ({"level": 4, "code": "A", "name": "微网格"}, 422),
        ({"level": 1, "code": "G1", "name": "同号"}, 409),
    ],
)
def test_a_grid_hangs_below_one_of_the_level_above(
    app: Flask, new: dict[str, Any], status: int
) -> None:
    place = a_neighbourhood(app)
    with app.app_context():
        _, middle, large = grid_path_of_grid(place.id, place.grid_id)
    parents = {"large": large, "middle": middle, "nobody": uuid4()}
    body = {key: value for key, value in new.items() if key != "parent"}
    if "parent" in new:
        body["parent_id"] = str(parents[new["parent"]])
    assert place.a_worker("chair").post("/grids", body).status_code == status


def test_a_grid_is_renamed_and_keeps_its_place(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair = place.a_worker("chair")
    renamed = chair.put(f"/grids/{place.grid_id}", {"code": "G3", "name": "幸福网格"})
    assert renamed.get_json()["name"] == "幸福网格"
    taken = chair.put(f"/grids/{place.grid_id}", {"code": "G1", "name": "幸福网格"})
    assert taken.status_code == 409
    foreign = a_neighbourhood(app)
    answer = chair.put(f"/grids/{foreign.grid_id}", {"code": "X", "name": "别人的"})
    assert answer.status_code == 404


def test_a_building_moves_on_a_day_and_the_past_stays(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, new_grid = place.a_worker("chair"), another_small_grid(place)
    moved = made(chair.post(f"/buildings/{place.building_id}/grid", {"grid_id": new_grid}))
    assert (moved["from_on"], moved["until_on"]) == (today().isoformat(), None)
    with app.app_context():
        yesterday = today() - timedelta(days=1)
        before = grid_path_of_building(place.id, place.building_id, yesterday)
        after = grid_path_of_building(place.id, place.building_id, today())
    assert (before[0], str(after[0])) == (place.grid_id, new_grid)


def test_a_later_move_begins_later_and_an_earlier_one_ends_where_it_begins(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, second, third = (
        place.a_worker("chair"),
        another_small_grid(place),
        another_small_grid(place, "G10"),
    )
    path = f"/buildings/{place.building_id}/grid"
    in_ten, in_five = today() + timedelta(days=10), today() + timedelta(days=5)
    made(chair.post(path, {"grid_id": second, "from_on": in_ten.isoformat()}))
    made(chair.post(path, {"grid_id": third, "from_on": in_five.isoformat()}))
    with app.app_context():
        grids = [
            grid_path_of_building(place.id, place.building_id, today() + timedelta(days=n))[0]
            for n in (0, 4, 5, 9, 10)
        ]
    assert grids == [place.grid_id, place.grid_id, UUID(third), UUID(third), UUID(second)]


def test_a_move_is_refused_into_the_past_to_the_same_or_no_small_grid(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, path = place.a_worker("chair"), f"/buildings/{place.building_id}/grid"
    with app.app_context():
        middle = str(grid_path_of_grid(place.id, place.grid_id)[1])
    yesterday = (today() - timedelta(days=1)).isoformat()
    new_grid = another_small_grid(place)
    assert chair.post(path, {"grid_id": str(place.grid_id)}).status_code == 409
    assert chair.post(path, {"grid_id": middle}).status_code == 422
    assert chair.post(path, {"grid_id": new_grid, "from_on": yesterday}).status_code == 422
    foreign = str(a_neighbourhood(app).grid_id)
    assert chair.post(path, {"grid_id": foreign}).status_code == 404


def test_two_moves_of_a_building_at_once_leave_it_in_one_grid(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair = place.a_worker("chair")
    grids = [another_small_grid(place), another_small_grid(place, "G10")]
    path = f"/buildings/{place.building_id}/grid"
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda grid: chair.post(path, {"grid_id": grid}), grids))
    assert [answer.status_code for answer in answers] == [201, 201]
    with app.app_context():
        small = grid_path_of_building(place.id, place.building_id, today())[0]
    assert str(small) in grids


def test_grid_workers_keep_the_register_of_their_own_buildings_only(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, worker = place.a_worker("chair"), place.a_worker("grid_worker")
    bare = made(chair.post("/buildings", {"name": "9号楼"}))
    room = {"unit_no": "1", "floor": 9, "room_no": "901"}
    own = room | {"building_id": str(place.building_id)}
    dwelling = made(worker.post("/dwellings", own))
    assert worker.post("/dwellings", own).get_json()["type"] == "/problems/room-taken"
    assert worker.post("/dwellings", own | {"unit_no": "7"}).status_code == 422
    assert worker.post("/dwellings", room | {"building_id": bare["id"]}).status_code == 404
    assert worker.post("/grids", {"level": 1, "code": "X", "name": "新"}).status_code == 403
    household = made(
        worker.post("/households", {"dwelling_id": dwelling["id"], "tenure": "tenant"})
    )
    late = {"dwelling_id": dwelling["id"], "tenure": "tenant", "opened_on": "2999-01-01"}
    assert worker.post("/households", late).status_code == 422
    path = f"/households/{household['id']}/closing"
    assert worker.post(path).status_code == 422, "opened today"
    tomorrow = (today() + timedelta(days=1)).isoformat()
    assert worker.post(path, {"closed_on": tomorrow}).status_code == 200
    assert worker.post(path, {"closed_on": tomorrow}).status_code == 409
    assert a_neighbourhood(app).a_worker("chair").post(path).status_code == 404


def test_a_household_somebody_lives_in_is_not_closed(app: Flask) -> None:
    place = a_neighbourhood(app)
    resident, chair = place.a_resident(), place.a_worker("chair")
    path = f"/households/{resident.household_id}/closing"
    answer = chair.post(path)
    assert answer.get_json()["type"] == "/problems/household-lived-in"


def test_households_are_listed_inside_ones_scope(app: Flask) -> None:
    place = a_neighbourhood(app)
    resident, neighbour = place.a_resident(name="王芳"), place.a_resident(name="李强")
    chair = place.a_worker("chair")
    elsewhere = place.a_worker("grid_worker", grid_id=uuid4())
    [own] = resident.get("/households").get_json()["items"]
    assert own["id"] == str(resident.household_id)
    assert [each["name"] for each in own["people"]] == ["王芳"]
    listed = chair.get("/households").get_json()["items"]
    assert [each["id"] for each in listed] == [
        str(neighbour.household_id),
        str(resident.household_id),
    ]
    assert len(place.a_worker("grid_worker").get("/households").get_json()["items"]) == 2
    assert elsewhere.get("/households").get_json()["items"] == []
    assert chair.get("/households", building_id=str(uuid4())).get_json()["items"] == []
    assert place.a_worker("supervisor").get("/households").status_code == 403
    assert a_neighbourhood(app).a_worker("chair").get("/households").get_json()["items"] == []


def test_a_household_is_in_one_group_at_a_time(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair = place.a_worker("chair")
    homes = [str(place.a_resident().household_id) for _ in range(3)]
    first = made(chair.post("/groups", {"code": "1", "name": "第一小组"}))
    second = made(chair.post("/groups", {"code": "2", "name": "第二小组"}))
    assert chair.post("/groups", {"code": "2", "name": "又一组"}).status_code == 409
    into_first = chair.post(f"/groups/{first['id']}/members", {"household_ids": homes})
    assert made(into_first) == {"households": 3}
    into_second = chair.post(f"/groups/{second['id']}/members", {"household_ids": homes[:2]})
    assert made(into_second) == {"households": 2}
    again = chair.post(f"/groups/{second['id']}/members", {"household_ids": homes})
    assert made(again) == {"households": 1}
    sizes = {each["code"]: each["households"] for each in chair.get("/groups").get_json()["items"]}
    assert sizes == {"1": 0, "2": 3}
    foreign = str(a_neighbourhood(app).a_resident().household_id)
    stolen = chair.post(f"/groups/{first['id']}/members", {"household_ids": [foreign]})
    assert stolen.status_code == 404


@pytest.mark.parametrize("path", ["/households", "/groups", "/communities/{id}/grid"])
def test_a_list_costs_the_same_whatever_its_length(app: Flask, path: str) -> None:
    place = a_neighbourhood(app)
    chair = place.a_worker("chair")
    counts = []
    for number in range(2):
        for more in range(3):
            place.a_resident()
            chair.post("/groups", {"code": f"{number}{more}", "name": "小组"})
            chair.post("/buildings", {"name": f"{number}{more}号楼"})
            place.a_worker("grid_worker")
        with counted_statements(app) as statements:
            assert chair.get(path.format(id=place.id)).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_whoever_is_just_moving_in_keeps_the_household_open(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, newcomer = place.a_worker("chair"), place.a_visitor()
    with app.app_context():
        household_id = place.a_household()
    with ThreadPoolExecutor(1) as pool:
        with app.app_context(), transaction():
            lock_dwelling(place.id, home_of(place.id, household_id).dwelling_id)
            moved_in = Residency(
                community_id=place.id,
                resident_id=newcomer.id,
                household_id=household_id,
                relation="head",
                valid=since(today()),
            )
            db.session.add(moved_in)
            db.session.flush()
            closing = pool.submit(chair.post, f"/households/{household_id}/closing")
            wait([closing], timeout=1)
        answer = closing.result()

    assert answer.get_json()["type"] == "/problems/household-lived-in"
