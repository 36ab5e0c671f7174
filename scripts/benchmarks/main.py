"""Measures, in one run, floors and our endpoints, and prints the table of the README."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from redis import Redis
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from scripts.benchmarks import floors
from scripts.benchmarks.filling import Filled, a_chair, fill
from scripts.benchmarks.ledger import measure_ledger
from scripts.benchmarks.load import Measured, Request, a_browser, under_load
from scripts.benchmarks.machine import Machine, a_machine
from scripts.benchmarks.messages import Row as Line
from scripts.benchmarks.messages import measure_messages
from scripts.benchmarks.points import measure_points
from scripts.benchmarks.pushes import measure_pushes

REQUESTS = 4000
SIGN_INS = 400
PAGES = 1000
console = Console(width=120)


@dataclass(frozen=True)
class Row:
    """One measured endpoint; `floor` is pgbench's rate of the same SQL, where there is any."""

    name: str
    measured: Measured
    floor: float | None = None
    target: str = ""


@dataclass(frozen=True)
class Twins:
    """A page of the desk and the JSON route that tells the same, asked by the same person."""

    name: str
    page: Measured
    route: Measured


def run() -> None:
    """Everything: what is being done on standard error, the tables on standard output."""
    with a_machine() as machine, _progress() as next_part:
        next_part("filling 1,000 and 100,000 matters")
        with machine.connect() as connection:
            small = fill(connection, "small", 1_000)
            large = fill(connection, "large", 100_000)
            desk = a_chair(connection, Redis.from_url(machine.environment["REDIS_URL"]), large)
        _print_endpoints(_endpoints(machine, small, large, next_part))
        next_part("pages of the desk")
        _print_pages(_pages(machine, large, desk))
        pushes = measure_pushes(machine, next_part)
        _print_lines("Messages", [*measure_messages(machine, next_part), pushes])
        _print_lines("Points through HTTP", measure_points(machine, next_part))
        _print_lines("The ledger, at the level of SQL", measure_ledger(machine, next_part))


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """What is being done and for how long already; without a terminal, a line for each part."""
    telling = Console(stderr=True)
    if not telling.is_terminal:
        yield telling.print
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=telling, transient=True) as progress:
        doing = progress.add_task("")
        yield lambda name: progress.reset(doing, description=name)


