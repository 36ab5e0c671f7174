"""Tables, the session, and the only place that commits."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID

import orjson
import psycopg
import psycopg.types.json
from blinker import Signal
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from psycopg.rows import dict_row
from sqlalchemy import (
    CheckConstraint,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column
from sqlalchemy.pool import NullPool, Pool, PoolProxiedConnection
from uuid_utils.compat import uuid7

from backend.clock import utc_now
from backend.errors import DomainError, Unavailable

APPLICATION_ROLE = "linli_app"
ATTEMPTS = 3
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"

Answer = TypeVar("Answer")
Json = dict[str, Any]


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False, repr=False):
    """Models are keyword-only dataclasses, so the type checker knows their fields."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: DateTime(timezone=True),
        str: Text,
        Json: JSONB,
        list[Json]: JSONB,
        list[str]: JSONB,
    }


class Record(Base):
    """A district-wide row with an identity, known before it is saved, and a birthday."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid7, init=False)
    created_at: Mapped[datetime] = mapped_column(default_factory=utc_now, init=False)

    def __repr__(self) -> str:
        # The id alone: columns may hold personal data, and reprs end up in logs.
        return f"<{type(self).__name__} {self.id}>"


class TenantRecord(Base):
    """A row of one community: `community_id` stands first in every key that names it."""

    __abstract__ = True

    community_id: Mapped[UUID] = mapped_column(
        ForeignKey("community.id"), primary_key=True, sort_order=-2
    )
    id: Mapped[UUID] = mapped_column(
        primary_key=True, default_factory=uuid7, init=False, sort_order=-1
    )
    created_at: Mapped[datetime] = mapped_column(default_factory=utc_now, init=False)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


def within_community(column: str, table: str) -> ForeignKeyConstraint:
    """A foreign key that cannot leave the community: (community_id, column) -> table."""
    return ForeignKeyConstraint(["community_id", column], [f"{table}.community_id", f"{table}.id"])


def one_of(column: str, words: Sequence[str]) -> CheckConstraint:
    """CHECK (column IN (…)), named after the column; NULL passes."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"known_{column}")


class RoutingSession(Session):
    """Sends everything to the write engine, or, inside `reading()`, to the read engine."""

    def get_bind(
        self,
        mapper: Any | None = None,
        clause: Any | None = None,
        bind: Engine | Connection | None = None,
        **kwargs: Any,
    ) -> Engine | Connection:
        if _only_reads.get():
            return db.engines["read"]
        return super().get_bind(mapper, clause, bind, **kwargs)


_only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)
db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": RoutingSession})


def engine_settings(url: str, *, pool_size: int = 8) -> dict[str, Any]:
    """Flask-SQLAlchemy's configuration of both engines on one URL.

    The read engine is in AUTOCOMMIT, so a GET costs no BEGIN and ROLLBACK, and read-only in
    PostgreSQL's own eyes, so a GET that writes fails loudly.
    """
    pooled = {"pool_size": pool_size, "max_overflow": 8, "pool_pre_ping": False}
    # An error's text ends up in places where no name belongs.
    discreet = {"hide_parameters": True}
    reading = {
        "url": url,
        "isolation_level": "AUTOCOMMIT",
        "pool_reset_on_return": None,
        "connect_args": {"options": "-c default_transaction_read_only=on"},
    }
    return {
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": pooled | discreet,
        "SQLALCHEMY_BINDS": {
            "read": reading | pooled | discreet,
            # The lines of `ask` are kept by their threads, so no pool counts them.
            "hot": reading | discreet | {"poolclass": NullPool},
        },
    }


@contextmanager
def transaction() -> Iterator[None]:
    """Keep everything done in the block, or nothing; a `kept` refusal keeps what it wrote."""
    before = _only_reads.set(False)
    try:
        yield
        db.session.commit()
    except DomainError as refusal:
        if refusal.kept:
            db.session.commit()
        else:
            db.session.rollback()
        raise
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _only_reads.reset(before)


def in_transaction(work: Callable[[], Answer]) -> Answer:
    """Run `work` as one transaction; again if it was undone through no fault of its own.

    That is when PostgreSQL asks for it, or its connection broke; at most three times.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction():
                return work()
        except OperationalError as error:
            if attempt == ATTEMPTS or not _is_worth_repeating(error):
                raise
    raise AssertionError("unreachable")


def asking(work: Callable[[], Answer]) -> Answer:
    """Run `work`, which writes nothing; again once if the connection it was given had died."""
    try:
        return work()
    except OperationalError as error:
        if not error.connection_invalidated:
            raise
        db.session.rollback()
        return work()


@contextmanager
def reading() -> Iterator[None]:
    """Answer a GET from the read engine; each statement sees what is committed by then."""
    before = _only_reads.set(True)
    try:
        yield
    finally:
        _only_reads.reset(before)
        db.session.remove()


class _Line(threading.local):
    """This thread's own connection to read on: taking one from a pool costs more than a query."""

    pool: Pool | None = None
    connection: PoolProxiedConnection | None = None


