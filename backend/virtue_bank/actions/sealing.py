"""What anybody can check of the ledger: its heads, and whether the blocks are what they were."""

from typing import Any
from uuid import UUID

from backend.clock import utc_now
from backend.ledger.actions.checking import verify
from backend.ledger.models import Block
from backend.ledger.queries import head
from backend.residents.models import Caller, community_of
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import PointsSheet
from backend.virtue_bank.queries import points_sheets as queries
from backend.virtue_bank.rules.points_sheets import canonical_sha256


def verify_ledger(caller: Caller) -> dict[str, Any]:
    """Recompute every block and every sheet's hash, and compare the heads the sheets printed."""
    community_id = community_of(caller)
    bad = verify(community_id)
    altered = [sheet.id for sheet in altered_sheets(community_id)]
    witness(
        caller,
        "ledger.verified",
        "ledger",
        community_id,
        first_bad_block=bad,
        altered_sheets=len(altered),
    )
    newest = head(community_id)
    return {
        "head": newest and _told(newest),
        "first_bad_block": bad,
        "altered_sheets": altered,
        "verified_at": utc_now(),
    }


def altered_sheets(community_id: UUID) -> list[PointsSheet]:
    """Sheets that are not as they were hashed, or whose head is no block of the ledger now."""
    return [
        sheet
        for sheet, hash_now in queries.sheets_with_blocks(community_id)
        if canonical_sha256(sheet.body) != sheet.sha256
        or (sheet.block_hash is not None and sheet.block_hash != hash_now)
    ]


def faults_of_sheets(community_id: UUID) -> list[str]:
    """As the ledger's nightly look tells them."""
    return [f"{each.body['title']}与账本不符" for each in altered_sheets(community_id)]


def heads_told(community_id: UUID, *, before: int | None, limit: int) -> dict[str, Any]:
    """A page of blocks, newest first."""
    found = queries.heads(community_id, before=before, limit=limit)
    shown = found[:limit]
    more = len(found) > limit
    return {
        "items": [_told(block) for block in shown],
        "next": shown[-1].seq if more else None,
    }


def _told(block: Block) -> dict[str, Any]:
    return {
        "seq": block.seq,
        "hash": block.hash.hex(),
        "prev": block.prev.hex(),
        "n": block.n,
        "sealed_at": block.sealed_at,
    }
