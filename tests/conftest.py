"""Fixtures. Tests of rules need none; all others run on PostgreSQL, Valkey and the double."""

import gc
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import flask_migrate
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as trials
from redis import Redis
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from backend import clock
from backend.app import create_app
from backend.commands import with_commands
from backend.database import Base, db, forget_connections, grant_privileges, quoted
from backend.local import Postgres, Valkey
from backend.residents.rules import passwords
from backend.settings import Settings
from tests.doubles import RunningDouble, running_double

# How long an example takes says how busy the machine is, and nothing about the rule.
trials.register_profile("any machine", deadline=None)
trials.load_profile("any machine")

SHARE_A_HOUSE = ("tests/browser/", "tests/test_logs.py")


class HouseByHouse(LoadScopeScheduling):  # type: ignore[misc]
    """Shares the tests out one by one, but those that share a house to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return next(filter(nodeid.startswith, SHARE_A_HOUSE), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> HouseByHouse:
    return HouseByHouse(config, log)


def pytest_configure() -> None:
    """Seldom: garbage among so much that stays cost a tenth of the time."""
    gc.set_threshold(10_000, 20, 100)


def pytest_collection_finish() -> None:
    """What is imported stays, and is not looked through again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def production_hasher() -> Iterator[PasswordHasher]:
    """What passwords are hashed with outside the tests; in them it takes next to no work."""
    real = passwords._hasher  # noqa: SLF001 - to be put back
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", quick)
        yield real


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    with tempfile.TemporaryDirectory(prefix="linli-v-") as folder, Valkey(Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def database_urls() -> Iterator[tuple[str, str]]:
    """An empty database of our own, as (owner's URL, application's URL).

    `TEST_DATABASE_URL` names a superuser on another server, for instance Debian's; with
    `_GW0`, `_GW1` behind it, a server for each of the workers that share the tests.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    named = f"TEST_DATABASE_URL_{worker.upper()}"
    if given := os.environ.get(named, os.environ.get("TEST_DATABASE_URL")):
        yield from _database_on(given, worker)
        return
    with (
        tempfile.TemporaryDirectory(prefix="linli-p-") as folder,
        Postgres(Path(folder) / "pg", fast=True) as server,
    ):
        yield server.url(role="linli_owner"), server.url()


def _database_on(given: str, worker: str) -> Iterator[tuple[str, str]]:
    name = f"linli_test_{worker}"
    admin = create_engine(given, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        known = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = 'linli_app'"))
        if not known:
            connection.execute(text("CREATE ROLE linli_app LOGIN"))
    admin.dispose()
    owner = make_url(given).set(database=name)
    yield (
        owner.render_as_string(hide_password=False),
        owner.set(username="linli_app").render_as_string(hide_password=False),
    )


@pytest.fixture(scope="session")
def double() -> Iterator[RunningDouble]:
    with running_double() as running:
        yield running


@pytest.fixture(scope="session")
def settings(
    database_urls: tuple[str, str],
    valkey: Valkey,
    double: RunningDouble,
    tmp_path_factory: pytest.TempPathFactory,
) -> Settings:
    owner, application = database_urls
    return Settings(
        environment="test",
        database_url=application,
        database_url_owner=owner,
        redis_url=valkey.url,
        secret_key="not a secret",
        field_keys={"test": b"0123456789abcdef0123456789abcdef"},
        field_key_active="test",
        index_keys=(b"fedcba9876543210fedcba9876543210",),
        crypto_suite="std",
        public_url="http://localhost",
        trusted_proxies=0,
        requests_per_minute=0,
        movable_clock=tmp_path_factory.mktemp("clock") / "clock",
        word_list=None,
        metrics_directory=None,
        files_directory=tmp_path_factory.mktemp("files"),
        wechat=double.settings(),
    )


@pytest.fixture(scope="session")
def tables(settings: Settings) -> Iterator[Engine]:
    """The models' tables; gives the owner's engine."""
    engine = create_engine(settings.database_url_owner or "")
    with engine.begin() as connection:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS btree_gist"))
        Base.metadata.create_all(connection)
        grant_privileges(connection)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def the_app(settings: Settings, tables: Engine) -> Flask:
    """Built once: wiring 170 operations and their document takes longer than most tests."""
    return with_commands(create_app(settings))


@pytest.fixture
def app(
    the_app: Flask, settings: Settings, tables: Engine, double: RunningDouble
) -> Iterator[Flask]:
    """The application as deployed: what it commits stays, until this fixture clears up."""
    clock.share_through(settings.movable_clock)
    yield the_app
    clear_up(the_app, settings, tables, double)


@pytest.fixture
def fresh_app(settings: Settings, tables: Engine, double: RunningDouble) -> Iterator[Flask]:
    """An application of the test's own, to which it may add routes."""
    app = create_app(settings)
    yield app
    clear_up(app, settings, tables, double)


def clear_up(app: Flask, settings: Settings, owner: Engine, double: RunningDouble) -> None:
    clock.share_through(None)
    with app.app_context():
        forget_connections()
    app.extensions["redis"].flushdb()
    double.reset()
    _forget_everything(owner)
    if settings.movable_clock is not None:
        settings.movable_clock.unlink(missing_ok=True)


def _forget_everything(owner: Engine) -> None:
    """Empty every table as the owner, without asking the foreign keys for an order."""
    names = [quoted(table) for table in Base.metadata.sorted_tables]
    with owner.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(";".join(f"DELETE FROM {name}" for name in names)))  # noqa: S608


@pytest.fixture
def empty(settings: Settings) -> Iterator[Settings]:
    """Settings of a database of its own, without any table."""
    with a_database(settings, "migrations", copied_from="template0") as own:
        yield own


@pytest.fixture(scope="session")
def template(settings: Settings) -> Iterator[str]:
    """The name of a database that only the migrations have touched; to be copied."""
    with a_database(settings, "template", copied_from="template0") as own:
        app = with_commands(create_app(own))
        with app.app_context():
            flask_migrate.upgrade("backend/migrations")
            forget_connections()
        yield str(make_url(own.database_url).database)


@pytest.fixture
def migrated_settings(settings: Settings, template: str) -> Iterator[Settings]:
    """Settings of a database of its own that only the migrations have touched."""
    with a_database(settings, "migrated", copied_from=template) as own:
        yield own


@pytest.fixture
def migrated(migrated_settings: Settings) -> Iterator[Connection]:
    """The owner's view of the database that only the migrations have touched."""
    engine = create_engine(migrated_settings.database_url_owner or "")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def a_database(settings: Settings, purpose: str, *, copied_from: str) -> Iterator[Settings]:
    """The settings with a new database on the same server, which goes when the work is done."""
    given = make_url(settings.database_url_owner or "")
    name = f"linli_{purpose}_{given.database}"
    admin = create_engine(given, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{copied_from}"'))
    owner, application = given.set(database=name), make_url(settings.database_url)
    yield replace(
        settings,
        database_url_owner=owner.render_as_string(hide_password=False),
        database_url=application.set(database=name).render_as_string(hide_password=False),
    )
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """An application context, for tests that call actions and queries without HTTP."""
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture
def redis(app: Flask) -> Redis:
    found: Redis = app.extensions["redis"]
    return found


@pytest.fixture
def limited_settings(settings: Settings) -> Settings:
    """As in production: a limit on requests."""
    return replace(settings, requests_per_minute=120)
