"""The virtue bank through HTTP: awards and orders beside pgbench of the statements they send.

What one request sends is written down and sent by pgbench again and again: the same statements in
one transaction, each time about another deed or another person.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import psycopg
from flask import Flask
from sqlalchemy import make_url

from backend import clock
from backend.app import create_app
from backend.clock import today, utc_now
from backend.database import Base, db, in_transaction, transaction
from backend.ledger.actions import award_batch, open_account, special_account
from backend.ledger.models import SYSTEM_ID, Asset, BatchLine, Code, OwnerKind, Source
from backend.residents.actions import settings as numbers
from backend.residents.actions.calendar_days import seed_holidays
from backend.residents.identity import open_session
from backend.settings import read_settings
from backend.virtue_bank.actions import crediting, shop
from backend.virtue_bank.models import Deed, ShopItem
from backend.virtue_bank.queries.budgets import quota_of
from backend.virtue_bank.rules.deeds import Acted
from backend.virtue_bank.rules.deeds import Told as Claim
from scripts.benchmarks.load import Measured, Request, cpu_of, under_load
from scripts.benchmarks.machine import ROOT, Machine
from scripts.benchmarks.messages import Row
from scripts.benchmarks.noted import Noted
from scripts.demonstration import people, places
from scripts.demonstration.history import History, at
from scripts.demonstration.people import Town
from scripts.demonstration.points import Bank
from scripts.demonstration.seeding import SEED

CONNECTIONS = 16
DEEDS, ORDERS = 1600, 1200
EACH_HAS = 5_000
REPLAYED = 8_000  # rows for pgbench
DOERS = 150
LONG_ACCOUNT = 100_000
CREDITED = 500
ROW_VERSION = 3  # submitted, confirmed
GATE = "≥ 0.2 pgbench, Python ≤ 6 ms"
BANK = "/api/v1/virtue-bank"


def measure_points(machine: Machine, next_part: Callable[[str], None]) -> list[Row]:
    """Rows for the table: what, how it did, what it should."""
    next_part("a community with points")
    ready = _in_a_process(machine, "prepare")
    rows = []
    with machine.web("backend.app:deployed", "--factory") as port:
        heard: list[bytes] = []

        def is_web(command: str) -> bool:
            """This one, whatever else runs on the machine."""
            return "granian" in command and f"--port {port} " in command

        def load(requests: Sequence[Request]) -> Measured:
            return under_load(
                port,
                requests,
                is_server=machine.is_ours,
                threads=CONNECTIONS,
                heard=heard,
            )

        def python_ms(measure: Callable[[], Measured]) -> tuple[Measured, float]:
            before = cpu_of(is_web)
            measured = measure()
            used = cpu_of(is_web) - before
            return measured, used / measured.requests * 1000

        def beside(name: str, requests: Sequence[Request], script: str | None) -> None:
            next_part(name)
            load(requests[: len(requests) // 10])
            heard.clear()
            measured, spent = python_ms(lambda: load(requests[len(requests) // 10 :]))
            said = f"{measured.rate:,.0f}/s, p95 {measured.p95_ms:.0f} ms, Python {spent:.1f} ms"
            if script:
                floor = machine.pgbench(script, seconds=3, clients=CONNECTIONS)
                said += f"; {measured.rate / floor:.2f} × pgbench"
            rows.append((name, said, GATE if script else ""))

        beside("award: a deed passes, points held", _decisions(ready), ready["scripts"]["award"])
        beside("redeem: an order", _orders(ready), ready["scripts"]["order"])
        codes = [json.loads(answer) for answer in heard]
        beside("redeem: the pick-up", _pick_ups(ready, codes), None)
        beside("statement of 100,000 entries", _statements(ready), None)
    next_part("crediting what hung its days")
    credited = _in_a_process(machine, "credit")
    rows.append(("award: credited by the job, one process", credited["said"], ""))
    return rows


def _in_a_process(machine: Machine, what: str) -> dict[str, Any]:
    """Where the settings are those of the machine."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks.points", what],
        cwd=ROOT,
        env=machine.environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit("The points' benchmark failed.")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _decisions(ready: dict[str, Any]) -> list[Request]:
    said = json.dumps({"outcome": "approve", "call_note": "问过。", "row_version": ROW_VERSION})
    return [
        Request("POST", f"{BANK}/deeds/{deed_id}/decision", said.encode(), token, key=str(uuid4()))
        for deed_id, token in ready["deeds"]
    ]


def _orders(ready: dict[str, Any]) -> list[Request]:
    items, tokens = ready["items"], ready["people"]
    return [
        Request(
            "POST",
            f"{BANK}/shop/orders",
            json.dumps({"lines": [{"item_id": items[n % len(items)], "quantity": 1}]}).encode(),
            tokens[n % len(tokens)],
            key=str(uuid4()),
        )
        for n in range(ORDERS)
    ]


