"""Checking and changing what staff know and have: password, authenticator, recovery codes.

A refusal here is kept with the failure it counts, so callers change nothing before they ask.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from backend import crypto
from backend.audit.actions import record
from backend.database import db
from backend.residents.actions import tickets
from backend.residents.identity import token_hash
from backend.residents.models import PasswordHistory, RecoveryCode, StaffAccount
from backend.residents.queries import accounts
from backend.residents.rules import passwords, sign_in
from backend.residents.rules.sign_in import (
    AccountLocked,
    Tries,
    WrongCode,
    WrongPassword,
    check_not_locked,
)

TOTP = "staff_account.totp_secret"


def identified(login_name: str, password: str, *, now: datetime) -> StaffAccount:
    """The active account with this name and password, locked for the transaction."""
    account = _named(login_name, now=now)
    known = account.password_hash if account and account.status == "active" else None
    is_right = passwords.is_password(password, known)
    if account is None or not is_right:
        raise _failed(account, login_name, WrongPassword(), now=now)
    return account


def invited(login_name: str, setup_code: str, *, now: datetime) -> StaffAccount:
    """The invited account with this set-up code, locked for the transaction."""
    account = _named(login_name, now=now)
    known = account.setup_code_hash if account and account.status == "invited" else None
    if account is None or known != code_hash(setup_code):
        raise _failed(account, login_name, WrongPassword(), now=now)
    if account.setup_expires_at is None or now >= account.setup_expires_at:
        raise sign_in.SetupCodeExpired("请联系安全管理员重新发放。")
    return account


def named(login_name: str, *, now: datetime) -> StaffAccount:
    """The active account with this name, whose code is still to be checked."""
    account = _named(login_name, now=now)
    if account is None or account.status != "active":
        raise _failed(account, login_name, WrongCode(), now=now)
    return account


def check_one_time_code(account: StaffAccount, code: str, *, now: datetime) -> None:
    """Use up the code of the moment; the account's row is locked by the caller."""
    check_not_locked(_tries_of(account), now)
    secret = totp_secret(account)
    step = secret and sign_in.matching_step(secret, code, now=now, after=account.totp_last_step)
    if not step:
        raise _failed(account, account.login_name, WrongCode(), now=now)
    account.totp_last_step = step
    _keep(account, sign_in.after_success(_tries_of(account)))


def use_recovery_code(account: StaffAccount, code: str, *, now: datetime) -> None:
    """Use up one of the eight codes."""
    found = accounts.unused_recovery_code(account.id, code_hash(code))
    if found is None:
        raise _failed(account, account.login_name, WrongCode(), now=now)
    found.used_at = now
    _keep(account, Tries())


def check_pair(account: StaffAccount, codes: Sequence[str], *, now: datetime) -> None:
    """Two consecutive codes prove that the authenticator has the secret and runs on time."""
    secret = totp_secret(account)
    if secret is None:
        raise sign_in.NothingToConfirm("请先只提交设置码和密码，用返回的密钥添加验证器。")
    step = sign_in.matching_pair(secret, codes, now=now)
    if step is None:
        raise _failed(account, account.login_name, WrongCode(), now=now)
    account.totp_last_step = step


def check_password_choice(account: StaffAccount, password: str) -> None:
    passwords.check_password(password, login_name=account.login_name)
    old = accounts.old_password_hashes(account.id, limit=passwords.REMEMBERED)
    passwords.check_not_reused(password, old)


def set_password(account: StaffAccount, password: str, *, now: datetime) -> None:
    check_password_choice(account, password)
    account.password_hash = passwords.hash_password(password)
    account.password_set_at = now
    db.session.add(PasswordHistory(account_id=account.id, password_hash=account.password_hash))
    witness("password.changed", account)


def new_secret(account: StaffAccount) -> str:
    """Give the account a new secret for an authenticator; returns it."""
    secret = sign_in.new_totp_secret()
    account.totp_secret_sealed = crypto.seal(secret, f"{TOTP}:{account.id}")
    return secret


def totp_secret(account: StaffAccount) -> str | None:
    sealed = account.totp_secret_sealed
    return sealed and crypto.unseal(sealed, f"{TOTP}:{account.id}")


def new_recovery_codes(account: StaffAccount) -> list[str]:
    """Eight new codes instead of the old ones; shown once."""
    accounts.forget_recovery_codes(account.id)
    codes = [sign_in.new_code() for _ in range(sign_in.RECOVERY_CODES)]
    db.session.add_all(
        RecoveryCode(account_id=account.id, code_hash=code_hash(code)) for code in codes
    )
    return codes


def code_hash(code: str) -> str:
    return token_hash(sign_in.as_typed(code))


def lock_of(account: StaffAccount, *, now: datetime) -> AccountLocked | None:
    return sign_in.lock_of(_tries_of(account), now)


def forget_failures(account: StaffAccount) -> None:
    _keep(account, Tries())


def witness(action: str, account: StaffAccount, **detail: str) -> None:
    """Evidence of what the account's owner did to it before a session exists."""
    record(
        action,
        object_type="staff_account",
        object_id=account.id,
        actor_id=account.resident_id,
        actor_role="staff",
        detail=detail,
    )


def _named(login_name: str, *, now: datetime) -> StaffAccount | None:
    account = accounts.lock_account_named(login_name)
    tries = tickets.tries_on(login_name) if account is None else _tries_of(account)
    check_not_locked(tries, now)
    return account


def _failed(
    account: StaffAccount | None,
    login_name: str,
    refusal: WrongPassword | WrongCode,
    *,
    now: datetime,
) -> WrongPassword | WrongCode | AccountLocked:
    """Count the failure; the refusal to raise, which is the lock's if this was one too many."""
    before = tickets.tries_on(login_name) if account is None else _tries_of(account)
    tries = sign_in.after_failure(before, now)
    if account is None:
        tickets.keep_tries_on(login_name, tries)
    else:
        _keep(account, tries)
    locked = sign_in.lock_of(tries, now)
    record(
        "account.locked" if locked else "sign_in.failed",
        object_type="staff_account",
        object_id=account.id if account else None,
        actor_id=account.resident_id if account else None,
        actor_role="staff" if account else "unknown",
        outcome="failed",
        detail={"because": type(refusal).__name__},
    )
    return locked or refusal


def _tries_of(account: StaffAccount) -> Tries:
    return Tries(
        failures=account.failures,
        window_started_at=account.window_started_at,
        locked_until=account.locked_until,
        locks_today=account.locks_today,
        first_lock_at=account.first_lock_at,
    )


def _keep(account: StaffAccount, tries: Tries) -> None:
    for column, value in asdict(tries).items():
        setattr(account, column, value)
