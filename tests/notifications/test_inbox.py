"""我的消息: what one finds there, and how one wants to hear of things."""

from datetime import timedelta

import pytest
from flask import Flask

from backend import clock
from backend.database import db, transaction
from backend.residents.models import Resident
from tests.counting import counted_statements
from tests.doubles import RunningDouble
from tests.factories import a_neighbourhood
from tests.notifications.conftest import NOON
from tests.notifications.outbox import Outbox


def test_messages_come_newest_first_and_in_pages(outbox: Outbox) -> None:
    person = outbox.a_resident()
    for hour in range(3):
        with clock.at(NOON + timedelta(hours=hour)):
            outbox.announce(person, event_key=f"matter:1:step:{hour}")
            outbox.expand()

    first = person.get("/me/inbox", limit=2).get_json()
    rest = person.get("/me/inbox", limit=2, after=first["next"]).get_json()

    moments = [item["created_at"] for item in first["items"] + rest["items"]]
    assert moments == sorted(moments, reverse=True)
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert first["items"][0]["headline"] == "您反映的事项有了进展"


def test_a_long_inbox_asks_no_more_of_the_database(app: Flask, outbox: Outbox, noon: None) -> None:
    person = outbox.a_resident()
    counts = []
    for _ in range(2):
        outbox.announce(person)
        outbox.expand()
        with counted_statements(app) as statements:
            assert person.get("/me/inbox").status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1] == 2


def test_reading_a_message_is_noted_once(outbox: Outbox) -> None:
    person = outbox.a_resident()
    with clock.at(NOON):
        outbox.announce(person)
        outbox.expand()
        message = person.get("/me/inbox").get_json()["items"][0]
        assert message["read_at"] is None
        first = person.post(f"/me/inbox/{message['id']}/reading").get_json()["read_at"]
    with clock.at(NOON + timedelta(hours=1)):
        again = person.post(f"/me/inbox/{message['id']}/reading").get_json()["read_at"]

    assert first is not None
    assert first == again


def test_nobody_reads_anothers_messages(app: Flask, outbox: Outbox, noon: None) -> None:
    person, neighbour = outbox.a_resident(), outbox.a_resident()
    stranger = a_neighbourhood(app).a_resident()
    outbox.announce(person)
    outbox.expand()
    message = person.get("/me/inbox").get_json()["items"][0]

    for other in (neighbour, stranger):
        assert other.get("/me/inbox").get_json()["items"] == []
        assert other.post(f"/me/inbox/{message['id']}/reading").status_code == 404
    assert person.get("/me/inbox").get_json()["items"][0]["read_at"] is None


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize(
    ("mode", "went_out"), [("now", (1, 0)), ("digest", (0, 1)), ("inbox", (0, 0))]
)
def test_a_preference_decides_between_card_digest_and_inbox(
    outbox: Outbox, double: RunningDouble, mode: str, went_out: tuple[int, int]
) -> None:
    person = outbox.a_resident()
    chosen = person.put("/me/notice-preferences", {"modes": {"matter_progress": mode}})
    outbox.announce(person)
    outbox.deliver()

    topics = {item["topic"]: item["mode"] for item in chosen.get_json()["items"]}
    assert topics["matter_progress"] == mode
    assert (len(double.sent(person.openid)), len(outbox.rows("digest", of=person))) == went_out
    assert len(outbox.rows("inbox", of=person)) == 1


def test_what_is_not_worth_a_card_waits_for_the_digest_unless_one_wants_it_now(
    outbox: Outbox, double: RunningDouble, noon: None
) -> None:
    patient, eager = outbox.a_resident(), outbox.a_resident()
    eager.put("/me/notice-preferences", {"modes": {"matter_progress": "now"}})
    for person in (patient, eager):
        outbox.announce(person, at_once=False)
    outbox.deliver()

    assert len(outbox.rows("digest", of=patient)) == 1
    assert not double.sent(patient.openid)
    assert len(double.sent(eager.openid)) == 1


def test_a_topic_switched_off_cancels_the_card_that_waits(
    outbox: Outbox, double: RunningDouble, noon: None
) -> None:
    person = outbox.a_resident()
    outbox.announce(person)
    outbox.expand()
    person.put("/me/notice-preferences", {"modes": {"matter_progress": "inbox"}})
    outbox.carry()

    assert not double.sent(person.openid)
    assert outbox.row("wechat", of=person).reason == "not_wanted"
    assert outbox.balance(person) == 1


def test_an_emergency_cannot_be_put_off_to_the_digest(outbox: Outbox) -> None:
    person = outbox.a_resident()

    refused = person.put("/me/notice-preferences", {"modes": {"emergency": "digest"}})

    assert refused.status_code == 422
    assert refused.get_json()["title"] == "这类通知不能这样设置"


def test_withdrawn_consent_keeps_cards_back_even_those_already_due(
    outbox: Outbox, double: RunningDouble, noon: None
) -> None:
    person = outbox.a_resident(accepts=2)
    outbox.announce(person)
    outbox.expand()
    outbox.withdraw_consent(person)
    outbox.announce(person)
    outbox.deliver()

    assert not double.sent(person.openid)
    assert outbox.row("wechat", of=person).reason == "consent_withdrawn"
    assert len(outbox.rows("inbox", of=person)) == 2
    assert outbox.balance(person) == 2


def test_whoever_has_given_up_the_account_is_told_nothing_more(outbox: Outbox) -> None:
    gone, stays = outbox.a_resident(), outbox.a_resident()
    with outbox.app.app_context(), transaction():
        db.session.get_one(Resident, gone.id).status = "erased"
    for person in (gone, stays):
        outbox.announce(person)
    outbox.expand()

    assert outbox.rows("inbox", of=gone) == []
    assert len(outbox.rows("inbox", of=stays)) == 1
