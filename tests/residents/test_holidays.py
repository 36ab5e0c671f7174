from datetime import date, datetime

import pytest
from flask import Flask

from backend import clock
from backend.clock import SHANGHAI
from backend.database import transaction
from backend.residents.actions.calendar_days import seed_holidays
from backend.residents.jobs import enter_holidays
from backend.residents.queries.holidays import holidays, working_days_after
from tests.factories import a_neighbourhood


@pytest.fixture
def seeded(app: Flask) -> Flask:
    with app.app_context(), transaction():
        assert seed_holidays([2025, 2026]) > 0
    return app


def test_published_holidays_are_entered_once(seeded: Flask) -> None:
    with seeded.app_context(), transaction():
        assert seed_holidays([2025, 2026]) == 0
        known = holidays()
    assert known[date(2026, 10, 1)] is False
    assert known[date(2026, 10, 10)] is True, "a Saturday worked instead"
    assert date(2026, 3, 4) not in known


def test_what_was_published_meanwhile_is_entered_by_night(app: Flask) -> None:
    with app.app_context(), clock.at(datetime(2025, 12, 31, 3, tzinfo=SHANGHAI)):
        enter_holidays()
        with transaction():
            known = holidays()

    assert known[date(2025, 10, 1)] is False
    assert known[date(2026, 10, 1)] is False


def test_a_year_not_published_yet_adds_nothing(app: Flask) -> None:
    with app.app_context(), transaction():
        assert seed_holidays([2199]) == 0


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 10, 9), 1, date(2026, 10, 10)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        (date(2199, 1, 4), 1, date(2199, 1, 7)),
    ],
)
def test_working_days_are_counted_by_the_calendar(
    seeded: Flask, day: date, count: int, last: date
) -> None:
    with seeded.app_context():
        assert working_days_after(day, count) == last


def test_an_admin_enters_a_day_and_everybody_reads_it(seeded: Flask) -> None:
    place = a_neighbourhood(seeded)
    admin, resident = place.a_worker("sys_admin"), place.a_resident()
    off = {"working": False, "name": "社区停电检修"}
    assert admin.put("/holidays/2027-03-04", off).get_json()["source"] == "entered"
    assert admin.put("/holidays/2027-03-04", off | {"working": True}).get_json()["working"] is True
    assert resident.put("/holidays/2027-03-04", off).status_code == 403
    assert admin.put("/holidays/2027-02-30", off).status_code == 404
    year = resident.get("/holidays", year=2027).get_json()
    assert [each["day"] for each in year["days"]] == ["2027-03-04"]
    assert resident.get("/holidays", year=2030).get_json() == {
        "year": 2030,
        "known": False,
        "days": [],
    }
    assert resident.get("/holidays").status_code == 422


def test_what_somebody_entered_is_not_overwritten(seeded: Flask) -> None:
    admin = a_neighbourhood(seeded).a_worker("sys_admin")
    admin.put("/holidays/2026-10-01", {"working": True, "name": "值守"})
    with seeded.app_context(), transaction():
        seed_holidays([2026])
        assert holidays()[date(2026, 10, 1)] is True
