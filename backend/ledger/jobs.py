"""Sealing the ledger every minute, and looking every night whether it adds up."""

from functools import partial
from uuid import UUID

import structlog
from prometheus_client import Gauge

from backend.background import alone, steps
from backend.database import in_transaction
from backend.ledger.actions import checking

BROKEN = Gauge(
    "ledger_broken",
    "Communities whose ledger the last night found broken, or could not read.",
    multiprocess_mode="mostrecent",
)

log = structlog.get_logger("ledger")


@steps
def seal_ledger() -> None:
    """Seal what is settled: a block a transaction, until none is left, community by community.

    Books that cannot be sealed hold up no others.
    """
    for community_id in in_transaction(checking.communities):
        with alone(community_id):
            _seal(community_id)


@steps
def check_ledger() -> None:
    """Sum up days, recompute blocks and balances; what is wrong is told to people and logged."""
    chosen, good = in_transaction(checking.communities), 0
    for community_id in chosen:
        with alone(community_id):
            good += _is_good(community_id)
    BROKEN.set(len(chosen) - good)


def _seal(community_id: UUID) -> None:
    sealed = 1
    while sealed:
        sealed = in_transaction(partial(checking.seal_block, community_id))
        in_transaction(partial(checking.raise_floor, community_id))


def _is_good(community_id: UUID) -> bool:
    # A transaction of its own: one that has written keeps the sealers waiting until it ends.
    in_transaction(partial(checking.roll_up, community_id))
    report = in_transaction(partial(checking.check_and_tell, community_id))
    for difference in report.differences:
        log.error("ledger_difference", community=str(community_id), difference=difference)
    if not report.is_good:
        log.error("ledger_broken", community=str(community_id), found=report.findings())
    return report.is_good
