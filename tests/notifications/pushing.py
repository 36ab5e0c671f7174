"""WeChat's pushes as it would send them, signed and sealed, straight to the route."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from flask import Flask
from werkzeug.test import TestResponse

from backend.clock import utc_now
from backend.notifications.jobs import handle_push_events
from backend.wechat.double import account
from backend.wechat.sealing import push_signature, seal_push
from tests.factories import Person

POPUP = ("subscribe_msg_popup_event", "SubscribeMsgPopupEvent")
CHANGE = ("subscribe_msg_change_event", "SubscribeMsgChangeEvent")
SENT = ("subscribe_msg_sent_event", "SubscribeMsgSentEvent")
TEMPLATE = "demo_matter_progress"


@dataclass(kw_only=True)
class Pushing:
    app: Flask

    def popup(self, person: Person, result: str, *, seconds_ago: int = 0) -> TestResponse:
        return self.popup_of(str(person.openid), result, seconds_ago=seconds_ago)

    def popup_of(self, openid: str, result: str, *, seconds_ago: int = 0) -> TestResponse:
        rows = [answer(result)]
        return self.push(json_of(openid, POPUP, rows, seconds_ago=seconds_ago))

    def muted(self, person: Person) -> TestResponse:
        return self.push(json_of(str(person.openid), CHANGE, [answer("reject")]))

    def sent(self, person: Person, msgid: str) -> TestResponse:
        row = {
            "TemplateId": TEMPLATE,
            "MsgID": msgid,
            "ErrorCode": "0",
            "ErrorStatus": "success",
        }
        return self.push(json_of(str(person.openid), SENT, [row]))

    def push(
        self, message: str, *, xml: bool = False, forged: Mapping[str, str] | None = None
    ) -> TestResponse:
        """Post the message as WeChat does, but for what is `forged`."""
        changed = dict(forged or {})
        sealed = changed.pop("sealed", None) or seal_push(
            message,
            random=secrets.token_hex(8),
            encoding_aes_key=account.PUSH_AES_KEY,
            app_id=changed.pop("app_id", account.APP_ID),
        )
        timestamp = changed.pop("timestamp", str(int(utc_now().timestamp())))
        nonce = secrets.token_hex(5)
        token = changed.pop("token", account.PUSH_TOKEN)
        query = {
            "timestamp": timestamp,
            "nonce": nonce,
            "signature": push_signature(token, timestamp, nonce),
            "msg_signature": push_signature(token, timestamp, nonce, sealed),
            "encrypt_type": "aes",
        } | changed
        envelope = {"ToUserName": "gh_1", "Encrypt": sealed}
        body = xml_of(envelope) if xml else json.dumps(envelope)
        return self.post(body.encode(), query)

    def post(self, body: bytes, query: Mapping[str, str]) -> TestResponse:
        return self.app.test_client().post("/wechat/push", data=body, query_string=dict(query))

    def handle(self) -> None:
        with self.app.app_context():
            handle_push_events()


def answer(result: str, template: str = TEMPLATE) -> dict[str, str]:
    return {"TemplateId": template, "SubscribeStatusString": result, "PopupScene": "0"}


def message_of(openid: str, event: str, *, seconds_ago: int = 0) -> dict[str, Any]:
    return {
        "ToUserName": "gh_1",
        "FromUserName": openid,
        "CreateTime": int(utc_now().timestamp()) - seconds_ago,
        "MsgType": "event",
        "Event": event,
        "Once": secrets.token_hex(4),
    }


def json_of(
    openid: str,
    event: tuple[str, str],
    rows: Sequence[Mapping[str, str]],
    *,
    seconds_ago: int = 0,
) -> str:
    listed = list(rows) if len(rows) > 1 else rows[0]
    return json.dumps({**message_of(openid, event[0], seconds_ago=seconds_ago), "List": listed})


def xml_of(message: Mapping[str, Any]) -> str:
    return f"<xml>{_elements(message)}</xml>"


def xml_event(openid: str, event: tuple[str, str], rows: Sequence[Mapping[str, str]]) -> str:
    return xml_of({**message_of(openid, event[0]), event[1]: {"List": list(rows)}})


def _elements(message: Mapping[str, Any]) -> str:
    parts = []
    for name, value in message.items():
        for one in value if isinstance(value, list) else [value]:
            inner = _elements(one) if isinstance(one, Mapping) else escape(str(one))
            parts.append(f"<{name}>{inner}</{name}>")
    return "".join(parts)
