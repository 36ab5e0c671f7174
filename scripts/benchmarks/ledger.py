"""The ledger's functions beside the plain design: both rows locked, two updates, two entries.

Both are asked by pgbench, from as many clients, in turns within each round; what counts is the
median of the ratios. Rates of one machine say nothing about another.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from uuid import UUID

import psycopg
from sqlalchemy import Connection, create_engine
from uuid_utils.compat import uuid7

from backend.ledger.models import SYSTEM_ID
from backend.ledger.queries.reconciliation import RECONCILE
from backend.ledger.queries.statements import LAST, STATEMENT
from scripts.benchmarks.machine import Machine
from scripts.benchmarks.messages import Row
from scripts.benchmarks.plain import LEAST, LEAST_POST, NAIVE, NAIVE_POST

ROUNDS = 5
SECONDS = 2
CLIENTS = 16
BATCHERS = 2
PEOPLE = 2000
QUOTAS = 20
IN_A_BATCH = 200
SMALL, LARGE, LARGEST = 10_000, 1_000_000, 10_000_000
LONG_ACCOUNT = 100_000
FEW_DATABASE, LARGE_DATABASE = "linli_few", "linli_large"

POST = """
SELECT transfer_id FROM ledger.post('{community}', 1, gen_random_uuid(), {kind}, 1, :debit,
  :credit, 1, NULL, NULL, 1, gen_random_uuid(), '{actor}', NULL, clock_timestamp());
"""
BATCH = """
SELECT ledger.award_batch('{community}', 1, 3, :debit, 2,
  ARRAY(SELECT gen_random_uuid() FROM generate_series(1, {lines})),
  ARRAY(SELECT {person} + (:start + n) % {people} FROM generate_series(1, {lines}) n),
  ARRAY(SELECT 1::bigint FROM generate_series(1, {lines})),
  ARRAY(SELECT gen_random_uuid() FROM generate_series(1, {lines})),
  '{actor}', NULL, clock_timestamp());
"""
AFAR, AWAY = re.compile(r"(;|\\gset)$", re.MULTILINE), "\\1\n\\\\sleep 500 us"
FILL = """
SET LOCAL session_replication_role = replica;
INSERT INTO ledger.transfer (community_id, asset, idem_key, kind, code, debit_id, credit_id,
  amount, source_type, source_id, actor_id, credit_after, created_at, xid)
SELECT '{community}', 1, gen_random_uuid(), 1, 1, {issuer},
       CASE WHEN n <= {long} THEN {person} ELSE {person} + 1 + n % ({people} - 1) END,
       1, 1, gen_random_uuid(), '{actor}', CASE WHEN n <= {long} THEN {start} + n END,
       timestamptz '2026-01-01' + n * interval '1 second', pg_current_xact_id()::text::bigint
  FROM generate_series(1, {count}) n;
UPDATE ledger.account a SET credits_posted = credits_posted + t.n
  FROM (SELECT credit_id, count(*) AS n FROM ledger.transfer
         WHERE community_id = '{community}' AND xid = pg_current_xact_id()::text::bigint
         GROUP BY 1) t
 WHERE a.community_id = '{community}' AND a.id = t.credit_id;
"""


FUND = """
INSERT INTO ledger.transfer (community_id, asset, idem_key, kind, code, debit_id, credit_id,
  amount, source_type, source_id, actor_id, created_at, xid)
SELECT community_id, 1, gen_random_uuid(), 1, 20, {issuer}, id, credits_posted, 7,
       gen_random_uuid(), '{actor}', '2026-01-01', pg_current_xact_id()::text::bigint
  FROM ledger.account WHERE community_id = '{community}' AND credits_posted > 0
"""


@dataclass(frozen=True)
class Filled:
    """One community's accounts; people and quotas have numbers in a row."""

    community: UUID
    issuer: int
    quota: int
    person: int

    def said(self, text: str, **more: object) -> str:
        told = {"community": self.community, "actor": SYSTEM_ID, "people": PEOPLE}
        numbers = {"issuer": self.issuer, "quota": self.quota, "person": self.person}
        return text.format(**told, **numbers, **more)


