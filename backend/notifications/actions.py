"""Promising a notice, and keeping the promise."""

from backend.database import db
from backend.notifications.models import Notice


def announce(notice: Notice) -> None:
    """Promise to deliver `notice`, if and only if the current transaction commits."""
    db.session.add(notice)
