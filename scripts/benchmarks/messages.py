"""Expanding and sending notices: ours beside the plain way of doing the same, in one run."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import requests
from redis import Redis
from sqlalchemy import func, select, text

from backend import clock, crypto
from backend.app import create_app
from backend.database import db, in_transaction
from backend.notifications.actions import announce
from backend.notifications.jobs.courier import run_courier
from backend.notifications.jobs.expansion import expand_notices
from backend.notifications.models import Delivery, Notice
from backend.notifications.queries.courier import due_cards
from backend.residents.models import WechatIdentity
from backend.settings import Settings, read_settings
from backend.wechat.client import WeChatClient
from scripts.benchmarks import crowd
from scripts.benchmarks.crowd import CARDS_EACH, NOON, PHONES, TEMPLATE, Crowd
from scripts.benchmarks.machine import ROOT, Machine, free_port
from scripts.benchmarks.secure import make_certificate, serve

AUDIENCE = 100_000
ONE_BY_ONE = 3_000
PLAIN_SENDS = 300
KEPT_SENDS = 400
KEPT_THREADS = 8
FEW, MANY = 10_000, 1_000_000  # finished deliveries
UNLIMITED = 100_000  # sends a second: the courier's own limit is 200
PAYLOAD = {"subject": "楼道照明维修", "closes": "2026年12月7日"}
PAGE = "pages/matter/vote"

Row = tuple[str, str, str]  # what, reached, target


def measure_messages(
    machine: Machine, tell: Callable[[str], None], *, audience: int = AUDIENCE
) -> list[Row]:
    """Each measurement, made in a process of its own with a double behind TLS."""
    port, certificate = free_port(), make_certificate(machine.folder)
    base = f"https://127.0.0.1:{port}"
    own = [
        sys.executable,
        "-m",
        "scripts.benchmarks.messages",
        str(certificate.authorities),
        str(audience),
    ]
    with machine.process(serve(port, certificate)):
        running = subprocess.Popen(
            own,
            cwd=ROOT,
            env=machine.environment | {"WECHAT_API_BASE": base},
            stdout=subprocess.PIPE,
            text=True,
        )
        rows = []
        for line in running.stdout or ():
            if line.startswith("["):
                rows = json.loads(line)
            else:
                tell(line.strip())
        running.wait()
    if running.returncode:
        raise SystemExit("The messages' benchmark failed.")
    return [tuple(row) for row in rows]


def main(authorities: Path, audience: int) -> None:
    """Tells on standard output what it does; the last line is the rows."""
    requests.adapters.DEFAULT_CA_BUNDLE_PATH = str(authorities)
    settings = read_settings()
    redis = Redis.from_url(settings.redis_url)
    app = create_app(settings, redis=redis, wechat=_client(settings, redis))
    with app.app_context(), clock.at(NOON):
        _tell(f"{audience:,} people with a phone")
        _make_phones(settings, audience)
        people = crowd.gather(audience)
        bench = Bench(settings, redis, people)
        rows = [
            bench.expanding(),
            *bench.sending(),
            bench.keeping_connections(),
            bench.claiming(),
        ]
    sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")


@dataclass(frozen=True)
class Bench:
    settings: Settings
    redis: Redis
    crowd: Crowd

    def expanding(self) -> Row:
        """One notice to everybody; the next measurement sends what this one made."""
        people = self.crowd.people
        count = min(ONE_BY_ONE, len(people))
        _tell("expanding a notice to everybody")
        _announce("warm-up", self.crowd.nobody)
        expand_notices()
        _announce("all", self.crowd.id)
        wall, cpu = _timed(expand_notices)
        _tell("the same with an object for each delivery")
        _one_object_each(self.crowd.nobody, [])
        plain_wall, plain_cpu = _timed(lambda: _one_object_each(self.crowd.id, people[:count]))
        scale = len(people) / count
        return (
            f"expand a notice to {len(people):,} inboxes and as many cards",
            (
                f"{wall:.1f} s, {cpu:.2f} s of the application's CPU; one object each takes"
                f" {plain_wall * scale / wall:.1f} × the time and {plain_cpu * scale / cpu:.0f} ×"
                " the CPU"
            ),
            "≥ 2 × and ≥ 50 ×",
        )

    def sending(self) -> list[Row]:
        everybody = len(self.crowd.people)
        before = _redis_commands(self.redis)

        def everything() -> None:
            while waiting := _waiting():
                _tell(f"cards sent: {everybody - waiting:,} of {everybody:,}")
                run_courier()

        wall, cpu = _timed(everything)
        commands = _redis_commands(self.redis) - before
        sent = _number_of("delivered")
        if sent != everybody:
            raise SystemExit(f"Of {everybody} cards {sent} were delivered.")
        _tell(f"{PLAIN_SENDS} cards the plain way")
        plain_wall, plain_cpu = self._the_plain_way()
        rate, plain_rate = sent / wall, PLAIN_SENDS / plain_wall
        return [
            (
                f"send {sent:,} cards over TLS, WeChat answering in 30 ms",
                (
                    f"{rate:.0f}/s, {cpu / sent * 1e3:.2f} ms CPU a card; the plain way (a"
                    f" transaction and a connection a card) {plain_rate:.0f}/s,"
                    f" {plain_cpu / PLAIN_SENDS * 1e3:.2f} ms: {rate / plain_rate:.1f} × the"
                    f" rate, {cpu / sent / (plain_cpu / PLAIN_SENDS):.2f} of the CPU"
                ),
                "≥ 10 ×, ≤ ½",
            ),
            ("Redis commands a card", f"{commands / sent:.1f} (an RQ job a card: 63)", "≤ 6.3"),
        ]

    def keeping_connections(self) -> Row:
        """The courier's client from eight threads, and the same with nothing kept alive."""
        _tell(f"{KEPT_THREADS} threads with and without connections kept alive")
        numbers = range(1, KEPT_SENDS + 1)
        kept = _client(self.settings, self.redis)
        rate = KEPT_SENDS / _in_threads([kept] * KEPT_THREADS, numbers, forget=False)
        kept.close()
        own = [_client(self.settings, self.redis) for _ in range(KEPT_THREADS)]
        forgetful = KEPT_SENDS / _in_threads(own, numbers, forget=True)
        return (
            f"{KEPT_THREADS} threads with connections kept alive / without",
            f"{rate / forgetful:.1f} × ({rate:.0f}/s and {forgetful:.0f}/s)",
            "≥ 2 ×",
        )

    def claiming(self) -> Row:
        """The courier's own question for due cards, beside few and beside many finished ones."""
        _tell(f"claiming beside {FEW:,} and {MANY:,} finished deliveries")
        _fill_lane(self.crowd, FEW)
        few = _claim_seconds()
        _fill_lane(self.crowd, MANY)
        many = _claim_seconds()
        return (
            f"claim with {MANY:,} finished rows / with {FEW:,}",
            f"{many / few:.2f} × ({few * 1e3:.1f} and {many * 1e3:.1f} ms)",
            "≤ 1.5 ×",
        )

    def _the_plain_way(self) -> tuple[float, float]:
        """What a first version would do: a transaction and a new connection for each card."""
        ids = [str(person) for person in self.crowd.people[:PLAIN_SENDS]]
        in_transaction(lambda: announce(_notice("plain", self.crowd.id, {"ids": ids})))
        expand_notices()
        client = _client(self.settings, self.redis)

        def one_card() -> None:
            card = db.session.scalars(
                select(Delivery)
                .where(Delivery.state == "due", Delivery.channel == "wechat")
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one()
            identity = db.session.scalars(
                select(WechatIdentity).where(WechatIdentity.resident_id == card.resident_id)
            ).one()
            place = f"wechat_identity.openid:{identity.id}"
            card.msgid = _send(client, crypto.unseal(identity.openid_sealed, place))
            client.close()
            card.state, card.due_at, card.finished_at = "delivered", None, clock.utc_now()

        return _timed(lambda: [in_transaction(one_card) for _ in ids])


def _one_object_each(community_id: UUID, people: Sequence[UUID]) -> None:
    """An inbox row and a card for each of `people`, without asking whether it can arrive."""

    def expand() -> None:
        notice = _notice(f"objects-{len(people)}", community_id, {"ids": []})
        notice.expanded_at = clock.utc_now()
        db.session.add(notice)
        db.session.flush()
        for person in people:
            for channel in ("inbox", "wechat"):
                db.session.add(
                    Delivery(
                        community_id=community_id,
                        notice_id=notice.id,
                        resident_id=person,
                        channel=channel,
                        lane=person.bytes[15] & 15,
                        urgency=3,
                        state="delivered" if channel == "inbox" else "cancelled",
                        due_at=None,
                    )
                )

    in_transaction(expand)


def _in_threads(clients: Sequence[WeChatClient], numbers: Sequence[int], *, forget: bool) -> float:
    """Seconds that the sends took, spread over as many threads as there are clients."""

    def send(client: WeChatClient, share: Sequence[int]) -> None:
        for number in share:
            _send(client, crowd.openid(number))
            if forget:
                client.close()

    shares = [numbers[index :: len(clients)] for index in range(len(clients))]
    began = time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as threads:
        list(threads.map(send, clients, shares))
    return time.perf_counter() - began


def _send(client: WeChatClient, openid: str) -> str | None:
    data = {"thing1": PAYLOAD["subject"], "date2": PAYLOAD["closes"]}
    return client.send_subscribe_message(openid, TEMPLATE, PAGE, data)


def _fill_lane(people: Crowd, finished: int) -> None:
    """So many finished deliveries beside 100 that are due, all in one lane."""
    notices = 10
    asked = {"c": people.id, "n": finished, "each": finished // notices, "now": clock.utc_now()}
    with db.engine.begin() as connection:
        for statement in (_FILLER_NOTICES, _FINISHED, _DUE):
            connection.execute(text(statement), asked)
        connection.execute(text("ANALYZE delivery"))


def _claim_seconds() -> float:
    """The best of twenty; each is undone."""
    now, best = clock.utc_now(), float("inf")
    for _ in range(20):
        began = time.perf_counter()
        found = due_cards(3, [1, 2, 3], {"vote_reminder": TEMPLATE}, now=now, limit=100)
        best = min(best, time.perf_counter() - began)
        db.session.rollback()
        if len(found) != 100:  # noqa: PLR2004
            raise SystemExit(f"{len(found)} cards are due.")
    return best


_FILLER_NOTICES = """
INSERT INTO notice (community_id, id, created_at, event_key, kind, headline, body, payload, page,
       audience, urgency, at_once, expanded_at)
SELECT :c, gen_random_uuid(), now(), 'filler/' || :n || '/' || number, 'vote_reminder', '', '',
       '{}', '', '{}', 3, false, now()
  FROM generate_series(0, 10) AS number
"""
_FINISHED = """
INSERT INTO delivery (community_id, id, created_at, notice_id, resident_id, channel, lane, urgency,
       state, attempts, unsure, finished_at)
SELECT :c, gen_random_uuid(), now(), n.id, r.id, 'wechat', 3, 3, 'delivered', 1, false, now()
  FROM notice n
 CROSS JOIN (SELECT id FROM resident WHERE home_community_id = :c ORDER BY id LIMIT :each) AS r
 WHERE n.community_id = :c AND n.event_key LIKE 'filler/' || :n || '/%'
   AND n.event_key <> 'filler/' || :n || '/0'
"""
_DUE = """
INSERT INTO delivery (community_id, id, created_at, notice_id, resident_id, channel, lane, urgency,
       state, due_at, attempts, unsure)
SELECT :c, gen_random_uuid(), now(), n.id, r.id, 'wechat', 3, 3, 'due', :now, 0, false
  FROM notice n
 CROSS JOIN (SELECT id FROM resident WHERE home_community_id = :c ORDER BY id LIMIT 100) AS r
 WHERE n.community_id = :c AND n.event_key = 'filler/' || :n || '/0'
"""


def _make_phones(settings: Settings, number: int) -> None:
    """The double starts beside us: it may take a moment until it answers."""
    bulk = {"n": number, "prefix": PHONES, "templates": [TEMPLATE], "balance": CARDS_EACH}
    url = f"{settings.wechat.api_base}/_double/person"
    session = requests.Session()
    session.trust_env = False
    give_up = time.monotonic() + 30
    while True:
        try:
            session.post(url, json=bulk, timeout=120).raise_for_status()
        except requests.ConnectionError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)
        else:
            return


def _client(settings: Settings, redis: Redis) -> WeChatClient:
    return WeChatClient(settings.wechat, redis, sends_per_second=UNLIMITED)


def _announce(event: str, community_id: UUID) -> None:
    in_transaction(lambda: announce(_notice(event, community_id, {"kind": "community"})))


def _notice(event: str, community_id: UUID, audience: dict[str, object]) -> Notice:
    return Notice(
        community_id=community_id,
        event_key=f"bench:{event}",
        kind="vote_reminder",
        headline="请您评事",
        body="楼道照明维修已经完成，请您评价。",
        payload=PAYLOAD,
        page=PAGE,
        audience={"kind": "residents"} | audience,
        urgency=3,
        at_once=True,
    )


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """(wall seconds, CPU seconds of this process) of `work`."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _redis_commands(redis: Redis) -> int:
    return int(redis.info("stats")["total_commands_processed"])


def _waiting() -> int:
    return _number_of("due", "sending")


def _number_of(*states: str) -> int:
    counting = select(func.count()).where(Delivery.channel == "wechat", Delivery.state.in_(states))
    with db.engine.connect() as connection:
        return connection.execute(counting).scalar_one()


def _tell(doing: str) -> None:
    sys.stdout.write(doing + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
