"""WeChat's pushes at our route, beside a route that inserts one row, in one run."""

import json
from collections.abc import Callable, Sequence
from urllib.parse import urlencode
from uuid import uuid4

from backend.clock import utc_now
from backend.wechat.double import account
from backend.wechat.sealing import push_signature, seal_push
from scripts.benchmarks.load import Request, under_load
from scripts.benchmarks.machine import Machine

PUSHES = 3_000
WARM_UP = 500


def measure_pushes(
    machine: Machine, tell: Callable[[str], None], *, pushes: int = PUSHES
) -> tuple[str, str, str]:
    """What was measured, reached and aimed at."""
    tell("pushes of WeChat, beside a route that inserts one row")
    ours = _p95(machine, "backend.app:deployed", _pushes(pushes + WARM_UP))
    floor = _p95(machine, "scripts.benchmarks.bare:inserting", _pushes(pushes + WARM_UP))
    return (
        "/wechat/push p95 / of a route that inserts one row",
        f"{ours / floor:.1f} × ({ours:.1f} and {floor:.1f} ms)",
        "≤ 2 ×",
    )


def _p95(machine: Machine, application: str, requests: Sequence[Request]) -> float:
    with machine.web(application, "--factory") as port:
        under_load(port, requests[:WARM_UP], is_server=machine.is_ours)
        return under_load(port, requests[WARM_UP:], is_server=machine.is_ours).p95_ms


def _pushes(count: int) -> list[Request]:
    """Somebody said yes to a card: no two alike, signed and sealed as WeChat does it."""
    return [_push(f"o_pushed_{number:05d}") for number in range(count)]


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
