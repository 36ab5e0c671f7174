"""Rule rows: which is in force on a day, and all of them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from backend.clock import utc_now
from backend.database import db
from backend.days import day_of
from backend.deliberation.models import AgendaItem, CalendarRule, Meeting, RuleRow


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


def law_in_force(community_id: UUID, code: str, on: date) -> RuleRow | None:
    """What the law itself asks for on that day, whatever the community has set since."""
    return db.session.scalar(
        select(RuleRow)
        .where(
            RuleRow.community_id == community_id,
            RuleRow.code == code,
            RuleRow.origin == "law",
            RuleRow.valid_from <= on,
        )
        .order_by(RuleRow.valid_from.desc())
        .limit(1)
    )


def last_day_planned(community_id: UUID, body: str) -> date | None:
    """The day of the last meeting of that body, not yet over, whose agenda has items."""
    has_items = exists().where(
        AgendaItem.community_id == Meeting.community_id,
        AgendaItem.meeting_id == Meeting.id,
        AgendaItem.result.is_distinct_from("postponed"),
    )
    starts_at = db.session.scalar(
        select(func.max(Meeting.starts_at)).where(
            Meeting.community_id == community_id,
            Meeting.body == body,
            Meeting.state.in_(("shell", "frozen", "open")),
            has_items,
        )
    )
    return day_of(starts_at) if starts_at else None


def notice_planned(community_id: UUID, kind: str, on: date) -> list[int]:
    """The clear days with which sessions of the kind are planned from that day on."""
    rules = db.session.execute(
        select(CalendarRule.valid_from, CalendarRule.notice_days)
        .where(CalendarRule.community_id == community_id, CalendarRule.kind == kind)
        .order_by(CalendarRule.valid_from)
    ).all()
    begun = [days for since, days in rules if since <= on]
    return [*begun[-1:], *(days for since, days in rules if since > on)]


def add_row(row: RuleRow) -> bool:
    """Whether the row is the first of its code and day."""
    columns = {name: getattr(row, name) for name in RuleRow.__table__.columns.keys()}  # noqa: SIM118
    added = db.session.execute(
        insert(RuleRow)
        .values(columns)
        .on_conflict_do_nothing(index_elements=["community_id", "code", "valid_from"])
        .returning(RuleRow.id)
    )
    return added.scalar_one_or_none() is not None


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