def measure_ledger(machine: Machine, next_part: Callable[[str], None]) -> list[Row]:
    """Rows for the table: what, how it did beside the plain design, what it should."""
    next_part("accounts and a plain design beside them")
    with machine.connect() as connection:
        filled = _accounts(connection)
        connection.execute(NAIVE)
        connection.execute(LEAST)
        _transfers(connection, filled, SMALL, long=0)
    machine.postgres.create_database(FEW_DATABASE, template="linli")  # before we post among them
    rows = []
    for name, sides, gate in (
        ("hot issuer", "issuer", "≥ 5"),
        ("20 quotas", "quotas", "≥ 3"),
        ("one quota", "quota", "≥ 1.2"),
        ("many accounts", "people", "≥ 1.4"),
    ):
        next_part(f"ledger: {name}")
        rows.append(_beside_naive(machine, filled, name, _sides(filled, sides), gate))
    next_part("ledger: the least a post can be")
    name = "20 quotas, two balances and a row without any rule"
    rows.append(_beside_naive(machine, filled, name, _sides(filled, "quotas"), "", post=LEAST_POST))
    for name, sides in (("20 quotas", "quotas"), ("one quota", "quota")):
        next_part(f"ledger: {name}, from afar")
        rows.append(_from_afar(machine, filled, name, _sides(filled, sides)))
    for name, kind, gate in (("issuer", "issuer", "≥ 18"), ("one quota", "quota", "≥ 12")):
        next_part(f"ledger: batches from {name}")
        rows.append(_batches(machine, filled, name, kind, gate))
    next_part("ledger: posting while the sealer runs")
    rows.append(_sealing(machine, filled))
    next_part(f"ledger: {LARGE:,} transfers")
    rows += _growing(machine, filled, next_part)
    return rows


def _accounts(connection: psycopg.Connection) -> Filled:
    community, street = uuid7(), uuid7()
    say = connection.execute
    say(
        "INSERT INTO street (id, created_at, code, name) VALUES (%s, now(), 'ledger', 'ledger')",
        [street],
    )
    say(
        "INSERT INTO community (id, created_at, street_id, code, name, phone, board_place, status)"
        " VALUES (%s, now(), %s, 'ledger', 'ledger', '', '', 'live')",
        [community, street],
    )

    def opened(kind: int, count: int, credit: int) -> int:
        """The first of so many accounts in a row, each with so much on it."""
        found = say(
            "WITH made AS (INSERT INTO ledger.account (community_id, asset, owner_kind, owner_id,"
            " derived, credits_posted, opened_at) SELECT %s, 1, %s, gen_random_uuid(), %s, %s,"
            " now() FROM generate_series(1, %s) RETURNING id) SELECT min(id) FROM made",
            [community, kind, not credit, credit, count],
        ).fetchone()
        return int(found[0]) if found else 0

    filled = Filled(
        community,
        issuer=opened(4, 1, 0),
        quota=opened(3, QUOTAS, 10**12),
        person=opened(1, PEOPLE, 10**12),
    )
    say(filled.said(FUND))
    return filled


def _transfers(connection: psycopg.Connection, filled: Filled, count: int, *, long: int) -> None:
    start = _one(
        connection,
        "SELECT credits_posted - debits_posted FROM ledger.account"
        " WHERE community_id = %s AND id = " + str(filled.person),
        filled,
    )
    with connection.transaction():
        connection.execute(filled.said(FILL, count=count, long=long, start=start))
    connection.execute("VACUUM ANALYZE ledger.transfer")
    connection.execute("VACUUM ANALYZE ledger.account")


