"""Many people at once: audiences in blocks, several couriers, and processes that die."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, literal, select, text

from backend import clock
from backend.database import db, in_transaction, transaction
from backend.notifications.actions import expansion, register_audience
from backend.notifications.models import Notice, Subscription
from backend.residents.models import Resident
from backend.settings import Settings
from tests.doubles import RunningDouble
from tests.factories import Neighbourhood, a_neighbourhood, bind
from tests.notifications.conftest import NOON
from tests.notifications.outbox import PAYLOADS, Outbox
from tests.processes import environment_of

TEMPLATE = "demo_matter_progress"
CROWD = 12_000

_PEOPLE = """
WITH people AS (
    INSERT INTO resident (id, created_at, name, preferred_channel, large_type, status)
    SELECT gen_random_uuid(), now(), '居民', 'mini_program', false, 'active'
      FROM generate_series(1, :number) RETURNING id)
INSERT INTO residency (community_id, id, created_at, resident_id, household_id, relation, valid,
                       registered_here, is_main)
SELECT :community, gen_random_uuid(), now(), id, :household, 'other', daterange('2020-01-01', NULL),
       false, true
  FROM people
"""
_INBOX_ROWS = """
SELECT count(*) FROM delivery WHERE channel = 'inbox' AND notice_id = :notice
"""


def a_crowd(outbox: Outbox, owner: Engine, number: int = CROWD) -> None:
    with outbox.app.app_context():
        household = outbox.neighbourhood.a_household()
    given = {"community": outbox.neighbourhood.id, "household": household}
    outbox.sql(_PEOPLE, number=number, **given)
    with owner.begin() as connection:  # what autovacuum does soon after so many came at once
        connection.execute(text("ANALYZE resident, residency"))


def people_with_phones(outbox: Outbox, number: int, *, accepts: int) -> list[UUID]:
    """`number` people with a phone at the double and a balance on both sides."""
    outbox.double.do("person", n=number, prefix="o_crowd_", templates=[TEMPLATE], balance=accepts)
    ids = []
    with outbox.app.app_context(), transaction():
        for index in range(1, number + 1):
            resident = Resident(name="居民")
            db.session.add(resident)
            db.session.flush()
            identity = bind(resident, f"o_crowd_{index:05d}")
            db.session.flush()
            db.session.add(
                Subscription(wechat_identity_id=identity.id, template=TEMPLATE, accepted=accepts)
            )
            ids.append(resident.id)
    return ids


def to(people: list[UUID]) -> dict[str, object]:
    return {"kind": "residents", "ids": [str(each) for each in people]}


def cards_by_person(double: RunningDouble) -> Counter[str]:
    return Counter(card["openid"] for card in double.sent())


def test_five_notices_three_hundred_people_three_couriers(
    outbox: Outbox, double: RunningDouble, noon: None
) -> None:
    people = people_with_phones(outbox, 300, accepts=5)
    for number in range(5):
        payload = PAYLOADS["matter_progress"] | {"number": f"SX-{number}"}
        outbox.announce(audience=to(people), payload=payload)
    outbox.expand()
    couriers = [threading.Thread(target=outbox.carry) for _ in range(3)]
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()

    cards = Counter((card["openid"], card["data"]["character_string1"]) for card in double.sent())
    assert len(cards) == 1500
    assert set(cards.values()) == {1}
    assert set(double.calls()["errcodes"]) == {"0"}
    assert outbox.number("SELECT count(*) FROM delivery WHERE channel = 'wechat'") == 1500
    assert outbox.number("SELECT count(*) FROM delivery WHERE state = 'delivered'") == 3000
    assert outbox.number("SELECT sum(accepted - spent) FROM subscription") == 0


def expand_a_block() -> None:
    waiting = expansion.next_audience()
    assert waiting is not None
    expansion.expand_audience(*waiting)


def expand_and_die() -> None:
    expand_a_block()
    raise KeyboardInterrupt


def test_an_expansion_that_was_killed_goes_on_and_reaches_everybody_once(
    outbox: Outbox, tables: Engine
) -> None:
    a_crowd(outbox, tables)
    notice_id = outbox.announce(audience={"kind": "community"})
    with outbox.app.app_context():
        in_transaction(expand_a_block)  # then the worker is killed
        first_block = db.session.get_one(Notice, (outbox.neighbourhood.id, notice_id))
        assert first_block.expanded_at is None
        with pytest.raises(KeyboardInterrupt):
            in_transaction(expand_and_die)
    assert outbox.number(_INBOX_ROWS, notice=notice_id) == 5_000
    outbox.expand()
    outbox.expand()

    assert outbox.number(_INBOX_ROWS, notice=notice_id) == CROWD
    distinct = "SELECT count(DISTINCT resident_id) FROM delivery WHERE notice_id = :notice"
    assert outbox.number(distinct, notice=notice_id) == CROWD


def test_a_newer_notice_to_a_crowd_takes_the_place_of_the_waiting_cards(
    outbox: Outbox, double: RunningDouble, noon: None
) -> None:
    people = people_with_phones(outbox, 20, accepts=2)
    outbox.announce(audience=to(people), thread_key="meeting:1")
    outbox.announce(audience=to(people[:5]), thread_key="meeting:1")
    outbox.deliver()

    assert set(cards_by_person(double).values()) == {1}
    assert outbox.number("SELECT count(*) FROM delivery WHERE state = 'cancelled'") == 5
    assert outbox.number("SELECT count(*) FROM delivery WHERE channel = 'inbox'") == 25
    assert outbox.number("SELECT sum(accepted - spent) FROM subscription") == 20


def test_two_workers_expand_one_notice_without_doubling_anybody(
    outbox: Outbox, tables: Engine
) -> None:
    a_crowd(outbox, tables)
    notice_id = outbox.announce(audience={"kind": "community"})
    workers = [threading.Thread(target=outbox.expand) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    outbox.expand()

    assert outbox.number(_INBOX_ROWS, notice=notice_id) == CROWD


def test_an_audience_that_says_not_enough_is_refused_and_holds_up_nobody(outbox: Outbox) -> None:
    with pytest.raises(KeyError):
        outbox.announce(audience={"kind": "residents"})
    notice_id = outbox.announce(audience={"kind": "community"})
    outbox.neighbourhood.a_resident()
    outbox.expand()

    assert outbox.number(_INBOX_ROWS, notice=notice_id) == 1


def test_the_community_is_who_lives_there_now(app: Flask, outbox: Outbox) -> None:
    here = outbox.neighbourhood.a_resident()
    moved_away = outbox.neighbourhood.a_resident()
    outbox.sql(
        "UPDATE residency SET valid = daterange('2020-01-01', '2021-01-01')"
        " WHERE resident_id = :moved",
        moved=moved_away.id,
    )
    outbox.neighbourhood.a_visitor()
    elsewhere: Neighbourhood = a_neighbourhood(app)
    elsewhere.a_resident()
    outbox.announce(audience={"kind": "community"})
    outbox.expand()

    assert [row.resident_id for row in outbox.rows("inbox")] == [here.id]


def test_other_parts_of_the_house_name_their_own_audiences(outbox: Outbox) -> None:
    person, _other = outbox.a_resident(), outbox.a_resident()
    register_audience(
        "supporters", lambda _community, asked: select(Resident.id).filter_by(id=UUID(asked["of"]))
    )
    outbox.announce(audience={"kind": "supporters", "of": str(person.id)})
    outbox.expand()

    assert [row.resident_id for row in outbox.rows("inbox")] == [person.id]


def test_a_notice_that_cannot_be_expanded_holds_up_none_and_waits(outbox: Outbox) -> None:
    person, faults = outbox.a_resident(), [0]
    register_audience(
        "faulty", lambda *_: select(Resident.id).where(1 / literal(1 - faults[0]) == 1)
    )
    faults[0] = 1
    held_up = outbox.announce(audience={"kind": "faulty"}, urgency=1)
    behind = [outbox.announce(audience={"kind": "community"}) for _ in range(2)]
    outbox.expand()
    assert [row.notice_id for row in outbox.rows("inbox", of=person)] == behind

    faults[0] = 0
    outbox.expand()
    assert [row.notice_id for row in outbox.rows("inbox", of=person)] == [*behind, held_up]


def test_a_kind_only_a_newer_program_knows_waits_for_it_and_holds_up_nobody(
    outbox: Outbox,
) -> None:
    person = outbox.a_resident()
    unknown = [outbox.announce(person), outbox.announce(audience=to([person.id]))]
    outbox.sql("UPDATE notice SET kind = 'news_of_tomorrow', urgency = 1")
    known = [outbox.announce(person), outbox.announce(audience=to([person.id]))]
    outbox.expand()
    assert {row.notice_id for row in outbox.rows("inbox", of=person)} == set(known)

    outbox.sql("UPDATE notice SET kind = 'matter_progress'")
    outbox.expand()
    assert {row.notice_id for row in outbox.rows("inbox", of=person)} == {*known, *unknown}


def test_what_nobody_can_expand_is_refused_at_once(outbox: Outbox) -> None:
    with pytest.raises(ValueError, match="audience"):
        outbox.announce(audience={"kind": "everybody on earth"})


def test_an_audience_of_nobody_is_done_with(outbox: Outbox) -> None:
    outbox.announce(audience=to([]))
    outbox.expand()

    assert outbox.number("SELECT count(*) FROM notice WHERE expanded_at IS NULL") == 0


LATER = NOON + timedelta(minutes=1)
COURIER = """
from datetime import datetime
from backend import clock
from backend.app import deployed
from backend.notifications.jobs import run_courier
with deployed().app_context(), clock.at(datetime.fromisoformat({moment!r})):
    run_courier()
