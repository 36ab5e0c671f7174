"""When something is wrong with the seals, and how the findings of a night are told."""

from datetime import datetime, timedelta

from backend.days import SHANGHAI

LONGEST_UNSEALED = timedelta(days=1)
VERIFIED_NIGHTLY = timedelta(days=2)
"""Blocks younger than this are recomputed every night, all of them once a week."""
SUNDAY = 6


def verify_since(now: datetime) -> datetime | None:
    """From which moment's blocks on the night recomputes; None: from the first."""
    return None if now.astimezone(SHANGHAI).weekday() == SUNDAY else now - VERIFIED_NIGHTLY


def waits_too_long(oldest_unsealed: datetime | None, now: datetime) -> bool:
    """Whether a transfer should have been sealed long ago."""
    return oldest_unsealed is not None and now - oldest_unsealed > LONGEST_UNSEALED
