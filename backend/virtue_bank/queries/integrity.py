"""Cases for the supervisors, and what is looked through for them: deeds and pairs, no workers."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from backend.clock import utc_now
from backend.database import db
from backend.errors import NotFound
from backend.virtue_bank.models import IntegrityCase

# What one resident was granted out of one quota, and of how much.
_GIVEN = text("""
SELECT q.id AS pot_id, q.holder_id, s.acted_id AS resident_id, q.points AS of, q.month,
       sum(t.amount) AS points, array_agg(d.serial ORDER BY d.id) AS serials
  FROM quota q
  JOIN ledger.transfer t ON t.community_id = q.community_id AND t.debit_id = q.account_id
                        AND t.kind = 2 AND t.source_type = 1
  JOIN deed_share s ON s.community_id = t.community_id AND s.hold_id = t.id
  JOIN deed d ON d.community_id = s.community_id AND d.id = s.deed_id
             AND d.state IN ('publicity', 'objected', 'credited')
 WHERE q.community_id = :community_id AND q.month >= :since
 GROUP BY q.community_id, q.id, s.acted_id
""")
# Whoever is in no register is told apart by the keyed hash of the name.
_PROOFS = text("""
SELECT d.id AS deed_id, d.serial, d.helped_id, d.decided_by, d.decided_at,
       (SELECT array_agg(s.acted_id ORDER BY s.acted_id) FROM deed_share s
         WHERE s.community_id = d.community_id AND s.deed_id = d.id) AS acted,
       (SELECT array_agg(c.resident_id) FROM deed_confirmation c
         WHERE c.community_id = d.community_id AND c.deed_id = d.id AND c.round = d.round
           AND c.stance = 'yes' AND c.resident_id IS NOT NULL) AS confirmers,
       (SELECT array_agg(c.name_mac) FROM deed_confirmation c
         WHERE c.community_id = d.community_id AND c.deed_id = d.id AND c.round = d.round
           AND c.stance = 'yes' AND c.name_mac IS NOT NULL) AS name_macs,
       EXISTS (SELECT 1 FROM deed_file f
                WHERE f.community_id = d.community_id AND f.deed_id = d.id) AS has_files
  FROM deed d
 WHERE d.community_id = :community_id AND d.decided_at >= :since
   AND d.state IN ('publicity', 'objected', 'credited')
 ORDER BY d.decided_at, d.id
""")


def given(community_id: UUID, since: date) -> list[dict[str, Any]]:
    """Pairs of approver and resident, in the quotas of these months."""
    rows = db.session.execute(_GIVEN, {"community_id": community_id, "since": since})
    return [dict(row) for row in rows.mappings()]


def proofs(community_id: UUID, since: datetime) -> list[dict[str, Any]]:
    """Deeds approved since, oldest first, with what they stand on."""
    rows = db.session.execute(_PROOFS, {"community_id": community_id, "since": since})
    return [dict(row) for row in rows.mappings()]


def add_cases(community_id: UUID, cases: Sequence[IntegrityCase]) -> int:
    """Keep those that are not there yet; how many."""
    if not cases:
        return 0
    rows = [
        {
            "community_id": community_id,
            "id": case.id,
            "created_at": utc_now(),
            "kind": case.kind,
            "subject_kind": case.subject_kind,
            "subject_id": case.subject_id,
            "facts": case.facts,
            "state": "open",
            "finding": "",
        }
        for case in cases
    ]
    added = insert(IntegrityCase).values(rows).on_conflict_do_nothing()
    return len(db.session.scalars(added.returning(IntegrityCase.id)).all())


def cases_page(
    community_id: UUID, *, state: str | None, after: UUID | None, limit: int
) -> Sequence[IntegrityCase]:
    """Cases, newest first, one more than `limit`."""
    rows = select(IntegrityCase).where(IntegrityCase.community_id == community_id)
    if state is not None:
        rows = rows.where(IntegrityCase.state == state)
    if after is not None:
        rows = rows.where(IntegrityCase.id < after)
    return db.session.scalars(rows.order_by(IntegrityCase.id.desc()).limit(limit + 1)).all()


def find_case(community_id: UUID, case_id: UUID) -> IntegrityCase:
    """Raises NotFound: the community has no such case."""
    return _found(db.session.get(IntegrityCase, (community_id, case_id)))


def lock_case(community_id: UUID, case_id: UUID) -> IntegrityCase:
    """The case, held until the transaction ends."""
    return _found(
        db.session.get(
            IntegrityCase, (community_id, case_id), with_for_update=True, populate_existing=True
        )
    )


def _found(case: IntegrityCase | None) -> IntegrityCase:
    if case is None:
        raise NotFound("没有这件核查。")
    return case
