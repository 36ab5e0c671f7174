"""The paths of WeChat itself, with the checks the real ones make."""

import base64
import json
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from backend.wechat.double import account
from backend.wechat.double.push import Pushes
from backend.wechat.double.world import VISIT_LIFE, Card, Fault, Person, Refused, Template, World
from backend.wechat.values import ValueRefused, check_value

LOGIN = "/sns/jscode2session"
TOKEN = "/cgi-bin/stable_token"  # noqa: S105 - a path
SEND = "/cgi-bin/message/subscribe/send"
TEMPLATES = "/wxaapi/newtmpl/gettemplate"
TEXT = "/wxa/msg_sec_check"

FORBIDDEN_WORD = "敏感词"
RISKY_WORD = "违法"
DOUBTFUL_WORD = "存疑"
TEXT_CHARACTERS = 2500
_VERDICTS = {"pass": 100, "review": 20003, "risky": 20006}


@dataclass(frozen=True)
class Endpoint:
    method: str
    answer: Callable[[Mapping[str, Any]], dict[str, Any]]
    per_minute: int | None = None
    over_limit: int = 45011
    needs_token: bool = True


class Plane:
    """Answers for `https://api.weixin.qq.com`."""

    def __init__(self, world: World, pushes: Pushes) -> None:
        self._world = world
        self._pushes = pushes
        self.endpoints = {
            LOGIN: Endpoint("GET", self._sign_in, needs_token=False),
            TOKEN: Endpoint("POST", self._issue_token, per_minute=10_000, needs_token=False),
            SEND: Endpoint("POST", self._send),
            TEMPLATES: Endpoint("GET", self._list_templates),
            TEXT: Endpoint("POST", self._check_text, per_minute=4_000, over_limit=44991),
        }

    def respond(self, path: str) -> Response:
        """The answer to the request at hand, unless a fault was planned for it."""
        fault = self._world.fault_on(path)
        if fault is not None:
            time.sleep(fault.delay_s)
            if not fault.after and (broken := _broken(fault)):
                return broken
        try:
            answer = self._answer(path)
        except Refused as refused:
            answer = {"errcode": refused.errcode, "errmsg": f"{refused.errmsg} rid: {_rid()}"}
        self._world.answered[answer.get("errcode", 0)] += 1
        if fault is not None and fault.after and (broken := _broken(fault)):
            return broken
        return _json(answer)

    def _answer(self, path: str) -> dict[str, Any]:
        endpoint = self.endpoints[path]
        with self._world.lock:
            self._world.calls[path] += 1
            limit = self._world.minute_limits.get(path, endpoint.per_minute)
            if limit is not None and not self._world.count_in_minute(path, "", limit):
                raise Refused(endpoint.over_limit, "api minute-quota reach limit")
            if request.method != endpoint.method:
                raise Refused(
                    43002 if endpoint.method == "POST" else 43001,
                    f"require {endpoint.method} method",
                )
            if endpoint.needs_token:
                self._world.check_token(request.args.get("access_token"))
        return endpoint.answer(_body() if endpoint.method == "POST" else request.args)

    def _sign_in(self, query: Mapping[str, Any]) -> dict[str, Any]:
        _check_account(query)
        if query.get("grant_type") != "authorization_code":
            raise Refused(40002, "invalid grant_type")
        with self._world.lock:
            person = self._world.redeem(str(query.get("js_code", "")))
            if not self._world.count_in_minute(LOGIN, person.openid, 100):
                raise Refused(45011, "api minute-quota reach limit")
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        return {"openid": person.openid, "session_key": key, "errcode": 0, "errmsg": "ok"}

    def _issue_token(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if body.get("grant_type") != "client_credential":
            raise Refused(40002, "invalid grant_type")
        _check_account(body)
        with self._world.lock:
            token, seconds = self._world.issue_token(force=bool(body.get("force_refresh")))
        return {"access_token": token, "expires_in": seconds}

    def _list_templates(self, _: Mapping[str, Any]) -> dict[str, Any]:
        with self._world.lock:
            return {
                "errcode": 0,
                "errmsg": "ok",
                "data": [
                    {
                        "priTmplId": template.id,
                        "title": template.title,
                        "content": template.content,
                        "example": "",
                        "type": template.type,
                        "keywordEnumValueList": [
                            {"keywordCode": keyword, "enumValueList": values}
                            for keyword, values in template.enums.items()
                        ],
                    }
                    for template in self._world.templates.values()
                ],
            }

    def _send(self, body: Mapping[str, Any]) -> dict[str, Any]:
        person = self._world.person(str(body.get("touser", "")))
        template = self._world.templates.get(str(body.get("template_id", "")))
        if template is None:
            raise Refused(40037, "invalid template_id")
        with self._world.sending_to(person):
            time.sleep(self._world.latency_ms / 1000)
            with self._world.lock:
                card = self._deliver(person, template, body)
        self._pushes.sent(card)
        return {"errcode": 0, "errmsg": "ok", "msgid": card.msgid}

    def _deliver(self, person: Person, template: Template, body: Mapping[str, Any]) -> Card:
        page = str(body.get("page", ""))
        pages = self._world.pages
        if pages is not None and page and page.split("?", maxsplit=1)[0] not in pages:
            raise Refused(41030, "invalid page")
        if body.get("miniprogram_state") not in {"developer", "trial", "formal"}:
            raise Refused(47001, "miniprogram_state is needed")
        if body.get("lang") not in {"zh_CN", "en_US", "zh_HK", "zh_TW"}:
            raise Refused(47001, "lang is needed")
        subscription = person.subscriptions.get(template.id)
        if subscription is None or not (subscription.long_term or subscription.balance > 0):
            raise Refused(43101, "user refuse to accept the msg")
        values = _checked_values(template, body.get("data"))
        return self._world.deliver(
            person,
            template,
            {**values, "page": page, "miniprogram_state": str(body["miniprogram_state"])},
        )

    def _check_text(self, body: Mapping[str, Any]) -> dict[str, Any]:
        content = body.get("content")
        if not isinstance(content, str) or not content:
            raise Refused(47001, "content is needed")
        if len(content) > TEXT_CHARACTERS:
            raise Refused(45002, "content size out of limit")
        if body.get("version") != 2 or body.get("scene") not in {1, 2, 3, 4}:  # noqa: PLR2004
            raise Refused(40129, "invalid scene")
        with self._world.lock:
            visited_at = self._world.person(str(body.get("openid", ""))).visited_at
            if visited_at is None or self._world.now() - visited_at > VISIT_LIFE:
                raise Refused(61010, "code is expired: no visit of this openid within two hours")
        time.sleep(self._world.latency_ms / 1000)
        text = f"{body.get('title', '')}{body.get('nickname', '')}{content}"
        suggest = "risky" if RISKY_WORD in text else "review" if DOUBTFUL_WORD in text else "pass"
        result = {"suggest": suggest, "label": _VERDICTS[suggest]}
        return {
            "errcode": 0,
            "errmsg": "ok",
            "result": result,
            "detail": [{"strategy": "content_model", "errcode": 0, **result, "prob": 90}],
            "trace_id": _rid(),
        }


def _checked_values(template: Template, data: object) -> dict[str, str]:
    if not isinstance(data, dict):
        raise Refused(47003, "argument invalid! data is empty")
    values = {}
    for keyword, kind in template.keywords:
        entry = data.get(keyword)
        value = entry.get("value") if isinstance(entry, dict) else None
        if not isinstance(value, str) or not value:
            raise Refused(47003, f"argument invalid! data.{keyword}.value is empty")
        try:
            check_value(kind, value, template.enums.get(keyword, ()))
        except ValueRefused:
            raise Refused(47003, f"argument invalid! data.{keyword}.value invalid") from None
        values[keyword] = value
    if any(FORBIDDEN_WORD in value for value in values.values()):
        raise Refused(45168, "hit sensitive word")
    return values


def _check_account(given: Mapping[str, Any]) -> None:
    if not given.get("appid"):
        raise Refused(41002, "appid missing")
    if given["appid"] != account.APP_ID:
        raise Refused(40013, "invalid appid")
    if not given.get("secret"):
        raise Refused(41004, "appsecret missing")
    if given["secret"] != account.APP_SECRET:
        raise Refused(40125, "invalid appsecret")


def _body() -> Mapping[str, Any]:
    text = request.get_data()
    if not text:
        raise Refused(44002, "empty post data")
    try:
        body = json.loads(text)
    except ValueError:
        raise Refused(47001, "data format error") from None
    if not isinstance(body, dict):
        raise Refused(47001, "data format error")
    return body


def _broken(fault: Fault) -> Response | None:
    """What the fault puts in the answer's place; None if it only made the caller wait."""
    if fault.drop:
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return Response(status=500)  # nobody is there to read it
    if fault.errcode is not None:
        return _json({"errcode": fault.errcode, "errmsg": f"planned fault rid: {_rid()}"})
    if fault.status is not None or fault.body is not None:
        return Response(fault.body or "", status=fault.status or 200)
    return None


def _json(answer: Mapping[str, Any]) -> Response:
    text = json.dumps(answer, ensure_ascii=False)
    return Response(text, mimetype="application/json; charset=utf-8")


def _rid() -> str:
    return f"{int(time.time()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
