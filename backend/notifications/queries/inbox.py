"""我的消息 of one person, and how the person wants to hear of things."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, update
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from backend.clock import utc_now
from backend.database import db
from backend.notifications.models import Delivery, Notice, NoticePreference
from backend.notifications.queries.subscriptions import return_messages

_SHOWN = (
    Delivery.id,
    Delivery.community_id,
    Delivery.read_at,
    Notice.kind,
    Notice.headline,
    Notice.body,
    Notice.page,
    Notice.urgency,
    Notice.created_at,
)


def inbox_of(resident_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Any]:
    """The person's messages from all their communities, newest first, one more than `limit`."""
    wanted = _messages_of(resident_id).order_by(Delivery.id.desc()).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(Delivery.id < after)
    return db.session.execute(wanted).all()


def message_of(resident_id: UUID, message_id: UUID) -> Any:
    return db.session.execute(_messages_of(resident_id).where(Delivery.id == message_id)).first()


def mark_read(resident_id: UUID, message_id: UUID, now: datetime) -> None:
    db.session.execute(
        update(Delivery)
        .where(
            Delivery.resident_id == resident_id,
            Delivery.channel == "inbox",
            Delivery.id == message_id,
            Delivery.read_at.is_(None),
        )
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )


def preferences_of(resident_id: UUID) -> dict[str, str]:
    rows = db.session.execute(
        select(NoticePreference.topic, NoticePreference.mode).where(
            NoticePreference.resident_id == resident_id
        )
    )
    return {row[0]: row[1] for row in rows}


def save_preferences(resident_id: UUID, modes: Mapping[str, str]) -> None:
    rows = [
        {
            "id": uuid7(),
            "created_at": utc_now(),
            "resident_id": resident_id,
            "topic": topic,
            "mode": mode,
        }
        for topic, mode in sorted(modes.items())
    ]
    saving = insert(NoticePreference).values(rows)
    db.session.execute(
        saving.on_conflict_do_update(
            index_elements=["resident_id", "topic"], set_={"mode": saving.excluded.mode}
        )
    )


def cancel_waiting(resident_id: UUID, topics: Sequence[str], now: datetime) -> None:
    """Cancel cards and digest rows of these topics that have not gone out yet."""
    cancelled = db.session.execute(
        update(Delivery)
        .where(
            Delivery.resident_id == resident_id,
            Delivery.state == "due",
            Delivery.channel.in_(["wechat", "digest"]),
            Notice.community_id == Delivery.community_id,
            Notice.id == Delivery.notice_id,
            Notice.kind.in_(topics),
        )
        .values(state="cancelled", reason="not_wanted", due_at=None, finished_at=now)
        .returning(Delivery.subscription_id, Delivery.unsure)
        .execution_options(synchronize_session=False)
    ).all()
    return_messages([held for held, unsure in cancelled if held and not unsure])


def _messages_of(resident_id: UUID) -> Any:
    return (
        select(*_SHOWN)
        .join(
            Notice,
            and_(Notice.community_id == Delivery.community_id, Notice.id == Delivery.notice_id),
        )
        .where(Delivery.resident_id == resident_id, Delivery.channel == "inbox")
    )
