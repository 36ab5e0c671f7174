"""Sealing the ledger every minute, and looking every night whether it adds up."""

from functools import partial

import structlog
from prometheus_client import Gauge

from backend.background import steps
from backend.database import in_transaction
from backend.ledger.actions import checking

BROKEN = Gauge("ledger_broken", "Communities whose ledger the last night found broken.")

log = structlog.get_logger("ledger")


@steps
def seal_ledger() -> None:
    """Seal what is settled: a block a transaction, until none is left, community by community."""
    for community_id in in_transaction(checking.communities):
        sealed = 1
        while sealed:
            sealed = in_transaction(partial(checking.seal_block, community_id))
            in_transaction(partial(checking.raise_floor, community_id))


@steps
def check_ledger() -> None:
    """Sum up days, recompute blocks and balances; what is wrong is told to people and logged."""
    broken = 0
    for community_id in in_transaction(checking.communities):
        report = in_transaction(partial(checking.check_and_tell, community_id))
        broken += not report.is_good
        for difference in report.differences:
            log.error("ledger_difference", community=str(community_id), difference=difference)
        if not report.is_good:
            log.error("ledger_broken", community=str(community_id), found=report.findings())
    BROKEN.set(broken)
