"""When not to call: pauses that every process keeps, and the speed of sending."""

import secrets
import time
from datetime import timedelta

from redis import Redis
from redis.exceptions import RedisError

from backend.clock import SHANGHAI, utc_now
from backend.wechat.errors import LOGIN_PATH, Kind, WeChatProblem
from backend.wechat.tokens import as_text

SECOND_S = 2
MINUTE_SPREAD_S = 20  # so that not everybody returns in the first second of the minute
DAY_BEGINS = timedelta(minutes=5)  # after midnight in Shanghai: no page names the hour
SETUP_S = 600
TEMPLATE_S = 3600  # then one message tries again
SENDS_PER_SECOND = 200
BURST = 20
REFUSED_IN_A_ROW = 20
_REFUSED_COUNT_S = 86_400

_SPACED = """
local now = redis.call('time')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local gap, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local free = math.max(tonumber(redis.call('get', KEYS[1]) or '0'), ms - burst)
redis.call('set', KEYS[1], free + gap, 'px', burst + 60000)
return math.max(0, math.ceil(free - ms))
"""


class Pauses:
    """What one app must wait for. Without Redis nothing waits: WeChat will say so again."""

    def __init__(
        self, app_id: str, redis: Redis, *, sends_per_second: int = SENDS_PER_SECOND
    ) -> None:
        self._app = app_id
        self._gap_ms = 1000 / sends_per_second
        self._redis = redis
        self._spaced = redis.register_script(_SPACED)
        self._refusing: set[str] = set()  # templates with refusals counted, as last seen

    def check(self, path: str, template_id: str | None = None) -> None:
        """Raise the problem that started a pause of everything, of `path` or of the template."""
        keys = [self._all(), self._path(path)]
        if template_id is not None:
            keys += [self._template(template_id), self._refusals(template_id)]
        try:
            found = self._redis.mget(keys)
            for key, cause in zip(keys[:3], found[:3], strict=True):
                if cause is not None:
                    raise _paused(path, as_text(cause), max(0, self._redis.pttl(key)) / 1000)
        except RedisError:
            return
        if template_id is not None and found[3] is not None:
            self._refusing.add(template_id)

    def after(self, problem: WeChatProblem, template_id: str | None = None) -> None:
        """Let everybody pause as `problem` asks for, and say in it how long."""
        key, seconds = self._due_pause(problem, template_id)
        if key is None:
            return
        problem.wait_s = seconds
        cause = f"{problem.kind} {problem.errcode}"
        try:
            self._redis.set(key, cause, px=max(1, int(seconds * 1000)))
        except RedisError:
            return

    def count_refusal(self, template_id: str) -> bool:
        """True when so many in a row were refused that the template itself must be wrong."""
        key = self._refusals(template_id)
        self._refusing.add(template_id)
        try:
            refused = self._redis.incr(key)
            self._redis.expire(key, _REFUSED_COUNT_S)
        except RedisError:
            return False
        return refused >= REFUSED_IN_A_ROW

    def end_refusals(self, template_id: str) -> None:
        """A card was accepted; only says so to Redis if there was a count to end."""
        if template_id not in self._refusing:
            return
        self._refusing.discard(template_id)
        try:
            self._redis.delete(self._refusals(template_id))
        except RedisError:
            return

    def take_turn(self) -> None:
        """Wait for a place among the sends of all processes; a few may go at once."""
        gap = self._gap_ms
        try:
            wait_ms = int(self._spaced(keys=[f"wechat:turn:{self._app}"], args=[gap, BURST * gap]))
        except RedisError:
            return
        if wait_ms:
            time.sleep(wait_ms / 1000)

    def paused_templates(self) -> dict[str, float]:
        """Templates that wait, with the seconds left; for the console."""
        prefix = self._template("")
        keys = [as_text(key) for key in self._redis.scan_iter(f"{prefix}*")]
        return {key.removeprefix(prefix): max(0, self._redis.pttl(key)) / 1000 for key in keys}

    def _due_pause(
        self, problem: WeChatProblem, template_id: str | None
    ) -> tuple[str | None, float]:
        match problem.kind:
            case Kind.WAIT_SECOND:
                return self._path(problem.path), SECOND_S
            case Kind.WAIT_MINUTE if problem.path != LOGIN_PATH:  # there the limit is one person's
                spread = secrets.randbelow(MINUTE_SPREAD_S * 1000) / 1000
                return self._path(problem.path), 60 - utc_now().second + spread
            case Kind.WAIT_DAY:
                return self._path(problem.path), _seconds_to_next_day()
            case Kind.PAUSE_TEMPLATE if template_id is not None:
                return self._template(template_id), TEMPLATE_S
            case Kind.BROKEN_SETUP:
                return self._all(), SETUP_S
        return None, 0

    def _all(self) -> str:
        return f"wechat:pause:{self._app}"

    def _path(self, path: str) -> str:
        return f"wechat:pause:{self._app}:{path}"

    def _template(self, template_id: str) -> str:
        return f"wechat:pause-template:{self._app}:{template_id}"

    def _refusals(self, template_id: str) -> str:
        return f"wechat:refused:{self._app}:{template_id}"


def _paused(path: str, cause: str, seconds: float) -> WeChatProblem:
    kind, _, errcode = cause.partition(" ")
    return WeChatProblem(
        Kind(kind),
        path=path,
        errcode=int(errcode) if errcode.lstrip("-").isdigit() else None,
        wait_s=seconds,
    )


def _seconds_to_next_day() -> float:
    now = utc_now().astimezone(SHANGHAI)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=1) + DAY_BEGINS - now).total_seconds()
