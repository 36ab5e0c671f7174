"""What sign-in remembers for minutes only: tickets between its two steps, tries on unknown names.

It lives in Redis and disappears by itself.
"""

import hashlib
import json
import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from redis import RedisError

from backend.errors import Unavailable
from backend.limits import counters
from backend.residents.rules.sign_in import LOCKS_WITHIN, TICKET, TicketExpired, Tries


def issue(account_id: UUID, *, now: datetime) -> str:
    """A ticket that says the password was right; only its hash is kept."""
    ticket = secrets.token_urlsafe(32)
    until = (now + TICKET).isoformat()
    _set(_ticket(ticket), f"{account_id} {until}", seconds=int(TICKET.total_seconds()))
    return ticket


def account_id_of(ticket: str, *, now: datetime) -> UUID:
    """Whose password it stands for.

    Raises:
        TicketExpired: it is older than five minutes, used, or was never issued.
    """
    account_id, _, until = (_get(_ticket(ticket)) or "").partition(" ")
    if not until or now >= datetime.fromisoformat(until):
        raise TicketExpired
    return UUID(account_id)


def forget(ticket: str) -> None:
    try:
        counters().delete(_ticket(ticket))
    except RedisError:
        raise Unavailable from None


def tries_on(login_name: str) -> Tries:
    """Failures under a name nobody has: it locks as a real one does, and tells nobody apart."""
    kept: dict[str, Any] = {
        name: datetime.fromisoformat(value) if isinstance(value, str) else value
        for name, value in json.loads(_get(_name(login_name)) or "{}").items()
    }
    return Tries(**kept)


def keep_tries_on(login_name: str, tries: Tries) -> None:
    kept = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(tries).items()
    }
    _set(_name(login_name), json.dumps(kept), seconds=int(LOCKS_WITHIN.total_seconds()))


def _set(key: str, value: str, *, seconds: int) -> None:
    try:
        counters().set(key, value, ex=seconds)
    except RedisError:
        raise Unavailable from None


def _get(key: str) -> str | None:
    try:
        value = counters().get(key)
    except RedisError:
        raise Unavailable from None
    return None if value is None else cast("bytes", value).decode()


def _ticket(ticket: str) -> str:
    return f"sign-in-ticket:{_hash(ticket)}"


def _name(login_name: str) -> str:
    return f"sign-in-tries:{_hash(login_name.lower())}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
