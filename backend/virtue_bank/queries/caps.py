"""Counters of caps: each taken and given back in one statement that is the decision itself."""

from datetime import date
from uuid import UUID

from sqlalchemy import literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import BigInteger

from backend.database import db
from backend.virtue_bank.models import CapCounter


def bump_cap(
    community_id: UUID,
    *,
    rule_cap_id: UUID,
    subject_key: str,
    period_start: date,
    points: int,
    cap: int,
) -> int | None:
    """Count the points in; what is used now, or None where they would pass the cap.

    The condition in the statement decides, so two approvers cannot both take the last point.
    """
    first = select(
        literal(community_id),
        literal(rule_cap_id),
        literal(subject_key),
        literal(period_start),
        literal(points, BigInteger),
    ).where(literal(points, BigInteger) <= cap)
    taken = insert(CapCounter).from_select(
        ["community_id", "rule_cap_id", "subject_key", "period_start", "used"], first
    )
    used = CapCounter.used + points
    return db.session.scalar(
        taken.on_conflict_do_update(
            index_elements=["community_id", "rule_cap_id", "subject_key", "period_start"],
            set_={"used": used},
            where=used <= cap,
        ).returning(CapCounter.used)
    )


def lower_cap(
    community_id: UUID, *, rule_cap_id: UUID, subject_key: str, period_start: date, points: int
) -> None:
    """Give counted points back, of a share that counts no more."""
    db.session.execute(
        update(CapCounter)
        .where(
            CapCounter.community_id == community_id,
            CapCounter.rule_cap_id == rule_cap_id,
            CapCounter.subject_key == subject_key,
            CapCounter.period_start == period_start,
        )
        .values(used=CapCounter.used - points),
        execution_options={"synchronize_session": False},
    )


def cap_used(community_id: UUID, *, rule_cap_id: UUID, subject_key: str, period_start: date) -> int:
    """What of the cap is used; nothing as long as nobody counted."""
    used = db.session.scalar(
        select(CapCounter.used).where(
            CapCounter.community_id == community_id,
            CapCounter.rule_cap_id == rule_cap_id,
            CapCounter.subject_key == subject_key,
            CapCounter.period_start == period_start,
        )
    )
    return used or 0
