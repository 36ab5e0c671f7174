"""Sealing the evidence, and looking every night whether it is whole."""

from functools import partial
from uuid import UUID

import structlog
from prometheus_client import Gauge

from backend.audit import actions, queries
from backend.background import alone, steps
from backend.database import in_transaction

BROKEN = Gauge(
    "audit_chains_broken",
    "Chains the last verification found broken, or could not read.",
    multiprocess_mode="mostrecent",
)

log = structlog.get_logger("audit")


@steps
def seal_audit() -> None:
    """Seal new events, one block for each chain; a chain that cannot be holds up no other."""
    for chain in in_transaction(queries.chains_to_seal):
        with alone(chain):
            in_transaction(partial(actions.seal, chain))


@steps
def verify_audit() -> None:
    """Recompute every chain; a broken one is told to people, in the log and in the metrics."""
    whole = 0
    chains = in_transaction(queries.chains)
    for chain in chains:
        with alone(chain):
            whole += _is_whole(chain)
    BROKEN.set(len(chains) - whole)


def _is_whole(chain: UUID | None) -> bool:
    report = in_transaction(partial(actions.verify_and_tell, chain))
    for fault in report.faults:
        log.error(
            "audit_broken",
            chain=str(fault.chain),
            block_no=fault.block_no,
            event_id=str(fault.event_id),
            reason=fault.reason,
        )
    return report.is_good
