"""Counters of caps: each taken and given back in one statement that is the decision itself."""

from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from backend.database import db, tell
from backend.virtue_bank.models import CapCounter

_BUMP = """
INSERT INTO cap_counter AS c (community_id, rule_cap_id, subject_key, period_start, used)
SELECT CAST(:community_id AS uuid), CAST(:rule_cap_id AS uuid), CAST(:subject_key AS text),
       CAST(:period_start AS date), CAST(:points AS bigint)
 WHERE CAST(:points AS bigint) <= CAST(:cap AS bigint)
ON CONFLICT (community_id, rule_cap_id, subject_key, period_start)
DO UPDATE SET used = c.used + CAST(:points AS bigint)
 WHERE c.used + CAST(:points AS bigint) <= CAST(:cap AS bigint)
RETURNING used
"""


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
    told = {
        "community_id": community_id,
        "rule_cap_id": rule_cap_id,
        "subject_key": subject_key,
        "period_start": period_start,
        "points": points,
        "cap": cap,
    }
    taken = tell(_BUMP, told)
    return taken[0]["used"] if taken else None


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
