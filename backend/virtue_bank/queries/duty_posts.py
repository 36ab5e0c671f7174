"""Duty posts, and the roles they stand for."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import Range

from backend.database import db
from backend.days import month_after
from backend.errors import NotFound
from backend.residents.models import RoleAssignment
from backend.virtue_bank.models import DutyPost


def days_of(month: date) -> Range[date]:
    """The days of the month that begins on that day."""
    return Range(month, month_after(month))


def duty_posts_page(community_id: UUID, *, after: UUID | None, limit: int) -> Sequence[DutyPost]:
    """Posts, newest first, one more than `limit`."""
    rows = select(DutyPost).where(DutyPost.community_id == community_id)
    if after is not None:
        rows = rows.where(DutyPost.id < after)
    return db.session.scalars(rows.order_by(DutyPost.id.desc()).limit(limit + 1)).all()


def duty_posts_in(community_id: UUID, days: Range[date]) -> Sequence[DutyPost]:
    """Posts held on some of these days, as they were written down."""
    return db.session.scalars(
        select(DutyPost)
        .where(DutyPost.community_id == community_id, DutyPost.valid.overlaps(days))
        .order_by(DutyPost.id)
    ).all()


def communities_with_duty(days: Range[date]) -> Sequence[UUID]:
    """Where somebody held a post on some of these days."""
    return db.session.scalars(
        select(DutyPost.community_id).where(DutyPost.valid.overlaps(days)).distinct()
    ).all()


def lock_duty_post(community_id: UUID, duty_post_id: UUID) -> DutyPost:
    """The post, held until the transaction ends.

    Raises:
        NotFound: the community has none with this id.
    """
    found = db.session.get(
        DutyPost, (community_id, duty_post_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def is_post_taken(
    community_id: UUID, resident_id: UUID, post: str, building_id: UUID, days: Range[date]
) -> bool:
    """Whether the person's post there is entered for some of these days."""
    same = exists().where(
        DutyPost.community_id == community_id,
        DutyPost.resident_id == resident_id,
        DutyPost.post == post,
        DutyPost.building_id == building_id,
        DutyPost.valid.overlaps(days),
    )
    return bool(db.session.scalar(select(same)))


def roles_held(
    community_id: UUID, resident_ids: Iterable[UUID], posts: Iterable[str], days: Range[date]
) -> Sequence[RoleAssignment]:
    """Captaincies these people held on some of these days, ended ones too."""
    return db.session.scalars(
        select(RoleAssignment).where(
            RoleAssignment.community_id == community_id,
            RoleAssignment.resident_id.in_(set(resident_ids)),
            RoleAssignment.role.in_(list(posts)),
            RoleAssignment.state != "proposed",
            RoleAssignment.valid.overlaps(days),
        )
    ).all()
