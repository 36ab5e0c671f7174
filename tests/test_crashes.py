"""Web server, worker and PostgreSQL die while people vote and tell: nothing is lost or doubled."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
import requests
from sqlalchemy import select, text

from backend import clock
from backend.audit.actions import verify
from backend.audit.jobs import seal_audit
from backend.clock import SHANGHAI, utc_now
from backend.database import asking, db, in_transaction, reading, transaction
from backend.deliberation.actions.verification import verify_chains
from backend.notifications.models import Subscription
from backend.residents.models import WechatIdentity
from backend.worker import MAINTENANCE_SECONDS
from tests.deliberation.conversations.stories import opened, statement_ids
from tests.doubles import RunningDouble
from tests.factories import Neighbourhood, Person, a_neighbourhood
from tests.processes import House, a_house, until

KILLED = ("web", "postgres", "worker", "postgres")
OUTAGES = {502, 503, 504}
ANSWERS_BETWEEN = 6  # of each client, after a return and before the next death
MANY_CARDS = 1000
FOUND_AGAIN_SECONDS = 2 * MAINTENANCE_SECONDS  # the killed worker's job is one of those waited for
LEASE_OR_WORD, SECONDS_A_MOVE = timedelta(minutes=3), 3
TEMPLATE = "demo_matter_progress"
LIGHT = {
    "body": "三层到四层的楼道灯坏了一周，晚上老人上下楼看不清台阶。",
    "place": "3号楼一单元",
    "category": "facilities",
}


class Client(threading.Thread):
    """A phone that asks until it is answered, always under the same key."""

    def __init__(self, house: House, person: Person, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.house, self.person, self.stop = house, person, stop
        self.session = requests.Session()
        self.done: dict[str, Any] = {}
        self.refusal = ""

    def run(self) -> None:
        for number in count():
            if self.stop.is_set() or self.refusal:
                return
            self.do_one(number)

    def do_one(self, number: int) -> None:
        raise NotImplementedError

    def ask(self, method: str, path: str, key: str, body: dict[str, Any]) -> Any:
        """The answer's JSON; whatever is no outage ends this client."""
        headers = self.person.headers | {"Idempotency-Key": key}
        while True:
            try:
                answer = self.session.request(
                    method,
                    f"{self.house.url}/api/v1{path}",
                    json=body,
                    headers=headers,
                    timeout=10,
                )
            except requests.RequestException:
                self.stop.wait(0.05)
                continue
            if answer.ok:
                return answer.json()
            if answer.status_code not in OUTAGES:
                self.refusal = f"{method} {path}: {answer.text}"
                return {}
            self.stop.wait(0.05)


class Voter(Client):
    statements: tuple[str, ...] = ()

    def do_one(self, number: int) -> None:
        statement, value = self.statements[number % len(self.statements)], number % 3 - 1
        key = f"vote-{number}"
        vote = {"value": value, "client_key": key}
        if self.ask("PUT", f"/statements/{statement}/vote", key, vote):
            self.done[key] = (statement, value)


class Teller(Client):
    def do_one(self, number: int) -> None:
        told = LIGHT | {"title": f"{number}号楼道灯不亮"}
        draft = self.ask("POST", "/proposals", f"draft-{number}", told)
        if not draft:
            return
        receipt = self.ask(
            "POST",
            f"/proposals/{draft['id']}/submission",
            f"submission-{number}",
            {"version": draft["version"]},
        )
        if receipt:
            self.done[str(draft["id"])] = receipt["serial_no"]


@pytest.fixture
def house(double: RunningDouble) -> Iterator[House]:
    with a_house(double.settings()) as running:
        move_to_noon()
        yield running
    clock.share_through(None)
    double.reset()


def move_to_noon() -> None:
    """By night most cards wait for the morning."""
    now = utc_now().astimezone(SHANGHAI)
    tomorrow = now.replace(hour=12, minute=0, second=0) + timedelta(days=1)
    clock.move(tomorrow - now)


def an_author(place: Neighbourhood, double: RunningDouble) -> Person:
    """Somebody whose phone takes as many cards as there will be."""
    openid = f"o_{uuid4().hex}"
    double.person(openid, templates=[TEMPLATE], balance=MANY_CARDS)
    author = place.a_resident(openid=openid)
    with place.app.app_context(), transaction():
        identity = db.session.scalars(
            select(WechatIdentity).where(WechatIdentity.resident_id == author.id)
        ).one()
        db.session.add(
            Subscription(wechat_identity_id=identity.id, template=TEMPLATE, accepted=MANY_CARDS)
        )
    return author


