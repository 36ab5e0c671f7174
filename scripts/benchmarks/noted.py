"""What a request asked of PostgreSQL, for pgbench to ask as often as it can."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from psycopg import ClientCursor
from sqlalchemy import event

from backend.database import db, statement_asked

PLACE = re.compile(r"%\((\w+)\)s")
ACCOUNTS = {"account_id", "debit_id", "credit_id", "account_id_1", "id_1"}


class Noted:
    """The statements of one request, written so that pgbench sends them with other rows."""

    def __init__(self, row: str, varied: dict[str | int, str]) -> None:
        self._row, self._varied = row, varied
        self._told: list[tuple[str, dict[str, Any]]] = []

    @contextmanager
    def listening(self) -> Iterator[None]:
        def remember(_c: Any, _cursor: Any, statement: str, told: Any, *_more: Any) -> None:
            for each in told if isinstance(told, list) else [told]:
                self._told.append((statement, dict(each)))

        def remember_told(_sender: object, statement: str, told: Any = None) -> None:
            if told is not None:
                self._told.append((re.sub(r"(?<!:):([a-z_]+)", r"%(\1)s", statement), told))

        event.listen(db.engine, "before_cursor_execute", remember)
        statement_asked.connect(remember_told)
        try:
            yield
        finally:
            statement_asked.disconnect(remember_told)
            event.remove(db.engine, "before_cursor_execute", remember)

    def script(self) -> str:
        made = {
            value
            for statement, told in self._told
            if statement.lstrip().startswith("INSERT")
            for name, value in told.items()
            if name == "id" or name.startswith("id_")
        }
        with db.engine.connect() as connection:
            cursor = ClientCursor(connection.connection.driver_connection)  # type: ignore[arg-type]
            lines = [
                PLACE.sub(partial(self._filled, cursor, told, made), statement)
                for statement, told in self._told
            ]
        ends = ["\\gset" if "ledger.post(" in line else ";" for line in lines]
        body = "".join(f"{line}{end}\n" for line, end in zip(lines, ends, strict=True))
        take = (
            f"SELECT nextval('{self._row}_n') AS n \\gset\n"
            f"SELECT b.* FROM {self._row} b WHERE b.n = :n \\gset\n"
        )
        return f"{take}BEGIN;\n{body}COMMIT;\n"

    def _filled(
        self,
        cursor: ClientCursor[Any],
        told: dict[str, Any],
        made: set[Any],
        found: re.Match[str],
    ) -> str:
        return self._said(cursor, found[1], told[found[1]], made)

    def _said(self, cursor: ClientCursor[Any], name: str, value: Any, made: set[Any]) -> str:
        if name in {"hold_id", "posted_id"} and value is not None:
            return ":transfer_id"
        if isinstance(value, UUID | str) or name in ACCOUNTS:
            known = self._varied.get(value if isinstance(value, int) else str(value))
            if known:
                return f":{known}"
        if isinstance(value, list):
            kind = "uuid" if value and isinstance(value[0], UUID) else "text"
            each = ", ".join(self._said(cursor, name, one, made) for one in value)
            return f"ARRAY[{each}]::{kind}[]" if value else "'{}'"
        fresh = name in {"key", "idem_key", "basket", "code_mac"} or value in made
        about = isinstance(value, str) and any(str(each) in value for each in self._varied)
        if fresh or about:
            return "gen_random_uuid()::text" if isinstance(value, str) else "gen_random_uuid()"
        return re.sub(r"(?<!:):(?=[A-Za-z_])", ": ", cursor.mogrify("%s", [value]))
