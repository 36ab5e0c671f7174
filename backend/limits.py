"""How often somebody may ask: limits that Redis counts, by session or by address."""

import hashlib
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask import Flask, current_app, request
from flask_limiter import Limiter, RateLimitExceeded
from limits import parse
from redis import Redis, RedisError

from backend.errors import TooManyRequests, Unavailable
from backend.settings import Settings
from backend.tokens import token_sent

WECHAT_SIGN_IN = "30 per minute"
STAFF_SIGN_IN = "10 per minute"
SLIP_SIGN_IN = "10 per minute"
SESSIONS_OF_AN_ADDRESS = 20  # a whole community may share one
SESSIONS_KNOWN = 50_000


class AskedTooOften(TooManyRequests):
    title = "操作太频繁，请稍后再试"


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How often one person may do something others have to read, and what they hear after that."""

    what: str
    often: str
    told: str


POSTS = Pace(
    what="posts",
    often="10 per hour",
    told="每人每小时最多发10条。请过一会儿再写；急事可打电话或到社区窗口。",
)
OBJECTIONS = Pace(
    what="objections",
    often="5 per day",
    told="每人每天最多提5次异议。请改天再提；急事可打电话或到社区窗口。",
)


def _settings() -> Settings:
    return cast("Settings", current_app.extensions["settings"])


class _Opened:
    """Which tokens opened a session in this process, hashed; the oldest are forgotten.

    Asking the database would come before counting, and another look into Redis beside it. What
    was forgotten, or was first seen by another process, counts once by its address.
    """

    def __init__(self) -> None:
        self._tokens: dict[str, None] = {}
        self._adding = threading.Lock()

    def session(self, token: str) -> str | None:
        """What stands for its session where tokens must not; None if it opened none here."""
        hashed = _hashed(token)
        return hashed if hashed in self._tokens else None

    def add(self, token: str) -> None:
        hashed = _hashed(token)
        if hashed in self._tokens:
            return
        with self._adding:
            self._tokens[hashed] = None
            if len(self._tokens) > SESSIONS_KNOWN:
                del self._tokens[next(iter(self._tokens))]


_opened = _Opened()


def has_opened(token: str) -> None:
    """Count by this token from now on: it opened a session, so nobody made it up."""
    _opened.add(token)


def _how_often() -> str:
    allowed = _settings().requests_per_minute
    return f"{allowed if _session() else allowed * SESSIONS_OF_AN_ADDRESS} per minute"


def _is_off() -> bool:
    return _settings().requests_per_minute < 1


def _session() -> str | None:
    return _opened.session(token_sent())


def _hashed(token: str) -> str:
    """Neither Redis nor this process must be a place to find tokens in."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def _asker() -> str:
    """The session; the address where there is none, so that no made-up token begins anew."""
    return _session() or _address()


def _address() -> str:
    return request.remote_addr or "unknown"


# Errors of Redis are swallowed: without it residents go on reading. What must not go on
# without its counters asks `require_counters`.
limiter = Limiter(
    key_func=_asker,
    default_limits=[_how_often],
    default_limits_exempt_when=_is_off,
    swallow_errors=True,
    key_prefix="limit",
)
limit_wechat_sign_in = limiter.shared_limit(
    WECHAT_SIGN_IN, scope="wechat-sign-in", key_func=_address, exempt_when=_is_off
)
limit_staff_sign_in = limiter.shared_limit(
    STAFF_SIGN_IN, scope="staff-sign-in", key_func=_address, exempt_when=_is_off
)

limit_slip_sign_in = limiter.shared_limit(
    SLIP_SIGN_IN, scope="slip-sign-in", key_func=_address, exempt_when=_is_off
)


def limit_requests(app: Flask, redis: Redis) -> None:
    """Count with the application's own Redis connections."""
    settings = cast("Settings", app.extensions["settings"])
    app.config["RATELIMIT_ENABLED"] = settings.requests_per_minute > 0
    app.config["RATELIMIT_STORAGE_URI"] = "redis://"
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"connection_pool": redis.connection_pool}
    limiter.init_app(app)


def refusal_of(_exceeded: RateLimitExceeded) -> AskedTooOften:
    """The refusal that says when to come back."""
    breached = limiter.current_limit
    wait_s = 60 if breached is None else max(1, int(breached.reset_at - time.time()))
    return AskedTooOften(retry_after_seconds=wait_s)


def counters() -> Redis:
    """The Redis that counts attempts and keeps what expires by itself."""
    return cast("Redis", current_app.extensions["redis"])


def seconds_to_wait(what: str, person_id: UUID, often: str) -> int | None:
    """Count that the person did it once more; None, or how long to wait where it is too often.

    By person and not by session, so that signing in anew gives no new start.

    Raises:
        Unavailable: Redis does not answer; nobody does uncounted what is to be counted.
    """
    if _is_off():
        return None
    allowed = parse(often)
    try:
        if limiter.limiter.hit(allowed, what, str(person_id)):
            return None
        again_at = limiter.limiter.get_window_stats(allowed, what, str(person_id)).reset_time
    except RedisError:
        raise Unavailable from None
    return max(1, int(again_at - time.time()))


def keep_pace(pace: Pace, person_id: UUID) -> None:
    """Count what a person does for themselves; asked when nothing else stands in its way.

    Without Redis it goes on uncounted: a limit against floods shall keep nobody's word out.

    Raises:
        AskedTooOften: so often already; it says when to come back.
    """
    with suppress(Unavailable):
        wait_s = seconds_to_wait(pace.what, person_id, pace.often)
        if wait_s is not None:
            raise AskedTooOften(pace.told, retry_after_seconds=wait_s)


def require_counters() -> None:
    """Runs before every sign-in: without counters nobody may guess passwords.

    Raises:
        Unavailable: Redis does not answer.
    """
    try:
        counters().ping()
    except RedisError:
        raise Unavailable("现在不能登录，请稍后再试；急事可打电话或到社区窗口办理。") from None
