"""What a failed sign-in leads to, and which one-time code counts. Pure."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pyotp

from backend.errors import Conflict, NotAllowed, NotSignedIn, TooManyRequests

STEP_SECONDS = 30
DRIFT_STEPS = 1  # a phone's clock may be half a minute off
FAILURES = 5
WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
LOCKS = 3  # the third within LOCKS_WITHIN stays until the security administrator resets
LOCKS_WITHIN = timedelta(hours=24)
TICKET = timedelta(minutes=5)
SETUP_CODE = timedelta(hours=24)
SETUP_CODE_AFTER_RECOVERY = timedelta(hours=1)
RECOVERY_CODES = 8

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no letter looks like a digit
_GROUPS, _GROUP = 4, 5


class CodeRejected(NotSignedIn):
    title = "微信登录凭证已失效"


class WeChatRefusesUser(NotAllowed):
    title = "微信限制了这个账号登录"


class WrongPassword(NotSignedIn):
    title = "登录名、密码或设置码不正确"
    kept = True


class WrongCode(NotSignedIn):
    title = "验证码不正确"
    kept = True


class AccountLocked(TooManyRequests):
    title = "失败次数过多，账号已锁定"
    kept = True


class TicketExpired(NotSignedIn):
    title = "登录超时，请重新输入密码"


class SetupCodeExpired(Conflict):
    title = "设置码已过期"


class NothingToConfirm(Conflict):
    title = "请先取得验证器密钥"


@dataclass(frozen=True, kw_only=True)
class Tries:
    """Failed attempts under one login name; the names are those of the account's columns."""

    failures: int = 0
    window_started_at: datetime | None = None
    locked_until: datetime | None = None
    locks_today: int = 0
    first_lock_at: datetime | None = None


def lock_of(tries: Tries, now: datetime) -> AccountLocked | None:
    """The refusal under which everything is refused for now, if the name is locked."""
    if tries.locked_until is None:
        return None
    if tries.locks_today >= LOCKS:
        return AccountLocked("一天内第三次锁定，请联系安全管理员重置。")
    if now >= tries.locked_until:
        return None
    wait = max(1, round((tries.locked_until - now).total_seconds()))
    return AccountLocked("请稍后再试，或联系安全管理员。", retry_after_seconds=wait)


def check_not_locked(tries: Tries, now: datetime) -> None:
    if locked := lock_of(tries, now):
        raise locked


def after_failure(tries: Tries, now: datetime) -> Tries:
    """One more failure; the fifth in a quarter of an hour locks."""
    started = tries.window_started_at
    is_new = started is None or now - started >= WINDOW
    failures = 1 if is_new else tries.failures + 1
    if failures < FAILURES:
        started = now if is_new else started
        return replace(tries, failures=failures, window_started_at=started, locked_until=None)
    first = tries.first_lock_at
    is_first = first is None or now - first >= LOCKS_WITHIN
    return Tries(
        locked_until=now + LOCK,
        locks_today=1 if is_first else tries.locks_today + 1,
        first_lock_at=now if is_first else first,
    )


def after_success(tries: Tries) -> Tries:
    """The failures are forgotten; the locks of the last 24 hours are not."""
    return Tries(locks_today=tries.locks_today, first_lock_at=tries.first_lock_at)


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """The step whose code this is, at most one off and later than `after`; else None."""
    current = step_at(now)
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if step > after and is_code_of(secret, code, step):
            return step
    return None


def matching_pair(secret: str, codes: Sequence[str], *, now: datetime) -> int | None:
    """The later step of two consecutive codes, which prove that the phone's clock runs."""
    first, second = codes
    current = step_at(now)
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        if is_code_of(secret, first, step - 1) and is_code_of(secret, second, step):
            return step
    return None


def is_code_of(secret: str, code: str, step: int) -> bool:
    expected: str = pyotp.TOTP(secret).generate_otp(step)
    return hmac.compare_digest(expected.encode(), code.encode())


def new_totp_secret() -> str:
    return pyotp.random_base32()


def otpauth_uri(secret: str, login_name: str) -> str:
    """What an authenticator reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login_name, issuer_name="邻里 Linli")


def new_code() -> str:
    """A set-up or recovery code of 100 bits, in groups that can be read out."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def as_typed(code: str) -> str:
    """A code as people type it: small letters, spaces or missing hyphens, O for 0, I or L for 1."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return plain.translate(str.maketrans("OIL", "011"))
