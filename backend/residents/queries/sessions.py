"""Sessions that have not ended yet."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update

from backend.database import db
from backend.residents.models import LoginSession


def live_sessions(
    resident_id: UUID, *, now: datetime, limit: int, after: UUID | None = None
) -> Sequence[LoginSession]:
    """The person's sessions, newest first; one more than `limit` if there are more."""
    own = select(LoginSession).where(*_is_live(resident_id, now))
    if after is not None:
        own = own.where(LoginSession.id < after)
    return db.session.scalars(own.order_by(LoginSession.id.desc()).limit(limit + 1)).all()


def revoke_sessions(
    resident_id: UUID,
    because: str,
    *,
    now: datetime,
    only: UUID | None = None,
    but: UUID | None = None,
    kinds: Collection[str] = (),
) -> list[tuple[UUID, str]]:
    """End the person's live sessions, (id, kind) of each: all, one, all but one, or by kind."""
    ending = update(LoginSession).where(*_is_live(resident_id, now))
    if only is not None:
        ending = ending.where(LoginSession.id == only)
    if but is not None:
        ending = ending.where(LoginSession.id != but)
    if kinds:
        ending = ending.where(LoginSession.kind.in_(kinds))
    ended = db.session.execute(
        ending.values(revoked_at=now, revoked_because=because).returning(
            LoginSession.id, LoginSession.kind
        )
    )
    return [(session_id, kind) for session_id, kind in ended]


def drop_sessions_expired(before: datetime, most: int) -> int:
    """Delete at most so many sessions that were over by then, the oldest first; how many."""
    over = (
        select(LoginSession.id)
        .where(LoginSession.expires_at < before)
        .order_by(LoginSession.id)
        .limit(most)
    )
    gone = db.session.execute(
        delete(LoginSession)
        .where(LoginSession.id.in_(over))
        .returning(LoginSession.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def _is_live(resident_id: UUID, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        LoginSession.resident_id == resident_id,
        LoginSession.revoked_at.is_(None),
        LoginSession.expires_at > now,
    )
