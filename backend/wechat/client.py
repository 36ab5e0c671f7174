"""The real way to WeChat over HTTPS, one method for each endpoint."""

import json
import logging
from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar

import requests
from prometheus_client import Counter, Histogram
from redis import Redis
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError, SSLError

from backend.settings import WeChatSettings
from backend.wechat import answers
from backend.wechat.answers import AnswerUnreadable, ListedTemplate, Login, TextCheck
from backend.wechat.errors import LOGIN_PATH, TOKEN_PATH, Kind, WeChatProblem
from backend.wechat.pauses import SENDS_PER_SECOND, Pauses
from backend.wechat.templates import Template, read_templates
from backend.wechat.tokens import AccessTokens

SEND_PATH = "/cgi-bin/message/subscribe/send"
TEMPLATES_PATH = "/wxaapi/newtmpl/gettemplate"
TEXT_PATH = "/wxa/msg_sec_check"

CALLS = Counter("wechat_calls", "Calls to WeChat.", ["path", "kind"])
SECONDS = Histogram("wechat_seconds", "Duration of calls to WeChat.", ["path"])

_TIMEOUTS = (3.05, 10)  # to connect, to read
_CONNECTIONS = 16
_WRONG_VALUES = 47003
_STATES = {"release": "formal", "trial": "trial", "develop": "developer"}

T = TypeVar("T")

# The connection pool's debug lines hold URLs, and ours hold tokens and secrets.
logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)


class WeChatClient:
    """One account of WeChat. Threads may share it; it keeps its connections open."""

    def __init__(
        self,
        settings: WeChatSettings,
        redis: Redis,
        *,
        timeouts: tuple[float, float] = _TIMEOUTS,
        sends_per_second: int = SENDS_PER_SECOND,
    ) -> None:
        self.enabled = settings.enabled
        self.templates: Mapping[str, Template] = read_templates(settings.templates)
        self.pauses = Pauses(settings.app_id, redis, sends_per_second=sends_per_second)
        self._settings = settings
        self._timeouts = timeouts
        self._session = _session()
        self._tokens = AccessTokens(settings.app_id, redis, self._fetch_token)

    def close(self) -> None:
        self._session.close()

    def code_to_session(self, code: str) -> Login:
        query = {
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        self.pauses.check(LOGIN_PATH)
        return _read(answers.read_login, LOGIN_PATH, self._call(LOGIN_PATH, query=query))

    def send_subscribe_message(
        self, openid: str, template_id: str, page: str, data: Mapping[str, str]
    ) -> str | None:
        message = {
            "touser": openid,
            "template_id": template_id,
            "page": page,
            "data": {keyword: {"value": value} for keyword, value in data.items()},
            "miniprogram_state": _STATES[self._settings.env],
            "lang": "zh_CN",
        }
        self.pauses.check(SEND_PATH, template_id)
        self.pauses.take_turn()
        try:
            body = self._call_with_token(SEND_PATH, message)
        except WeChatProblem as problem:
            self._judge_template(problem, template_id)
            raise
        self.pauses.end_refusals(template_id)
        return answers.read_msgid(body)

    def get_templates(self) -> list[ListedTemplate]:
        self.pauses.check(TEMPLATES_PATH)
        body = self._call_with_token(TEMPLATES_PATH, None)
        return _read(answers.read_templates_of_account, TEMPLATES_PATH, body)

    def renew_token(self) -> None:
        self._tokens.replace(self._fetch_token(force=True))

    def paused_templates(self) -> Mapping[str, float]:
        return self.pauses.paused_templates()

    def check_text(self, openid: str, scene: int, content: str, title: str = "") -> TextCheck:
        question: dict[str, Any] = {
            "version": 2,
            "openid": openid,
            "scene": scene,
            "content": content,
        }
        if title:
            question["title"] = title
        self.pauses.check(TEXT_PATH)
        return _read(answers.read_text_check, TEXT_PATH, self._call_with_token(TEXT_PATH, question))

    def _judge_template(self, problem: WeChatProblem, template_id: str) -> None:
        """Pause a template that WeChat does not know, or whose values it keeps refusing."""
        if problem.errcode == _WRONG_VALUES and self.pauses.count_refusal(template_id):
            problem.kind = Kind.PAUSE_TEMPLATE
        if problem.kind is Kind.PAUSE_TEMPLATE:
            self.pauses.after(problem, template_id)

    def _call_with_token(self, path: str, body: Mapping[str, Any] | None) -> str:
        """Call with the token; if WeChat has dropped it, get a new one and repeat once."""
        token = self._tokens.current()
        try:
            return self._call(path, query={"access_token": token}, body=body)
        except WeChatProblem as problem:
            if problem.kind is not Kind.REFRESH:
                raise
        self._tokens.forget(token)
        try:
            return self._call(path, query={"access_token": self._tokens.current()}, body=body)
        except WeChatProblem as problem:
            if problem.kind is Kind.REFRESH:
                problem.kind = Kind.BROKEN_SETUP
                self.pauses.after(problem)
            raise

    def _fetch_token(self, *, force: bool = False) -> answers.Token:
        question: dict[str, Any] = {
            "grant_type": "client_credential",
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret,
        }
        if force:
            question["force_refresh"] = True
        self.pauses.check(TOKEN_PATH)
        return _read(answers.read_token, TOKEN_PATH, self._call(TOKEN_PATH, body=question))

    def _call(
        self,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> str:
        """The text of a successful answer; every failure is counted and may start a pause."""
        with SECONDS.labels(path).time():
            answer = self._exchange(path, query or {}, body)
        if isinstance(answer, str):
            CALLS.labels(path, "ok").inc()
            return answer
        CALLS.labels(path, answer.kind).inc()
        self.pauses.after(answer)
        raise answer

    def _exchange(
        self, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> str | WeChatProblem:
        """Speak HTTP. Exceptions of requests hold the URL, so none of them leaves here."""
        try:
            response = self._session.request(
                "GET" if body is None else "POST",
                self._settings.api_base + path,
                params=query,
                data=None if body is None else json.dumps(body, ensure_ascii=False).encode(),
                headers={} if body is None else {"Content-Type": "application/json"},
                timeout=self._timeouts,
                allow_redirects=False,
            )
        except requests.RequestException as failure:
            return WeChatProblem(Kind.RETRY, path=path, unsure=not _never_arrived(failure))
        response.encoding = "utf-8"
        return _problem_in(response, path) or response.text


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=_CONNECTIONS, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _problem_in(response: requests.Response, path: str) -> WeChatProblem | None:
    if response.status_code != requests.codes.ok:
        return WeChatProblem(Kind.RETRY, path=path)
    try:
        failure = answers.read_error(response.text, path)
    except AnswerUnreadable:
        return WeChatProblem(Kind.RETRY, path=path)
    if failure.kind is None:
        return None
    return WeChatProblem(failure.kind, path=path, errcode=failure.errcode, rid=failure.rid)


def _read(reader: Callable[[str], T], path: str, body: str) -> T:
    try:
        return reader(body)
    except AnswerUnreadable:
        pass
    raise WeChatProblem(Kind.RETRY, path=path)


def _never_arrived(failure: requests.RequestException) -> bool:
    """True if no connection came about, so that nothing can have happened at the other end."""
    if isinstance(failure, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    cause = failure.args[0] if failure.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | NameResolutionError | SSLError)
