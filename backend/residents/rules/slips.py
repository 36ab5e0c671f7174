"""入户码: twelve digits on paper, half of them its name and half the secret. Pure."""

import secrets
from datetime import datetime, timedelta

from backend.errors import NotSignedIn

VALID = timedelta(days=7)
TRIES = 5
HALF = 6


class SlipRefused(NotSignedIn):
    """Which of the reasons it was stays unsaid."""

    title = "登录码不对，或者已经用过、过期了"
    kept = True


def new_half() -> str:
    return f"{secrets.randbelow(10**HALF):0{HALF}}"


def halves(typed: str) -> tuple[str, str]:
    """Number and secret of a code as typed, with or without spaces."""
    digits = "".join(typed.split())
    return digits[:HALF], digits[HALF:]


def is_open(*, expires_at: datetime, used_at: datetime | None, tries: int, now: datetime) -> bool:
    return used_at is None and now < expires_at and tries < TRIES
