"""No log of ours names a person, whatever people type and whatever breaks."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from sqlalchemy import create_engine, text

from backend import clock
from backend.telemetry import told_of, without_numbers_of_people
from tests.doubles import RunningDouble
from tests.factories import Person, a_neighbourhood
from tests.processes import House, a_house, until

NAME, PHONE, ID_NUMBER = "欧阳知微", "13912345678", "11010519491231002X"
WORDS = "三层的楼道灯坏了一周老人看不清台阶"
TYPED = f"{WORDS}，我是{NAME}，电话{PHONE}，身份证{ID_NUMBER}。"
ASKED = "我家的事只有我知道"
MATTER = {"title": f"{NAME}家门口", "body": TYPED, "place": NAME, "category": "facilities"}
FIELDS = {
    *("request_id", "route", "method", "status", "ms", "actor", "community"),
    *("event", "level", "timestamp"),
}


@pytest.fixture(scope="module")
def house(double: RunningDouble) -> Iterator[House]:
    with a_house(double.settings()) as running:
        yield running
    clock.share_through(None)
    double.reset()


def asked(house: House, person: Person | None, method: str, path: str, **more: Any) -> int:
    headers = {"Content-Type": "application/json"} | (person.headers if person else {})
    answer = requests.request(
        method, f"{house.url}/api/v1{path}", headers=headers, timeout=10, **more
    )
    return answer.status_code


def break_what_is_written(house: House) -> None:
    """For good. PostgreSQL quotes the whole row in the error of a check that fails."""
    engine = create_engine(house.settings.database_url_owner or "")
    with engine.begin() as owner:
        owner.execute(text("ALTER TABLE proposal_text ADD CHECK (false) NOT VALID"))
        owner.execute(text("ALTER TABLE delivery ADD CHECK (false) NOT VALID"))
    engine.dispose()


def test_a_request_is_one_line_of_few_facts(house: House) -> None:
    author = a_neighbourhood(house.app).a_resident()
    asked(house, author, "GET", "/proposals", params={"q": ASKED})

    lines = [json.loads(line) for line in log_of(house, "web").splitlines()]
    [line] = [line for line in lines if line["route"] == "/api/v1/proposals"]
    assert set(line) == FIELDS
    assert line["actor"] == str(author.id)


def test_no_log_line_names_a_person(house: House, double: RunningDouble) -> None:
    place = a_neighbourhood(house.app)
    author = place.a_resident(name=NAME, openid=double.person("o_someone_special"))
    code = double.login("o_someone_special")

    draft = requests.post(
        f"{house.url}/api/v1/proposals", json=MATTER, headers=author.headers, timeout=10
    ).json()
    statuses = [
        asked(house, None, "POST", "/sessions/wechat", json={"code": code}),
        asked(house, author, "GET", "/proposals", params={"q": ASKED}),
        asked(house, author, "GET", f"/proposals/{PHONE}"),
        asked(house, author, "POST", "/proposals", json=MATTER | {"category": PHONE}),
        asked(house, author, "POST", "/proposals", data=f'{{"title": "{TYPED}'.encode()),
        asked(house, None, "GET", "/me", params={"token": author.token}),
    ]
    submission = f"/proposals/{draft['id']}/submission"
    break_what_is_written(house)
    statuses += [
        asked(house, author, "POST", submission, json={"version": draft["version"]}),
        asked(house, author, "POST", "/proposals", json=MATTER),
    ]
    assert statuses == [201, 200, 404, 422, 400, 401, 200, 500]

    until(lambda: "job failed" in log_of(house, "worker"), "the worker meets the broken table")
    everything = "".join(log_of(house, name) for name in house.children)
    personal = [NAME, PHONE, ID_NUMBER, WORDS, ASKED, author.token, code, "o_someone_special"]
    assert [each for each in personal if each in everything] == []


def log_of(house: House, name: str) -> str:
    return house.children[name].log.read_text()


def test_an_error_is_told_without_its_message() -> None:
    try:
        raise ValueError(f"no such person: {NAME}")  # noqa: TRY301, an error with a place
    except ValueError as error:
        told = told_of(error)

    assert told["error"] == "ValueError"
    assert told["where"][-1].endswith("test_an_error_is_told_without_its_message")
    assert NAME not in str(told)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"call {PHONE} now", "call [phone] now"),
        (f"电话{PHONE}", "电话[phone]"),
        (f"id {ID_NUMBER}", "id [id]"),
        ("01a20107-2a0d-71b0-8750-139123456789", "01a20107-2a0d-71b0-8750-139123456789"),
        ("2026-12-03 12:00", "2026-12-03 12:00"),
    ],
)
def test_numbers_of_people_are_struck_out_at_the_last_moment(said: str, kept: str) -> None:
    assert without_numbers_of_people(None, "info", said) == kept
