"""Naming a neighbour in a claim: found by whole name and building, one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from backend.audit.models import AuditEvent
from backend.clock import today, utc_now
from backend.database import db, transaction
from backend.residents.models import Building, Residency, Resident
from backend.settings import Settings
from backend.virtue_bank.actions.neighbours import OFTEN
from backend.virtue_bank.rules.neighbours import bare_name, the_one
from tests.factories import LONG_AGO, Person, a_neighbourhood
from tests.residents.desk import another_process
from tests.virtue_bank.a_bank import BANK, Bank, refused, went
from tests.virtue_bank.a_deed import DEEDS, Neighbours, neighbours

NEIGHBOURS = f"{BANK}/neighbours"
NOBODY = {"outcome": "nobody", "person": None}
TODAY = date(2027, 3, 10)
SEEKER, ONE, OTHER = (uuid4() for _ in range(3))


@dataclass(frozen=True, kw_only=True)
class Bearing:
    id: UUID = ONE
    born_year: int | None = None
    unit_no: str = "1"
    room_no: str = "301"


def found(*bearers: Bearing, unit_no: str = "", room_no: str = "") -> tuple[str, UUID | None]:
    answer = the_one(bearers, seeker_id=SEEKER, today=TODAY, unit_no=unit_no, room_no=room_no)
    return answer.outcome, answer.person_id


def test_who_alone_bears_the_name_in_the_building_is_found_wherever_they_live() -> None:
    assert found(Bearing()) == ("found", ONE)
    assert found(Bearing(), Bearing(room_no="302")) == ("found", ONE)  # two homes, one person
    assert found(Bearing(), unit_no="2", room_no="902") == ("found", ONE)


def test_of_several_the_dwelling_decides_however_it_is_written() -> None:
    both = Bearing(), Bearing(id=OTHER, unit_no="2")
    assert found(*both) == ("several", None)
    assert found(*both, room_no="301") == ("several", None)
    assert found(*both, unit_no="2单元", room_no="301室") == ("found", OTHER)
    assert found(*both, unit_no="２", room_no=" 301 ") == ("found", OTHER)
    assert found(*both, unit_no="3", room_no="301") == ("nobody", None)


def test_children_and_oneself_are_not_found() -> None:
    child = Bearing(born_year=TODAY.year - 18)
    assert found(child) == ("nobody", None)
    assert found(child, Bearing(id=OTHER, born_year=1950)) == ("found", OTHER)
    assert found(Bearing(id=SEEKER)) == ("yourself", None)
    assert found(Bearing(id=SEEKER), Bearing(id=OTHER)) == ("found", OTHER)
    assert found() == ("nobody", None)


def test_blanks_and_width_make_no_other_name() -> None:
    assert bare_name(" 李 奶\u3000奶") == "李奶奶"
    assert bare_name("Ａnna") == "Anna"


@pytest.fixture
def people(bank: Bank) -> Neighbours:
    return neighbours(bank)


def sought(people: Neighbours, name: str = "李奶奶", by: Person | None = None, **about: Any) -> Any:
    known = {"name": name, "building_id": str(people.bank.place.building_id)}
    return (by or people.now(people.doer)).post(NEIGHBOURS, known | about)


def changed(people: Neighbours, person: Person, **about: Any) -> None:
    with people.bank.app.app_context(), transaction():
        row = db.session.get(Resident, person.id)
        for column, value in about.items():
            setattr(row, column, value)


def events(people: Neighbours) -> list[AuditEvent]:
    with people.bank.app.app_context():
        kept = select(AuditEvent).where(
            AuditEvent.community_id == people.bank.place.id, AuditEvent.action == "neighbour.sought"
        )
        return list(db.session.scalars(kept.order_by(AuditEvent.id)))


def test_whoever_is_found_can_be_named_as_helped_witness_and_doer(people: Neighbours) -> None:
    answers = [went(sought(people, each.name)) for each in (people.helped, people.witness)]
    assert [each["outcome"] for each in answers] == ["found", "found"]
    assert answers[0]["person"] == {
        "id": str(people.helped.id),
        "name": "李*奶",
        "building": "3号楼",
    }
    helped, witness = (each["person"]["id"] for each in answers)
    together = went(sought(people, "何 邻居"))["person"]["id"]

    deed = people.submitted(
        helped_id=helped,
        witness_ids=[witness],
        shares=[{"acted_id": str(people.doer.id)}, {"acted_id": together}],
    )

    assert [each["acted"] for each in deed["shares"]] == ["王小芳", "何邻居"]
    asked = went(people.now(people.helped).get(f"{BANK}/me/confirmations"))["items"]
    assert [each["id"] for each in asked] == [deed["id"]]


def test_a_part_of_the_name_or_another_building_finds_nobody(
    app: Flask, people: Neighbours
) -> None:
    with app.app_context(), transaction():
        next_door = Building(community_id=people.bank.place.id, name="5号楼", units=1)
        db.session.add(next_door)
        db.session.flush()
        next_door_id = str(next_door.id)

    for part in ("李奶", "奶奶", "李%", "李__", "陈奶奶"):
        assert went(sought(people, part)) == NOBODY
    assert went(sought(people, building_id=next_door_id)) == NOBODY
    assert sought(people, "李").status_code == 422
    elsewhere = str(a_neighbourhood(app).building_id)
    assert sought(people, building_id=elsewhere).status_code == 404


def test_children_erased_people_and_those_who_moved_out_are_like_nobody(
    people: Neighbours,
) -> None:
    place = people.bank.place
    child = place.a_resident(name="小明")
    changed(people, child, born_year=today().year - 9)
    erased = place.a_resident(name="孙先生")
    changed(people, erased, status="erased", erased_at=utc_now())
    moved = place.a_resident(name="周女士")
    with people.bank.app.app_context(), transaction():
        home = db.session.scalars(select(Residency).where(Residency.resident_id == moved.id)).one()
        home.valid = Range(LONG_AGO, today() - timedelta(days=1))

    for person in (child, erased, moved):
        assert went(sought(people, person.name)) == NOBODY, person.name


def test_two_of_the_same_name_are_told_apart_by_their_dwelling(people: Neighbours) -> None:
    namesake = people.bank.place.a_resident(name="李奶奶")

    assert went(sought(people)) == {"outcome": "several", "person": None}
    room = f"{people.bank.place.rooms}01"
    answer = went(sought(people, unit_no="1单元", room_no=room))

    assert answer["person"]["id"] == str(namesake.id)
    assert went(sought(people, unit_no="1", room_no="9999")) == NOBODY
    assert went(sought(people, people.doer.name))["outcome"] == "yourself"


def test_that_somebody_was_sought_is_evidence_and_the_name_is_in_none(people: Neighbours) -> None:
    went(sought(people))
    went(sought(people, "无此人"))

    kept = events(people)
    assert [(each.object_type, each.object_id, each.detail) for each in kept] == [
        ("resident", people.helped.id, {"outcome": "found"}),
        ("building", people.bank.place.building_id, {"outcome": "nobody"}),
    ]
    assert {each.actor_id for each in kept} == {people.doer.id}


def test_only_residents_seek_their_neighbours(people: Neighbours) -> None:
    place = people.bank.place
    refused(sought(people, by=place.a_visitor()), "residence-not-verified", 403)
    refused(sought(people, by=people.bank.worker), "residence-not-verified", 403)


@pytest.fixture
def limited(app: Flask, limited_settings: Settings) -> Iterator[Flask]:
    with another_process(limited_settings) as limited:
        yield limited


def test_nobody_seeks_more_often_than_a_claim_needs_however_often_they_sign_in(
    limited: Flask, people: Neighbours
) -> None:
    for number in range(OFTEN):
        went(sought(people, "无此人" if number % 2 else "李奶奶", by=at(limited, people)))

    answer = sought(people, by=at(limited, people))

    told = refused(answer, "sought-too-often", 429)
    assert str(OFTEN) in told["detail"]
    assert 0 < int(answer.headers["Retry-After"]) <= 24 * 60 * 60
    assert len(events(people)) == OFTEN
    witness = replace(people.now(people.witness), app=limited)
    assert went(sought(people, by=witness))["outcome"] == "found"
    draft = at(limited, people).post(DEEDS, people.told())
    assert draft.status_code == 201, draft.text


def at(limited: Flask, people: Neighbours) -> Person:
    """The doer, signed in anew."""
    return replace(people.now(people.doer), app=limited)


def test_without_counters_nobody_is_sought(people: Neighbours, limited_settings: Settings) -> None:
    blind = replace(limited_settings, redis_url="redis://127.0.0.1:1/0")
    with another_process(blind) as without:
        assert sought(people, by=at(without, people)).status_code == 503
    assert not events(people)
