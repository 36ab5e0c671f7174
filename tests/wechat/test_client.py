import logging
import socket
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend.wechat.client import SEND_PATH, TEXT_PATH, WeChatClient
from backend.wechat.double import account
from backend.wechat.errors import KINDS, LOGIN_PATH, TOKEN_PATH, Kind, WeChatProblem, kind_of
from tests.doubles import RunningDouble
from tests.wechat.conftest import MakeClient

PERSON = "o_demo_01"
DIGEST = "demo_digest"
CARD = {"number1": "3", "thing2": "有3条新进展"}
PAGE = "pages/inbox/index"


def send(wechat: WeChatClient, openid: str = PERSON, **changed: str) -> str | None:
    return wechat.send_subscribe_message(openid, DIGEST, PAGE, {**CARD, **changed})


def problem_of(wechat: WeChatClient, openid: str = PERSON, **changed: str) -> WeChatProblem:
    with pytest.raises(WeChatProblem) as caught:
        send(wechat, openid, **changed)
    return caught.value


def sends(double: RunningDouble) -> int:
    return double.calls()["paths"].get(SEND_PATH, 0)


def tokens_asked(double: RunningDouble) -> int:
    return double.calls()["paths"].get(TOKEN_PATH, 0)


def test_a_person_signs_in_and_gets_a_card(wechat: WeChatClient, double: RunningDouble) -> None:
    login = wechat.code_to_session(double.login(PERSON))
    double.consent(login.openid, DIGEST)
    msgid = send(wechat, login.openid)
    (card,) = double.sent(PERSON)
    assert (card["data"], card["page"], card["msgid"]) == (CARD, PAGE, msgid)
    assert card["miniprogram_state"] == "developer"


def test_a_text_gets_its_verdict(wechat: WeChatClient, double: RunningDouble) -> None:
    double.login(PERSON)
    verdicts = {
        text: wechat.check_text(PERSON, 3, text, "标题").suggest
        for text in ("楼道灯坏了", "此处存疑", "违法搭建")
    }
    assert verdicts == {"楼道灯坏了": "pass", "此处存疑": "review", "违法搭建": "risky"}


# The token


def test_fifty_threads_on_a_cold_token_ask_for_one(
    wechat: WeChatClient, double: RunningDouble
) -> None:
    together = threading.Barrier(50)

    def ask(_: int) -> int:
        together.wait()
        return len(wechat.get_templates())

    with ThreadPoolExecutor(50) as threads:
        assert len(set(threads.map(ask, range(50)))) == 1
    assert tokens_asked(double) == 1


@pytest.mark.parametrize("revoke", [True, False])
def test_a_token_lost_in_the_middle_is_renewed_once_and_no_card_is_lost(
    wechat: WeChatClient,
    double: RunningDouble,
    *,
    revoke: bool,
) -> None:
    double.do("person", n=40, templates=[DIGEST])
    people = [f"o_bulk_{number:05d}" for number in range(1, 41)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda each: send(wechat, each), people[:20]))
        double.do("expire_tokens", revoke=revoke)
        list(threads.map(lambda each: send(wechat, each), people[20:]))
    assert sorted(card["openid"] for card in double.sent()) == people
    assert tokens_asked(double) == 2


def test_two_processes_share_the_token(make_client: MakeClient, double: RunningDouble) -> None:
    make_client().get_templates()
    make_client().get_templates()
    assert tokens_asked(double) == 1


def test_a_token_somebody_else_renewed_is_kept(
    wechat: WeChatClient, redis: Redis, double: RunningDouble
) -> None:
    wechat.get_templates()
    good = redis.get(f"wechat:token:{account.APP_ID}")
    wechat._tokens.forget("99_an_older_one")  # noqa: SLF001 - what a slower process would do
    assert redis.get(f"wechat:token:{account.APP_ID}") == good


def test_without_redis_the_process_keeps_the_token(double: RunningDouble) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        lost = Redis(port=nobody.getsockname()[1], retry=Retry(NoBackoff(), 0))
        client = WeChatClient(double.settings(), lost)
        double.consent(PERSON, DIGEST)
        send(client)
        client.get_templates()
        client.close()
        lost.close()
    assert tokens_asked(double) == 1


