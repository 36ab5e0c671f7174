"""Expanding and sending notices: ours beside the plain way of doing the same, in one run."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
import requests
from psycopg.types.range import Range
from redis import Redis
from uuid_utils.compat import uuid7

from backend import clock, crypto
from backend.app import CommunityApp, create_app
from backend.database import db, in_transaction, transaction
from backend.notifications.actions import announce
from backend.notifications.jobs.courier import run_courier
from backend.notifications.jobs.expansion import expand_notices
from backend.notifications.models import Delivery, Notice
from backend.settings import read_settings
from backend.wechat.client import WeChatClient
from backend.wechat.double import account
from scripts.benchmarks.machine import ROOT, Machine

AUDIENCE = 100_000
CARDS = 30_000  # so many of the audience have a phone
ONE_BY_ONE = 3_000
PLAIN_SENDS = 300
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)  # 12:00 in Shanghai: no quiet hours
DAY = date(2026, 11, 1)


def measure_messages(machine: Machine) -> list[tuple[str, str, str]]:
    """(what, reached, target) of each measurement; made in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks.messages", str(machine.double_port)],
        cwd=ROOT,
        env=machine.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"The messages' benchmark failed: {done.stderr[-2000:]}")
    return [tuple(row) for row in json.loads(done.stdout.splitlines()[-1])]


