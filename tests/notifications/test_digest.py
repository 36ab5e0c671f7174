"""每日汇总: one card a day, none when there is nothing to say."""

from datetime import timedelta

from backend import clock
from tests.doubles import RunningDouble
from tests.factories import Person
from tests.notifications.conftest import NOON
from tests.notifications.outbox import Outbox

EVENING = NOON.replace(hour=18, minute=30)


def a_reader(outbox: Outbox, *, accepts: int = 2) -> Person:
    return outbox.a_resident(accepts=accepts, topic="digest")


def in_the_digest(outbox: Outbox, person: Person, **given: str) -> None:
    outbox.announce(person, at_once=False, **given)
    outbox.expand()


def test_the_day_is_one_card_that_counts_matters_not_messages(
    outbox: Outbox, double: RunningDouble
) -> None:
    with clock.at(NOON):
        person = a_reader(outbox)
        in_the_digest(outbox, person, thread_key="matter:1")
        in_the_digest(outbox, person, thread_key="matter:1")
        in_the_digest(outbox, person, thread_key="matter:2")
        in_the_digest(outbox, person, kind="publication")
        outbox.digest()
        assert not outbox.rows("wechat")
    with clock.at(EVENING):
        outbox.digest()
        outbox.carry()

    (card,) = double.sent(person.openid)
    assert dict(card["rows"]) == {"条数": "3", "提示": "事项进展2 公示1"}
    assert len(outbox.rows("inbox", of=person)) == 4
    assert {row.state for row in outbox.rows("digest")} == {"delivered", "cancelled"}


def test_nobody_gets_an_empty_digest(outbox: Outbox, double: RunningDouble) -> None:
    person = a_reader(outbox)
    with clock.at(EVENING):
        outbox.digest()
        outbox.carry()

    assert not double.sent(person.openid)


def test_there_is_one_digest_a_day(outbox: Outbox, double: RunningDouble) -> None:
    with clock.at(NOON):
        person = a_reader(outbox)
        in_the_digest(outbox, person)
    for minute in range(3):
        with clock.at(EVENING + timedelta(minutes=minute)):
            in_the_digest(outbox, person)
            outbox.sql("UPDATE delivery SET due_at = :now WHERE state = 'due'", now=EVENING)
            outbox.digest()
            outbox.carry()
    assert len(double.sent(person.openid)) == 1
    assert outbox.number("SELECT count(*) FROM delivery WHERE channel = 'digest'") == 4
    with clock.at(EVENING + timedelta(days=1)):
        outbox.digest()
        outbox.carry()

    assert [dict(card["rows"])["条数"] for card in double.sent(person.openid)] == ["2", "2"]


def test_a_late_digest_waits_for_the_morning(outbox: Outbox, double: RunningDouble) -> None:
    with clock.at(NOON):
        person = a_reader(outbox)
        in_the_digest(outbox, person)
    with clock.at(NOON.replace(hour=22)):
        outbox.digest()
        outbox.carry()
        assert not double.sent(person.openid)
    with clock.at(NOON.replace(hour=9) + timedelta(days=1)):
        outbox.carry()

    assert len(double.sent(person.openid)) == 1


def test_whoever_allowed_none_finds_it_all_in_the_inbox(
    outbox: Outbox, double: RunningDouble
) -> None:
    with clock.at(NOON):
        person = outbox.a_resident(topic="meeting_notice")
        in_the_digest(outbox, person)
    with clock.at(EVENING):
        outbox.digest()
        outbox.carry()

    row = outbox.row("digest")
    assert (row.state, row.reason) == ("given_up", "no_balance")
    assert len(outbox.rows("inbox", of=person)) == 1
    assert not double.sent(person.openid)


def test_what_expired_before_the_evening_is_not_counted(
    outbox: Outbox, double: RunningDouble
) -> None:
    with clock.at(NOON):
        person = a_reader(outbox)
        outbox.announce(person, at_once=False, expires_at=NOON + timedelta(hours=1))
        outbox.expand()
    with clock.at(EVENING):
        outbox.digest()
        outbox.carry()

    assert not double.sent(person.openid)
    assert outbox.row("digest").reason == "expired"
