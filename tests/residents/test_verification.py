import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from backend import clock
from backend.clock import SHANGHAI, today
from backend.database import db, transaction
from backend.days import months_later
from backend.notifications.models import Notice
from backend.residents.jobs import lapse_verifications
from backend.residents.models import (
    Dwelling,
    Household,
    Kin,
    Residency,
    RoleAssignment,
    Verification,
)
from backend.residents.queries.spans import since
from backend.residents.rules.verification import (
    ARROWS,
    EVENTS,
    STATES,
    AlreadyDecided,
    after,
)
from tests.counting import counted_statements
from tests.factories import LONG_AGO, Neighbourhood, Person, a_neighbourhood

SEEN = {"confirmed": True, "evidence_kind": "document_seen"}
REFUSED = {"confirmed": False, "reason_code": "not_found_there", "reason": "上门两次均无人居住"}


# -- the state table ------------------------------------------------------------------


@pytest.mark.parametrize(("state", "event"), list(itertools.product(STATES, EVENTS)))
def test_only_the_arrows_of_the_table_exist(state: str, event: str) -> None:
    if (state, event) in ARROWS:
        assert after(state, event) == ARROWS[state, event]
    else:
        with pytest.raises(AlreadyDecided):
            after(state, event)


@pytest.mark.parametrize(
    ("verified_on", "due_on"),
    [
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2024, 12, 31), date(2026, 12, 31)),
        (date(2025, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_verification_is_looked_at_again_after_two_years(verified_on: date, due_on: date) -> None:
    assert months_later(verified_on, 24) == due_on


def test_rights_go_on_for_three_months() -> None:
    assert months_later(date(2025, 11, 30), 3) == date(2026, 2, 28)


# -- over HTTP ------------------------------------------------------------------------


def a_dwelling(place: Neighbourhood, room_no: str = "801") -> UUID:
    with place.app.app_context(), transaction():
        dwelling = Dwelling(
            community_id=place.id,
            building_id=place.building_id,
            unit_no="1",
            floor=8,
            room_no=room_no,
        )
        db.session.add(dwelling)
        return dwelling.id


def address(place: Neighbourhood, room_no: str = "801") -> dict[str, Any]:
    return {
        "building_id": str(place.building_id),
        "unit_no": "1",
        "room_no": room_no,
        "relation": "head",
        "tenure": "tenant",
    }


def request_of(place: Neighbourhood, person: Person, room_no: str = "801") -> dict[str, Any]:
    wish = address(place, room_no) | {"community_id": str(place.id)}
    answer = person.post("/me/residence", wish)
    assert answer.status_code == 201, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


@contextmanager
def in_days(days: int) -> Iterator[None]:
    with clock.at(clock.utc_now() + timedelta(days=days)):
        yield


def notices_of(person_id: UUID) -> list[str]:
    return list(db.session.scalars(select(Notice.headline).where(Notice.resident_id == person_id)))


def test_a_visitor_asks_and_the_grid_worker_finds_it_true(app: Flask) -> None:
    place = a_neighbourhood(app)
    worker, visitor = place.a_worker("grid_worker"), place.a_visitor()
    a_dwelling(place)
    claim = request_of(place, visitor)
    assert claim["state"] == "requested"
    assert claim["address"] == "3号楼1单元801"
    with app.app_context():
        assert notices_of(worker.id) == ["有居民申请居住核验"]

    [listed] = worker.get("/verifications").get_json()["items"]
    assert listed["id"] == claim["id"]
    decided = worker.post(f"/verifications/{claim['id']}/decision", SEEN)
    assert decided.status_code == 200, decided.get_json()
    assert decided.get_json()["state"] == "verified"

    residence = visitor.get("/me/residence").get_json()
    assert residence["homes"][0]["address"] == "3号楼1单元801"
    assert residence["homes"][0]["is_main"]
    with app.app_context():
        assert notices_of(visitor.id) == ["居住核验已通过"]
        household = db.session.get(Household, (place.id, UUID(decided.get_json()["household_id"])))
        assert household is not None
        assert household.tenure == "tenant"


def test_a_claim_opens_no_household_before_somebody_confirms_it(app: Flask) -> None:
    place = a_neighbourhood(app)
    visitor, dwelling_id = place.a_visitor(), a_dwelling(place)
    request_of(place, visitor)
    with app.app_context():
        here = select(Household.id).where(Household.dwelling_id == dwelling_id)
        assert db.session.scalars(here).all() == []


def test_an_unknown_room_names_the_next_step(app: Flask) -> None:
    place = a_neighbourhood(app)
    wish = address(place, "999") | {"community_id": str(place.id)}
    answer = place.a_visitor().post("/me/residence", wish)
    assert answer.status_code == 422
    assert "网格员" in answer.get_json()["detail"]


def test_one_open_request_per_person_and_dwelling(app: Flask) -> None:
    place = a_neighbourhood(app)
    visitor = place.a_visitor()
    a_dwelling(place)
    request_of(place, visitor)
    wish = address(place) | {"community_id": str(place.id)}
    assert visitor.post("/me/residence", wish).status_code == 409


def test_who_lives_there_already_need_not_ask(app: Flask) -> None:
    place = a_neighbourhood(app)
    resident = place.a_resident()
    wish = address(place, "101") | {"community_id": str(place.id)}
    answer = resident.post("/me/residence", wish)
    assert answer.status_code == 409
    assert answer.get_json()["type"] == "/problems/already-lives-here"


def test_the_only_household_there_is_joined_and_of_several_one_is_named(app: Flask) -> None:
    place = a_neighbourhood(app)
    worker = place.a_worker("grid_worker")
    head = place.a_resident()
    first = request_of(place, place.a_visitor(), "101")
    joined = worker.post(f"/verifications/{first['id']}/decision", SEEN).get_json()
    assert joined["household_id"] == str(head.household_id)

    second = request_of(place, place.a_visitor(), "101")
    apart = worker.post(f"/verifications/{second['id']}/decision", SEEN | {"new_household": True})
    assert apart.get_json()["household_id"] != str(head.household_id)

    third = request_of(place, place.a_visitor(), "101")
    asked = worker.post(f"/verifications/{third['id']}/decision", SEEN)
    assert asked.status_code == 409
    assert len(asked.get_json()["household_ids"]) == 2
    elsewhere = SEEN | {"household_id": str(uuid4())}
    assert worker.post(f"/verifications/{third['id']}/decision", elsewhere).status_code == 404
    named = SEEN | {"household_id": str(head.household_id)}
    assert worker.post(f"/verifications/{third['id']}/decision", named).status_code == 200


@pytest.mark.parametrize(
    "decision",
    [
        {"confirmed": True},
        {"confirmed": True, "evidence_kind": "id_card_photo"},
        {"confirmed": False},
        {"confirmed": False, "reason_code": "other"},
        {"confirmed": False, "reason": "不像"},
        {"confirmed": True, "evidence_kind": "document_seen", "id_number": "110"},
    ],
)
def test_a_decision_says_what_was_seen_or_why_not(app: Flask, decision: dict[str, Any]) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    claim = request_of(place, place.a_visitor())
    worker = place.a_worker("grid_worker")
    assert worker.post(f"/verifications/{claim['id']}/decision", decision).status_code == 422


def test_a_decided_claim_is_not_decided_again(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    claim = request_of(place, place.a_visitor())
    worker = place.a_worker("grid_worker")
    assert worker.post(f"/verifications/{claim['id']}/decision", REFUSED).status_code == 200
    assert worker.post(f"/verifications/{claim['id']}/decision", SEEN).status_code == 409


def test_a_worker_of_another_grid_or_community_finds_no_claim(app: Flask) -> None:
    here, there = a_neighbourhood(app), a_neighbourhood(app)
    a_dwelling(here)
    claim = request_of(here, here.a_visitor())
    with app.app_context():
        from_elsewhere = there.a_worker("grid_worker")
        other_grid = here.a_worker("grid_worker", grid_id=uuid4())
    for worker in (from_elsewhere, other_grid, there.a_worker("chair")):
        answer = worker.post(f"/verifications/{claim['id']}/decision", SEEN)
        assert answer.status_code == 404
        assert worker.get("/verifications").get_json()["items"] == []


def test_a_building_of_another_community_is_unknown(app: Flask) -> None:
    here, there = a_neighbourhood(app), a_neighbourhood(app)
    a_dwelling(there)
    wish = address(there) | {"community_id": str(here.id)}
    assert here.a_visitor().post("/me/residence", wish).status_code == 404


def test_residents_do_not_see_or_decide_claims(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    claim = request_of(place, place.a_visitor())
    resident = place.a_resident()
    assert resident.get("/verifications").status_code == 403
    assert resident.post(f"/verifications/{claim['id']}/decision", SEEN).status_code == 403


def living_in(place: Neighbourhood, person: Person, household_id: UUID) -> None:
    with place.app.app_context(), transaction():
        db.session.add(
            Residency(
                community_id=place.id,
                resident_id=person.id,
                household_id=household_id,
                relation="spouse",
                valid=since(LONG_AGO),
            )
        )


def related(place: Neighbourhood, one: Person, other: Person) -> None:
    first, second = sorted((one.id, other.id))
    with place.app.app_context(), transaction():
        db.session.add(
            Kin(resident_a=first, resident_b=second, relation="sibling", declared_by=one.id)
        )


def its_own(place: Neighbourhood, worker: Person) -> dict[str, Any]:
    return request_of(place, worker, "101")


def in_its_household(place: Neighbourhood, worker: Person) -> dict[str, Any]:
    with place.app.app_context():
        found = db.session.scalars(
            select(Household.id).where(Household.community_id == place.id)
        ).first()
    assert found is not None
    living_in(place, worker, found)
    return request_of(place, place.a_visitor(), "101")


def of_its_kin(place: Neighbourhood, worker: Person) -> dict[str, Any]:
    visitor = place.a_visitor()
    related(place, worker, visitor)
    return request_of(place, visitor, "101")


@pytest.mark.parametrize("claimed", [its_own, in_its_household, of_its_kin])
def test_nobody_verifies_oneself_the_household_or_kin(
    app: Flask, claimed: Callable[[Neighbourhood, Person], dict[str, Any]]
) -> None:
    place = a_neighbourhood(app)
    place.a_resident()
    worker = place.a_worker("grid_worker")
    claim = claimed(place, worker)
    answer = worker.post(f"/verifications/{claim['id']}/decision", SEEN)
    assert answer.status_code == 403
    assert answer.get_json()["type"] == "/problems/own-business"
    other = place.a_worker("committee_member")
    assert other.post(f"/verifications/{claim['id']}/decision", SEEN).status_code == 200


def test_two_workers_decide_one_claim_and_one_of_them_is_told_so(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    claim = request_of(place, place.a_visitor())
    workers = [place.a_worker("grid_worker"), place.a_worker("chair")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda w: w.post(f"/verifications/{claim['id']}/decision", SEEN), workers)
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    with app.app_context():
        homes = select(Residency.id).where(Residency.resident_id == UUID(claim["person_id"]))
        assert len(db.session.scalars(homes).all()) == 1


def test_two_requests_at_once_are_one(app: Flask) -> None:
    place = a_neighbourhood(app)
    visitor = place.a_visitor()
    a_dwelling(place)
    wish = address(place) | {"community_id": str(place.id)}
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: visitor.post("/me/residence", wish), range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]


# -- appeals --------------------------------------------------------------------------


def refused_by(place: Neighbourhood, person: Person, decider: Person) -> str:
    claim = request_of(place, person)
    answer = decider.post(f"/verifications/{claim['id']}/decision", REFUSED)
    assert answer.get_json()["state"] == "refused"
    return str(claim["id"])


def test_another_member_decides_the_appeal(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    visitor, first = place.a_visitor(), place.a_worker("chair")
    other, worker = place.a_worker("committee_member"), place.a_worker("grid_worker")
    refused = refused_by(place, visitor, first)
    lodged = visitor.post(f"/verifications/{refused}/appeal", {"note": "白天上班，晚上在家"})
    assert lodged.status_code == 201, lodged.get_json()
    assert lodged.get_json()["state"] == "appealed"
    assert lodged.get_json()["appeal_of"] == refused
    with app.app_context():
        assert "有居民对居住核验结果提出申诉" in notices_of(other.id)
        assert "有居民对居住核验结果提出申诉" not in notices_of(first.id)
    path = f"/verifications/{lodged.get_json()['id']}/decision"
    assert first.post(path, SEEN).get_json()["type"] == "/problems/own-business"
    assert worker.post(path, SEEN).get_json()["type"] == "/problems/only-members-decide-appeals"
    assert other.post(path, SEEN).get_json()["state"] == "verified"
    assert visitor.get("/me/residence").get_json()["homes"]


def test_one_appeals_once_within_ten_days_and_only_for_oneself(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    visitor, chair = place.a_visitor(), place.a_worker("chair")
    refused = refused_by(place, visitor, chair)
    note = {"note": "请再来一次"}
    path = f"/verifications/{refused}/appeal"
    assert place.a_resident().post(path, note).status_code == 404
    lodged = visitor.post(path, note)
    assert lodged.status_code == 201
    again = visitor.post(path, note)
    assert again.get_json()["type"] == "/problems/already-appealed"
    member = place.a_worker("committee_member")
    member.post(f"/verifications/{lodged.get_json()['id']}/decision", REFUSED)
    third = visitor.post(f"/verifications/{lodged.get_json()['id']}/appeal", note)
    assert third.get_json()["type"] == "/problems/already-appealed"


def test_after_ten_days_one_asks_anew(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    visitor, chair = place.a_visitor(), place.a_worker("chair")
    refused = refused_by(place, visitor, chair)
    with app.app_context(), transaction():
        row = db.session.get(Verification, (place.id, UUID(refused)))
        assert row is not None
        row.decided_at = clock.utc_now() - timedelta(days=11)
    late = visitor.post(f"/verifications/{refused}/appeal", {"note": "请再来一次"})
    assert late.get_json()["type"] == "/problems/appeal-too-late"
    assert request_of(place, visitor)["state"] == "requested"


# -- time, moving out -----------------------------------------------------------------


def verified(place: Neighbourhood, person: Person, worker: Person) -> str:
    claim = request_of(place, person)
    worker.post(f"/verifications/{claim['id']}/decision", SEEN)
    return str(claim["id"])


def night_after(place: Neighbourhood, days: int) -> None:
    with in_days(days), place.app.app_context():
        lapse_verifications()


def test_after_two_years_one_tap_keeps_the_rights(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    visitor, worker = place.a_visitor(), place.a_worker("grid_worker")
    claim = verified(place, visitor, worker)
    assert visitor.post(f"/verifications/{claim}/renewal").status_code == 409
    night_after(place, 735)
    with app.app_context():
        assert "请确认您仍住在这里" in notices_of(visitor.id)
    assert visitor.get("/me/residence").get_json()["homes"], "rights go on"
    stranger = place.a_visitor(name="路人")
    assert stranger.post(f"/verifications/{claim}/renewal").status_code == 404
    renewed = visitor.post(f"/verifications/{claim}/renewal")
    assert renewed.get_json()["state"] == "verified"


def test_what_nobody_renews_lapses_once(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    visitor, worker = place.a_visitor(), place.a_worker("grid_worker")
    verified(place, visitor, worker)
    night_after(place, 735)
    night_after(place, 835)
    night_after(place, 836)
    with in_days(840), app.app_context():
        states = db.session.scalars(select(Verification.state)).all()
        assert states == ["lapsed"]
        assert notices_of(visitor.id).count("居住核验已失效") == 1
        home = db.session.scalars(select(Residency)).one()
        assert today() not in home.valid


def test_a_late_request_goes_to_the_chair_and_the_person_is_told_once(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    visitor, chair = place.a_visitor(), place.a_worker("chair")
    place.a_worker("grid_worker")
    request_of(place, visitor)
    night_after(place, 20)
    night_after(place, 21)
    with app.app_context():
        assert notices_of(visitor.id) == ["您的居住核验还在办理"]
        assert notices_of(chair.id) == ["居住核验已超期，请安排"]
    assert chair.get("/verifications", overdue="true").get_json()["items"] == []
    assert len(chair.get("/verifications").get_json()["items"]) == 1


def test_the_due_day_skips_the_days_off(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    friday = datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)
    with app.app_context(), clock.at(friday):
        visitor = place.a_visitor()
        claim = request_of(place, visitor)
    assert claim["due_on"] == "2026-11-27"


def test_who_moves_out_leaves_roles_tied_to_living_here(app: Flask) -> None:
    place = a_neighbourhood(app)
    resident, chair = place.a_resident(), place.a_worker("chair")
    new = {
        "resident_id": str(resident.id),
        "role": "building_captain",
        "scope_id": str(place.building_id),
    }
    assert chair.post("/roles", new).status_code == 201
    [home] = resident.get("/me/residence").get_json()["homes"]
    path = f"/residencies/{home['residency_id']}/departure"
    neighbour = place.a_resident(name="邻居")
    assert neighbour.post(path).status_code == 404
    assert resident.post(path).status_code == 204
    assert resident.post(path).status_code == 409
    assert resident.get("/me/residence").get_json()["homes"] == []
    with app.app_context():
        [role] = db.session.scalars(
            select(RoleAssignment).where(RoleAssignment.role == "building_captain")
        )
        assert role.state == "ended"


def test_another_home_becomes_the_main_one_when_the_main_one_ends(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    resident, worker = place.a_resident(), place.a_worker("grid_worker")
    claim = request_of(place, resident)
    worker.post(f"/verifications/{claim['id']}/decision", SEEN)
    main, second = resident.get("/me/residence").get_json()["homes"]
    assert (main["is_main"], second["is_main"]) == (True, False)
    assert worker.post(f"/residencies/{main['residency_id']}/departure").status_code == 204
    [left] = resident.get("/me/residence").get_json()["homes"]
    assert left["residency_id"] == second["residency_id"]
    assert left["is_main"]


# -- at the door ----------------------------------------------------------------------


def test_a_worker_types_what_somebody_says_at_the_door(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    worker, resident = place.a_worker("grid_worker"), place.a_resident()
    wish = address(place) | {"person_id": str(resident.id), "channel": "home_visit"}
    claim = worker.post("/verifications", wish)
    assert claim.status_code == 201, claim.get_json()
    assert claim.get_json()["channel"] == "home_visit"
    assert claim.get_json()["person_id"] == str(resident.id)
    assert claim.get_json()["recorded_by"] == str(worker.id)
    stranger = wish | {"person_id": str(a_neighbourhood(app).a_resident().id)}
    assert worker.post("/verifications", stranger).status_code == 404


def test_somebody_without_wechat_is_registered_and_verified_at_the_door(app: Flask) -> None:
    place = a_neighbourhood(app)
    a_dwelling(place)
    worker = place.a_worker("grid_worker")
    new = address(place) | {
        "name": "孙桂兰",
        "born_year": 1946,
        "phone": "13812341234",
        "evidence_kind": "known_in_person",
    }
    made = worker.post("/people", new)
    assert made.status_code == 201, made.get_json()
    [found] = worker.get("/people", q="桂").get_json()["items"]
    assert found["id"] == made.get_json()["person_id"]
    assert (found["name"], found["phone"]) == ("孙桂兰", "138****1234")
    assert worker.post("/people", new).get_json()["type"] == "/problems/already-registered"
    assert worker.post("/people", new | {"name": "孙2"}).status_code == 422
    assert worker.post("/people", new | {"phone": "12"}).status_code == 422


def test_people_are_found_inside_ones_scope_only(app: Flask) -> None:
    here, there = a_neighbourhood(app), a_neighbourhood(app)
    here.a_resident(name="王芳")
    there.a_resident(name="王芳")
    with app.app_context():
        elsewhere = here.a_worker("grid_worker", grid_id=uuid4())
    assert len(here.a_worker("grid_worker").get("/people", q="王").get_json()["items"]) == 1
    assert len(here.a_worker("chair").get("/people", q="王").get_json()["items"]) == 1
    assert elsewhere.get("/people", q="王").get_json()["items"] == []
    assert here.a_worker("chair").get("/people", q="%").status_code == 422
    assert here.a_worker("chair").get("/people", q="王%").get_json()["items"] == []
    assert here.a_resident().get("/people", q="王").status_code == 403


@pytest.mark.parametrize(("path", "query"), [("/verifications", {}), ("/people", {"q": "王"})])
def test_a_list_costs_the_same_whatever_its_length(
    app: Flask, path: str, query: dict[str, str]
) -> None:
    place = a_neighbourhood(app)
    worker = place.a_worker("grid_worker")
    counts = []
    for room in range(2):
        for number in range(3):
            a_dwelling(place, f"9{room}{number}")
            request_of(place, place.a_visitor(), f"9{room}{number}")
            place.a_resident()
        with counted_statements(app) as statements:
            answer = worker.get(path, **query)
        counts.append(len(statements))
        assert len(answer.get_json()["items"]) == 3 * (room + 1)
    assert counts[0] == counts[1]


def test_a_long_list_comes_in_pages(app: Flask) -> None:
    place = a_neighbourhood(app)
    worker = place.a_worker("grid_worker")
    for number in range(3):
        a_dwelling(place, f"90{number}")
        request_of(place, place.a_visitor(), f"90{number}")
    first = worker.get("/verifications", limit=2).get_json()
    second = worker.get("/verifications", limit=2, after=first["next"]).get_json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)
