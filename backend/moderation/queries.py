"""Cases and their order, and what the machine has still to look at."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, and_, or_, select, tuple_

from backend.clock import utc_now
from backend.database import db
from backend.errors import NotFound
from backend.moderation.models import ModerationCase
from backend.residents.models import Resident, WechatIdentity

_OPEN = ModerationCase.state.in_(("held", "escalated"))
Row = TypeVar("Row")

BATCH = 200


def find_case(community_id: UUID, case_id: UUID) -> ModerationCase:
    return _found(db.session.get(ModerationCase, (community_id, case_id)))


def find_case_of(community_id: UUID, author_id: UUID, case_id: UUID) -> ModerationCase:
    """The case of the author's own text; of anybody else's there is none."""
    case = find_case(community_id, case_id)
    if case.author_id != author_id:
        raise NotFound
    return case


def lock_case(community_id: UUID, case_id: UUID) -> ModerationCase:
    """The case, held until the transaction ends, so that it is decided once."""
    return _found(
        db.session.get(
            ModerationCase,
            (community_id, case_id),
            with_for_update=True,
            populate_existing=True,
        )
    )


def lock_open_case(
    community_id: UUID, subject_type: str, subject_id: UUID
) -> ModerationCase | None:
    return db.session.scalar(
        _of_subject(community_id, subject_type, subject_id).where(_OPEN).with_for_update()
    )


def lock_latest_case(community_id: UUID, subject_type: str, subject_id: UUID) -> ModerationCase:
    """The subject's newest case, held until the transaction ends.

    Raises:
        NotFound: the text was never submitted for moderation, or is another community's.
    """
    newest = _of_subject(community_id, subject_type, subject_id).order_by(ModerationCase.id.desc())
    return _found(db.session.scalar(newest.limit(1).with_for_update()))


def cases_of(community_id: UUID, subject_type: str, subject_id: UUID) -> Sequence[ModerationCase]:
    """Every case about one subject, oldest first."""
    wanted = _of_subject(community_id, subject_type, subject_id)
    return db.session.scalars(wanted.order_by(ModerationCase.id)).all()


def waiting_cases(
    community_id: UUID, *, for_the_chair: bool, limit: int, after: tuple[int, UUID] | None
) -> Sequence[ModerationCase]:
    """A page of the human queue, one row more than `limit`: risky first, then the oldest.

    The chair sees what was escalated or has waited too long.
    """
    waiting = select(ModerationCase).where(ModerationCase.community_id == community_id, _OPEN)
    if for_the_chair:
        waiting = waiting.where(
            or_(ModerationCase.state == "escalated", ModerationCase.due_at <= utc_now())
        )
    if after is not None:
        waiting = waiting.where(tuple_(ModerationCase.priority, ModerationCase.id) > after)
    return db.session.scalars(
        waiting.order_by(ModerationCase.priority, ModerationCase.id).limit(limit + 1)
    ).all()


def samples(community_id: UUID, *, limit: int, after: UUID | None) -> Sequence[ModerationCase]:
    """A page of what passed by itself and was drawn to be looked at, oldest first."""
    waiting = select(ModerationCase).where(
        ModerationCase.community_id == community_id,
        ModerationCase.sampled,
        ModerationCase.sample_checked_at.is_(None),
    )
    if after is not None:
        waiting = waiting.where(ModerationCase.id > after)
    return db.session.scalars(waiting.order_by(ModerationCase.id).limit(limit + 1)).all()


def appeals(community_id: UUID, *, limit: int, after: UUID | None) -> Sequence[ModerationCase]:
    """A page of appeals that wait for another judge, one row more than `limit`, oldest first."""
    waiting = select(ModerationCase).where(
        ModerationCase.community_id == community_id,
        ModerationCase.appealed_at.is_not(None),
        ModerationCase.appeal_outcome.is_(None),
    )
    if after is not None:
        waiting = waiting.where(ModerationCase.id > after)
    return db.session.scalars(waiting.order_by(ModerationCase.id).limit(limit + 1)).all()


def decided_cases(
    community_id: UUID, *, limit: int, after: UUID | None
) -> Sequence[ModerationCase]:
    """A page of what people have decided or looked at again, the newest text first."""
    looked_at = or_(
        ModerationCase.decided_by.is_not(None), ModerationCase.sample_checked_at.is_not(None)
    )
    decided = select(ModerationCase).where(ModerationCase.community_id == community_id, looked_at)
    if after is not None:
        decided = decided.where(ModerationCase.id < after)
    return db.session.scalars(decided.order_by(ModerationCase.id.desc()).limit(limit + 1)).all()


def lock_unchecked(now: datetime, count: int) -> Sequence[ModerationCase]:
    """The oldest texts the machine has not seen and no other job is just showing it."""
    unchecked = select(ModerationCase).where(
        ModerationCase.state == "held",
        ModerationCase.checked_at.is_(None),
        or_(ModerationCase.claimed_until.is_(None), ModerationCase.claimed_until <= now),
    )
    return db.session.scalars(
        unchecked.order_by(ModerationCase.id).limit(count).with_for_update(skip_locked=True)
    ).all()


def lock_overdue(now: datetime) -> Sequence[ModerationCase]:
    """Cases that have waited too long and of which nobody has been told yet."""
    appealed = and_(
        ModerationCase.appealed_at.is_not(None), ModerationCase.appeal_outcome.is_(None)
    )
    late = select(ModerationCase).where(
        or_(_OPEN, appealed),
        ModerationCase.due_at <= now,
        ModerationCase.overdue_told_at.is_(None),
    )
    return db.session.scalars(
        late.order_by(ModerationCase.id).limit(BATCH).with_for_update(skip_locked=True)
    ).all()


def wechat_identity_of(resident_id: UUID) -> WechatIdentity | None:
    """The author's bound WeChat; None for people who write without it."""
    return db.session.scalar(
        select(WechatIdentity)
        .join(Resident, Resident.id == WechatIdentity.resident_id)
        .where(
            WechatIdentity.resident_id == resident_id,
            WechatIdentity.unbound_at.is_(None),
            Resident.status == "active",
        )
        .order_by(WechatIdentity.bound_at.desc())
        .limit(1)
    )


def _of_subject(community_id: UUID, subject_type: str, subject_id: UUID) -> Select[ModerationCase]:
    return select(ModerationCase).where(
        ModerationCase.community_id == community_id,
        ModerationCase.subject_type == subject_type,
        ModerationCase.subject_id == subject_id,
    )


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row
