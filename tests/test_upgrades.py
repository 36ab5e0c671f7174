"""What an earlier version left behind is brought up to this one: nothing is lost, all goes on.

`tests/releases/<revision>.sql.xz` is what scripts/seed left in a database of that revision, with
the keys of these tests: the COPY blocks of `pg_dump --data-only`, and the sequences.
"""

import lzma
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
import pytest
from flask import Flask
from prometheus_client import REGISTRY
from sqlalchemy import make_url

from backend import clock
from backend.app import create_app
from backend.commands import with_commands
from backend.database import Base, db, forget_connections
from backend.settings import Settings
from backend.timetable import TIMETABLE
from tests.doubles import RunningDouble

LEFT_BEHIND = sorted((Path(__file__).parent / "releases").glob("*.sql.xz"))
COPY = re.compile(r"^(COPY (\S+) .+? FROM stdin);\n(.*?)^\\\.$", re.MULTILINE | re.DOTALL)
SEQUENCES = re.compile(r"^SELECT pg_catalog.setval.+$", re.MULTILINE)
MIGRATIONS = "backend/migrations"
VERIFICATIONS = ("verify-chain", "verify-audit", "verify-ledger", "reconcile-ledger")


@dataclass(frozen=True)
class Upgraded:
    """This version over an earlier one's database, and how many rows each table had and has."""

    app: Flask
    before: Mapping[str, int]
    after: Mapping[str, int]
    left_at: datetime


@pytest.fixture(params=LEFT_BEHIND, ids=lambda path: path.name.partition(".")[0])
def upgraded(
    request: pytest.FixtureRequest, empty: Settings, double: RunningDouble
) -> Iterator[Upgraded]:
    left_behind: Path = request.param
    owner = make_url(empty.database_url_owner or "").set(drivername="postgresql")
    app = with_commands(create_app(empty))
    with (
        app.app_context(),
        psycopg.connect(owner.render_as_string(hide_password=False), autocommit=True) as server,
    ):
        flask_migrate.upgrade(MIGRATIONS, revision=left_behind.name.partition(".")[0])
        before = _load(server, lzma.decompress(left_behind.read_bytes()).decode())
        flask_migrate.upgrade(MIGRATIONS)
        after = {table: _one(server, f"SELECT count(*) FROM {table}") for table in before}  # noqa: S608
        left_at = _one(server, "SELECT max(at) FROM audit_event")
        yield Upgraded(app, before, after, left_at)
        db.session.remove()
        forget_connections()
    app.extensions["redis"].flushdb()
    double.reset()


def _load(server: psycopg.Connection, dump: str) -> dict[str, int]:
    """Read the rows in, without asking the foreign keys for an order; how many of each table."""
    loaded = {}
    with server.transaction(), server.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for into, table, rows in COPY.findall(dump):
            with cursor.copy(into) as copied:
                copied.write(rows)
            loaded[table] = rows.count("\n")
        for sequence in SEQUENCES.findall(dump):
            cursor.execute(sequence)
    return loaded


def _one(server: psycopg.Connection, asked: str) -> Any:
    found = server.execute(asked).fetchone()
    assert found is not None
    return found[0]


@pytest.mark.long
def test_an_upgrade_loses_nothing_and_the_next_night_runs_through(upgraded: Upgraded) -> None:
    assert upgraded.after == upgraded.before
    left_before = REGISTRY.get_sample_value("job_rows_left_total")
    with clock.at(upgraded.left_at + timedelta(hours=12)):
        for kind in Base.registry.mappers:
            db.session.query(kind).limit(200).all()
        db.session.remove()
        for run in TIMETABLE:
            run.work()

    assert REGISTRY.get_sample_value("job_rows_left_total") == left_before
    runner = upgraded.app.test_cli_runner()
    for verification in VERIFICATIONS:
        done = runner.invoke(args=[verification])
        assert done.exit_code == 0, done.output
