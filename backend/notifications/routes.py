"""我的消息 over HTTP, and the address WeChat pushes to."""

import hmac
from typing import Any, cast
from uuid import UUID

from flask import Response, current_app, request

from backend.api import Blueprint, PageArguments, page, page_of
from backend.clock import utc_now
from backend.crypto import SealBroken
from backend.errors import NotSignedIn
from backend.limits import limiter
from backend.notifications.actions import inbox, pushes, subscriptions
from backend.notifications.queries.inbox import inbox_of
from backend.notifications.schemas import (
    AskResultsSchema,
    MessageSchema,
    NewPreferencesSchema,
    PreferencesSchema,
    SubscriptionsSchema,
)
from backend.residents.identity import current_caller, permitted, require_caller
from backend.settings import Settings
from backend.wechat.events import EventUnreadable, sealed_part
from backend.wechat.sealing import open_push, push_signature

PUSH_BYTES = 64 * 1024
PUSH_SKEW_SECONDS = 600

notifications = Blueprint(
    "notifications", __name__, url_prefix="/api/v1/me", description="我的消息"
)
notifications.before_request(require_caller)

wechat_push = Blueprint("wechat_push", __name__, url_prefix="/wechat", description="微信消息推送")
# A few addresses of WeChat's tell of every card sent, hundreds a second; others lack the signature.
limiter.exempt(wechat_push)


class PushRefused(NotSignedIn):
    title = "不是微信发来的消息"


@notifications.get("/inbox")
@permitted("self")
@notifications.arguments(PageArguments, location="query")
@notifications.response(200, page_of(MessageSchema))
def list_messages(asked: dict[str, Any]) -> dict[str, Any]:
    """List my messages, newest first."""
    messages = inbox_of(current_caller().resident_id, **asked)
    return page(messages, asked["limit"], key=lambda message: cast("UUID", message.id))


@notifications.post("/inbox/<uuid:message_id>/reading")
@permitted("self")
@notifications.response(200, MessageSchema)
def read_message(message_id: UUID) -> Any:
    """Mark a message as read."""
    return inbox.read_message(current_caller(), message_id)


@notifications.get("/subscriptions")
@permitted("self")
@notifications.response(200, SubscriptionsSchema)
def list_subscriptions() -> dict[str, Any]:
    """List how many WeChat messages of each kind I have allowed, and which may be asked."""
    return {"items": subscriptions.balances(current_caller())}


@notifications.put("/subscription-asks/<uuid:ask_id>")
@permitted("self")
@notifications.arguments(AskResultsSchema)
@notifications.response(200, SubscriptionsSchema)
def report_ask(answered: dict[str, Any], ask_id: UUID) -> dict[str, Any]:
    """Report what I tapped when WeChat asked; repeating it changes nothing."""
    return {"items": subscriptions.report_ask(current_caller(), ask_id, **answered)}


@notifications.get("/notice-preferences")
@permitted("self")
@notifications.response(200, PreferencesSchema)
def list_preferences() -> dict[str, Any]:
    """List how I hear of each kind of notice."""
    return {"items": inbox.preferences(current_caller())}


@notifications.put("/notice-preferences")
@permitted("self")
@notifications.arguments(NewPreferencesSchema)
@notifications.response(200, PreferencesSchema)
def change_preferences(new: dict[str, Any]) -> dict[str, Any]:
    """Choose how I hear of some kinds of notices; the inbox always has them all."""
    return {"items": inbox.choose(current_caller(), **new)}


@wechat_push.get("/push")
@wechat_push.response(200, {"type": "string"}, content_type="text/plain")
def echo() -> Response:
    """Prove to WeChat that this address is ours."""
    _check_signature("signature")
    return Response(request.args.get("echostr", ""), mimetype="text/plain")


@wechat_push.post("/push")
@wechat_push.response(200, {"type": "string"}, content_type="text/plain")
def receive() -> Response:
    """Take an event from WeChat; a job handles it after the answer."""
    request.max_content_length = PUSH_BYTES
    pushes.keep_push(_message())
    return Response("success", mimetype="text/plain")


def _message() -> str:
    """The plain message, if WeChat sent it to this app, just now.

    Raises:
        PushRefused: anything about it is wrong.
    """
    settings = _settings()
    try:
        body = request.get_data().decode()
        if "msg_signature" not in request.args and not settings.in_production:
            _check_signature("signature")
            return body
        sealed = sealed_part(body)
        _check_signature("msg_signature", sealed)
        return open_push(
            sealed,
            encoding_aes_key=settings.wechat.push_aes_key,
            app_id=settings.wechat.app_id,
        ).message
    except (UnicodeDecodeError, EventUnreadable, SealBroken):
        raise PushRefused from None


def _check_signature(name: str, *sealed: str) -> None:
    settings = _settings()
    timestamp, nonce = request.args.get("timestamp", ""), request.args.get("nonce", "")
    expected = push_signature(settings.wechat.push_token, timestamp, nonce, *sealed)
    if not hmac.compare_digest(expected.encode(), request.args.get(name, "").encode()):
        raise PushRefused
    if settings.in_production and not _is_recent(timestamp):
        raise PushRefused


def _is_recent(timestamp: str) -> bool:
    try:
        return abs(utc_now().timestamp() - int(timestamp)) <= PUSH_SKEW_SECONDS
    except ValueError:
        return False


def _settings() -> Settings:
    return cast("Settings", current_app.extensions["settings"])