# What each errcode asks for


@pytest.mark.parametrize(
    ("errcode", "kind"),
    [(code, kind) for code, kind in KINDS.items() if kind is not Kind.REFRESH]
    + [(99999, Kind.REFUSED)],
)
def test_an_errcode_becomes_its_kind(
    errcode: int, kind: Kind, wechat: WeChatClient, double: RunningDouble
) -> None:
    double.do("fault", path=SEND_PATH, errcode=errcode)
    problem = problem_of(wechat)
    assert (problem.kind, problem.errcode, problem.path) == (kind, errcode, SEND_PATH)
    assert problem.rid
    assert problem.is_unknown_code is (errcode == 99999)
    assert not problem.unsure


@pytest.mark.parametrize("errcode", [code for code, kind in KINDS.items() if kind is Kind.REFRESH])
def test_a_refused_token_is_never_seen_by_callers(
    errcode: int, wechat: WeChatClient, double: RunningDouble
) -> None:
    double.consent(PERSON, DIGEST)
    double.do("fault", path=SEND_PATH, errcode=errcode, times=1)
    assert send(wechat)
    assert tokens_asked(double) == 2


def test_a_token_refused_twice_is_a_broken_setup(
    wechat: WeChatClient, double: RunningDouble
) -> None:
    double.do("fault", path=SEND_PATH, errcode=40001, times=2)
    assert problem_of(wechat).kind is Kind.BROKEN_SETUP
    with pytest.raises(WeChatProblem):
        wechat.get_templates()


def test_some_codes_mean_something_else_on_some_paths() -> None:
    assert kind_of(40001, TOKEN_PATH) is Kind.BROKEN_SETUP
    assert kind_of(41030, "/wxa/getwxacodeunlimit") is Kind.REFUSED
    assert kind_of(41030, SEND_PATH) is Kind.PAUSE_TEMPLATE


@pytest.mark.parametrize(
    ("errcode", "least", "most"),
    [(44990, 1.5, 2), (45011, 1, 80), (44991, 1, 80), (45009, 1, 86_400), (40164, 590, 600)],
)
def test_a_pause_is_kept_by_every_process(
    errcode: int, least: float, most: float, make_client: MakeClient, double: RunningDouble
) -> None:
    double.do("fault", path=SEND_PATH, errcode=errcode, times=1)
    first = problem_of(make_client())
    second = problem_of(make_client())
    assert second.kind is first.kind
    assert second.wait_s is not None
    assert least <= second.wait_s <= most
    assert sends(double) == 0, "the fault answered, then nobody called"


def test_a_paused_path_leaves_the_others_open(wechat: WeChatClient, double: RunningDouble) -> None:
    double.do("fault", path=SEND_PATH, errcode=45009, times=1)
    problem_of(wechat)
    double.login(PERSON)
    assert wechat.check_text(PERSON, 2, "好").suggest == "pass"


def test_one_person_signing_in_too_often_stops_nobody_else(
    wechat: WeChatClient, double: RunningDouble
) -> None:
    double.do("fault", path=LOGIN_PATH, errcode=45011, times=1)
    with pytest.raises(WeChatProblem):
        wechat.code_to_session(double.login("o_demo_01"))
    assert wechat.code_to_session(double.login("o_demo_02")).openid == "o_demo_02"


def test_an_unknown_template_is_paused_alone(wechat: WeChatClient, double: RunningDouble) -> None:
    double.do("fault", path=SEND_PATH, errcode=40037, times=1)
    double.consent(PERSON, DIGEST, "demo_publication")
    assert problem_of(wechat).kind is Kind.PAUSE_TEMPLATE
    assert problem_of(wechat).wait_s
    assert list(wechat.pauses.paused_templates()) == [DIGEST]
    data = {"thing1": "物业费公示", "date2": "2026年12月3日"}
    assert wechat.send_subscribe_message(PERSON, "demo_publication", PAGE, data)


