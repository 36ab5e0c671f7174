"""What the double pushes: events, signed and sealed as in safe mode, tried three times."""

import json
import queue
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import requests

from backend.wechat.double import account
from backend.wechat.double.world import Card, World
from backend.wechat.events import CHANGE, POPUP, SENT
from backend.wechat.sealing import push_signature, seal_push

TRIES = 3
_BETWEEN_TRIES_S = 0.1
_TIMEOUT_S = 5
_ACCOUNT_NAME = "gh_linlidouble01"
_WRAPPERS = {
    POPUP: "SubscribeMsgPopupEvent",
    CHANGE: "SubscribeMsgChangeEvent",
    SENT: "SubscribeMsgSentEvent",
}


def check_push_url(url: str | None) -> None:
    """Raise ValueError unless `url` is on this machine: nobody else may get made-up events."""
    if url is not None and not is_loopback(urlsplit(url).hostname):
        raise ValueError("The double pushes to this machine only.")


def is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


class Pushes:
    """A thread that pushes events one after another while the caller goes on."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._waiting: queue.Queue[tuple[str, str] | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self.log: list[dict[str, Any]] = []

    def sent(self, card: Card) -> None:
        row = {
            "TemplateId": card.template_id,
            "MsgID": str(card.msgid),
            "ErrorCode": "0",
            "ErrorStatus": "success",
        }
        self._push(SENT, card.openid, [row], as_array=False)

    def answered(self, openid: str, results: Mapping[str, str]) -> None:
        rows = [
            {"TemplateId": template_id, "SubscribeStatusString": result, "PopupScene": "0"}
            for template_id, result in results.items()
        ]
        self._push(POPUP, openid, rows)

    def changed(self, openid: str, template_id: str) -> None:
        row = {"TemplateId": template_id, "SubscribeStatusString": "reject"}
        self._push(CHANGE, openid, [row])

    def settle(self) -> None:
        """Wait until everything that was to be pushed has been tried."""
        self._waiting.join()

    def close(self) -> None:
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()

    def verify(self) -> bool:
        """The GET with which WeChat checks a callback when it is set up."""
        if self._world.push_url is None:
            return False
        echo = str(secrets.randbelow(10**19))
        try:
            answer = requests.get(
                self._world.push_url, params={**self._signed(), "echostr": echo}, timeout=_TIMEOUT_S
            )
        except requests.RequestException:
            return False
        return answer.status_code == requests.codes.ok and answer.text == echo

    def _push(
        self,
        event: str,
        openid: str,
        rows: Sequence[Mapping[str, str]],
        *,
        as_array: bool = True,
    ) -> None:
        if self._world.push_url is None:
            return
        wanted = self._world.push_list
        as_array = len(rows) > 1 or (wanted == "array" if wanted else as_array)
        message = {
            "ToUserName": _ACCOUNT_NAME,
            "FromUserName": openid,
            "CreateTime": int(self._world.now().timestamp()),
            "MsgType": "event",
            "Event": event,
        }
        if self._world.push_format == "xml":
            text = _xml({**message, _WRAPPERS[event]: {"List": list(rows)}})
        else:
            listed = list(rows) if as_array else rows[0]
            text = json.dumps({**message, "List": listed}, ensure_ascii=False)
        self._waiting.put((event, text))
        with self._world.lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            try:
                self._try(*waiting)
            finally:
                self._waiting.task_done()

    def _try(self, event: str, text: str) -> None:
        tries = 0
        ok = False
        while not ok and tries < TRIES:
            if tries:
                time.sleep(_BETWEEN_TRIES_S)
            tries += 1
            ok = self._deliver(text)
        self.log.append({"event": event, "tries": tries, "ok": ok})

    def _deliver(self, text: str) -> bool:
        url = self._world.push_url
        if url is None:
            return False
        sealed = seal_push(
            text,
            random=secrets.token_hex(8),
            encoding_aes_key=account.PUSH_AES_KEY,
            app_id=account.APP_ID,
        )
        envelope = {"ToUserName": _ACCOUNT_NAME, "Encrypt": sealed}
        is_xml = self._world.push_format == "xml"
        try:
            answer = requests.post(
                url,
                params={**self._signed(sealed), "encrypt_type": "aes"},
                data=(_xml(envelope) if is_xml else json.dumps(envelope)).encode(),
                headers={"Content-Type": "text/xml" if is_xml else "application/json"},
                timeout=_TIMEOUT_S,
            )
        except requests.RequestException:
            return False
        return answer.status_code == requests.codes.ok and answer.text.strip('"') == "success"

    def _signed(self, sealed: str | None = None) -> dict[str, str]:
        timestamp = str(int(self._world.now().timestamp()))
        nonce = str(secrets.randbelow(10**10))
        parts = (account.PUSH_TOKEN, timestamp, nonce)
        signed = {"signature": push_signature(*parts), "timestamp": timestamp, "nonce": nonce}
        if sealed is not None:
            signed["msg_signature"] = push_signature(*parts, sealed)
        return signed


def _xml(message: Mapping[str, Any]) -> str:
    return f"<xml>{_elements(message)}</xml>"


def _elements(message: Mapping[str, Any]) -> str:
    parts = []
    for name, value in message.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                inner = _elements(one)
            elif isinstance(one, int):
                inner = str(one)
            else:
                inner = f"<![CDATA[{escape(str(one))}]]>"
            parts.append(f"<{name}>{inner}</{name}>")
    return "".join(parts)
