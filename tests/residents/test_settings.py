"""Numbers a community or the district sets from a day on, never below the law's floor."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.audit.models import AuditEvent
from backend.clock import today
from backend.database import db, transaction
from backend.residents.models.settings import NUMBERS, Setting
from backend.residents.queries.holidays import working_days_after
from backend.residents.queries.settings import setting_on, settings_on
from tests.counting import counted_statements
from tests.factories import Neighbourhood, Person, a_neighbourhood

DISPLAY, OBJECTION = "publication.display_days", "publication.objection_days"
REQUEST = "residence.request_working_days"


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


def in_days(count: int) -> date:
    return today() + timedelta(days=count)


def set_by(person: Person, name: str, value: int | None, *, days: int = 0) -> Any:
    body = {"value": value, "valid_from": in_days(days).isoformat(), "basis": "居民会议决定"}
    return person.put(f"/settings/{name}", body)


def test_a_number_nobody_set_is_our_default(place: Neighbourhood, context: Flask) -> None:
    assert settings_on(place.id, NUMBERS, today()) == {
        name: number.default for name, number in NUMBERS.items()
    }


def test_our_defaults_lie_within_their_own_bounds() -> None:
    for name, number in NUMBERS.items():
        assert number.least <= number.default <= number.most, name


def test_a_number_counts_from_its_day_on_and_the_days_before_keep_theirs(
    place: Neighbourhood, context: Flask
) -> None:
    chair = place.a_worker("chair")

    assert set_by(chair, OBJECTION, 10, days=5).status_code == 200
    assert set_by(chair, OBJECTION, 12, days=9).status_code == 200

    days = [setting_on(place.id, OBJECTION, in_days(n)) for n in (0, 4, 5, 8, 9, 400)]
    assert days == [7, 7, 10, 10, 12, 12]
    elsewhere = a_neighbourhood(context)
    assert setting_on(elsewhere.id, OBJECTION, in_days(400)) == 7


def test_the_fifteen_days_of_the_law_are_a_floor(
    app: Flask, place: Neighbourhood, context: Flask
) -> None:
    chair = place.a_worker("chair")

    refused = set_by(chair, DISPLAY, 14)

    assert refused.status_code == 422
    assert "第三十四条" in refused.get_json()["detail"]
    assert set_by(chair, DISPLAY, 20).status_code == 200
    assert setting_on(place.id, DISPLAY, today()) == 20
    row: dict[str, Any] = {"community_id": place.id, "key": DISPLAY, "value": 14, "basis": "x"}
    with pytest.raises(IntegrityError), transaction():
        db.session.add(Setting(**row, valid_from=in_days(3), set_by=chair.id))


@pytest.mark.parametrize("value", [0, -1, 31, 10**6])
def test_a_number_beyond_its_bounds_is_refused(place: Neighbourhood, value: int) -> None:
    assert set_by(place.a_worker("chair"), REQUEST, value).status_code == 422


def test_the_past_is_not_set_anew_and_a_day_has_one_row(place: Neighbourhood) -> None:
    chair = place.a_worker("chair")

    assert set_by(chair, OBJECTION, 10, days=-1).status_code == 422
    assert set_by(chair, OBJECTION, 10).status_code == 200
    assert set_by(chair, OBJECTION, 11).status_code == 409
    assert set_by(chair, "no.such_number", 11).status_code == 404


def test_the_districts_number_needs_a_second_person(place: Neighbourhood, context: Flask) -> None:
    proposed = set_by(place.a_worker("sys_admin"), DISPLAY, 20).get_json()
    assert (proposed["counts"], proposed["of_district"]) == (False, True)
    assert setting_on(place.id, DISPLAY, today()) == 15

    security = place.a_worker("sec_admin")
    confirmed = security.post(f"/settings/{proposed['id']}/confirmation")
    again = security.post(f"/settings/{proposed['id']}/confirmation")

    assert (confirmed.status_code, again.status_code) == (200, 409)
    assert setting_on(place.id, DISPLAY, today()) == 20
    told = [event.action for event in db.session.query(AuditEvent).filter_by(object_type="setting")]
    assert sorted(told) == ["setting.confirmed", "setting.proposed"]


def test_a_community_may_show_longer_than_the_district_not_shorter(
    place: Neighbourhood, context: Flask
) -> None:
    proposed = set_by(place.a_worker("sys_admin"), DISPLAY, 20).get_json()
    place.a_worker("sec_admin").post(f"/settings/{proposed['id']}/confirmation")
    chair = place.a_worker("chair")

    assert set_by(chair, DISPLAY, 18).status_code == 422
    assert set_by(chair, DISPLAY, 25).status_code == 200
    assert setting_on(place.id, DISPLAY, today()) == 25
    assert set_by(chair, DISPLAY, None, days=2).status_code == 200
    assert setting_on(place.id, DISPLAY, in_days(2)) == 20


def test_a_proposal_whose_day_is_over_is_not_confirmed(place: Neighbourhood) -> None:
    proposed = set_by(place.a_worker("sys_admin"), OBJECTION, 10).get_json()

    with clock.at(clock.utc_now() + timedelta(days=1)):
        late = place.a_worker("sec_admin").post(f"/settings/{proposed['id']}/confirmation")
    assert late.status_code == 409


def test_a_communitys_row_is_nobodys_to_confirm(place: Neighbourhood) -> None:
    row = set_by(place.a_worker("chair"), OBJECTION, 10).get_json()

    refused = place.a_worker("sec_admin").post(f"/settings/{row['id']}/confirmation")
    assert refused.status_code == 404


def test_a_change_is_evidence_with_the_old_and_the_new_number(
    place: Neighbourhood, context: Flask
) -> None:
    chair = place.a_worker("chair")
    set_by(chair, OBJECTION, 10)

    event = db.session.query(AuditEvent).filter_by(action="setting.changed").one()
    assert (event.actor_id, event.community_id) == (chair.id, place.id)
    assert (event.detail["old"], event.detail["new"]) == (7, 10)


def test_the_list_tells_todays_number_its_floor_and_its_rows(
    app: Flask, place: Neighbourhood
) -> None:
    chair = place.a_worker("chair")
    chair.get("/settings")
    with counted_statements(app) as before:
        chair.get("/settings")
    for days in range(6):
        set_by(chair, DISPLAY, 20 + days, days=days)
    with counted_statements(app) as after:
        items = chair.get("/settings").get_json()["items"]

    assert len(after) == len(before)
    shown = next(item for item in items if item["key"] == DISPLAY)
    assert (shown["today"], shown["default"], shown["least"]) == (20, 15, 15)
    assert [row["value"] for row in shown["rows"]] == [25, 24, 23, 22, 21, 20]


def test_a_request_to_be_verified_is_due_when_the_community_says(
    place: Neighbourhood, context: Flask
) -> None:
    chair, visitor = place.a_worker("chair"), place.a_visitor()
    place.a_household()
    where = {
        "community_id": str(place.id),
        "building_id": str(place.building_id),
        "unit_no": "1",
        "room_no": "101",
        "relation": "head",
        "tenure": "owner",
    }
    assert set_by(chair, REQUEST, 1).status_code == 200

    asked = visitor.post("/me/residence", where)

    assert asked.get_json()["due_on"] == working_days_after(today(), 1).isoformat()