def test_twenty_refused_values_in_a_row_pause_the_template(
    wechat: WeChatClient, double: RunningDouble
) -> None:
    double.consent(PERSON, DIGEST, n=2)
    for _ in range(19):
        assert problem_of(wechat, number1="三").kind is Kind.REFUSED
    send(wechat)
    kinds = [problem_of(wechat, number1="三").kind for _ in range(20)]
    assert kinds == [Kind.REFUSED] * 19 + [Kind.PAUSE_TEMPLATE]
    assert problem_of(wechat).wait_s


def test_all_processes_together_keep_the_speed(
    make_client: MakeClient, double: RunningDouble
) -> None:
    double.do("config", latency_ms=0)
    double.do("person", n=60, templates=[DIGEST])
    people = [f"o_bulk_{number:05d}" for number in range(1, 61)]
    clients = [make_client(sends_per_second=100) for _ in range(2)]
    clients[0].get_templates()
    began = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(send, clients * 30, people))
    assert time.monotonic() - began > 0.35, "20 at once, then 40 in at least 0.4 s"


# What the network does


def test_a_timeout_after_sending_leaves_us_unsure(
    make_client: MakeClient, double: RunningDouble
) -> None:
    wechat = make_client(timeouts=(3, 0.2))
    double.consent(PERSON, DIGEST)
    wechat.get_templates()
    double.do("fault", path=SEND_PATH, delay_s=0.6, times=1)
    problem = problem_of(wechat)
    assert (problem.kind, problem.unsure, problem.errcode) == (Kind.RETRY, True, None)


def test_a_cut_connection_leaves_us_unsure_for_the_card_may_have_arrived(
    wechat: WeChatClient, double: RunningDouble
) -> None:
    double.consent(PERSON, DIGEST)
    double.do("fault", path=SEND_PATH, drop=True, after=True, times=1)
    assert problem_of(wechat).unsure
    assert len(double.sent(PERSON)) == 1


def test_nobody_listening_is_certain(make_client: MakeClient, double: RunningDouble) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        wechat = make_client(api_base=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        problem = problem_of(wechat)
    assert (problem.kind, problem.unsure) == (Kind.RETRY, False)


@pytest.mark.parametrize(
    "fault", [{"status": 502, "body": "<html>"}, {"body": "<html>"}, {"body": "[]"}]
)
def test_an_answer_that_is_none_is_tried_again(
    fault: dict[str, object], wechat: WeChatClient, double: RunningDouble
) -> None:
    double.do("fault", path=SEND_PATH, times=1, **fault)
    assert problem_of(wechat).kind is Kind.RETRY


def test_an_answer_that_lacks_its_fields_is_tried_again(
    wechat: WeChatClient, double: RunningDouble
) -> None:
    double.do("fault", path=TEXT_PATH, body='{"errcode":0}', times=1)
    with pytest.raises(WeChatProblem) as caught:
        wechat.check_text(PERSON, 2, "好")
    assert caught.value.kind is Kind.RETRY


def test_logs_and_tracebacks_hold_no_secret(
    make_client: MakeClient,
    double: RunningDouble,
    redis: Redis,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    wechat = make_client(timeouts=(3, 0.2))
    code = double.login(PERSON)
    told = []
    wechat.code_to_session(code)
    wechat.get_templates()
    for fault in ({"delay_s": 0.5}, {"drop": True}, {"status": 500}, {"errcode": 43101}):
        double.do("fault", path=SEND_PATH, times=1, **fault)
        told.append("".join(traceback.format_exception(problem_of(wechat))))
    double.do("fault", path=LOGIN_PATH, times=1, drop=True)
    with pytest.raises(WeChatProblem) as caught:
        wechat.code_to_session(code)
    told.append("".join(traceback.format_exception(caught.value)))
    assert caught.value.__context__ is None

    token = redis.get(f"wechat:token:{account.APP_ID}")
    assert isinstance(token, bytes)
    for text in (caplog.text, *told):
        for secret in (token.decode(), code, account.APP_SECRET, PERSON):
            assert secret not in text
