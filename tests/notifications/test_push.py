"""The callback: only WeChat is believed, and nothing is taken twice."""

import json
import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from backend import clock
from backend.clock import utc_now
from backend.settings import Settings
from backend.wechat.double import account
from backend.wechat.sealing import push_signature
from tests.notifications.conftest import NOON
from tests.notifications.outbox import Outbox
from tests.notifications.pushing import POPUP, Pushing, answer, json_of, xml_event

STORED = "SELECT count(*) FROM push_event"


def signed(token: str = account.PUSH_TOKEN, timestamp: str = "1700000000") -> dict[str, str]:
    nonce = secrets.token_hex(5)
    return {
        "signature": push_signature(token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "echostr": "5838247",
    }


def test_the_address_proves_to_wechat_that_it_is_ours(app: Flask) -> None:
    answer = app.test_client().get("/wechat/push", query_string=signed())

    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "5838247")


def test_the_echo_is_for_wechat_alone(app: Flask) -> None:
    for query in (signed(token="guess"), {"echostr": "1"}):
        assert app.test_client().get("/wechat/push", query_string=query).status_code == 401


@pytest.mark.parametrize("xml", [False, True])
def test_json_and_xml_say_the_same(outbox: Outbox, pushing: Pushing, *, xml: bool) -> None:
    person = outbox.a_resident(accepts=0)
    rows = [answer("accept"), answer("accept", "demo_digest")]
    make = xml_event if xml else json_of
    kept = pushing.push(make(str(person.openid), POPUP, rows), xml=xml)
    pushing.handle()

    assert (kept.status_code, kept.get_data(as_text=True)) == (200, "success")
    assert outbox.balance(person, "matter_progress") == outbox.balance(person, "digest") == 1


def test_a_replayed_event_counts_once(outbox: Outbox, pushing: Pushing) -> None:
    person = outbox.a_resident(accepts=0)
    message = json_of(str(person.openid), POPUP, [answer("accept")])
    for _ in range(3):
        assert pushing.push(message).status_code == 200
        pushing.handle()

    assert outbox.number(STORED) == 1
    assert outbox.balance(person) == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"token": "guess"},
        {"msg_signature": "0" * 40},
        {"app_id": "wx0000000000000000"},
        {"sealed": "bm90IHNlYWxlZA=="},
        {"sealed": "不是密文"},
        {"timestamp": "yesterday", "msg_signature": "0" * 40},
    ],
)
def test_what_is_forged_is_not_kept(
    outbox: Outbox, pushing: Pushing, forged: dict[str, str]
) -> None:
    assert pushing.push('{"Event": "x"}', forged=forged).status_code == 401
    assert outbox.number(STORED) == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        b"[" * 20_000,
        b'<!DOCTYPE a [<!ENTITY b "c">]><xml><Encrypt>&b;</Encrypt></xml>',
    ],
)
def test_a_broken_envelope_is_refused(outbox: Outbox, pushing: Pushing, body: bytes) -> None:
    query = signed() | {"msg_signature": "0" * 40}

    assert pushing.post(body, query).status_code == 401
    assert outbox.number(STORED) == 0


def test_an_oversized_push_is_not_read(outbox: Outbox, pushing: Pushing) -> None:
    body = json.dumps({"Encrypt": "A" * 70_000}).encode()

    assert pushing.post(body, signed() | {"msg_signature": "0" * 40}).status_code == 413
    assert outbox.number(STORED) == 0


def test_production_believes_neither_plain_nor_old_pushes(
    outbox: Outbox, settings: Settings
) -> None:
    production = replace(settings, environment="production")
    pushing = Pushing(app=outbox.with_wechat(settings.wechat, production).app)
    now = int(utc_now().timestamp())

    fresh = pushing.push('{"Event": "x"}', forged={"timestamp": str(now - 590)})
    old = pushing.push('{"Event": "x"}', forged={"timestamp": str(now - 610)})
    early = pushing.push('{"Event": "x"}', forged={"timestamp": str(now + 610)})
    plain = pushing.post(b'{"Event": "x"}', signed(timestamp=str(now)))

    assert fresh.status_code == 200
    assert [each.status_code for each in (old, early, plain)] == [401, 401, 401]


def test_what_was_pushed_is_sealed_and_forgotten_after_a_month(
    outbox: Outbox, pushing: Pushing
) -> None:
    person = outbox.a_resident(accepts=0)
    with clock.at(NOON - timedelta(days=31)):
        pushing.popup(person, "accept")
    pushing.popup(person, "accept")
    pushing.handle()
    like = f"%{person.openid}%"
    readable = outbox.number(f"{STORED} WHERE body_sealed LIKE :like", like=like)
    outbox.forget_pushes()

    assert readable == 0
    assert outbox.number(STORED) == 1


def test_a_message_nobody_understands_is_handled_and_left(outbox: Outbox, pushing: Pushing) -> None:
    for message in (
        "not json",
        "[1]",
        '{"Event": "new_kind", "FromUserName": "o", "CreateTime": 1}',
    ):
        assert pushing.push(message).status_code == 200
    pushing.handle()

    assert outbox.number(f"{STORED} WHERE handled_at IS NULL") == 0