"""


@contextmanager
def a_courier_process(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    environment = environment_of(settings) | {"PATH": os.environ["PATH"]}
    with subprocess.Popen(  # noqa: S603, our own interpreter
        [sys.executable, "-c", COURIER.format(moment=LATER.isoformat())],
        env=environment,
        cwd=Path(__file__).parents[2],
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(outbox: Outbox, question: str, process: subprocess.Popen[bytes]) -> None:
    """Ask the database until it says yes; a process that ended first fails the test."""
    while not outbox.number(question):
        assert process.poll() is None, "the courier ended before the moment came"


@pytest.mark.parametrize(
    ("latency_ms", "moment"),
    [
        (3000, "SELECT count(*) FROM delivery WHERE state = 'sending'"),
        (80, "SELECT count(*) FROM delivery WHERE channel = 'wechat' AND state = 'delivered'"),
    ],
    ids=["after the claim", "between two lanes"],
)
def test_a_courier_killed_at_work_loses_nothing_and_repeats_at_most_once(
    outbox: Outbox, double: RunningDouble, settings: Settings, latency_ms: int, moment: str
) -> None:
    with clock.at(NOON):
        people = people_with_phones(outbox, 60, accepts=3)
        outbox.announce(audience=to(people))
        outbox.expand()
    double.do("config", latency_ms=latency_ms)
    with a_courier_process(settings) as process:
        wait_until(outbox, moment, process)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    double.do("config", latency_ms=1)
    for minutes in (4, 7, 12):  # the lease ends, then the unsure ones are due
        with clock.at(NOON + timedelta(minutes=minutes)):
            outbox.carry()

    cards = cards_by_person(double)
    assert len(cards) == 60
    assert max(cards.values()) <= 2
    assert outbox.number("SELECT count(*) FROM delivery WHERE state <> 'delivered'") == 0
    assert outbox.number("SELECT min(accepted - spent) FROM subscription") >= 0
    assert outbox.number("SELECT count(*) FROM courier_lane WHERE leased_by IS NOT NULL") == 0


def test_no_openid_and_no_token_gets_into_the_logs(
    outbox: Outbox, double: RunningDouble, settings: Settings
) -> None:
    with clock.at(NOON):
        people = people_with_phones(outbox, 5, accepts=2)
        outbox.announce(audience=to(people))
        outbox.expand()
    for fault in ({"errcode": 99999}, {"drop": True, "after": True}):
        double.do("fault", path="/cgi-bin/message/subscribe/send", times=1, **fault)
    with a_courier_process(settings) as courier:
        logged = courier.communicate()[1].decode()
    token = outbox.app.extensions["redis"].get("wechat:token:wxdouble00000001").decode()

    assert len(double.sent()) == 4
    assert "card refused" in logged
    assert "o_crowd_" not in logged
    assert token not in logged
    assert "access_token" not in logged
