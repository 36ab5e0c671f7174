"""Making load over keep-alive sockets, and reading what it cost the servers."""

import http.client
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.tokens import DESK_COOKIE, DESK_PATH

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: bytes | None = None
    token: str | None = None
    cookies: str | None = None  # as a browser at the desk brings them
    key: str | None = None  # Idempotency-Key

    @property
    def headers(self) -> dict[str, str]:
        given = {"Content-Type": "application/json"} if self.body is not None else {}
        if self.cookies:
            given["Cookie"] = self.cookies
        if self.key:
            given["Idempotency-Key"] = self.key
        return given | ({"Authorization": f"Bearer {self.token}"} if self.token else {})


@dataclass(frozen=True)
class Measured:
    """One endpoint under load: how fast, and how much CPU of server and PostgreSQL each took."""

    requests: int
    seconds: float
    cpu_seconds: float
    web_seconds: float  # of it the web server's
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_us(self) -> float:
        return self.cpu_seconds / self.requests * 1e6

    @property
    def web_us(self) -> float:
        return self.web_seconds / self.requests * 1e6


def cpu_of(is_ours: Callable[[str], bool]) -> float:
    """CPU seconds used so far by all living processes whose command line is ours."""
    total = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if is_ours(command):
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                # utime, stime, and those of children already reaped
                total += sum(int(fields[index]) for index in (11, 12, 13, 14))
        except (OSError, IndexError):
            continue
    return total / TICK


def is_web(command: str) -> bool:
    return "granian" in command


def a_browser(port: int, token: str) -> str:
    """The cookies of a browser in which somebody sits at the desk and has seen its first page."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    signed_in = f"{DESK_COOKIE}={token}"
    line.request("GET", DESK_PATH, headers={"Cookie": signed_in})
    given = line.getresponse().headers.get_all("Set-Cookie") or []
    return "; ".join([signed_in, *(cookie.partition(";")[0] for cookie in given)])


def under_load(
    port: int,
    requests: Sequence[Request],
    *,
    is_server: Callable[[str], bool],
    threads: int = 8,
    expect: Iterable[int] = (200, 201, 204),
    heard: list[bytes] | None = None,
) -> Measured:
    """Send every request once, spread over `threads` connections, and account for them.

    What is answered is added to `heard`, where that is asked for.
    """
    expected = set(expect)
    shares = [requests[index::threads] for index in range(threads)]
    times: list[float] = []
    failed: list[str] = []
    guard = threading.Lock()

    def send(share: Sequence[Request]) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port)
        own = []
        for request in share:
            began = time.perf_counter()
            line.request(request.method, request.path, request.body, request.headers)
            answer = line.getresponse()
            text = answer.read()
            own.append(time.perf_counter() - began)
            if heard is not None:
                heard.append(text)
            if answer.status not in expected:
                with guard:
                    failed.append(f"{answer.status} {request.path} {text[:200]!r}")
        with guard:
            times.extend(own)

    workers = [threading.Thread(target=send, args=(share,)) for share in shares if share]
    before, web_before, began = cpu_of(is_server), cpu_of(is_web), time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - began
    cpu, web = cpu_of(is_server) - before, cpu_of(is_web) - web_before
    if failed:
        raise SystemExit(f"{len(failed)} requests failed, the first: {failed[0]}")
    cuts = statistics.quantiles(times, n=100)
    percentiles = (cuts[at] * 1e3 for at in (49, 94, 98))
    return Measured(len(requests), seconds, cpu, web, *percentiles)
