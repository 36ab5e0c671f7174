"""What nobody decided by its day."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from backend.database import db
from backend.virtue_bank.models import FreezingRequest, ReversalRequest

Request = TypeVar("Request", FreezingRequest, ReversalRequest)


def lock_overdue(kind: type[Request], now: datetime, limit: int) -> Sequence[Request]:
    """What nobody confirmed or judged by its day, held; of an appeal nobody is told twice."""
    return db.session.scalars(
        select(kind)
        .where(
            kind.due_at <= now,
            kind.overdue_told_at.is_(None) | (kind.state != "appealed"),
        )
        .order_by(kind.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
