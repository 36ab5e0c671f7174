"""Settlements, their lines, and what of every account was earned before a cut-off."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import RowMapping, exists, func, select, text

from backend.database import db
from backend.errors import NotFound
from backend.virtue_bank.models import Settlement, SettlementLine

UNDERWAY = ("planned", "announced", "running")
Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One account of a person or a family: its sums now, and what it had earned by a moment."""

    account_id: int
    owner_kind: int
    owner_id: UUID
    earned: int
    debits: int
    pending: int
    frozen: bool


_HOLDINGS = """
SELECT a.id AS account_id, a.owner_kind, a.owner_id, a.debits_posted AS debits,
       a.debits_pending AS pending, a.frozen,
       (SELECT coalesce(sum(t.amount), 0) FROM ledger.transfer t
         WHERE t.community_id = a.community_id AND t.credit_id = a.id
           AND t.kind IN (1, 3, 5) AND t.created_at < :before) AS earned
  FROM ledger.account a
 WHERE a.community_id = :community_id AND a.asset = :asset AND a.owner_kind IN (1, 2)"""
_ALL = text(f"{_HOLDINGS} AND a.credits_posted > a.debits_posted ORDER BY a.id")
_ONE = text(f"{_HOLDINGS} AND a.id = :account_id")


def holdings(community_id: UUID, asset: int, before: datetime) -> list[Holding]:
    """Every account with something on it, in the order of their numbers."""
    asked = {"community_id": community_id, "asset": asset, "before": before}
    return [_holding(row) for row in db.session.execute(_ALL, asked).mappings()]


def holding(community_id: UUID, asset: int, account_id: int, before: datetime) -> Holding:
    """One account, as it is now."""
    asked = {
        "community_id": community_id,
        "asset": asset,
        "before": before,
        "account_id": account_id,
    }
    return _holding(db.session.execute(_ONE, asked).mappings().one())


def hold_settlements(community_id: UUID) -> None:
    """Let nobody else plan one here until the transaction ends."""
    lock = func.hashtextextended(f"settlement:{community_id}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(lock)))


def last_cutoff(community_id: UUID, asset: int) -> datetime | None:
    """Up to when earlier settlements have counted."""
    return db.session.scalar(
        select(func.max(Settlement.cutoff_at)).where(
            Settlement.community_id == community_id,
            Settlement.asset == asset,
            Settlement.state != "dropped",
        )
    )


def is_underway(community_id: UUID, asset: int) -> bool:
    found = select(
        exists().where(
            Settlement.community_id == community_id,
            Settlement.asset == asset,
            Settlement.state.in_(UNDERWAY),
        )
    )
    return bool(db.session.scalar(found))


def settlements_page(
    community_id: UUID, *, planned: bool, after: UUID | None, limit: int
) -> Sequence[Settlement]:
    """Settlements, newest first, one more than `limit`; plans are the committee's."""
    rows = select(Settlement).where(Settlement.community_id == community_id)
    if not planned:
        rows = rows.where(Settlement.announced_at.is_not(None))
    if after is not None:
        rows = rows.where(Settlement.id < after)
    return db.session.scalars(rows.order_by(Settlement.id.desc()).limit(limit + 1)).all()


def find_settlement(community_id: UUID, settlement_id: UUID) -> Settlement:
    """Raises NotFound: the community has no such settlement."""
    return _found(db.session.get(Settlement, (community_id, settlement_id)))


def lock_settlement(community_id: UUID, settlement_id: UUID) -> Settlement:
    """The settlement, held until the transaction ends."""
    return _found(
        db.session.get(
            Settlement,
            (community_id, settlement_id),
            with_for_update=True,
            populate_existing=True,
        )
    )


def lines_of_owners(
    community_id: UUID, settlement_ids: Collection[UUID], owner_ids: Collection[UUID]
) -> Sequence[SettlementLine]:
    """The lines of these people and families in these settlements, in one statement."""
    return db.session.scalars(
        select(SettlementLine)
        .where(
            SettlementLine.community_id == community_id,
            SettlementLine.settlement_id.in_(settlement_ids),
            SettlementLine.owner_id.in_(owner_ids),
        )
        .order_by(SettlementLine.id)
    ).all()


def settlements_to_tell() -> list[tuple[UUID, UUID]]:
    """(community, settlement) of those some holder has not been told of."""
    untold = exists().where(
        SettlementLine.community_id == Settlement.community_id,
        SettlementLine.settlement_id == Settlement.id,
        SettlementLine.told_at.is_(None),
    )
    rows = db.session.execute(
        select(Settlement.community_id, Settlement.id).where(
            Settlement.state.in_(("announced", "running")), untold
        )
    )
    return [(community_id, settlement_id) for community_id, settlement_id in rows]


def lock_untold(community_id: UUID, settlement_id: UUID, limit: int) -> Sequence[SettlementLine]:
    """Lines whose holders are still to be told, but those somebody else is just telling."""
    return db.session.scalars(
        select(SettlementLine)
        .where(
            SettlementLine.community_id == community_id,
            SettlementLine.settlement_id == settlement_id,
            SettlementLine.told_at.is_(None),
        )
        .order_by(SettlementLine.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def settlements_due(today: date) -> list[tuple[UUID, UUID]]:
    """(community, settlement) of those whose day has come and that are not done."""
    rows = db.session.execute(
        select(Settlement.community_id, Settlement.id)
        .where(Settlement.state.in_(("announced", "running")), Settlement.expires_on <= today)
        .order_by(Settlement.expires_on, Settlement.id)
    )
    return [(community_id, settlement_id) for community_id, settlement_id in rows]


def open_lines(
    community_id: UUID, settlement_id: UUID, *, above: int, limit: int
) -> Sequence[tuple[UUID, int]]:
    """(line, account) of what is not settled, in the order of the accounts."""
    rows = db.session.execute(
        select(SettlementLine.id, SettlementLine.account_id)
        .where(
            SettlementLine.community_id == community_id,
            SettlementLine.settlement_id == settlement_id,
            SettlementLine.settled_at.is_(None),
            SettlementLine.account_id > above,
        )
        .order_by(SettlementLine.account_id)
        .limit(limit)
    )
    return [(line_id, account_id) for line_id, account_id in rows]


def lock_line(community_id: UUID, line_id: UUID) -> SettlementLine:
    """The line, held until the transaction ends."""
    return _found(
        db.session.get(
            SettlementLine, (community_id, line_id), with_for_update=True, populate_existing=True
        )
    )


def _holding(row: RowMapping) -> Holding:
    return Holding(**{**row, "earned": int(row["earned"])})


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row
