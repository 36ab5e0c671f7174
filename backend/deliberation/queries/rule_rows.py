"""Rule rows: which is in force on a day, and all of them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from backend.clock import utc_now
from backend.database import db
from backend.deliberation.models import RuleRow


def rule_in_force(community_id: UUID, code: str, on: date) -> RuleRow | None:
    """The row of `code` that began last on or before the day."""
    return db.session.scalar(
        select(RuleRow)
        .where(RuleRow.community_id == community_id, RuleRow.code == code, RuleRow.valid_from <= on)
        .order_by(RuleRow.valid_from.desc())
        .limit(1)
    )


def rule_rows_page(
    community_id: UUID, *, code: str | None, after: UUID | None, limit: int
) -> Sequence[RuleRow]:
    """Rows past, present and to come, newest first, one more than `limit`."""
    rows = select(RuleRow).where(RuleRow.community_id == community_id)
    if code is not None:
        rows = rows.where(RuleRow.code == code)
    if after is not None:
        rows = rows.where(RuleRow.id < after)
    return db.session.scalars(rows.order_by(RuleRow.id.desc()).limit(limit + 1)).all()


def add_missing_rows(community_id: UUID, rows: Iterable[dict[str, Any]]) -> None:
    """Add those rows the community does not have yet; one already there is never changed."""
    now = utc_now()
    values = [{"community_id": community_id, "id": uuid7(), "created_at": now, **r} for r in rows]
    db.session.execute(
        insert(RuleRow).on_conflict_do_nothing(
            index_elements=["community_id", "code", "valid_from"]
        ),
        values,
    )
