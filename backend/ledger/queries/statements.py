"""What moved on one account, newest first, with the balance after each line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from backend.database import db
from backend.ledger.models import Transfer


@dataclass(frozen=True, kw_only=True)
class Line:
    """One transfer as its account sees it.

    `change` is what it did to the balance: nothing for a hold and its release. `balance` is None
    on accounts without a limit; `block` is None until the line is sealed.
    """

    id: int
    kind: int
    code: int
    amount: int
    change: int
    balance: int | None
    other_id: int
    pending_id: int | None
    reverses_id: int | None
    source_type: int
    source_id: UUID
    created_at: datetime
    block: int | None


# Ordered walks through two indexes, merged: never all lines of the account, and the days are told
# from the indexes. The balance starts from the newest line that carries one: all of an account
# with a limit do, but for the holds it is about to receive.
STATEMENT = text("""
WITH line AS (
  (SELECT t.*, -1 AS side FROM ledger.transfer t
    WHERE t.community_id = :community_id AND t.debit_id = :account_id
      AND t.id < :before AND t.created_at >= :since AND t.created_at < :until
    ORDER BY t.id DESC LIMIT :most)
  UNION ALL
  (SELECT t.*, 1 AS side FROM ledger.transfer t
    WHERE t.community_id = :community_id AND t.credit_id = :account_id
      AND t.id < :before AND t.created_at >= :since AND t.created_at < :until
    ORDER BY t.id DESC LIMIT :most)
  ORDER BY id DESC LIMIT :most
), newest AS (
  SELECT max(id) AS id FROM line
   WHERE NOT (SELECT a.derived FROM ledger.account a
               WHERE a.community_id = :community_id AND a.id = :account_id)
), known AS (
  SELECT id, balance FROM (
    (SELECT t.id, t.debit_after AS balance FROM ledger.transfer t
      WHERE t.community_id = :community_id AND t.debit_id = :account_id
        AND t.id <= (SELECT id FROM newest) AND t.debit_after IS NOT NULL
      ORDER BY t.id DESC LIMIT 1)
    UNION ALL
    (SELECT t.id, t.credit_after FROM ledger.transfer t
      WHERE t.community_id = :community_id AND t.credit_id = :account_id
        AND t.id <= (SELECT id FROM newest) AND t.credit_after IS NOT NULL
      ORDER BY t.id DESC LIMIT 1)
    UNION ALL SELECT 0, 0
  ) either ORDER BY id DESC LIMIT 1
), at_newest AS (
  SELECT known.balance
    + coalesce((SELECT sum(t.amount) FROM ledger.transfer t
                 WHERE t.community_id = :community_id AND t.credit_id = :account_id
                   AND t.kind IN (1, 3, 5) AND t.id > known.id AND t.id <= newest.id), 0)
    - coalesce((SELECT sum(t.amount) FROM ledger.transfer t
                 WHERE t.community_id = :community_id AND t.debit_id = :account_id
                   AND t.kind IN (1, 3, 5) AND t.id > known.id AND t.id <= newest.id), 0)
    AS balance
    FROM known, newest
   WHERE newest.id IS NOT NULL
), moved AS (
  SELECT line.*, CASE WHEN kind IN (1, 3, 5) THEN side * amount ELSE 0 END AS change FROM line
)
SELECT m.id, m.kind, m.code, m.amount, m.change,
       (SELECT balance FROM at_newest)
         - (sum(m.change) OVER (ORDER BY m.id DESC) - m.change) AS balance,
       CASE WHEN m.side = 1 THEN m.debit_id ELSE m.credit_id END AS other_id,
       m.pending_id, m.reverses_id, m.source_type, m.source_id, m.created_at, z.seq AS block
  FROM moved m
  LEFT JOIN ledger.sealed z ON z.community_id = m.community_id AND z.transfer_id = m.id
 ORDER BY m.id DESC
""")
LAST = 2**63 - 1


def statement(
    community_id: UUID,
    account_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[Line]:
    """Lines of [since, until), newest first, older than the line `after`; one more than `limit`."""
    rows = db.session.execute(
        STATEMENT,
        {
            "community_id": community_id,
            "account_id": account_id,
            "since": since or "-infinity",
            "until": until or "infinity",
            "before": LAST if after is None else after,
            "most": limit + 1,
        },
    )
    return [_line(row._mapping) for row in rows]  # noqa: SLF001, SQLAlchemy's public name for it


def transfer(community_id: UUID, transfer_id: int) -> Transfer | None:
    """One transfer of the community."""
    return db.session.scalar(
        select(Transfer).where(Transfer.community_id == community_id, Transfer.id == transfer_id)
    )


def _line(row: Mapping[Any, Any]) -> Line:
    balance = row["balance"]
    numbers = {"balance": None if balance is None else int(balance), "change": int(row["change"])}
    return Line(**{**row, **numbers})
