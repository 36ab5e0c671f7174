"""What the courier does with every answer of WeChat, with nights, and with nobody there."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend import clock
from backend.clock import SHANGHAI, utc_now
from backend.settings import Settings
from backend.wechat.client import SEND_PATH
from tests.doubles import RunningDouble
from tests.notifications.conftest import NOON
from tests.notifications.outbox import PAYLOADS, Outbox
from tests.notifications.pushing import Pushing


def trouble(double: RunningDouble, **fault: Any) -> None:
    double.do("fault", path=SEND_PATH, times=1, **fault)


def test_five_cards_for_one_person_go_one_after_another(
    outbox: Outbox, double: RunningDouble, noon: None
) -> None:
    person = outbox.a_resident(accepts=5)
    for _ in range(5):
        outbox.announce(person)
    outbox.deliver()

    assert len(double.sent(person.openid)) == 5
    assert "43108" not in double.calls()["errcodes"]


def test_without_a_message_left_wechat_is_not_asked(
    outbox: Outbox, double: RunningDouble, noon: None
) -> None:
    person = outbox.a_resident(accepts=1)
    outbox.announce(person)
    outbox.announce(person)
    outbox.deliver()

    states = sorted((row.state, row.reason) for row in outbox.rows("wechat", of=person))
    assert states == [("delivered", None), ("given_up", "no_balance")]
    assert double.calls()["paths"][SEND_PATH] == 1
    assert outbox.balance(person) == 0


def test_somebody_without_wechat_finds_it_in_the_inbox(outbox: Outbox, noon: None) -> None:
    person = outbox.neighbourhood.a_resident()
    outbox.announce(person)
    outbox.deliver()

    assert [row.state for row in outbox.rows("inbox", of=person)] == ["delivered"]
    assert not outbox.rows("wechat")


def test_a_hiccup_is_tried_again_with_the_same_message(
    outbox: Outbox, double: RunningDouble
) -> None:
    trouble(double, errcode=-1)
    with clock.at(NOON):
        person = outbox.a_resident()
        outbox.announce(person)
        outbox.deliver()
        waiting = outbox.row(of=person)
        assert (waiting.state, waiting.attempts, outbox.balance(person)) == ("due", 1, 0)
    with clock.at(NOON + timedelta(minutes=2)):
        outbox.carry()

    assert len(double.sent(person.openid)) == 1
    assert outbox.row(of=person).state == "delivered"


@pytest.mark.parametrize(
    ("errcode", "result"),
    [
        (43101, ("given_up", 0, 1)),
        (40003, ("given_up", 0, 1)),
        (45168, ("given_up", 2, 1)),
        (47003, ("given_up", 2, 1)),
        (99999, ("given_up", 2, 1)),
        (40037, ("due", 2, 0)),
        (43107, ("due", 2, 0)),
        (41030, ("due", 2, 0)),
        (44990, ("due", 1, 0)),
        (45011, ("due", 1, 0)),
        (45009, ("due", 1, 0)),
        (43108, ("due", 1, 0)),
        (40013, ("due", 1, 0)),
        (-1, ("due", 1, 1)),
    ],
)
def test_every_answer_has_its_effect(
    outbox: Outbox, double: RunningDouble, errcode: int, result: tuple[str, int, int]
) -> None:
    state, balance, attempts = result
    trouble(double, errcode=errcode)
    with clock.at(NOON):
        person = outbox.a_resident(accepts=2)
        outbox.announce(person)
        outbox.deliver()
        row = outbox.row(of=person)

    assert (row.state, row.attempts) == (state, attempts)
    assert outbox.balance(person) == balance
    assert (row.due_at is None) == (state == "given_up")


def test_a_paused_template_holds_its_cards_and_no_others(
    outbox: Outbox, double: RunningDouble
) -> None:
    trouble(double, errcode=40037)
    with clock.at(NOON):
        unlucky = outbox.a_resident(accepts=1)
        outbox.announce(unlucky)
        outbox.deliver()
        waiting, meeting = outbox.a_resident(), outbox.a_resident(topic="meeting_notice")
        outbox.announce(waiting)
        outbox.announce(meeting, kind="meeting_notice")
        outbox.deliver()
        held = [outbox.row(of=each) for each in (unlucky, waiting)]

    assert [(row.state, row.attempts) for row in held] == [("due", 0), ("due", 0)]
    assert len(double.sent(meeting.openid)) == 1
    assert double.calls()["paths"][SEND_PATH] == 1  # the planned fault does not count


def test_a_revoked_token_costs_one_refresh_and_no_card(
    outbox: Outbox, double: RunningDouble, noon: None
) -> None:
    people = [outbox.a_resident() for _ in range(10)]
    outbox.announce(people[0])
    outbox.deliver()
    double.do("expire_tokens", revoke=True)
    for person in people[1:]:
        outbox.announce(person)
    outbox.deliver()

    assert [len(double.sent(person.openid)) for person in people] == [1] * 10
    assert double.calls()["paths"]["/cgi-bin/stable_token"] == 2


def test_wechat_out_of_reach_keeps_the_inbox_full_and_the_cards_waiting(
    settings: Settings, outbox: Outbox, double: RunningDouble
) -> None:
    person = outbox.a_resident()
    nowhere = double.settings(api_base="http://127.0.0.1:9")  # nobody listens there
    cut_off = outbox.with_wechat(nowhere, settings)
    with clock.at(NOON):
        outbox.announce(person)
        cut_off.deliver()
        assert len(outbox.rows("inbox", of=person)) == 1
        row = outbox.row(of=person)
        assert (row.state, row.unsure) == ("due", False)
    with clock.at(NOON + timedelta(hours=1)):
        outbox.carry()

    assert len(double.sent(person.openid)) == 1


def test_an_answer_that_never_came_waits_for_the_sent_event(
    outbox: Outbox, double: RunningDouble, pushing: Pushing
) -> None:
    double.do("fault", path=SEND_PATH, times=1, drop=True, after=True)
    with clock.at(NOON):
        person = outbox.a_resident(accepts=2)
        outbox.announce(person)
        outbox.deliver()
        row = outbox.row(of=person)
        assert (row.state, row.unsure) == ("due", True)
        assert row.due_at is not None
        assert row.due_at >= utc_now() + timedelta(seconds=110)
        (card,) = double.sent(person.openid)
        pushing.sent(person, card["msgid"])
        pushing.handle()
    with clock.at(NOON + timedelta(hours=1)):
        outbox.carry()

    row = outbox.row(of=person)
    assert (row.state, row.msgid) == ("delivered", card["msgid"])
    assert len(double.sent(person.openid)) == 1


def test_without_a_sent_event_an_unsure_card_is_repeated_once(
    outbox: Outbox, double: RunningDouble
) -> None:
    double.do("fault", path=SEND_PATH, times=1, drop=True, after=True)
    with clock.at(NOON):
        person = outbox.a_resident(accepts=1)
        outbox.announce(person)
        outbox.deliver()
    with clock.at(NOON + timedelta(minutes=5)):
        outbox.carry()

    row = outbox.row(of=person)
    assert (row.state, row.reason) == ("delivered", "probably")  # 43101: the first one was used
    assert len(double.sent(person.openid)) == 1


def test_at_night_only_emergencies_ring(outbox: Outbox, double: RunningDouble) -> None:
    person = outbox.a_resident()
    alarmed = outbox.a_resident(topic="emergency")
    with clock.at(NOON.replace(hour=22)):
        outbox.announce(person)
        outbox.announce(alarmed, kind="emergency", urgency=1)
        outbox.deliver()
        assert not double.sent(person.openid)
        assert len(double.sent(alarmed.openid)) == 1
    with clock.at(NOON.replace(hour=8) + timedelta(days=1, minutes=8)):
        outbox.carry()

    assert len(double.sent(person.openid)) == 1


@pytest.mark.parametrize(
    ("evening", "morning"),
    [
        (datetime(2028, 2, 28, 22, tzinfo=SHANGHAI), datetime(2028, 2, 29, 8, tzinfo=SHANGHAI)),
        (datetime(2026, 12, 31, 22, tzinfo=SHANGHAI), datetime(2027, 1, 1, 8, tzinfo=SHANGHAI)),
    ],
)
def test_the_morning_after_a_leap_day_or_a_year_is_a_morning(
    outbox: Outbox, evening: datetime, morning: datetime
) -> None:
    person = outbox.a_resident()
    with clock.at(evening):
        outbox.announce(person)
        outbox.expand()
    row = outbox.row(of=person)

    assert row.due_at == morning + timedelta(seconds=30 * row.lane)


def test_a_newer_notice_of_a_thread_takes_the_place_of_the_waiting_card(
    outbox: Outbox, double: RunningDouble
) -> None:
    with clock.at(NOON):
        person = outbox.a_resident(accepts=2)
        for number in ("SX-1", "SX-2"):
            payload = PAYLOADS["matter_progress"] | {"number": number}
            outbox.announce(person, thread_key="matter:7", payload=payload)
            outbox.expand()
        outbox.carry()

    (card,) = double.sent(person.openid)
    assert dict(card["rows"])["编号"] == "SX-2"
    assert len(outbox.rows("inbox", of=person)) == 2
    assert {row.state for row in outbox.rows(of=person)} == {"cancelled", "delivered"}
    assert outbox.balance(person) == 1


def test_a_replaced_card_gives_its_reserved_message_back(
    outbox: Outbox, double: RunningDouble
) -> None:
    trouble(double, errcode=-1)
    with clock.at(NOON):
        person = outbox.a_resident(accepts=1)
        outbox.announce(person, thread_key="matter:7")
        outbox.deliver()
        assert outbox.balance(person) == 0
        outbox.allow(person, "digest", 0)
        outbox.sql("UPDATE subscription SET accepted = 2 WHERE template = 'demo_matter_progress'")
        outbox.announce(person, thread_key="matter:7")
        outbox.deliver()

    assert len(double.sent(person.openid)) == 1
    assert outbox.balance(person) == 1


def test_what_has_expired_is_not_sent(outbox: Outbox, double: RunningDouble) -> None:
    with clock.at(NOON):
        person = outbox.a_resident()
        outbox.announce(person, expires_at=utc_now() + timedelta(hours=1))
        outbox.expand()
    with clock.at(NOON + timedelta(hours=2)):
        outbox.carry()

    assert not double.sent(person.openid)
    row = outbox.row(of=person)
    assert (row.state, row.reason) == ("cancelled", "expired")
    assert outbox.balance(person) == 1


def test_values_are_made_to_fit_and_what_cannot_is_not_sent(
    outbox: Outbox, double: RunningDouble, noon: None
) -> None:
    person = outbox.a_resident(accepts=2)
    outbox.announce(person, payload=PAYLOADS["matter_progress"] | {"category": "停车" * 20})
    outbox.announce(person, payload={"number": "SX-1"})
    outbox.deliver()

    (card,) = double.sent(person.openid)
    assert dict(card["rows"])["事项类别"] == "停车" * 9 + "停…"
    assert sorted(str(row.reason) for row in outbox.rows(of=person)) == ["None", "refused"]
    assert outbox.balance(person) == 1
    assert double.calls()["paths"][SEND_PATH] == 1


def test_where_wechat_is_switched_off_everything_is_in_the_inbox(
    outbox: Outbox, double: RunningDouble, settings: Settings, noon: None
) -> None:
    person = outbox.a_resident()
    outbox.announce(person)
    outbox.with_wechat(double.settings(enabled=False), settings).deliver()

    assert len(outbox.rows("inbox", of=person)) == 1
    assert not outbox.rows("wechat")
    assert SEND_PATH not in double.calls()["paths"]
