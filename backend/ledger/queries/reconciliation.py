"""Every sum of the ledger computed anew from its transfers, in one statement and one snapshot."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from backend.database import db
from backend.ledger.models import SYSTEM_ID


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Something that does not add up: which check, of what, and both values."""

    check: str
    account_id: int | None
    transfer_id: int | None
    expected: int | None
    found: int | None


RECONCILE = text("""
WITH side AS (
  SELECT debit_id AS account_id, asset, sum(amount) AS debits, 0 AS credits
    FROM ledger.transfer WHERE community_id = :community_id AND kind IN (1, 3, 5) GROUP BY 1, 2
  UNION ALL
  SELECT credit_id, asset, 0, sum(amount)
    FROM ledger.transfer WHERE community_id = :community_id AND kind IN (1, 3, 5) GROUP BY 1, 2
), moved AS (
  SELECT account_id, asset, sum(debits) AS debits, sum(credits) AS credits
    FROM side GROUP BY 1, 2
), held AS (
  SELECT h.debit_id AS account_id, sum(h.amount) AS pending
    FROM ledger.transfer h
   WHERE h.community_id = :community_id AND h.kind = 2
     AND NOT EXISTS (SELECT 1 FROM ledger.transfer e
                      WHERE e.community_id = :community_id AND e.pending_id = h.id)
   GROUP BY 1
), account AS (
  SELECT a.*, coalesce(m.debits, 0) AS debits, coalesce(m.credits, 0) AS credits,
         CASE WHEN a.derived THEN 0 ELSE coalesce(h.pending, 0) END AS pending
    FROM ledger.account a
    LEFT JOIN moved m ON m.account_id = a.id
    LEFT JOIN held h ON h.account_id = a.id
   WHERE a.community_id = :community_id
), running AS (
  SELECT id, account_id, said,
         sum(change) OVER (PARTITION BY account_id ORDER BY id) AS balance
    FROM (
      SELECT t.id, t.debit_id AS account_id, t.debit_after AS said,
             CASE WHEN t.kind IN (1, 3, 5) THEN -t.amount ELSE 0 END AS change
        FROM ledger.transfer t
        JOIN ledger.account a ON a.community_id = :community_id AND a.id = t.debit_id
       WHERE t.community_id = :community_id AND NOT a.derived
      UNION ALL
      SELECT t.id, t.credit_id, t.credit_after, t.amount
        FROM ledger.transfer t
        JOIN ledger.account a ON a.community_id = :community_id AND a.id = t.credit_id
       WHERE t.community_id = :community_id AND NOT a.derived AND t.kind IN (1, 3, 5)
    ) line
), summed AS (
  SELECT account_id, day, debits, credits FROM ledger.day WHERE community_id = :community_id
), counted AS (
  SELECT a.id AS account_id, (t.created_at AT TIME ZONE 'Asia/Shanghai')::date AS day,
         coalesce(sum(t.amount) FILTER (WHERE t.debit_id = a.id), 0) AS debits,
         coalesce(sum(t.amount) FILTER (WHERE t.credit_id = a.id), 0) AS credits
    FROM ledger.transfer t
    JOIN ledger.account a ON a.community_id = :community_id AND a.derived
                         AND a.id IN (t.debit_id, t.credit_id)
   WHERE t.community_id = :community_id AND t.kind IN (1, 3, 5)
     AND (t.created_at AT TIME ZONE 'Asia/Shanghai')::date <= (SELECT max(day) FROM summed)
   GROUP BY 1, 2
), actor AS (
  SELECT actor_id AS id, min(id) AS transfer_id
    FROM ledger.transfer WHERE community_id = :community_id GROUP BY 1
  UNION ALL
  SELECT approver_id, min(id) FROM ledger.transfer
   WHERE community_id = :community_id AND approver_id IS NOT NULL GROUP BY 1
)
SELECT 'debits' AS check, id AS account_id, NULL::bigint AS transfer_id,
       debits::bigint AS expected, debits_posted AS found
  FROM account WHERE debits_posted <> CASE WHEN derived THEN 0 ELSE debits END
UNION ALL
SELECT 'credits', id, NULL, credits::bigint, credits_posted
  FROM account WHERE credits_posted <> CASE WHEN derived THEN 0 ELSE credits END
UNION ALL
SELECT 'pending', id, NULL, pending::bigint, debits_pending
  FROM account WHERE debits_pending <> pending
UNION ALL
SELECT 'limit', id, NULL, (credits + debt)::bigint, (debits + pending)::bigint
  FROM account WHERE NOT derived AND debits + pending > credits + debt
UNION ALL
SELECT 'derived', id, NULL, owner_kind, derived::int
  FROM account WHERE derived <> (owner_kind IN (4, 5, 6)) OR (derived AND debt <> 0)
UNION ALL
SELECT 'ceiling', id, NULL, max_balance, (credits - debits)::bigint
  FROM account WHERE credits - debits > max_balance
UNION ALL
SELECT 'zero-sum', NULL, NULL, 0, sum(CASE WHEN derived THEN credits - debits
                                           ELSE credits_posted - debits_posted END)::bigint
  FROM account GROUP BY asset
HAVING sum(CASE WHEN derived THEN credits - debits ELSE credits_posted - debits_posted END) <> 0
UNION ALL
SELECT 'accounts', named.account_id, NULL, named.asset, a.asset
  FROM (SELECT debit_id AS account_id, asset FROM ledger.transfer
         WHERE community_id = :community_id
        UNION
        SELECT credit_id, asset FROM ledger.transfer WHERE community_id = :community_id) named
  LEFT JOIN account a ON a.id = named.account_id
 WHERE a.asset IS DISTINCT FROM named.asset
UNION ALL
SELECT 'hold', NULL, e.id, h.amount, e.amount
  FROM ledger.transfer e
  LEFT JOIN ledger.transfer h ON h.community_id = :community_id AND h.id = e.pending_id
 WHERE e.community_id = :community_id AND e.kind IN (3, 4)
   AND (h.kind, h.debit_id, h.credit_id, h.asset, h.amount >= e.amount,
        e.kind = 3 OR h.amount = e.amount)
       IS DISTINCT FROM (2, e.debit_id, e.credit_id, e.asset, true, true)
UNION ALL
SELECT 'reversal', NULL, r.id, t.amount, r.amount
  FROM ledger.transfer r
  LEFT JOIN ledger.transfer t ON t.community_id = :community_id AND t.id = r.reverses_id
 WHERE r.community_id = :community_id AND r.kind = 5
   AND (t.kind IN (1, 3), t.debit_id, t.credit_id, t.asset, t.amount)
       IS DISTINCT FROM (true, r.credit_id, r.debit_id, r.asset, r.amount)
UNION ALL
SELECT 'balance-after', account_id, id, balance::bigint, said
  FROM running WHERE said <> balance
UNION ALL
SELECT 'day', account_id, NULL, coalesce(c.credits - c.debits, 0)::bigint, s.credits - s.debits
  FROM summed s FULL JOIN counted c USING (account_id, day)
 WHERE (s.debits, s.credits) IS DISTINCT FROM (c.debits::bigint, c.credits::bigint)
UNION ALL
SELECT 'person', NULL, transfer_id, NULL, NULL
  FROM actor WHERE id <> :system_id AND NOT EXISTS (SELECT 1 FROM resident r WHERE r.id = actor.id)
LIMIT :most
""")


def reconcile(community_id: UUID, *, most: int = 100) -> list[Difference]:
    """What does not add up in the community's books; nothing, as long as all is well."""
    asked = {"community_id": community_id, "system_id": SYSTEM_ID, "most": most}
    return [Difference(**row) for row in db.session.execute(RECONCILE, asked).mappings()]