def _sides(filled: Filled, kind: str) -> str:
    """Which accounts a transfer is between, as pgbench's variables."""
    debit = {
        "issuer": str(filled.issuer),
        "quota": str(filled.quota),
        "quotas": f"random({filled.quota}, {filled.quota + QUOTAS - 1})",
        "people": f"random({filled.person}, {filled.person + PEOPLE // 2 - 1})",
    }[kind]
    first = filled.person + (PEOPLE // 2 if kind == "people" else 0)
    return f"\\set debit {debit}\n\\set credit random({first}, {filled.person + PEOPLE - 1})\n"


def _beside_naive(
    machine: Machine, filled: Filled, name: str, sides: str, gate: str, *, post: str = POST
) -> Row:
    ours, naive = sides + filled.said(post, kind=1), sides + filled.said(NAIVE_POST)
    rates = _rounds(
        lambda: machine.pgbench(ours, seconds=SECONDS, clients=CLIENTS),
        lambda: machine.pgbench(naive, seconds=SECONDS, clients=CLIENTS),
    )
    return _row(f"{name}: posts a second", rates, "the plain design", f"{gate} ×" if gate else "")


def _from_afar(machine: Machine, filled: Filled, name: str, sides: str) -> Row:
    """As an application asks: half a millisecond lies between two statements."""
    ours = sides + AFAR.sub(AWAY, filled.said(POST, kind=1))
    naive = sides + AFAR.sub(AWAY, filled.said(NAIVE_POST))
    rates = _rounds(
        lambda: machine.pgbench(ours, seconds=SECONDS, clients=CLIENTS),
        lambda: machine.pgbench(naive, seconds=SECONDS, clients=CLIENTS),
    )
    return _row(f"{name}, 0.5 ms a round trip: posts", rates, "the plain design", "")


def _batches(machine: Machine, filled: Filled, name: str, kind: str, gate: str) -> Row:
    start = f"\\set debit {filled.issuer if kind == 'issuer' else filled.quota}\n"
    start += f"\\set start random(1, {PEOPLE})\n"
    ours = start + filled.said(BATCH, lines=IN_A_BATCH)
    naive = _sides(filled, kind) + filled.said(NAIVE_POST)
    rates = _rounds(
        lambda: IN_A_BATCH * machine.pgbench(ours, seconds=SECONDS, clients=BATCHERS),
        lambda: machine.pgbench(naive, seconds=SECONDS, clients=CLIENTS),
    )
    return _row(
        f"batches of {IN_A_BATCH} from {name}: rows", rates, "the plain design", f"{gate} ×"
    )


def _sealing(machine: Machine, filled: Filled) -> Row:
    post = _sides(filled, "issuer") + filled.said(POST, kind=1)

    def sealed() -> float:
        with _sealer(machine, filled):
            return machine.pgbench(post, seconds=SECONDS, clients=CLIENTS)

    with machine.connect() as connection:
        _seal_all(connection, filled)
    rates = _rounds(sealed, lambda: machine.pgbench(post, seconds=SECONDS, clients=CLIENTS))
    return _row("posts while the sealer runs", rates, "without", "≥ 0.8 ×")


def _growing(machine: Machine, filled: Filled, next_part: Callable[[str], None]) -> list[Row]:
    machine.postgres.create_database(LARGE_DATABASE, template="linli")
    with machine.postgres.connect(LARGE_DATABASE) as connection:
        _transfers(connection, filled, LARGE, long=LONG_ACCOUNT)
        next_part("ledger: sealing, verifying, reconciling")
        many = _count(connection, filled)
        rows = _whole(connection, filled)
    next_part("ledger: statements")
    engine = create_engine(machine.postgres.url(LARGE_DATABASE))
    with engine.connect() as reader:
        rows += _statements(reader, filled)
        began = time.monotonic()
        asked = {"community_id": filled.community, "system_id": SYSTEM_ID, "most": 100}
        wrong = reader.execute(RECONCILE, asked).all()
        took = time.monotonic() - began
    engine.dispose()
    if wrong:
        raise SystemExit(f"The ledger does not add up: {wrong[:3]}")
    rows.append((f"reconciling {many:,} transfers", f"{took:.1f} s", "≤ 60 s a million"))
    with machine.postgres.connect(LARGE_DATABASE) as connection:
        for million in range(many // LARGE, LARGEST // LARGE):
            next_part(f"ledger: {(million + 1) * LARGE:,} transfers of {LARGEST:,}")
            _transfers(connection, filled, LARGE, long=0)
        next_part("ledger: posting among many")
        for name, sides in (("20 quotas", "quotas"), ("many accounts", "people")):
            rows.append(_among_many(machine, connection, filled, name, _sides(filled, sides)))
    return rows


def _among_many(
    machine: Machine, large: psycopg.Connection, filled: Filled, name: str, sides: str
) -> Row:
    """The same posts in the large database and in one that has ten thousand and grows with them."""
    with machine.postgres.connect(FEW_DATABASE) as small:
        few, many = _count(small, filled), _count(large, filled)
    post = sides + filled.said(POST, kind=1)
    rates = _rounds(
        lambda: machine.pgbench(post, seconds=SECONDS, clients=CLIENTS, database=LARGE_DATABASE),
        lambda: machine.pgbench(post, seconds=SECONDS, clients=CLIENTS, database=FEW_DATABASE),
    )
    return _row(f"{name}: posts among {many:,}", rates, f"among {few:,}", "≥ 0.77 ×")


def _whole(connection: psycopg.Connection, filled: Filled) -> list[Row]:
    began = time.monotonic()
    sealed = _seal_all(connection, filled)
    took = time.monotonic() - began
    rows = [(f"sealing {sealed:,} transfers", f"{sealed / took:,.0f}/s", "")]
    began = time.monotonic()
    bad = connection.execute("SELECT ledger.verify(%s, 1)", [filled.community]).fetchone()
    took = time.monotonic() - began
    if bad != (None,):
        raise SystemExit(f"Block {bad} does not verify.")
    return [*rows, ("verifying all blocks", f"{sealed / took:,.0f} transfers/s", "")]


def _statements(reader: Connection, filled: Filled) -> list[Row]:
    asked = {
        "community_id": filled.community,
        "account_id": filled.person,
        "since": "-infinity",
        "until": "infinity",
        "most": 51,
    }
    page = list(reader.execute(STATEMENT, {**asked, "before": LAST}))
    middle = page[0].id - LARGE // 2
    rows = []
    for name, before in (("newest page", LAST), ("page in the middle", middle)):
        times = []
        for _ in range(20):
            began = time.perf_counter()
            reader.execute(STATEMENT, {**asked, "before": before}).all()
            times.append(time.perf_counter() - began)
        what = f"statement of {LONG_ACCOUNT:,} lines, {name}"
        rows.append((what, f"{median(times) * 1000:.1f} ms", ""))
    return rows


def _rounds(ours: Callable[[], float], other: Callable[[], float]) -> list[tuple[float, float]]:
    """Both rates of each round; who begins takes turns."""
    rates = []
    for number in range(ROUNDS):
        if number % 2:
            second = other()
            rates.append((ours(), second))
        else:
            rates.append((ours(), other()))
    return rates


def _row(what: str, rates: list[tuple[float, float]], other: str, gate: str) -> Row:
    ratios = [mine / theirs for mine, theirs in rates]
    said = f"{median(ratios):.2f} × {other} ({min(ratios):.2f}–{max(ratios):.2f})"
    return (what, f"{median(mine for mine, _ in rates):,.0f}; {said}", gate)


def _seal_all(connection: psycopg.Connection, filled: Filled) -> int:
    total = 0
    while sealed := _one(connection, "SELECT ledger.seal(%s, 5000, now())", filled):
        total += sealed
        _one(connection, "SELECT ledger.raise_floor(%s)", filled)
    return total


def _count(connection: psycopg.Connection, filled: Filled) -> int:
    return _one(connection, "SELECT count(*) FROM ledger.transfer WHERE community_id = %s", filled)


def _one(connection: psycopg.Connection, statement: str, filled: Filled) -> int:
    found = connection.execute(statement, [filled.community]).fetchone()
    return int(found[0]) if found else 0


@contextmanager
def _sealer(machine: Machine, filled: Filled) -> Iterator[None]:
    """Seals and raises the floor without a rest, sixty times as often as the timetable."""
    told_to_stop = threading.Event()

    def work() -> None:
        with machine.postgres.connect("linli", "linli_app") as connection:
            while not told_to_stop.wait(1):
                _seal_all(connection, filled)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        told_to_stop.set()
        thread.join()