def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(
    house: House, double: RunningDouble
) -> None:
    place = a_neighbourhood(house.app)
    author = an_author(place, double)
    voter = place.a_resident(name="李投")
    conversation = opened(place)
    stop = threading.Event()
    voting, telling = Voter(house, voter, stop), Teller(house, author, stop)
    voting.statements = tuple(statement_ids(voter, conversation).values())

    for client in (voting, telling):
        client.start()
    go_on(voting, telling)
    for name in KILLED:
        house.kill(name)
        house.start_again(name)
        go_on(voting, telling)
    stop.set()
    for client in (voting, telling):
        client.join(30)
        assert not client.is_alive()
        assert not client.refusal

    with house.app.app_context():
        check_votes(voting)
        check_matters(telling)
        check_evidence()
        check_cards(telling, double)


def go_on(*clients: Client) -> None:
    """Wait until every client has been answered some more times."""
    wanted = {client: len(client.done) + ANSWERS_BETWEEN for client in clients}
    until(
        lambda: all(
            len(client.done) >= number or client.refusal for client, number in wanted.items()
        ),
        "the clients are answered again",
    )
    assert not [client.refusal for client in clients if client.refusal]


def rows(statement: str, **values: Any) -> list[Any]:
    """What the database says, also where PostgreSQL went away since the last question."""
    with reading():
        return asking(lambda: list(db.session.execute(text(statement), values)))


def check_votes(voting: Voter) -> None:
    """The log holds every answered vote once, in order; the last on each statement counts."""
    log = rows(
        "SELECT client_key, statement_id, value FROM statement_vote"
        " WHERE resident_id = :who ORDER BY seq",
        who=voting.person.id,
    )
    latest = rows(
        "SELECT statement_id, value FROM statement_vote_latest WHERE resident_id = :who",
        who=voting.person.id,
    )

    assert {row.client_key: (str(row.statement_id), row.value) for row in log} == voting.done
    assert [row.client_key for row in log] == list(voting.done)
    assert {str(row.statement_id): row.value for row in latest} == dict(voting.done.values())


def check_matters(telling: Teller) -> None:
    """Each answered matter is there once, under the number its author was given."""
    found = rows("SELECT id, serial_no FROM proposal WHERE author_id = :who", who=telling.person.id)

    assert {str(row.id): row.serial_no for row in found} == telling.done
    numbers = sorted(int(number.rsplit("-", 1)[1]) for number in telling.done.values())
    assert numbers == list(range(1, len(numbers) + 1))


def check_evidence() -> None:
    seal_audit()
    assert in_transaction(lambda: verify_chains(None, 10_000)).fault is None
    with reading():
        assert verify().is_good


def check_cards(telling: Teller, double: RunningDouble) -> None:
    """Every matter is told: once as promised, at most once more where an answer was lost."""

    def cards() -> Counter[str]:
        return Counter(dict(card["rows"])["编号"] for card in double.sent(telling.person.openid))

    wait_for_the_outbox()

    promised = rows("SELECT event_key FROM notice WHERE resident_id = :who", who=telling.person.id)
    assert len(promised) == len(telling.done)
    assert set(cards()) == set(telling.done.values())
    assert max(cards().values()) <= 2


def wait_for_the_outbox() -> None:
    """Let time pass as well: a card on its way when its worker died is asked about later.

    First the lane's lease has to end, then the card waits for WeChat's word on it.
    """
    moved = time.monotonic()

    def is_empty() -> bool:
        nonlocal moved
        if not waiting_cards():
            return True
        if time.monotonic() - moved > SECONDS_A_MOVE:
            clock.move(LEASE_OR_WORD)
            moved = time.monotonic()
        return False

    until(is_empty, "the outbox is empty", seconds=FOUND_AGAIN_SECONDS)


def waiting_cards() -> list[Any]:
    return rows(
        "SELECT 1 FROM notice WHERE expanded_at IS NULL UNION ALL"
        " SELECT 1 FROM delivery WHERE channel = 'wechat' AND state IN ('due', 'sending')"
    )
