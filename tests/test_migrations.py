from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from backend.app import create_app
from backend.commands import with_commands
from backend.database import Base, db, forget_connections, quoted
from backend.settings import Settings

MIGRATIONS = "backend/migrations"


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(MIGRATIONS)


@pytest.fixture
def at_the_migrated(migrated_settings: Settings) -> Iterator[None]:
    """What Alembic is told now is about the database that only the migrations have touched."""
    with with_commands(create_app(migrated_settings)).app_context():
        yield
        db.session.remove()
        forget_connections()


def test_the_migrations_make_exactly_the_tables_of_the_models(at_the_migrated: None) -> None:
    flask_migrate.check(MIGRATIONS)


def test_the_migrations_are_one_line_without_branches() -> None:
    assert len(_scripts().get_heads()) == 1


def test_migrations_carry_the_numbers_of_their_files() -> None:
    numbered = [(each.revision, Path(each.path).name) for each in _scripts().walk_revisions()]

    assert all(name.startswith(f"{number}_") for number, name in numbered)
    assert [number for number, _ in numbered] == sorted((n for n, _ in numbered), reverse=True)


def test_migrating_again_changes_nothing(at_the_migrated: None) -> None:
    flask_migrate.upgrade(MIGRATIONS)


def test_the_application_can_read_everything_and_change_no_evidence(migrated: Connection) -> None:
    may_read = {
        quoted(table): migrated.scalar(
            text("SELECT has_table_privilege('linli_app', :table, 'SELECT')"),
            {"table": quoted(table)},
        )
        for table in Base.metadata.sorted_tables
    }
    may_destroy = {
        quoted(table): migrated.scalar(
            text("SELECT has_table_privilege('linli_app', :table, 'UPDATE, DELETE, TRUNCATE')"),
            {"table": quoted(table)},
        )
        for table in Base.metadata.sorted_tables
        if table.info.get("append_only") or table.schema
    }

    assert all(may_read.values()), may_read
    assert may_destroy
    assert not any(may_destroy.values()), may_destroy
