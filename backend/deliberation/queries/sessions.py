"""The calendar: its rules, the shells made from them, and what lies between two moments."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from backend.clock import utc_now
from backend.database import db
from backend.days import day_of, start_of
from backend.deliberation.models import AgendaItem, CalendarRule, Meeting
from backend.deliberation.queries.meetings import number_of_items


def calendar_rules(community_id: UUID) -> Sequence[CalendarRule]:
    """The rows of the community, oldest first."""
    rows = select(CalendarRule).where(CalendarRule.community_id == community_id)
    return db.session.scalars(
        rows.order_by(CalendarRule.kind, CalendarRule.valid_from, CalendarRule.id)
    ).all()


def communities_with_a_calendar() -> Sequence[UUID]:
    return db.session.scalars(
        select(CalendarRule.community_id).distinct().order_by(CalendarRule.community_id)
    ).all()


def add_calendar_rule(rule: CalendarRule) -> bool:
    """Add the row unless another of its kind begins on the same day."""
    columns = {column.key: getattr(rule, column.key) for column in CalendarRule.__table__.columns}
    added = db.session.scalar(
        insert(CalendarRule)
        .values(columns)
        .on_conflict_do_nothing(index_elements=["community_id", "kind", "valid_from"])
        .returning(CalendarRule.id)
    )
    return added is not None


def days_taken(community_id: UUID, since: datetime) -> set[tuple[str, date]]:
    """(kind, day) of every meeting from that moment on that is not cancelled."""
    rows = db.session.execute(
        select(Meeting.kind, Meeting.starts_at).where(
            Meeting.community_id == community_id,
            Meeting.starts_at >= since,
            Meeting.state != "cancelled",
        )
    )
    return {(kind, day_of(at)) for kind, at in rows}


def add_shells(shells: Sequence[dict[str, Any]]) -> None:
    """Add the meetings whose day has none yet."""
    if not shells:
        return
    now = utc_now()
    values = [
        {"id": uuid7(), "created_at": now, "state": "shell", "not_established": [], "version": 1}
        | shell
        for shell in shells
    ]
    db.session.execute(
        insert(Meeting).on_conflict_do_nothing(
            index_elements=["community_id", "calendar_rule_id", "nominal_on"]
        ),
        values,
    )


def lock_planned_shells(community_id: UUID) -> Sequence[tuple[Meeting, CalendarRule]]:
    """Every shell of its calendar with its rule, leaving out what another job holds."""
    rows = db.session.execute(
        select(Meeting, CalendarRule)
        .join(
            CalendarRule,
            (CalendarRule.community_id == Meeting.community_id)
            & (CalendarRule.id == Meeting.calendar_rule_id),
        )
        .where(Meeting.community_id == community_id, Meeting.state == "shell")
        .order_by(Meeting.id)
        .with_for_update(of=Meeting, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return [(meeting, rule) for meeting, rule in rows]


def lock_empty_shells(community_id: UUID, kind: str, *, from_on: date) -> Sequence[Meeting]:
    """Shells of the calendar from that day on that nobody has put anything on."""
    items = exists().where(
        AgendaItem.community_id == Meeting.community_id, AgendaItem.meeting_id == Meeting.id
    )
    return db.session.scalars(
        select(Meeting)
        .where(
            Meeting.community_id == community_id,
            Meeting.kind == kind,
            Meeting.calendar_rule_id.is_not(None),
            Meeting.state == "shell",
            Meeting.nominal_on >= from_on,
            Meeting.starts_at >= start_of(from_on),
            ~items,
        )
        .order_by(Meeting.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def meetings_between(
    community_id: UUID, since: datetime, until: datetime
) -> Sequence[tuple[Meeting, int]]:
    """Meetings that begin in the span, with the number of their items; one statement."""
    items = number_of_items()
    rows = db.session.execute(
        select(Meeting, items)
        .where(
            Meeting.community_id == community_id,
            Meeting.starts_at >= since,
            Meeting.starts_at < until,
        )
        .order_by(Meeting.starts_at)
    )
    return [(meeting, count) for meeting, count in rows]
