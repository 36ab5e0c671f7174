"""Sealing the evidence, and looking every night whether it is whole."""

import structlog
from prometheus_client import Gauge

from backend.audit import actions
from backend.background import job

BROKEN = Gauge("audit_chains_broken", "Broken chains found by the last verification.")

log = structlog.get_logger("audit")


@job
def seal_audit() -> None:
    """Seal new events, one block for each chain."""
    actions.seal()


@job
def verify_audit() -> None:
    """Recompute every chain; a broken one is told to people, in the log and in the metrics."""
    report = actions.verify_and_tell()
    BROKEN.set(len(report.faults))
    for fault in report.faults:
        log.error(
            "audit_broken",
            chain=str(fault.chain),
            block_no=fault.block_no,
            event_id=str(fault.event_id),
            reason=fault.reason,
        )
