"""One request: one transaction, one answer for one Idempotency-Key."""

import hashlib
from typing import Any, cast

import structlog
from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue

from backend import clock, crypto
from backend.api import idempotency_key
from backend.console.rows import RowsFirst
from backend.database import asking, in_transaction, reading
from backend.errors import Conflict, DomainError, Invalid, NotFound
from backend.residents.actions.proxies import note_act
from backend.residents.identity import COMMUNITY_HEADER, PRINCIPAL_HEADER
from backend.residents.models import Caller
from backend.residents.queries.kept_answers import (
    claim_key,
    keep_answer,
    kept_answer,
    release_key,
)
from backend.telemetry import told_of
from backend.tokens import is_at_the_desk

READING = {"GET", "HEAD", "OPTIONS"}

log = structlog.get_logger("http")


class KeyReused(Conflict):
    title = "这个请求编号已用于另一次提交"


class NobodyTypesThis(Invalid):
    title = "含有无法显示的字符"


class SessionsOfPages(SecureCookieSessionInterface):
    """Pages may keep something in a cookie; a JSON route knows by its token who asks."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return None if request.path.startswith("/api/") else super().open_session(app, request)


class CommunityApp(Flask):
    """One request is one transaction: committed if it succeeds, undone if it raises."""

    session_interface = SessionsOfPages()
    jinja_environment = RowsFirst

    def full_dispatch_request(self) -> Response:
        if request.method in READING:
            with reading():
                return super().full_dispatch_request()
        return super().full_dispatch_request()

    def preprocess_request(self) -> ResponseReturnValue | None:
        _refuse_nul()
        return asking(super().preprocess_request)  # who asks is often the first statement

    def dispatch_request(self) -> ResponseReturnValue:
        if request.method in READING:
            return asking(super().dispatch_request)
        return in_transaction(self._dispatch_once)

    def log_exception(self, exc_info: Any) -> None:
        log.error("request failed", request_id=g.get("request_id"), **told_of(exc_info[1]))

    def _dispatch_once(self) -> ResponseReturnValue:
        """The view, or the answer it gave when this Idempotency-Key came first."""
        key, caller = idempotency_key(), cast("Caller | None", g.get("caller"))
        if key is None or caller is None:
            return self._view()
        whose = request.headers.get(PRINCIPAL_HEADER, "")
        asked = f"{request.method} {request.path} {whose}".strip()
        if where := request.headers.get(COMMUNITY_HEADER):
            asked += f" in {where}"
        body = b"\n" + request.get_data()
        # Keyed: whoever reads the table cannot try out what a short body said (a secret score).
        digest = hashlib.sha256(asked.encode() + body).hexdigest()
        asked_mac = crypto.mac("kept_answer.request", digest)
        if not claim_key(caller.resident_id, key, asked_mac, now=clock.utc_now()):
            kept = kept_answer(caller.resident_id, key)
            if kept is None or kept.request_mac != asked_mac:
                raise KeyReused("请换一个编号再提交。")
            return Response(kept.body, kept.status, mimetype="application/json")
        try:
            response = self.make_response(self._view())
        except DomainError as refusal:
            if refusal.kept:
                release_key(caller.resident_id, key)
            raise
        keep_answer(caller.resident_id, key, status=response.status_code, body=response.get_data())
        return response

    def _view(self) -> ResponseReturnValue:
        """What the view answers; that a proxy did it is kept and told, whatever the view is."""
        answer = super().dispatch_request()
        principal = cast("Caller | None", g.get("principal"))
        if principal is not None:
            note_act(principal, g.permission)
        return answer


def _refuse_nul() -> None:
    """No text of PostgreSQL holds a NUL, nobody types one: it gets no further than to the edge.

    JSON is looked through where it is read, in `backend.api`, which knows the fields by name.
    """
    if "\0" in request.path and (is_at_the_desk() or request.path.startswith("/api/")):
        raise NotFound
    told = [*request.args.items(multi=True)] if request.query_string else []
    if is_at_the_desk() and request.method not in READING:
        told += request.form.items(multi=True)
    if any("\0" in words for pair in told for words in pair):
        raise NobodyTypesThis