psycopg.types.json.set_json_loads(orjson.loads)
_line = _Line()
statement_asked = Signal()
"""Sent with every statement of `ask` and `tell`; the engines' own events tell of all others.

Of `tell` with its values as `told`.
"""


def ask(statement: str, asked: Json) -> list[Json]:
    """The rows of a hot read as plain dicts, without session and unit of work.

    Only where a route is hot: a tenth of the session's price. The statement is written with
    `:name` like any other; it runs in AUTOCOMMIT, read-only, on the read engine.

    Raises:
        Unavailable: PostgreSQL is out of reach.
    """
    statement_asked.send(None, statement=statement)
    try:
        return _answer(statement, asked)
    except psycopg.OperationalError:
        _hang_up()  # it had died while nobody asked; a second try gets a fresh one
    try:
        return _answer(statement, asked)
    except (psycopg.OperationalError, OperationalError):
        _hang_up()
        raise Unavailable(retry_after_seconds=2) from None


def tell(statement: str, told: Json) -> list[Json]:
    """As `ask`, but in the present transaction, so it may write and sees what that wrote.

    What the session still has to write goes first, as with a statement of its own.

    Raises:
        DBAPIError: as the session would, so that the edge knows what to do again.
    """
    session = db.session()
    if session.autoflush:
        session.flush()
    statement_asked.send(None, statement=statement, told=told)
    connection = session.connection()
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    try:
        with driver.cursor(row_factory=dict_row) as cursor:
            cursor.execute(_for_driver(statement), told)
            return cursor.fetchall() if cursor.description else []
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate()
        raise DBAPIError.instance(
            statement,
            None,
            error,
            psycopg.Error,
            hide_parameters=True,
            connection_invalidated=driver.closed,
            dialect=connection.dialect,
        ) from error


def _answer(statement: str, asked: Json) -> list[Json]:
    engine = db.engines["hot"]
    if _line.pool is not engine.pool or _line.connection is None:
        _hang_up()
        _line.pool, _line.connection = engine.pool, engine.raw_connection()
    driver = cast("psycopg.Connection[Any]", _line.connection.driver_connection)
    with driver.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_for_driver(statement), asked).fetchall()


def _hang_up() -> None:
    connection, _line.connection = _line.connection, None
    if connection is not None:
        connection.invalidate()


@cache
def _for_driver(statement: str) -> str:
    """`:name` as psycopg writes it; a cast's double colon stays."""
    return re.sub(r"(?<!:):([a-z_]+)", r"%(\1)s", statement.replace("%", "%%"))


def forget_connections() -> None:
    """Drop every pooled connection (after a fork, or when the server went away)."""
    _hang_up()
    for engine in db.engines.values():
        engine.dispose()


def grant_privileges(connection: Connection, role: str = APPLICATION_ROLE) -> None:
    """Give the application's role what the models say, and nothing more.

    Append-only tables (`info={"append_only": True}`) can be read and added to, nobody's
    hand but the owner's can change them. `info={"append_only": "column, …"}` names the
    columns that may still be set. A schema of its own (the ledger) can be read; only its
    functions write it.
    """
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
    connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))
    connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"))
    for schema in sorted({table.schema for table in Base.metadata.tables.values() if table.schema}):
        connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {role}"))
        connection.execute(text(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {role}"))
    for table in Base.metadata.sorted_tables:
        connection.execute(text(f"REVOKE ALL ON {quoted(table)} FROM {role}"))
        for privilege in _privileges(table):
            connection.execute(text(f"GRANT {privilege} ON {quoted(table)} TO {role}"))


def quoted(table: Table) -> str:
    """The table's name as SQL takes it, with its schema where it has one."""
    return f'"{table.schema}"."{table.name}"' if table.schema else f'"{table.name}"'


def _privileges(table: Table) -> list[str]:
    if table.schema:
        return ["SELECT"]
    append_only = table.info.get("append_only")
    if not append_only:
        return ["SELECT, INSERT, UPDATE, DELETE"]
    settable = [] if append_only is True else [f"UPDATE ({append_only})"]
    return ["SELECT, INSERT", *settable]


def _is_worth_repeating(error: OperationalError) -> bool:
    if error.connection_invalidated:
        # A broken connection undoes its transaction, unless it broke while the answer to COMMIT
        # was under way; that one error belongs to no statement.
        return error.statement is not None
    return getattr(error.orig, "sqlstate", None) in {SERIALIZATION_FAILURE, DEADLOCK}
