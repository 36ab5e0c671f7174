"""A dump read into another server: what was sealed still is, and sealing goes on."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from backend.database import APPLICATION_ROLE
from backend.ledger.actions import checking
from backend.ledger.models import SYSTEM_ID
from backend.ledger.queries.reconciliation import RECONCILE
from backend.local import Postgres
from tests.ledger.books import Books

BINARIES = text("SELECT setting FROM pg_config WHERE name = 'BINDIR'")


@pytest.fixture
def another_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with Postgres(tmp_path_factory.mktemp("other") / "pg", fast=True) as server:
        yield server


def run(command: list[str], given: bytes = b"") -> bytes:
    done = subprocess.run(command, input=given, capture_output=True, check=True)  # noqa: S603
    return done.stdout


def carry_over(tables: Engine, server: Postgres) -> None:
    """Dump the database as it is, and read it into the other server."""
    with tables.connect() as connection:
        binaries = Path(connection.execute(BINARIES).scalar_one())
    source = tables.url.set(drivername="postgresql").render_as_string(hide_password=False)
    target = make_url(server.url(role="linli_owner")).set(drivername="postgresql")
    with server.connect() as connection:
        connection.execute("CREATE ROLE linli_ledger NOLOGIN")
    address = target.render_as_string(hide_password=False)
    dumped = run([str(binaries / "pg_dump"), source])
    run([str(binaries / "psql"), "--quiet", "--dbname", address], dumped)


def award(connection: Connection, books: Books, issuer: int, person: int) -> None:
    told = {
        "here": books.community_id,
        "issuer": issuer,
        "person": person,
        "actor": books.actor_id,
    }
    connection.execute(
        text("""
            SELECT * FROM ledger.post(:here, 1, gen_random_uuid(), 1, 1, :issuer, :person, 2,
              NULL, NULL, 1, gen_random_uuid(), :actor, NULL, clock_timestamp())
        """),
        told,
    )


@pytest.mark.long
def test_sealing_goes_on_where_a_dump_was_read(
    books: Books, tables: Engine, another_server: Postgres
) -> None:
    person, issuer = books.open(), books.issuer
    here = {"here": books.community_id}
    for points in (3, 4):
        books.pay(issuer, person, points)
        books.do(lambda: checking.seal_block(books.community_id))
        books.do(lambda: checking.raise_floor(books.community_id))
    books.pay(issuer, person, 5)  # not sealed yet; its transaction's number means nothing there

    carry_over(tables, another_server)

    engine = create_engine(another_server.url(role=APPLICATION_ROLE), isolation_level="AUTOCOMMIT")
    with engine.connect() as there:
        assert there.scalar(text("SELECT ledger.verify(:here, 1)"), here) is None
        assert there.scalar(text("SELECT ledger.seal(:here, 100, now())"), here) == 1
        award(there, books, issuer, person)
        assert there.scalar(text("SELECT ledger.seal(:here, 100, now())"), here) == 1
        assert there.scalar(text("SELECT ledger.verify(:here, 1)"), here) is None
        floors = [there.scalar(text("SELECT ledger.raise_floor(:here)"), here) for _ in range(3)]
        last = there.scalar(text("SELECT max(id) FROM ledger.transfer"))
        assert floors[-1] == last
        asked = {"community_id": books.community_id, "system_id": SYSTEM_ID, "most": 9}
        assert there.execute(RECONCILE, asked).all() == []
        with pytest.raises(Exception, match="permission denied"):
            there.execute(text("DELETE FROM ledger.transfer"))
    engine.dispose()
