"""What a month brought to the accounts of people and families, so many accounts at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select, text

from backend.database import db
from backend.virtue_bank.models import MonthlyStatements


@dataclass(frozen=True, kw_only=True)
class Month:
    """One account: what came in and went out within the month, and what it held at its end."""

    account_id: int
    owner_kind: int
    owner_id: UUID
    gained: int
    lost: int
    left: int


_MONTHS = text("""
SELECT a.id AS account_id, a.owner_kind, a.owner_id,
       coalesce(sum(m.amount) FILTER (WHERE m.at < :until AND m.amount > 0), 0) AS gained,
       coalesce(-sum(m.amount) FILTER (WHERE m.at < :until AND m.amount < 0), 0) AS lost,
       a.credits_posted - a.debits_posted
         - coalesce(sum(m.amount) FILTER (WHERE m.at >= :until), 0) AS left
  FROM (SELECT * FROM ledger.account
         WHERE community_id = :community_id AND asset = 1 AND owner_kind IN (1, 2)
           AND id > :above
         ORDER BY id LIMIT :most) a
  LEFT JOIN LATERAL (
    SELECT t.created_at AS at, t.amount FROM ledger.transfer t
     WHERE t.community_id = a.community_id AND t.credit_id = a.id
       AND t.created_at >= :since AND t.kind IN (1, 3, 5)
    UNION ALL
    SELECT t.created_at, -t.amount FROM ledger.transfer t
     WHERE t.community_id = a.community_id AND t.debit_id = a.id
       AND t.created_at >= :since AND t.kind IN (1, 3, 5)
  ) m ON true
 GROUP BY a.id, a.owner_kind, a.owner_id, a.credits_posted, a.debits_posted
 ORDER BY a.id
""")


def months_of_accounts(
    community_id: UUID, *, since: datetime, until: datetime, above: int, most: int
) -> list[Month]:
    """The next accounts behind the number `above`, also those on which nothing moved."""
    asked = {
        "community_id": community_id,
        "since": since,
        "until": until,
        "above": above,
        "most": most,
    }
    rows = db.session.execute(_MONTHS, asked).mappings()
    return [
        Month(
            account_id=row["account_id"],
            owner_kind=row["owner_kind"],
            owner_id=row["owner_id"],
            gained=int(row["gained"]),
            lost=int(row["lost"]),
            left=int(row["left"]),
        )
        for row in rows
    ]


def told_of(month: date) -> Sequence[UUID]:
    """The communities in which every holder has been told of it."""
    return db.session.scalars(
        select(MonthlyStatements.community_id).where(
            MonthlyStatements.month == month, MonthlyStatements.done_at.is_not(None)
        )
    ).all()


def hold_month(community_id: UUID, month: date) -> MonthlyStatements | None:
    """How far the community's month is told, if begun; nobody else goes on with it meanwhile."""
    lock = func.hashtextextended(f"monthly_statements:{community_id}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))
    return db.session.scalars(
        select(MonthlyStatements)
        .where(MonthlyStatements.community_id == community_id, MonthlyStatements.month == month)
        .execution_options(populate_existing=True)
    ).one_or_none()