def main(double_port: int) -> None:
    settings = read_settings()
    redis = Redis.from_url(settings.redis_url)
    client = WeChatClient(settings.wechat, redis, sends_per_second=100_000)
    app = create_app(settings, redis=redis, wechat=client)
    double = f"http://127.0.0.1:{double_port}/_double"
    with app.app_context(), clock.at(NOON):
        community_id, people = _an_audience(double)
        rows = [
            _expanding(community_id, people),
            *_sending(app, community_id, redis, double),
        ]
    sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """(wall seconds, CPU seconds of this process) of `work`."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _expanding(community_id: UUID, people: list[UUID]) -> tuple[str, str, str]:
    _announce(community_id, "expand", {"kind": "community"})
    wall, cpu = _timed(expand_notices)

    def one_object_each() -> None:
        with transaction():
            notice = _notice(community_id, "one-by-one", {"kind": "residents", "ids": []})
            db.session.add(notice)
            db.session.flush()
            for person in people[:ONE_BY_ONE]:
                db.session.add(
                    Delivery(
                        community_id=community_id,
                        notice_id=notice.id,
                        resident_id=person,
                        channel="inbox",
                        lane=0,
                        urgency=3,
                        state="delivered",
                        due_at=None,
                    )
                )
            notice.expanded_at = clock.utc_now()

    plain_wall, plain_cpu = _timed(one_object_each)
    scale = AUDIENCE / ONE_BY_ONE
    return (
        f"expand a notice to {AUDIENCE:,} inboxes",
        (
            f"{wall:.1f} s; one object each takes {plain_wall * scale / wall:.1f} × the time and"
            f" {plain_cpu * scale / max(cpu, 0.001):.0f} × the application's CPU"
        ),
        "≥ 2 × and ≥ 50 ×",
    )


def _sending(
    app: CommunityApp, community_id: UUID, redis: Redis, double: str
) -> list[tuple[str, str, str]]:
    requests.post(f"{double}/config", json={"latency_ms": 30}, timeout=10)
    _announce(community_id, "send", {"kind": "community"}, at_once=True)
    expand_notices()
    commands = int(redis.info("stats")["total_commands_processed"])

    def everything() -> None:
        while _waiting():
            run_courier()

    wall, cpu = _timed(everything)
    commands = int(redis.info("stats")["total_commands_processed"]) - commands
    sent = _delivered()
    plain_wall, plain_cpu = _timed(lambda: _plain_way(app))
    rate, plain_rate = sent / wall, PLAIN_SENDS / plain_wall
    return [
        (
            f"send {sent:,} cards, WeChat answering in 30 ms",
            (
                f"{rate:.0f}/s, {cpu / sent * 1e3:.2f} ms CPU a card; the plain way"
                f" (a transaction and a connection a card) {plain_rate:.0f}/s,"
                f" {plain_cpu / PLAIN_SENDS * 1e3:.2f} ms: {rate / plain_rate:.1f} × the rate,"
                f" {cpu / sent / (plain_cpu / PLAIN_SENDS):.2f} of the CPU"
            ),
            "≥ 10 ×, ≤ ½ (loopback has no TLS to save)",
        ),
        ("Redis commands a card", f"{commands / sent:.1f} (an RQ job a card: 63)", "≤ 6.3"),
        ("claim with 1,000,000 finished rows / with 10,000", _claiming(community_id), "≤ 1.5 ×"),
    ]


def _plain_way(app: CommunityApp) -> None:
    """What a first version would do: for each card a connection, a send, a commit."""
    client: WeChatClient = app.extensions["wechat"]
    template = client.templates["vote_reminder"]
    for number in range(PLAIN_SENDS):
        with WeChatClientOnce(client) as once:
            once.send_subscribe_message(
                f"o_bench_{CARDS + number + 1:05d}",
                template.id,
                "pages/matter/vote",
                {"thing1": "表决", "date2": "2026年12月7日"},
            )
        in_transaction(lambda: db.session.add(_notice_for_nobody()))


class WeChatClientOnce:
    """A client used for one card and thrown away: nothing is kept alive."""

    def __init__(self, like: WeChatClient) -> None:
        self._like = like

    def __enter__(self) -> WeChatClient:
        settings = read_settings()
        self._client = WeChatClient(
            settings.wechat, Redis.from_url(settings.redis_url), sends_per_second=100_000
        )
        return self._client

    def __exit__(self, *_: object) -> None:
        self._client.close()


def _notice_for_nobody() -> Notice:
    nobody: dict[str, object] = {"kind": "residents", "ids": []}
    notice = _notice(_Remembered.community_id, f"plain-{uuid7()}", nobody)
    notice.expanded_at = clock.utc_now()
    return notice


class _Remembered:
    community_id: UUID


def _claiming(community_id: UUID) -> str:
    few = _claim_seconds(community_id, 10_000)
    many = _claim_seconds(community_id, 1_000_000)
    return f"{many / few:.2f} × ({few * 1e3:.1f} and {many * 1e3:.1f} ms)"


def _claim_seconds(community_id: UUID, finished: int) -> float:
    """How long PostgreSQL takes to find 100 due cards beside so many finished ones."""
    with db.engine.begin() as connection:
        driver = connection.connection.driver_connection
        if driver is None:
            raise SystemExit("No driver connection.")
        driver.execute(
            """INSERT INTO notice (community_id, id, created_at, event_key, kind, headline, body,
                   payload, page, audience, urgency, at_once, expanded_at)
               SELECT %(c)s, gen_random_uuid(), now(), 'filler:' || %(n)s || ':' || n,
                      'publication', '', '', '{}', '', '{}', 3, false, now()
                 FROM generate_series(1, 10) n""",
            {"c": community_id, "n": finished},
        )
        driver.execute(
            """INSERT INTO delivery (community_id, id, created_at, notice_id, resident_id, channel,
                   lane, urgency, state, attempts, unsure, finished_at)
               SELECT %(c)s, gen_random_uuid(), now(), n.id, r.id, 'wechat', 3, 3, 'delivered',
                      1, false, now()
                 FROM (SELECT id FROM notice WHERE event_key LIKE 'filler:' || %(n)s || ':%%') n
                CROSS JOIN (SELECT id FROM resident WHERE name = '王芳'
                             ORDER BY id LIMIT least(%(n)s / 10, 99000)) r
                   ON CONFLICT DO NOTHING""",
            {"c": community_id, "n": finished},
        )
        driver.execute(
            """INSERT INTO delivery (community_id, id, created_at, notice_id, resident_id, channel,
                   lane, urgency, state, due_at, attempts, unsure)
               SELECT %(c)s, gen_random_uuid(), now(), n.id, r.id, 'wechat', 3, 3, 'due', now(), 0,
                      false
                 FROM (SELECT id FROM notice WHERE event_key = 'filler:' || %(n)s || ':1') n
                CROSS JOIN (SELECT id FROM resident WHERE name = '王芳'
                             ORDER BY id DESC LIMIT 100) r
                   ON CONFLICT DO NOTHING""",
            {"c": community_id, "n": finished},
        )
        driver.execute("ANALYZE delivery")
        best = 1e9
        for _ in range(20):
            began = time.perf_counter()
            driver.execute(
                """SELECT id FROM delivery WHERE lane = 3 AND state = 'due' AND channel = 'wechat'
                      AND due_at <= now() ORDER BY urgency, due_at LIMIT 100"""
            ).fetchall()
            best = min(best, time.perf_counter() - began)
    return best


def _an_audience(double: str) -> tuple[UUID, list[UUID]]:
    """100,000 residents; the first of them have WeChat and have said yes to reminders."""
    # The double makes CARDS + PLAIN_SENDS phones that will take a card.
    requests.post(
        f"{double}/person",
        json={
            "n": CARDS + PLAIN_SENDS + 1,
            "prefix": "o_bench_",
            "templates": ["demo_vote_reminder"],
            "balance": 10,
        },
        timeout=120,
    )
    street, community, building, dwelling, household = (uuid7() for _ in range(5))
    people = [uuid7() for _ in range(AUDIENCE)]
    with db.engine.begin() as connection:
        driver = connection.connection.driver_connection
        if driver is None:
            raise SystemExit("No driver connection.")
        say = driver.execute
        say(
            "INSERT INTO street (id, created_at, code, name) VALUES (%s, now(), 'M', 'M')",
            [street],
        )
        say(
            "INSERT INTO community (id, created_at, street_id, code, name, phone, board_place,"
            " status) VALUES (%s, now(), %s, 'M', 'M', '', '', 'live')",
            [community, street],
        )
        say(
            "INSERT INTO building (community_id, id, created_at, name, units)"
            " VALUES (%s, %s, now(), 'M', 1)",
            [community, building],
        )
        say(
            "INSERT INTO dwelling (community_id, id, created_at, building_id, unit_no, floor,"
            " room_no) VALUES (%s, %s, now(), %s, '1', 1, '101')",
            [community, dwelling, building],
        )
        say(
            "INSERT INTO household (community_id, id, created_at, dwelling_id, tenure, opened_on)"
            " VALUES (%s, %s, now(), %s, 'owner', '2020-01-01')",
            [community, household, dwelling],
        )
        with driver.cursor().copy(
            "COPY resident (id, created_at, name, home_community_id, preferred_channel, large_type,"
            " status) FROM STDIN"
        ) as rows:
            for person in people:
                rows.write_row((person, NOON, "王芳", community, "mini_program", False, "active"))
        with driver.cursor().copy(
            "COPY residency (community_id, id, created_at, resident_id, household_id, relation,"
            " valid, registered_here, is_main) FROM STDIN"
        ) as rows:
            for person in people:
                rows.write_row(
                    (community, uuid7(), NOON, person, household, "head", Range(DAY), True, True)
                )
        _phones(driver, people)
        say("ANALYZE")
    _Remembered.community_id = community
    return community, people


def _phones(driver: psycopg.Connection, people: list[UUID]) -> None:
    identities = [uuid7() for _ in people[:CARDS]]
    with driver.cursor().copy(
        "COPY wechat_identity (id, created_at, resident_id, app_id, openid_sealed, openid_mac,"
        " bound_at) FROM STDIN"
    ) as rows:
        for number, (identity, person) in enumerate(zip(identities, people, strict=False), start=1):
            openid = f"o_bench_{number:05d}"
            sealed = crypto.seal(openid, f"wechat_identity.openid:{identity}")
            mac = crypto.mac("wechat_identity.openid", openid)
            rows.write_row((identity, NOON, person, account.APP_ID, sealed, mac, NOON))
    with driver.cursor().copy(
        "COPY subscription (id, created_at, wechat_identity_id, template, accepted, spent,"
        " long_term) FROM STDIN"
    ) as rows:
        for identity in identities:
            rows.write_row((uuid7(), NOON, identity, "demo_vote_reminder", 10, 0, False))


def _notice(
    community_id: UUID, event: str, audience: dict[str, object], *, at_once: bool = False
) -> Notice:
    return Notice(
        community_id=community_id,
        event_key=f"bench:{event}",
        kind="vote_reminder",
        headline="请您评事",
        body="楼道照明维修已经完成，请您评价。",
        payload={"subject": "楼道照明维修", "closes": "2026年12月7日"},
        page="pages/matter/vote",
        audience=audience,
        urgency=3,
        at_once=at_once,
    )


def _announce(
    community_id: UUID, event: str, audience: dict[str, object], *, at_once: bool = False
) -> None:
    in_transaction(lambda: announce(_notice(community_id, event, audience, at_once=at_once)))


def _count(where: str) -> int:
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        if driver is None:
            raise SystemExit("No driver connection.")
        row = driver.execute(f"SELECT count(*) FROM delivery WHERE {where}").fetchone()
        return int(row[0]) if row else 0


def _waiting() -> int:
    return _count("channel = 'wechat' AND state IN ('due', 'sending')")


def _delivered() -> int:
    return _count("channel = 'wechat' AND state = 'delivered'")


if __name__ == "__main__":
    main(int(sys.argv[1]))
