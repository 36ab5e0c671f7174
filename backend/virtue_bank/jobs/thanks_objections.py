"""The clocks of objections to lines and honours."""

from functools import partial

import structlog

from backend.background import steps
from backend.database import in_transaction
from backend.virtue_bank.actions import thanks_objections

log = structlog.get_logger("thanks_objections")


@steps
def move_due_objections() -> None:
    """Close what nobody appealed, and tell of what nobody decided, one in a transaction."""
    for community_id, objection_id in in_transaction(thanks_objections.due_objections):
        try:
            in_transaction(partial(thanks_objections.move_due, community_id, objection_id))
        except Exception:
            log.exception("left for the next run", row_id=str(objection_id))
