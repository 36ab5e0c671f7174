"""Runs migrations as the owner of the tables, then gives the application's role its privileges."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, make_url

from backend.database import Base, grant_privileges

settings = current_app.extensions["settings"]
engine = create_engine(settings.database_url_owner or settings.database_url)
applied: list[Any] = []


SCHEMAS = {table.schema for table in Base.metadata.tables.values()}


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Only schemas of our tables are compared; `None` is the default one."""
    return kind != "schema" or name in SCHEMAS


def remember_step(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:  # noqa: ARG001, its names
    applied.append(step)


with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        include_schemas=True,
        include_name=is_ours,
        on_version_apply=remember_step,
    )
    with context.begin_transaction():
        context.run_migrations()
        at_the_head = context.get_context().get_current_revision() == context.get_head_revision()
        if applied and at_the_head:  # on the way there are not all tables to speak of
            grant_privileges(connection, str(make_url(settings.database_url).username))
engine.dispose()
