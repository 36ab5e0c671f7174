from collections.abc import Iterator
from dataclasses import replace

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text

from backend.app import create_app
from backend.database import Base, db, forget_connections
from backend.settings import Settings

MIGRATIONS = "backend/migrations"
NAME = "linli_migrations"


@pytest.fixture
def empty(settings: Settings) -> Iterator[Settings]:
    """Settings of a database of its own, without any table."""
    given = make_url(settings.database_url_owner or "")
    name = f"{NAME}_{given.database}"
    admin = create_engine(given, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
    owner = given.set(database=name)
    yield replace(
        settings,
        database_url_owner=owner.render_as_string(hide_password=False),
        database_url=make_url(settings.database_url)
        .set(database=name)
        .render_as_string(hide_password=False),
    )
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture
def migrated(empty: Settings) -> Iterator[Connection]:
    """The owner's view of a database that only the migrations have touched."""
    app = create_app(empty)
    with app.app_context():
        flask_migrate.upgrade(MIGRATIONS)
        engine = create_engine(empty.database_url_owner or "")
        with engine.connect() as connection:
            yield connection
        engine.dispose()
        db.session.remove()
        forget_connections()


def test_the_migrations_make_exactly_the_tables_of_the_models(migrated: Connection) -> None:
    flask_migrate.check(MIGRATIONS)


def test_the_migrations_are_one_line_without_branches() -> None:
    assert len(ScriptDirectory(MIGRATIONS).get_heads()) == 1


def test_migrating_again_changes_nothing(migrated: Connection) -> None:
    flask_migrate.upgrade(MIGRATIONS)


def test_the_application_can_read_everything_and_change_no_evidence(migrated: Connection) -> None:
    may_read = {
        table.name: migrated.scalar(
            text("SELECT has_table_privilege('linli_app', :table, 'SELECT')"),
            {"table": f'"{table.name}"'},
        )
        for table in Base.metadata.sorted_tables
    }
    may_destroy = {
        table.name: migrated.scalar(
            text("SELECT has_table_privilege('linli_app', :table, 'UPDATE, DELETE, TRUNCATE')"),
            {"table": f'"{table.name}"'},
        )
        for table in Base.metadata.sorted_tables
        if table.info.get("append_only")
    }

    assert all(may_read.values()), may_read
    assert may_destroy
    assert not any(may_destroy.values()), may_destroy
