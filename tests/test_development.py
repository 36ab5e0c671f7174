"""The clock that can be moved: for everybody in development, for nobody in production."""

from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from backend.app import create_app
from backend.clock import utc_now
from backend.database import forget_connections
from backend.settings import Settings
from tests.doubles import RunningDouble

CLOCK = "/api/v1/development/clock"


def test_fifteen_days_pass_for_all(client: FlaskClient, double: RunningDouble) -> None:
    before = utc_now()

    told = client.post(CLOCK, json={"days": 15}).get_json()

    assert datetime.fromisoformat(told["now"]) - before >= timedelta(days=15)
    assert utc_now() - before >= timedelta(days=15)
    assert double.app.world.now() - before >= timedelta(days=15)
    assert client.get(CLOCK).get_json()["ahead_seconds"] == told["ahead_seconds"]


def test_time_never_runs_back(client: FlaskClient) -> None:
    assert client.post(CLOCK, json={"seconds": -1}).status_code == 422


def test_nobody_leaves_the_calendar(client: FlaskClient) -> None:
    statuses = [client.post(CLOCK, json={"days": 366}).status_code for _ in range(21)]

    assert statuses[-1] == 409


def test_in_real_time_there_is_no_such_route(app: Flask, settings: Settings) -> None:
    deployed = create_app(replace(settings, movable_clock=None))

    assert deployed.test_client().post(CLOCK, json={"days": 15}).status_code == 404
    assert deployed.test_client().get(CLOCK).status_code == 404
    with deployed.app_context():
        forget_connections()