def _pick_ups(ready: dict[str, Any], placed: Sequence[dict[str, Any]]) -> list[Request]:
    return [
        Request(
            "POST",
            f"{BANK}/counter/pick-ups",
            json.dumps({"counter_id": counter, "code": each["code"]}).encode(),
            ready["clerk"],
            key=str(uuid4()),
        )
        for each in placed
        for counter in [each["orders"][0]["counter"]["id"]]
    ]


def _statements(ready: dict[str, Any]) -> list[Request]:
    path = f"{BANK}/accounts/{ready['long'][0]}/statement?limit=50"
    return [Request("GET", path, token=ready["long"][1])] * 300


def prepare(app: Flask) -> dict[str, Any]:
    """The community, rows for the load and for pgbench, and the statements of one request each."""
    random, opens_on = Random(SEED), today().replace(day=1)
    with transaction():
        seed_holidays({today().year, today().year + 1})
        with clock.at(at(opens_on - timedelta(days=30), 9)):
            town = people.bring_in(places.build(random, lambda: None))
            people.agree_to_the_policy(town)
        db.session.flush()
        db.session.expunge_all()
    bank = Bank(town, opens_on=opens_on)
    history = History(until=utc_now(), told=lambda _: None, step=in_transaction)
    history.add(bank.opening(), at(opens_on - timedelta(days=15), 14))
    history.add(bank.months(10**9, 10**7), at(opens_on, 0, 10))
    history.run()
    with transaction():
        numbers.change_setting(
            town.at_desk("chair"),
            "points.second_review_percent",
            value=0,
            valid_from=today(),
            basis="居民代表会议决议",
        )
        items = _shelves(bank)
        accounts = _purses(bank)
        tokens = {each.id: open_session(each.id, "resident") for each in bank.grown_ups}
        workers = {
            building.id: town.worker_of(building.id).resident_id
            for building in town.place.buildings
        }
        desks = {each: open_session(each, "console") for each in {*workers.values()}}
        clerk = open_session(town.staff["counter"].resident_id, "console")
    deed = _a_deed(bank)
    _rows(bank, deed, accounts, workers)
    found = _asked("SELECT deed, worker FROM bench_deed ORDER BY n LIMIT %s", [DEEDS])
    who = bank.grown_ups[0]
    return {
        "deeds": [(str(each), desks[worker]) for each, worker in found],
        "people": [tokens[each.id] for each in bank.grown_ups[1:]],
        "items": [str(each) for each in items],
        "clerk": clerk,
        "long": (accounts[who.id], tokens[who.id]),
        "scripts": {
            "award": _award(app, desks),
            "order": _order(app, items[0], bank.grown_ups[1].id, accounts, tokens),
        },
    }


def credit() -> dict[str, Any]:
    """The job's own steps, one share a transaction, as if the days had passed."""
    with clock.at(utc_now() + timedelta(days=30)):
        due: list[tuple[UUID, UUID, UUID]] = []
        began, spent = time.perf_counter(), time.process_time()
        while len(due) < CREDITED and (found := in_transaction(crediting.due_awards)):
            due += found
            for each in found:
                in_transaction(lambda each=each: crediting.credit(*each))  # type: ignore[misc]
        seconds, cpu = time.perf_counter() - began, time.process_time() - spent
    return {"said": f"{len(due) / seconds:,.0f}/s, Python {cpu / len(due) * 1000:.1f} ms"}


def _shelves(bank: Bank) -> list[UUID]:
    """More pieces than anybody orders, and as many a month as anybody likes."""
    bank.supply()
    goods = [
        each
        for each in db.session.query(ShopItem).filter_by(community_id=bank.town.community_id)
        if each.slots is None
    ]
    for each in goods:
        each.per_person_month = None
        shop.move_stock(
            bank.town.at_desk("member2"),
            each.id,
            kind="received",
            quantity=50_000,
            reason="",
            gift=None,
        )
    return [each.id for each in goods]


