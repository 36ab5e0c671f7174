"""Minutes: the version that counts, who signed it, and what somebody wants corrected."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from backend.database import db
from backend.deliberation.models import Minutes, MinutesCorrection, MinutesSignature


def latest_minutes(community_id: UUID, meeting_id: UUID, *, lock: bool = False) -> Minutes | None:
    """The newest version; held until the transaction ends if `lock`."""
    wanted = (
        select(Minutes)
        .where(Minutes.community_id == community_id, Minutes.meeting_id == meeting_id)
        .order_by(Minutes.version.desc())
        .limit(1)
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(wanted)


def signatures_of(minutes: Minutes) -> Sequence[MinutesSignature]:
    return db.session.scalars(
        select(MinutesSignature)
        .where(
            MinutesSignature.community_id == minutes.community_id,
            MinutesSignature.minutes_id == minutes.id,
        )
        .order_by(MinutesSignature.id)
    ).all()


def corrections_of(minutes: Minutes) -> Sequence[MinutesCorrection]:
    return db.session.scalars(
        select(MinutesCorrection)
        .where(
            MinutesCorrection.community_id == minutes.community_id,
            MinutesCorrection.minutes_id == minutes.id,
        )
        .order_by(MinutesCorrection.id)
    ).all()