def _endpoints(
    machine: Machine, small: Filled, large: Filled, next_part: Callable[[str], None]
) -> list[Row]:
    rows = []
    next_part("a bare endpoint")
    with machine.web("scripts.benchmarks.bare:app") as port:
        bare = [Request("GET", "/") for _ in range(REQUESTS)]
        under_load(port, bare[:500], is_server=machine.is_ours)
        rows.append(Row("bare endpoint", under_load(port, bare, is_server=machine.is_ours)))
    with machine.web("backend.app:deployed", "--factory") as port:

        def measure(name: str, requests: list[Request], floor: str | None, target: str) -> None:
            next_part(name)
            under_load(port, requests[: len(requests) // 10], is_server=machine.is_ours)
            measured = under_load(port, requests[len(requests) // 10 :], is_server=machine.is_ours)
            rate = machine.pgbench(floor) if floor else None
            rows.append(Row(name, measured, rate, target))

        measure(
            "list of 20 among 1,000",
            _lists(small),
            floors.listing(small),
            "CPU ≤ 3.5 × bare, ≥ 0.2 pgbench",
        )
        measure(
            "list of 20 among 100,000",
            _lists(large),
            floors.listing(large),
            "CPU ≤ 1.3 × of 1,000",
        )
        measure("detail of a matter", _details(large), None, "")
        measure("support", _supports(large), floors.supporting(small), "")
        measure(
            "statement vote",
            _votes(large),
            floors.voting(small),
            "CPU ≤ 4 × bare, ≥ 0.2 pgbench",
        )
        measure("sign-in through the double", _sign_ins(machine), None, "")
    return rows


def _pages(machine: Machine, filled: Filled, desk: str) -> list[Twins]:
    matters = filled.proposals[:PAGES]
    pairs = {
        "list of matters": (["/console/matters"] * PAGES, ["/api/v1/proposals?limit=20"] * PAGES),
        "a matter": (
            [f"/console/matters/{each}" for each in matters],
            [f"/api/v1/proposals/{each}" for each in matters],
        ),
    }
    with machine.web("backend.app:deployed", "--factory") as port:

        def measure(requests: list[Request]) -> Measured:
            under_load(port, requests[: PAGES // 10], is_server=machine.is_ours)
            return under_load(port, requests, is_server=machine.is_ours)

        cookies = a_browser(port, desk)
        return [
            Twins(
                name,
                measure([Request("GET", path, cookies=cookies) for path in pages]),
                measure([Request("GET", path, token=desk) for path in routes]),
            )
            for name, (pages, routes) in pairs.items()
        ]


def _lists(filled: Filled) -> list[Request]:
    tokens = filled.tokens
    return [
        Request("GET", "/api/v1/proposals?limit=20", token=tokens[number % len(tokens)])
        for number in range(REQUESTS)
    ]


def _details(filled: Filled) -> list[Request]:
    return [
        Request("GET", f"/api/v1/proposals/{filled.proposals[number % 100]}", token=token)
        for number, token in enumerate(filled.tokens)
    ]


def _supports(filled: Filled) -> list[Request]:
    """Everybody supports a matter of their own neighbour: no two the same."""
    count = len(filled.tokens)
    return [
        Request("PUT", f"/api/v1/proposals/{filled.proposals[(number + 7) % count]}/support",
                token=token)
        for number, token in enumerate(filled.tokens)
    ]  # fmt: skip


def _votes(filled: Filled) -> list[Request]:
    return [
        Request(
            "PUT",
            f"/api/v1/statements/{filled.statements[number // len(filled.tokens)]}/vote",
            json.dumps({"value": number % 3 - 1}).encode(),
            filled.tokens[number % len(filled.tokens)],
        )
        for number in range(REQUESTS)
    ]


def _sign_ins(machine: Machine) -> list[Request]:
    codes = floors.login_codes(machine, SIGN_INS)
    return [
        Request("POST", "/api/v1/sessions/wechat", json.dumps({"code": code}).encode())
        for code in codes
    ]


def _print_endpoints(rows: list[Row]) -> None:
    bare = rows[0].measured.cpu_us
    table = Table(title="Endpoints: CPU per request is web server + PostgreSQL")
    for column in ("endpoint", "req/s", "p50 ms", "p95 ms", "CPU µs", "web µs", "× bare",
                   "web × bare", "of pgbench", "target"):  # fmt: skip
        table.add_column(column, justify="left" if column in {"endpoint", "target"} else "right")
    for row in rows:
        measured = row.measured
        share = f"{measured.rate / row.floor:.2f}" if row.floor else ""
        table.add_row(
            row.name,
            f"{measured.rate:.0f}",
            f"{measured.p50_ms:.1f}",
            f"{measured.p95_ms:.1f}",
            f"{measured.cpu_us:.0f}",
            f"{measured.web_us:.0f}",
            f"{measured.cpu_us / bare:.1f}",
            f"{measured.web_us / bare:.1f}",
            share,
            row.target,
        )
    console.print(table)


def _print_pages(twins: list[Twins]) -> None:
    table = Table(title="Pages of the desk beside the JSON of the same: p95 ≤ 2 ×")
    for column in ("page", "p95 ms", "p95 ms of the JSON", "×", "CPU ×"):
        table.add_column(column, justify="left" if column == "page" else "right")
    for pair in twins:
        table.add_row(
            pair.name,
            f"{pair.page.p95_ms:.1f}",
            f"{pair.route.p95_ms:.1f}",
            f"{pair.page.p95_ms / pair.route.p95_ms:.2f}",
            f"{pair.page.cpu_us / pair.route.cpu_us:.2f}",
        )
    console.print(table)


def _print_lines(title: str, lines: list[Line]) -> None:
    table = Table(title=title)
    for column in ("what", "reached", "target"):
        table.add_column(column)
    for line in lines:
        table.add_row(*line)
    console.print(table)
    sys.stdout.flush()
