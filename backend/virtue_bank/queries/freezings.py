"""Requests to freeze or free an account: whose it is, what waits, what is in force."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, false, func, or_, select

from backend.database import db
from backend.errors import NotFound
from backend.virtue_bank.models import Family, FamilyMember, FreezingRequest
from backend.virtue_bank.models.families import ADULTS
from backend.virtue_bank.models.freezings import IN_FORCE


def find_freezing(community_id: UUID, freezing_id: UUID) -> FreezingRequest:
    """Raises NotFound: the community has no such request."""
    found = db.session.get(FreezingRequest, (community_id, freezing_id))
    if found is None:
        raise NotFound
    return found


def lock_freezing(community_id: UUID, freezing_id: UUID) -> FreezingRequest:
    """The request, held until the transaction ends.

    Raises:
        NotFound: the community has no such request.
    """
    found = db.session.get(
        FreezingRequest, (community_id, freezing_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def freezings_page(
    community_id: UUID,
    *,
    reader_id: UUID,
    only_own: bool,
    account_id: int | None = None,
    after: UUID | None,
    limit: int,
) -> Sequence[FreezingRequest]:
    """Requests, newest first, one more than `limit`: the reader's own, or all.

    Of the own account nobody sees what was not confirmed: the points would be gone before.
    """
    family = (
        select(FamilyMember.family_id)
        .where(
            FamilyMember.community_id == community_id,
            FamilyMember.resident_id == reader_id,
            FamilyMember.role.in_(ADULTS),
            FamilyMember.consented_at.is_not(None),
            FamilyMember.left_at.is_(None),
        )
        .scalar_subquery()
    )
    mine = or_(FreezingRequest.holder_id == reader_id, FreezingRequest.family_id == family)
    is_own = func.coalesce(mine, false())
    rows = select(FreezingRequest).where(
        FreezingRequest.community_id == community_id,
        or_(FreezingRequest.confirmed_at.is_not(None), ~is_own),
    )
    if only_own:
        rows = rows.where(is_own)
    if account_id is not None:
        rows = rows.where(FreezingRequest.account_id == account_id)
    if after is not None:
        rows = rows.where(FreezingRequest.id < after)
    return db.session.scalars(rows.order_by(FreezingRequest.id.desc()).limit(limit + 1)).all()


def founders_of(community_id: UUID, family_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Who founded each of these families: it is called by their name."""
    rows = db.session.execute(
        select(Family.id, Family.founded_by).where(
            Family.community_id == community_id, Family.id.in_(family_ids)
        )
    )
    return dict(rows.all())


def is_asked(community_id: UUID, account_id: int) -> bool:
    """Whether a request about this account waits."""
    waits = exists().where(
        FreezingRequest.community_id == community_id,
        FreezingRequest.account_id == account_id,
        FreezingRequest.state == "requested",
    )
    return bool(db.session.scalar(select(waits)))


def lock_in_force(community_id: UUID, account_id: int) -> FreezingRequest | None:
    """The freezing for which the account stands still, held."""
    return db.session.scalar(
        select(FreezingRequest)
        .where(
            FreezingRequest.community_id == community_id,
            FreezingRequest.account_id == account_id,
            FreezingRequest.aim == "freeze",
            FreezingRequest.state.in_(IN_FORCE),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def hold_account(community_id: UUID, account_id: int) -> None:
    """Let nobody else ask about this account until the transaction ends."""
    lock = func.hashtextextended(f"freezing:{community_id}:{account_id}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))


def lock_unconfirmed(now: datetime, limit: int) -> Sequence[FreezingRequest]:
    """Requests nobody confirmed in time, held; what somebody else holds is theirs."""
    return db.session.scalars(
        select(FreezingRequest)
        .where(FreezingRequest.state == "requested", FreezingRequest.confirm_until <= now)
        .order_by(FreezingRequest.confirm_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
