"""Budgets and quotas: which is whose, and what is still to be frozen."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range

from backend.database import db, tell
from backend.days import month_of
from backend.errors import NotFound
from backend.virtue_bank.models import Allotment, Budget, Quota
from backend.virtue_bank.models.budgets import POINTS


def quota_of(community_id: UUID, holder_id: UUID, month: date) -> Quota | None:
    """The quota the person may approve from in that month (any day of it)."""
    return db.session.scalar(
        select(Quota).where(
            Quota.community_id == community_id,
            Quota.asset == POINTS,
            Quota.holder_id == holder_id,
            Quota.month == month_of(month),
            Quota.state == "live",
        )
    )


def quota_account_of(community_id: UUID, holder_id: UUID, month: date) -> int | None:
    """The account of `quota_of`."""
    found = tell(
        """SELECT account_id FROM quota
            WHERE community_id = :community_id AND asset = :asset AND holder_id = :holder_id
              AND month = :month AND state = 'live'""",
        {
            "community_id": community_id,
            "asset": POINTS,
            "holder_id": holder_id,
            "month": month_of(month),
        },
    )
    return found[0]["account_id"] if found else None


def find_budget(community_id: UUID, budget_id: UUID) -> Budget:
    """Raises NotFound: the community has no such budget."""
    found = db.session.get(Budget, (community_id, budget_id))
    if found is None:
        raise NotFound
    return found


def lock_budget(community_id: UUID, budget_id: UUID) -> Budget:
    """The budget, held until the transaction ends.

    Raises:
        NotFound: the community has no such budget.
    """
    found = db.session.get(
        Budget, (community_id, budget_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def budget_in(community_id: UUID, period: Range[date]) -> Budget | None:
    """A budget, proposed or funded, some day of which lies in the period."""
    return db.session.scalar(
        select(Budget)
        .where(
            Budget.community_id == community_id,
            Budget.asset == POINTS,
            Budget.state != "dropped",
            Budget.period.overlaps(period),
        )
        .limit(1)
    )


def budgets_page(community_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Budget]:
    """Budgets, newest first, one more than `limit`."""
    rows = select(Budget).where(Budget.community_id == community_id)
    if after is not None:
        rows = rows.where(Budget.id < after)
    return db.session.scalars(rows.order_by(Budget.id.desc()).limit(limit + 1)).all()


def hold_budgets(community_id: UUID) -> None:
    """Let nobody else propose a budget here until the transaction ends."""
    lock = func.hashtextextended(f"budget:{community_id}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))


def find_allotment(community_id: UUID, allotment_id: UUID) -> Allotment:
    """Raises NotFound: the community has no such allotment."""
    found = db.session.get(Allotment, (community_id, allotment_id))
    if found is None:
        raise NotFound
    return found


def lock_allotment(community_id: UUID, allotment_id: UUID) -> Allotment:
    """The allotment, held until the transaction ends.

    Raises:
        NotFound: the community has no such allotment.
    """
    found = db.session.get(
        Allotment, (community_id, allotment_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def allotments_page(
    community_id: UUID, budget_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[Allotment]:
    """The allotments of a budget, newest first, one more than `limit`."""
    rows = select(Allotment).where(
        Allotment.community_id == community_id, Allotment.budget_id == budget_id
    )
    if after is not None:
        rows = rows.where(Allotment.id < after)
    return db.session.scalars(rows.order_by(Allotment.id.desc()).limit(limit + 1)).all()


def quotas_of(community_id: UUID, allotment_ids: Collection[UUID]) -> Sequence[Quota]:
    """The quotas of these allotments, as they were written down."""
    return db.session.scalars(
        select(Quota)
        .where(Quota.community_id == community_id, Quota.allotment_id.in_(allotment_ids))
        .order_by(Quota.id)
    ).all()


def holders_with_quota(
    community_id: UUID, month: date, holder_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Those of the people who have a quota of that month, proposed or allotted."""
    return frozenset(
        db.session.scalars(
            select(Quota.holder_id).where(
                Quota.community_id == community_id,
                Quota.asset == POINTS,
                Quota.month == month,
                Quota.holder_id.in_(holder_ids),
                Quota.state != "dropped",
            )
        )
    )


def points_proposed(community_id: UUID, budget_id: UUID) -> int:
    """What proposed quotas would take of the budget."""
    asked = select(func.coalesce(func.sum(Quota.points), 0)).where(
        Quota.community_id == community_id,
        Quota.budget_id == budget_id,
        Quota.state == "proposed",
    )
    return int(db.session.scalar(asked) or 0)


def lock_quotas_to_freeze(before: date, limit: int) -> Sequence[Quota]:
    """Live quotas of months that are over, in the order of their accounts, held.

    Those somebody else is just freezing are left to them.
    """
    return db.session.scalars(
        select(Quota)
        .where(Quota.state == "live", Quota.month < before)
        .order_by(Quota.account_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
