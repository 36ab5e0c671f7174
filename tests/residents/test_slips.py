"""People without WeChat come in with digits that a grid worker wrote at their door."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from backend import clock
from backend.clock import utc_now
from backend.database import db
from backend.notifications.models import Notice
from backend.residents.jobs import forget_slips
from backend.residents.models import DoorSlip, Grid, KeptAnswer
from tests.factories import Neighbourhood, Person, a_neighbourhood


@pytest.fixture
def place(app: Flask) -> Neighbourhood:
    return a_neighbourhood(app)


def written(worker: Person, person: Person) -> str:
    answer = worker.post(f"/people/{person.id}/slips")
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["code"])


def typed(app: Flask, code: str) -> TestResponse:
    return app.test_client().post("/api/v1/sessions/slip", json={"code": code})


def other_than(code: str) -> str:
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def test_its_owner_comes_in_once(app: Flask, place: Neighbourhood) -> None:
    grandmother = place.a_resident(name="孙奶奶")
    code = written(place.a_worker("grid_worker"), grandmother)

    first = typed(app, f"{code[:4]} {code[4:8]} {code[8:]}")
    again = typed(app, code)

    assert first.status_code == 201
    assert first.get_json()["resident_id"] == str(grandmother.id)
    assert first.get_json()["kind"] == "resident"
    assert again.status_code == 401


def test_its_owner_reads_that_it_was_written(app: Flask, place: Neighbourhood) -> None:
    grandmother = place.a_resident(name="孙奶奶")
    written(place.a_worker("grid_worker"), grandmother)

    with app.app_context():
        told = db.session.scalars(select(Notice.headline)).all()

    assert list(told) == ["网格员给您开了登录码"]


def test_a_new_one_ends_the_one_before(app: Flask, place: Neighbourhood) -> None:
    worker, grandmother = place.a_worker("grid_worker"), place.a_resident()
    lost, found = written(worker, grandmother), written(worker, grandmother)

    assert typed(app, lost).status_code == 401
    assert typed(app, found).status_code == 201


def test_a_repeated_request_writes_a_new_one_and_the_digits_are_kept_nowhere(
    app: Flask, place: Neighbourhood
) -> None:
    worker, grandmother = place.a_worker("grid_worker"), place.a_resident()
    path = f"/people/{grandmother.id}/slips"

    first = worker.post(path, {}, **{"Idempotency-Key": "once"}).get_json()
    again = worker.post(path, {}, **{"Idempotency-Key": "once"}).get_json()

    assert first["code"] != again["code"]
    assert typed(app, again["code"]).status_code == 201
    with app.app_context():
        assert db.session.scalars(select(KeptAnswer)).all() == []


def test_after_five_wrong_tries_the_right_digits_come_too_late(
    app: Flask, place: Neighbourhood
) -> None:
    code = written(place.a_worker("grid_worker"), place.a_resident())

    wrong = [typed(app, other_than(code)).status_code for _ in range(5)]

    assert wrong == [401] * 5
    assert typed(app, code).status_code == 401


def test_after_seven_days_it_is_old(app: Flask, place: Neighbourhood) -> None:
    code = written(place.a_worker("grid_worker"), place.a_resident())

    with clock.at(utc_now() + timedelta(days=7)):
        assert typed(app, code).status_code == 401


def test_what_is_no_code_is_told_beside_the_field(app: Flask) -> None:
    answer = typed(app, "12345")

    assert answer.status_code == 422
    assert answer.get_json()["errors"]["json"]["code"] == ["登录码是12位数字"]


def test_a_worker_writes_none_for_another_grid(app: Flask, place: Neighbourhood) -> None:
    with app.app_context():
        other = Grid(community_id=place.id, level=1, code="G9", name="第二大网格", parent_id=None)
        db.session.add(other)
        db.session.commit()
        stranger = place.a_worker("grid_worker", grid_id=other.id)

    assert stranger.post(f"/people/{place.a_resident().id}/slips").status_code == 404


def test_a_month_after_it_expired_it_is_forgotten(app: Flask, place: Neighbourhood) -> None:
    written(place.a_worker("grid_worker"), place.a_resident())

    with clock.at(utc_now() + timedelta(days=38)), app.app_context():
        forget_slips()
        kept = db.session.scalar(select(func.count()).select_from(DoorSlip))

    assert kept == 0
