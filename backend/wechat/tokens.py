"""The access token: one for all processes, fetched by one of them."""

import time
import uuid
from collections.abc import Callable

from prometheus_client import Counter
from redis import Redis
from redis.exceptions import RedisError

from backend.wechat.answers import Token

TOKEN_FETCHES = Counter("wechat_token_fetches", "Access tokens asked of WeChat.")

_LOCKED_MS = 15_000
_POLL_S = 0.05
_PATIENCE_S = 3.0
_DELETE_IF_EQUAL = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
"""


class AccessTokens:
    """The token of one app, kept in Redis, or in this process while Redis is away."""

    def __init__(self, app_id: str, redis: Redis, fetch: Callable[[], Token]) -> None:
        self.key = f"wechat:token:{app_id}"
        self._lock = f"wechat:token-lock:{app_id}"
        self._redis = redis
        self._fetch = fetch
        self._delete_if_equal = redis.register_script(_DELETE_IF_EQUAL)
        self._own: tuple[str, float] | None = None

    def current(self) -> str:
        """A token that should be good; asks WeChat for one if nobody has."""
        try:
            return self._kept() or self._fetched_once()
        except RedisError:
            return self._without_redis()

    def replace(self, token: Token) -> None:
        """Have everybody use `token` from now on; the one before is no longer good."""
        self._own = (token.text, time.monotonic() + token.ttl_s)
        try:
            self._redis.set(self.key, token.text, ex=token.ttl_s)
        except RedisError:
            return

    def forget(self, used: str) -> None:
        """Drop the token, unless another process has already put a newer one in its place."""
        if self._own and self._own[0] == used:
            self._own = None
        try:
            self._delete_if_equal(keys=[self.key], args=[used])
        except RedisError:
            return

    def _kept(self) -> str | None:
        kept = self._redis.get(self.key)
        return as_text(kept) if kept else None

    def _fetched_once(self) -> str:
        """Of all who find no token, one asks WeChat; the others wait for what it brings."""
        mark = uuid.uuid4().hex
        if self._redis.set(self._lock, mark, nx=True, px=_LOCKED_MS):
            try:
                return self._kept() or self._fetch_and_keep()
            finally:
                self._delete_if_equal(keys=[self._lock], args=[mark])
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            time.sleep(_POLL_S)
            if token := self._kept():
                return token
        return self._fetch_and_keep()  # harmless: WeChat gives the same one to all who ask

    def _fetch_and_keep(self) -> str:
        token = self._asked()
        self._redis.set(self.key, token.text, ex=token.ttl_s)
        return token.text

    def _without_redis(self) -> str:
        if self._own and time.monotonic() < self._own[1]:
            return self._own[0]
        token = self._asked()
        self._own = (token.text, time.monotonic() + token.ttl_s)
        return token.text

    def _asked(self) -> Token:
        TOKEN_FETCHES.inc()
        return self._fetch()


def as_text(value: object) -> str:
    """What Redis gave, whether or not the connection decodes."""
    return value.decode() if isinstance(value, bytes) else str(value)
