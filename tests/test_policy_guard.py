"""What the government's rules against formalism forbid does not exist here, by any name.

The rows are those of people-and-governance.md §10; what passes all the same is listed, with
its reason, in policy_allowed.toml.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, Date, DateTime, Float, Numeric, Table
from sqlalchemy.dialects.postgresql import DATERANGE, TSTZRANGE

from backend import clock
from backend.clock import SHANGHAI, today
from backend.database import Base
from backend.notifications.models import EMERGENCY
from backend.settings import Settings, WeChatSettings
from tests.doubles import RunningDouble
from tests.factories import a_neighbourhood
from tests.notifications.outbox import PAYLOADS, Outbox

BACKEND = Path(__file__).parent.parent / "backend"
ALLOWED: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "policy_allowed.toml").read_text()
)
BANNED = re.findall(
    r"\w+",
    """
    check_in clock_in punch streak online heartbeat last_seen login_count duration rank
    leaderboard score kpi quota target install invite share_count forward like_count track
    trajectory gps exif price order_no cart payment coupon advert
    """,
)
BANNED_WORDS = ("打卡", "排名", "排行", "指标", "考核", "在线时长", "评比", "转发量", "点赞")
PERSONS = {"resident", "staff_account"}
PLACES = {"community", "street", "grid", "building", "dwelling", "household"}
PERSON_NAMES = re.compile(r"^(actor|by|author|resident|person|signer|\w+_by|by_\w+)(_id)?$")
PLACE_NAMES = re.compile(r"^(place|address|device\w*|ip|user_agent|app_id|channel)$")
LAST_TIME = re.compile(r"(^|_)(last|latest|recent)_|(^|_)(seen|active|visited|login|sign_in)_at$")
COORDINATES = re.compile(
    r"(^|_)(lat|lng|lon|latitude|longitude|coordinates?|geo|geom|geometry|altitude|accuracy)(_|$)"
)
PICTURES = re.compile(r"photo|image|picture|video|upload|file")
SUBJECTS = {"person_id", "person", "resident_id", "name", "holder", "household_id", "group"}
TIMES = (DateTime, Date, DATERANGE, TSTZRANGE)


def snake(name: str) -> str:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return re.sub(r"[^a-z0-9]+", "_", apart)


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    told: dict[str, Any] = app.test_client().get("/docs/openapi.json").get_json()
    return told


def every_name(document: dict[str, Any]) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        yield f"table {table.name}"
        yield from (f"column {table.name}.{column.name}" for column in table.columns)
    for path, operations in document["paths"].items():
        yield f"route {path}"
        for parameter in parameters_of(operations):
            yield f"parameter {parameter}"
    for name, schema in document["components"]["schemas"].items():
        yield f"schema {name}"
        yield from (f"field {name}.{field}" for field in schema.get("properties", {}))
    for settings in (Settings, WeChatSettings):
        yield from (f"setting {field.name}" for field in fields(settings))


def parameters_of(operations: dict[str, Any]) -> list[str]:
    described = [operations, *(value for value in operations.values() if isinstance(value, dict))]
    return [str(p["name"]) for each in described for p in each.get("parameters", []) if "name" in p]


def test_nothing_is_named_after_what_must_not_exist(document: dict[str, Any]) -> None:
    found = {
        name
        for name in every_name(document)
        if any(word in snake(name.partition(" ")[2]) for word in BANNED)
    }

    assert found == set(ALLOWED["names"])


def test_every_exception_has_a_reason() -> None:
    reasons = [reason for section in ALLOWED.values() for reason in section.values()]

    assert all(len(reason) > 10 for reason in reasons)


def test_no_text_speaks_of_counting_people_or_their_presence() -> None:
    for path in sorted(BACKEND.rglob("*")):
        if path.suffix in {".py", ".toml", ".txt", ".html"}:
            text = path.read_text()
            assert not [word for word in BANNED_WORDS if word in text], path


def points_at(column: Column[Any]) -> set[str]:
    return {key.column.table.name for key in column.foreign_keys}


def names_a_person(column: Column[Any]) -> bool:
    return bool(points_at(column) & PERSONS) or bool(PERSON_NAMES.match(column.name))


def tells_only_where_or_when(column: Column[Any]) -> bool:
    return (
        isinstance(column.type, TIMES)
        or bool(points_at(column) & PLACES)
        or bool(PLACE_NAMES.match(column.name))
    )


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_no_table_only_says_who_was_where_and_when(table: Table) -> None:
    told = [column for column in table.columns if column.name not in {"id", "community_id"}]
    somebody = [column for column in told if names_a_person(column)]
    rest = [column for column in told if column not in somebody]

    assert table.name == "login_session" or not (
        somebody and all(tells_only_where_or_when(column) for column in rest)
    )


def test_nobody_is_recorded_as_last_seen() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if LAST_TIME.search(column.name) and any(names_a_person(c) for c in table.columns)
    }

    assert found == set(ALLOWED["last_times"])


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_nothing_about_a_person_has_coordinates(table: Table) -> None:
    if not any(names_a_person(column) for column in table.columns):
        return
    for column in table.columns:
        assert not COORDINATES.search(column.name), column
        assert not isinstance(column.type, Float | Numeric), column


def test_nobody_is_asked_where_they_are(document: dict[str, Any]) -> None:
    assert not [name for name in every_name(document) if COORDINATES.search(snake(name))]


def test_no_picture_has_to_be_sent(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        wanted = [field for field in schema.get("required", []) if PICTURES.search(field)]
        assert not wanted, name


def test_no_list_is_sorted_by_what_the_client_likes(document: dict[str, Any]) -> None:
    """Lists come newest first or by name: there is nothing to sort people by."""
    for path, operations in document["paths"].items():
        assert not {"sort", "order", "order_by", "sort_by"} & set(parameters_of(operations)), path


def test_no_list_of_people_is_a_list_of_figures(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    found = {
        f"{item}.{field}"
        for item in items_of_lists(document)
        for field, described in schemas[item].get("properties", {}).items()
        if SUBJECTS & schemas[item].get("properties", {}).keys() and is_number(described)
    }

    assert found == set(ALLOWED["figures"])


def items_of_lists(document: dict[str, Any]) -> set[str]:
    """The names of the schemas that stand in an array somewhere."""
    found: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            item = node.get("items")
            if node.get("type") == "array" and isinstance(item, dict) and "$ref" in item:
                found.add(str(item["$ref"]).rpartition("/")[2])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document)
    return found


def is_number(described: dict[str, Any]) -> bool:
    kinds = described.get("type", [])
    return bool({"integer", "number"} & set([kinds] if isinstance(kinds, str) else kinds))


COUNTED = re.compile(
    r"(order_by\(|order\s+by\s)[^)\n]*\b(count|sum|avg|supporters|score|total)\b", re.IGNORECASE
)


def test_no_query_sorts_by_how_many() -> None:
    for path in sorted(BACKEND.rglob("*.py")):
        assert not COUNTED.search(path.read_text()), path


NIGHT = [time(21), time(23, 59), time(3), time(7, 59)]


@pytest.mark.parametrize("hour", NIGHT, ids=str)
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "in the digest"])
def test_at_night_only_an_emergency_rings(
    app: Flask, double: RunningDouble, hour: time, *, at_once: bool
) -> None:
    outbox = Outbox(app=app, neighbourhood=a_neighbourhood(app), double=double)
    night = datetime.combine(today() + timedelta(days=1), hour, SHANGHAI)
    rang = set()
    with clock.at(night):
        for kind in PAYLOADS:
            person = outbox.a_resident(accepts=2, topic=kind)
            urgency = EMERGENCY if kind == "emergency" else 2
            outbox.announce(person, kind=kind, at_once=at_once, urgency=urgency)
            outbox.deliver()
            outbox.digest()
            outbox.carry()
            rang |= {kind} if double.sent(person.openid) else set()

    assert rang <= {"emergency"}
    if at_once:
        assert rang == {"emergency"}
