"""What the outbox still owes, and since when."""

from datetime import datetime

from backend.notifications.queries import measures
from backend.notifications.rules import sendable_urgencies


def waiting_cards(now: datetime) -> tuple[int, datetime | None]:
    """How many cards could go out now, and since when the oldest of all waits.

    A notice whose audience is not expanded yet waits too.
    """
    due, oldest = measures.cards_due(now, sendable_urgencies(now))
    waiting = [since for since in (oldest, measures.oldest_unexpanded()) if since is not None]
    return due, min(waiting) if waiting else None
