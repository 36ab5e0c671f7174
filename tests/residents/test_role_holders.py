from typing import Any
from uuid import UUID

from flask import Flask

from backend import crypto
from backend.database import db, transaction
from backend.residents.models import Resident, StaffAccount
from backend.residents.rules.stewards import Level, Steward, cards
from tests.factories import Neighbourhood, Person, a_neighbourhood

OFFICE = Steward(name="居委会", role="office", title="社区居委会", phone="010-1")
CAPTAIN = Steward(name="孙叔", role="building_captain", title="楼栋长", phone="")
WORKER = Steward(name="李工", role="grid_worker", title="网格员", phone="010-2")


def levels(*holders: list[Steward]) -> list[Level]:
    places = ("3号楼", "第一小网格", "和平里社区")
    names = ("building", "grid", "community")
    return [
        Level(level=name, place=place, holders=held)
        for name, place, held in zip(names, places, holders, strict=True)
    ]


def test_a_vacancy_shows_the_next_level_up() -> None:
    building, grid, community = cards(levels([], [WORKER], []), office=OFFICE)
    assert (building.is_vacant, building.served_by) == (True, "第一小网格")
    assert list(building.holders) == [WORKER]
    assert (grid.is_vacant, grid.served_by) == (False, "第一小网格")
    assert list(community.holders) == [OFFICE]


def test_no_card_is_ever_empty() -> None:
    for card in cards(levels([], [], []), office=OFFICE):
        assert list(card.holders) == [OFFICE]
        assert card.served_by == "和平里社区"


def test_a_level_with_holders_shows_its_own() -> None:
    shown = cards(levels([CAPTAIN], [WORKER], [OFFICE]), office=OFFICE)
    assert [card.holders[0].title for card in shown] == ["楼栋长", "网格员", "社区居委会"]


def with_duty_phone(place: Neighbourhood, worker: Person, phone: str) -> None:
    with place.app.app_context(), transaction():
        db.session.add(
            StaffAccount(
                resident_id=worker.id, login_name=f"u{worker.id.hex[-8:]}", duty_phone=phone
            )
        )
        person = db.session.get(Resident, worker.id)
        assert person is not None
        person.phone_sealed = crypto.seal("13812341234", f"resident.phone:{worker.id}")
        person.phone_mac = crypto.mac("resident.phone", "13812341234")


def cards_of(person: Person) -> list[dict[str, Any]]:
    [home] = person.get("/me/role-holders").get_json()["homes"]
    found: list[dict[str, Any]] = home["cards"]
    return found


def test_a_resident_sees_who_serves_the_home_with_the_duty_phone_only(app: Flask) -> None:
    place = a_neighbourhood(app)
    resident, worker = place.a_resident(), place.a_worker("grid_worker", name="李工")
    place.a_worker("chair", name="陈主任")
    with_duty_phone(place, worker, "010-64201111")
    building, grid, community = cards_of(resident)
    assert building["is_vacant"]
    assert building["holders"] == grid["holders"]
    assert grid["holders"] == [
        {
            "person_id": str(worker.id),
            "name": "李工",
            "role": "grid_worker",
            "title": "网格员",
            "phone": "010-64201111",
        }
    ]
    assert community["holders"][0]["name"] == "陈主任"
    assert community["holders"][0]["phone"] == "010-64200000", "the office answers"
    assert "1381234" not in resident.get("/me/role-holders").get_data(as_text=True)


def test_the_captain_of_another_stair_is_not_shown(app: Flask) -> None:
    place = a_neighbourhood(app)
    chair, resident = place.a_worker("chair"), place.a_resident()
    for unit, name in (("1", "孙阿姨"), ("2", "周叔")):
        captain = place.a_resident(name=name)
        chair.post(
            "/roles",
            {
                "resident_id": str(captain.id),
                "role": "stair_captain",
                "scope_id": str(place.building_id),
                "unit_no": unit,
            },
        )
    building = cards_of(resident)[0]
    assert [each["name"] for each in building["holders"]] == ["孙阿姨"]


def test_somebody_without_a_home_sees_the_community(app: Flask) -> None:
    place = a_neighbourhood(app)
    visitor = place.a_visitor()
    with app.app_context(), transaction():
        person = db.session.get(Resident, UUID(str(visitor.id)))
        assert person is not None
        person.home_community_id = place.id
    [card] = cards_of(visitor)
    assert card["level"] == "community"
    assert card["holders"][0]["title"] == "社区居委会"
