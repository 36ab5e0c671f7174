"""A clock that can be moved and phones to sign in as: in development, never in production."""

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
PHONES = "/api/v1/development/phones"


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
    assert deployed.test_client().get(PHONES).status_code == 404
    with deployed.app_context():
        forget_connections()


def test_a_browser_signs_in_as_one_of_the_phones(
    client: FlaskClient, double: RunningDouble
) -> None:
    names = {phone["openid"]: phone["name"] for phone in client.get(PHONES).get_json()["items"]}
    assert names["o_demo_01"] == "林安然"

    code = client.post(f"{PHONES}/o_demo_01/code").get_json()["code"]

    signed_in = client.post("/api/v1/sessions/wechat", json={"code": code})
    assert signed_in.status_code == 201
    assert double.app.world.calls["/sns/jscode2session"] == 1


def test_a_code_of_nobodys_phone_is_refused(client: FlaskClient, double: RunningDouble) -> None:
    assert client.post(f"{PHONES}/nobody/code").status_code == 404


def test_without_a_double_there_are_no_phones(app: Flask, settings: Settings) -> None:
    nowhere = replace(settings, wechat=replace(settings.wechat, api_base="http://127.0.0.1:9"))
    alone = create_app(nowhere)

    assert alone.test_client().get(PHONES).get_json() == {"items": []}
    assert alone.test_client().post(f"{PHONES}/o_demo_01/code").status_code == 404
    with alone.app_context():
        forget_connections()
