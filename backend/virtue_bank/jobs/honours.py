"""The calendar of honours: nominations close, answers are in, the board's days are over."""

from functools import partial

import structlog

from backend.background import steps
from backend.database import in_transaction
from backend.virtue_bank.actions import honour_moves

log = structlog.get_logger("honours")


@steps
def move_due_honour_rounds() -> None:
    """Every round whose present step is over, each in a transaction of its own."""
    for community_id, round_id in in_transaction(honour_moves.due_rounds):
        try:
            in_transaction(partial(honour_moves.move_due, community_id, round_id))
        except Exception:
            log.exception("left for the next run", row_id=str(round_id))
