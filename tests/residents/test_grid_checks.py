import csv
import io
from uuid import uuid4

import pytest
from flask import Flask

from backend.residents.queries.places import grid_path_of_grid
from backend.residents.rules.grid_checks import (
    Check,
    Finding,
    Named,
    buildings_in_grids,
    enough_service_workers,
    grids_with_workers,
    groups_of_fitting_size,
    paths,
)
from backend.residents.schemas.places import checks_as_csv
from tests.counting import counted_statements
from tests.factories import Person, a_neighbourhood

ONE = Named(id=uuid4(), name="第一")


@pytest.mark.parametrize(("size", "fits"), [(29, False), (30, True), (50, True), (51, False)])
def test_a_group_has_thirty_to_fifty_households(size: int, *, fits: bool) -> None:
    assert (not groups_of_fitting_size([ONE], {ONE.id: size}).findings) is fits


@pytest.mark.parametrize(
    ("households", "workers", "lacking"),
    [(0, 0, 0), (1, 0, 1), (100, 1, 0), (101, 1, 1), (300, 1, 2)],
)
def test_one_service_worker_per_hundred_households(
    households: int, workers: int, lacking: int
) -> None:
    found = enough_service_workers(ONE, households=households, workers=workers).findings
    assert bool(found) is bool(lacking)
    if lacking:
        assert f"缺 {lacking} 名" in found[0].text


def test_a_building_without_a_grid_is_found() -> None:
    assert buildings_in_grids([ONE], {}).findings
    assert not buildings_in_grids([ONE], {ONE.id: uuid4()}).findings


def test_a_worker_of_a_grid_above_counts() -> None:
    small, middle = ONE.id, uuid4()
    around = paths({small: middle, middle: None})
    assert grids_with_workers([ONE], around, frozenset()).findings
    assert grids_with_workers([ONE], around, frozenset({uuid4()})).findings
    assert not grids_with_workers([ONE], around, frozenset({middle})).findings


def test_a_name_becomes_no_formula_in_a_spreadsheet() -> None:
    finding = Finding(subject_id=None, subject="=1+1", text="+cmd")
    check = Check(code="G1", title="小组", checked=1, findings=[finding])
    rows = list(csv.reader(io.StringIO(checks_as_csv([check]).removeprefix("\ufeff"))))
    assert rows[1] == ["G1", "小组", "1", "'=1+1", "'+cmd"]


def findings_of(person: Person) -> dict[str, list[str]]:
    checks = person.get("/grid-checks").get_json()["checks"]
    return {each["code"]: [found["subject"] for found in each["findings"]] for each in checks}


def test_the_checks_warn_about_what_is_missing_today(app: Flask) -> None:
    place = a_neighbourhood(app)
    place.a_resident()
    chair = place.a_worker("chair")
    chair.post("/buildings", {"name": "9号楼"})
    chair.post("/groups", {"code": "1", "name": "第一小组"})
    assert findings_of(chair) == {
        "G1": ["第一小组"],
        "G2": ["9号楼"],
        "G3": ["第一小网格"],
        "G4": ["和平里社区"],
    }
    with app.app_context():
        large = grid_path_of_grid(place.id, place.grid_id)[2]
    place.a_worker("grid_worker", grid_id=large)
    place.a_worker("service_worker")
    found = findings_of(chair)
    assert found["G3"] == []
    assert found["G4"] == []


def test_the_checks_come_as_a_table_for_the_office(app: Flask) -> None:
    place = a_neighbourhood(app)
    answer = place.a_worker("supervisor").get("/grid-checks", format="csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows[0] == ["编号", "检查项", "检查数", "对象", "发现"]
    assert [row[0] for row in rows[1:]] == ["G1", "G2", "G3", "G4"]
    assert place.a_resident().get("/grid-checks").status_code == 403


def test_the_checks_cost_the_same_in_a_larger_community(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair = place.a_worker("chair")
    counts = []
    for number in range(2):
        for more in range(3):
            chair.post("/buildings", {"name": f"{number}{more}号楼"})
            chair.post("/groups", {"code": f"{number}{more}", "name": "小组"})
        with counted_statements(app) as statements:
            chair.get("/grid-checks")
        counts.append(len(statements))
    assert counts[0] == counts[1]