def _purses(bank: Bank) -> dict[UUID, int]:
    """Everybody's account with points on it; the first one's has very many lines."""
    here = bank.town.community_id
    accounts = {
        each.id: open_account(here, Asset.POINTS, OwnerKind.PERSON, each.id)
        for each in bank.grown_ups
    }
    first = accounts[bank.grown_ups[0].id]

    def lines(credit_ids: Sequence[int], amount: int) -> None:
        award_batch(
            here,
            asset=Asset.POINTS,
            code=Code.VOLUNTEER,
            debit_id=special_account(here, Asset.POINTS, OwnerKind.ISSUER),
            source=Source.GRANT_LINE,
            lines=[
                BatchLine(credit_id=each, amount=amount, source_id=uuid4()) for each in credit_ids
            ],
            actor_id=SYSTEM_ID,
            approver_id=None,
        )

    lines(list(accounts.values()), EACH_HAS)
    for _ in range(LONG_ACCOUNT // 5_000):
        lines([first] * 5_000, 1)
    return accounts


def _a_deed(bank: Bank) -> Deed:
    """One that waits for its first look; the others are made like it."""
    doer, other = bank.grown_ups[0], bank.grown_ups[-1]
    with clock.at(utc_now() - timedelta(days=2)):
        claim = Claim(
            item_id=bank.items["B1"],
            occurred_on=max(today(), bank.opens_on),
            story="清理楼道。",
            display="masked",
            place="楼前",
            shares=[Acted(acted_id=doer.id)],
            witness_ids=[bank.elders[0].id, other.id],
        )
        for _ in _steps(bank.life(claim, doer.id, until="confirmed")):
            pass
    return db.session.query(Deed).filter_by(state="confirmed").one()


def _steps(story: Iterator[Any]) -> Iterator[Any]:
    while (moment := in_transaction(lambda: next(story, None))) is not None:
        yield moment


def _rows(bank: Bank, deed: Deed, accounts: dict[UUID, int], workers: dict[UUID, UUID]) -> None:
    """So many deeds like the one, each of somebody, and who orders what in pgbench."""
    town: Town = bank.town
    quotas = {each: quota_of(town.community_id, each, today()) for each in {*workers.values()}}
    doers = [each.id for each in bank.grown_ups[1:DOERS]]
    buildings = list(workers)
    _asked(
        """CREATE TABLE bench_deed AS
           SELECT n, gen_random_uuid() AS deed, gen_random_uuid() AS share,
                  (%(who)s::uuid[])[1 + n %% %(people)s] AS who,
                  (%(accounts)s::bigint[])[1 + n %% %(people)s] AS account,
                  (%(buildings)s::uuid[])[1 + n %% %(many)s] AS building,
                  (%(workers)s::uuid[])[1 + n %% %(many)s] AS worker,
                  (%(quotas)s::bigint[])[1 + n %% %(many)s] AS quota
             FROM generate_series(1, %(count)s) n;""",
        {
            "who": doers,
            "accounts": [accounts[each] for each in doers],
            "people": len(doers),
            "buildings": buildings,
            "workers": list(workers.values()),
            "quotas": [
                (q.account_id if (q := quotas[each]) else None) for each in workers.values()
            ],
            "many": len(buildings),
            "count": DEEDS + REPLAYED,
        },
    )
    _asked("CREATE TABLE bench_order AS SELECT n, who, account FROM bench_deed")
    for table in ("bench_deed", "bench_order"):
        _asked(f"CREATE UNIQUE INDEX ON {table} (n)")
        _asked(f"CREATE SEQUENCE {table}_n START {DEEDS + 2}")
        _asked(f"GRANT SELECT ON {table} TO linli_app")
        _asked(f"GRANT USAGE ON SEQUENCE {table}_n TO linli_app")
    new = "gen_random_uuid()"
    _copy(
        "deed",
        deed,
        id="b.deed",
        actor_id="b.who",
        building_id="b.building",
        once_key="b.deed::text",
        serial="'VB-B-' || b.n",
    )
    _copy("deed_share", deed, id="b.share", deed_id="b.deed", acted_id="b.who")
    for table in ("deed_witness", "deed_confirmation", "deed_event"):
        _copy(table, deed, id=new, deed_id="b.deed")
    _asked("ANALYZE")


def _copy(table: str, deed: Deed, **other: str) -> None:
    columns = [column.name for column in Base.metadata.tables[table].columns]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(other.get(name, f't."{name}"') for name in columns)
    of = "id" if table == "deed" else "deed_id"
    _asked(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, bench_deed b"
        f" WHERE t.{of} = %s",
        [deed.id],
    )


def _award(app: Flask, desks: dict[UUID, str]) -> str:
    columns = ("deed", "share", "who", "account", "building", "worker", "quota")
    row = _asked(
        f"SELECT {', '.join(columns)} FROM bench_deed WHERE n = %s",
        [DEEDS + 1],
    )[0]
    values = dict(zip(columns, row, strict=True))
    noted = Noted("bench_deed", _varied(values))
    said = {"outcome": "approve", "call_note": "问过。", "row_version": ROW_VERSION}
    path = f"{BANK}/deeds/{values['deed']}/decision"
    with noted.listening():
        _post(app, path, said, desks[values["worker"]])
    return noted.script()


def _order(
    app: Flask, item: UUID, who: UUID, accounts: dict[UUID, int], tokens: dict[UUID, str]
) -> str:
    noted = Noted("bench_order", _varied({"who": who, "account": accounts[who]}))
    lines = {"lines": [{"item_id": str(item), "quantity": 1}]}
    with noted.listening():
        _post(app, f"{BANK}/shop/orders", lines, tokens[who])
    return noted.script()


def _varied(values: dict[str, Any]) -> dict[str | int, str]:
    return {value if isinstance(value, int) else str(value): name for name, value in values.items()}


def _post(app: Flask, path: str, said: dict[str, Any], token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
    answer = app.test_client().post(path, json=said, headers=headers)
    if answer.status_code >= 300:  # noqa: PLR2004
        raise SystemExit(answer.text)


def _asked(statement: str, told: Any = None) -> list[Any]:
    url = make_url(read_settings().database_url_owner or "")
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        rows = connection.execute(statement, told)
        return rows.fetchall() if rows.description else []


def main(what: str) -> None:
    app = create_app(read_settings())
    with app.app_context():
        told = prepare(app) if what == "prepare" else credit()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
