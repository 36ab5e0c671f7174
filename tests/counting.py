"""Counts what a request asks of PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from backend.database import db, statement_asked


@contextmanager
def counted_statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements sent by either engine while the block runs."""
    statements: list[str] = []

    def remember(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    def remember_hot(_sender: object, statement: str, **_more: Any) -> None:
        statements.append(statement)

    with app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        event.listen(engine, "before_cursor_execute", remember)
    statement_asked.connect(remember_hot)
    try:
        yield statements
    finally:
        statement_asked.disconnect(remember_hot)
        for engine in engines:
            event.remove(engine, "before_cursor_execute", remember)
