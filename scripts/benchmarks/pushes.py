"""WeChat's pushes at our route, beside a route that inserts one row, in one run."""

import json
from collections.abc import Callable
from urllib.parse import urlencode
from uuid import uuid4

from backend.clock import utc_now
from backend.wechat.double import account
from backend.wechat.sealing import push_signature, seal_push
from scripts.benchmarks.load import Request, under_load
from scripts.benchmarks.machine import Machine

PUSHES = 1_000  # a round
ROUNDS = 4


def measure_pushes(
    machine: Machine, tell: Callable[[str], None], *, pushes: int = PUSHES
) -> tuple[str, str, str]:
    """What was measured, reached and aimed at."""
    tell("pushes of WeChat, beside a route that inserts one row")
    rounds = [_pushes(pushes) for _ in range(2 * ROUNDS + 2)]
    with (
        machine.web("backend.app:deployed", "--factory") as our_port,
        machine.web("scripts.benchmarks.bare:inserting", "--factory") as plain_port,
    ):

        def p95(port: int) -> float:
            return under_load(port, rounds.pop(), is_server=machine.is_ours).p95_ms

        for port in (our_port, plain_port):
            p95(port)  # to warm up
        # In turn, and the best of each: whatever else the machine does, hits both.
        pairs = [(p95(our_port), p95(plain_port)) for _ in range(ROUNDS)]
    ours, plain = (min(each) for each in zip(*pairs, strict=True))
    return (
        "/wechat/push p95 / of a route that inserts one row",
        f"{ours / plain:.1f} × ({ours:.1f} and {plain:.1f} ms)",
        "≤ 2 ×",
    )


def _pushes(count: int) -> list[Request]:
    """Somebody said yes to a card: no two alike, signed and sealed as WeChat does it."""
    return [_push(f"o_pushed_{uuid4().hex[:12]}") for _ in range(count)]


def _push(openid: str) -> Request:
    answer = {
        "TemplateId": "demo_vote_reminder",
        "SubscribeStatusString": "accept",
        "PopupScene": "0",
    }
    message = {
        "ToUserName": "gh_1",
        "FromUserName": openid,
        "CreateTime": int(utc_now().timestamp()),
        "MsgType": "event",
        "Event": "subscribe_msg_popup_event",
        "List": answer,
    }
    sealed = seal_push(
        json.dumps(message),
        random=uuid4().hex[:16],
        encoding_aes_key=account.PUSH_AES_KEY,
        app_id=account.APP_ID,
    )
    timestamp, nonce = str(message["CreateTime"]), uuid4().hex[:10]
    query = {
        "timestamp": timestamp,
        "nonce": nonce,
        "signature": push_signature(account.PUSH_TOKEN, timestamp, nonce),
        "msg_signature": push_signature(account.PUSH_TOKEN, timestamp, nonce, sealed),
        "encrypt_type": "aes",
    }
    body = json.dumps({"ToUserName": "gh_1", "Encrypt": sealed}).encode()
    return Request("POST", f"/wechat/push?{urlencode(query)}", body)
