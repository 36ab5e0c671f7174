"""The double is as strict as WeChat, or tests against it would prove nothing."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
import requests
from flask import Flask, request
from werkzeug.serving import make_server

from backend.wechat.client import SEND_PATH, WeChatClient
from backend.wechat.double import account
from backend.wechat.double.app import create_double
from backend.wechat.errors import LOGIN_PATH, TOKEN_PATH, Kind, WeChatProblem
from backend.wechat.events import Answered, Delivered, Event, parse_event
from backend.wechat.sealing import open_push, push_signature
from tests.doubles import RunningDouble

PERSON = "o_demo_01"
DIGEST = "demo_digest"
CARD = {"number1": "3", "thing2": "有3条新进展"}


def send(wechat: WeChatClient, **changed: str) -> str | None:
    return wechat.send_subscribe_message(PERSON, DIGEST, "pages/inbox/index", {**CARD, **changed})


def errcode_of(wechat: WeChatClient, **changed: str) -> int | None:
    with pytest.raises(WeChatProblem) as caught:
        send(wechat, **changed)
    return caught.value.errcode


def sign_in_errcode(wechat: WeChatClient, code: str) -> int | None:
    with pytest.raises(WeChatProblem) as caught:
        wechat.code_to_session(code)
    return caught.value.errcode


def raw(double: RunningDouble, method: str, path: str, **more: Any) -> int:
    answer = requests.request(method, double.url + path, timeout=10, **more)
    assert answer.status_code == 200
    return int(answer.json().get("errcode", 0))


# Signing in


def test_a_code_serves_once_and_for_five_minutes(
    wechat: WeChatClient, double: RunningDouble
) -> None:
    used, old = double.login(PERSON), double.login(PERSON)
    wechat.code_to_session(used)
    assert sign_in_errcode(wechat, used) == 40163
    double.do("clock", seconds=301)
    assert sign_in_errcode(wechat, old) == 40029
    assert sign_in_errcode(wechat, "made up") == 40029


def test_a_blocked_person_cannot_sign_in(wechat: WeChatClient, double: RunningDouble) -> None:
    double.do("block", openid=PERSON)
    assert sign_in_errcode(wechat, double.login(PERSON)) == 40226


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"appid": None}, 41002),
        ({"appid": "wx1"}, 40013),
        ({"secret": None}, 41004),
        ({"secret": "x"}, 40125),
        ({"grant_type": "x"}, 40002),
    ],
)
def test_the_account_must_be_right(
    changed: dict[str, str | None], errcode: int, double: RunningDouble
) -> None:
    query = {
        "appid": account.APP_ID,
        "secret": account.APP_SECRET,
        "js_code": "x",
        "grant_type": "authorization_code",
        **changed,
    }
    assert raw(double, "GET", LOGIN_PATH, params=query) == errcode


# The token


def ask_token(double: RunningDouble, **more: object) -> dict[str, Any]:
    body = {
        "grant_type": "client_credential",
        "appid": account.APP_ID,
        "secret": account.APP_SECRET,
        **more,
    }
    answer = requests.post(double.url + TOKEN_PATH, json=body, timeout=10).json()
    return dict(answer)


def test_all_get_the_same_token_until_five_minutes_before_its_end(double: RunningDouble) -> None:
    first = ask_token(double)
    double.do("clock", seconds=6800)
    assert ask_token(double)["access_token"] == first["access_token"]
    assert 300 < ask_token(double)["expires_in"] <= 400
    double.do("clock", seconds=200)
    assert ask_token(double)["access_token"] != first["access_token"]
    assert (
        raw(double, "GET", f"/wxaapi/newtmpl/gettemplate?access_token={first['access_token']}") == 0
    )
    double.do("clock", seconds=300)
    assert (
        raw(double, "GET", f"/wxaapi/newtmpl/gettemplate?access_token={first['access_token']}")
        == 42001
    )


def test_a_forced_token_ends_the_former_and_is_limited(double: RunningDouble) -> None:
    first = ask_token(double)["access_token"]
    assert ask_token(double, force_refresh=True)["access_token"] != first
    assert raw(double, "GET", f"/wxaapi/newtmpl/gettemplate?access_token={first}") == 40001
    assert ask_token(double, force_refresh=True)["errcode"] == 45011
    for _ in range(19):
        double.do("clock", seconds=31)
        assert "access_token" in ask_token(double, force_refresh=True)
    double.do("clock", seconds=31)
    assert ask_token(double, force_refresh=True)["errcode"] == 45009


def test_requests_must_be_well_formed(double: RunningDouble) -> None:
    token = ask_token(double)["access_token"]
    path = f"{SEND_PATH}?access_token={token}"
    assert raw(double, "GET", path) == 43002
    assert raw(double, "POST", path) == 44002
    assert raw(double, "POST", path, data=b"{") == 47001
    assert raw(double, "POST", SEND_PATH, json={}) == 41001
    assert raw(double, "POST", f"{SEND_PATH}?access_token=x", json={}) == 40014
    assert raw(double, "POST", f"{SEND_PATH}?access_token=99_x", json={}) == 40001
    assert raw(double, "POST", path, json={"touser": "nobody"}) == 40003
    assert raw(double, "POST", path, json={"touser": PERSON, "template_id": "x"}) == 40037


# Cards


def test_one_tap_is_one_card(wechat: WeChatClient, double: RunningDouble) -> None:
    assert errcode_of(wechat) == 43101
    double.consent(PERSON, DIGEST, result="reject")
    assert errcode_of(wechat) == 43101
    double.consent(PERSON, DIGEST, n=2)
    send(wechat)
    send(wechat)
    assert errcode_of(wechat) == 43101
    assert len(double.sent(PERSON)) == 2


def test_a_long_term_acceptance_lasts_until_it_is_muted(
    wechat: WeChatClient, double: RunningDouble
) -> None:
    content = "条数:{{number1.DATA}}\n提示:{{thing2.DATA}}\n"
    double.do("template", id=DIGEST, title="每日汇总", content=content, type=3)
    double.consent(PERSON, DIGEST)
    for _ in range(3):
        send(wechat)
    double.do("mute", openid=PERSON, template=DIGEST)
    assert errcode_of(wechat) == 43101


def test_two_cards_to_one_person_at_once_are_refused(
    wechat: WeChatClient, double: RunningDouble
) -> None:
    double.do("config", latency_ms=300)
    double.consent(PERSON, DIGEST, n=2)
    wechat.get_templates()

    def try_to_send(_: int) -> Kind | None:
        try:
            send(wechat)
        except WeChatProblem as problem:
            return problem.kind
        return None

    with ThreadPoolExecutor(2) as threads:
        ends = list(threads.map(try_to_send, range(2)))
    assert sorted(ends, key=str) == [None, Kind.ONE_AT_A_TIME]
    send(wechat)
    assert double.calls()["errcodes"]["43108"] == 1


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"number1": "三条"}, 47003),
        ({"thing2": "一" * 21}, 47003),
        ({"thing2": ""}, 47003),
        ({"thing2": "敏感词"}, 45168),
    ],
)
def test_a_refused_value_costs_nothing(
    changed: dict[str, str], errcode: int, wechat: WeChatClient, double: RunningDouble
) -> None:
    double.consent(PERSON, DIGEST)
    assert errcode_of(wechat, **changed) == errcode
    assert send(wechat)


def test_a_page_must_exist(wechat: WeChatClient, double: RunningDouble) -> None:
    double.consent(PERSON, DIGEST, n=2)
    double.do("pages", pages=["pages/inbox/index"])
    assert send(wechat)
    double.do("pages", pages=["pages/home/index"])
    assert errcode_of(wechat) == 41030


# Texts


def test_only_a_recent_visitors_text_is_checked(
    wechat: WeChatClient, double: RunningDouble
) -> None:
    def kind_of_check() -> Kind | None:
        try:
            wechat.check_text(PERSON, 2, "好")
        except WeChatProblem as problem:
            return problem.kind
        return None

    assert kind_of_check() is Kind.STALE_VISIT
    wechat.code_to_session(double.login(PERSON))
    assert kind_of_check() is None
    double.do("clock", seconds=7201)
    assert kind_of_check() is Kind.STALE_VISIT


@pytest.mark.parametrize(
    ("scene", "content", "errcode"), [(5, "好", 40129), (2, "", 47001), (2, "字" * 2501, 45002)]
)
def test_a_check_must_be_well_formed(
    scene: int, content: str, errcode: int, wechat: WeChatClient, double: RunningDouble
) -> None:
    double.login(PERSON)
    with pytest.raises(WeChatProblem) as caught:
        wechat.check_text(PERSON, scene, content)
    assert caught.value.errcode == errcode


def test_a_minute_has_its_limit(wechat: WeChatClient, double: RunningDouble) -> None:
    double.login(PERSON)
    double.do("config", per_minute={"/wxa/msg_sec_check": 0})
    with pytest.raises(WeChatProblem) as caught:
        wechat.check_text(PERSON, 2, "好")
    assert caught.value.errcode == 44991


# Pushes


@contextmanager
def a_callback(answers: list[str]) -> Iterator[tuple[str, list[Event]]]:
    """A backend that opens pushes; `answers` are what it says, then "success"."""
    app = Flask("callback")
    seen: list[Event] = []

    @app.get("/push")
    def verify() -> str:
        assert request.args["signature"] == signed("timestamp", "nonce")
        return request.args["echostr"]

    @app.post("/push")
    def receive() -> str:
        body = request.get_data(as_text=True)
        is_xml = body.startswith("<")
        sealed = (
            body.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
            if is_xml
            else json.loads(body)["Encrypt"]
        )
        assert request.args["msg_signature"] == signed("timestamp", "nonce", sealed=sealed)
        opened = open_push(
            sealed, encoding_aes_key=account.PUSH_AES_KEY, app_id=account.APP_ID
        ).message
        seen.append(parse_event(opened, "xml" if is_xml else "json"))
        return answers.pop(0) if answers else "success"

    def signed(*names: str, sealed: str = "") -> str:
        parts = [account.PUSH_TOKEN, *(request.args[name] for name in names)]
        return push_signature(*parts, *([sealed] if sealed else []))

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/push", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("form", ["json", "xml"])
def test_answers_and_cards_are_pushed_signed_and_sealed(
    form: str, wechat: WeChatClient, double: RunningDouble
) -> None:
    with a_callback([]) as (url, seen):
        double.do("config", push_url=url, format=form)
        assert double.do("verify")["ok"]
        double.consent(PERSON, DIGEST, "demo_emergency")
        msgid = send(wechat)
        double.do("mute", openid=PERSON, template=DIGEST)
        double.do("settle")
    assert [(event.event, event.openid, event.items) for event in seen] == [
        (
            "subscribe_msg_popup_event",
            PERSON,
            (Answered(DIGEST, "accept"), Answered("demo_emergency", "accept")),
        ),
        ("subscribe_msg_sent_event", PERSON, (Delivered(DIGEST, str(msgid), 0, "success"),)),
        ("subscribe_msg_change_event", PERSON, (Answered(DIGEST, "reject"),)),
    ]


def test_a_push_is_tried_three_times(double: RunningDouble) -> None:
    with a_callback(["no"] * 4) as (url, seen):
        double.do("config", push_url=url)
        double.consent(PERSON, DIGEST)
        double.consent(PERSON, DIGEST)
        log = double.do("settle")["pushes"]
    assert [(push["tries"], push["ok"]) for push in log] == [(3, False), (2, True)]
    assert len(seen) == 5


# The strings


def test_a_town_of_thousands_is_made_at_once(wechat: WeChatClient, double: RunningDouble) -> None:
    began = time.monotonic()
    made = double.do("person", n=10_000, templates=[DIGEST], balance=2)
    assert made["n"] == 10_000
    assert time.monotonic() - began < 5
    assert wechat.send_subscribe_message("o_bulk_10000", DIGEST, "", CARD)


def test_browsers_may_pull_the_strings_but_not_play_wechat(double: RunningDouble) -> None:
    asked = requests.options(f"{double.url}/_double/login", timeout=10)
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    people = requests.get(f"{double.url}/_double/people", timeout=10)
    assert [each["openid"] for each in people.json()] == [f"o_demo_0{no}" for no in range(1, 7)]
    plane = requests.get(f"{double.url}{LOGIN_PATH}", timeout=10)
    assert "Access-Control-Allow-Origin" not in plane.headers


def test_the_phone_shows_its_cards(wechat: WeChatClient, double: RunningDouble) -> None:
    double.consent(PERSON, DIGEST, n=3)
    send(wechat, thing2="<b>新进展</b>")
    page = requests.get(f"{double.url}/_double/phone/{PERSON}", timeout=10)
    assert "每日汇总" in page.text
    assert "&lt;b&gt;新进展" in page.text
    assert "2 次" in page.text
    index = requests.get(f"{double.url}/_double/", timeout=10).text
    assert f"/_double/phone/{PERSON}" in index
    assert requests.get(f"{double.url}/_double/phone/o_x", timeout=10).status_code == 404


def test_a_wrong_pull_says_what_is_wrong(double: RunningDouble) -> None:
    for op, body in [
        ("login", {"openid": "nobody"}),
        ("consent", {"openid": PERSON, "templates": ["nothing"]}),
        ("fault", {"path": "*", "colour": "red"}),
        ("config", {"push_url": "https://example.com/wechat/push"}),
        ("dance", {}),
    ]:
        answer = requests.post(f"{double.url}/_double/{op}", json=body, timeout=10)
        assert answer.status_code == 400
        assert answer.json()["error"]


def test_strangers_are_turned_away() -> None:
    stranger = {"REMOTE_ADDR": "192.0.2.7"}
    app = create_double()
    assert app.test_client().get("/_double/people", environ_base=stranger).status_code == 403
    with pytest.raises(ValueError, match="this machine"):
        create_double(push_url="https://example.com/wechat/push")
