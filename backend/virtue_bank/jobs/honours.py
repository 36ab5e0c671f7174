"""The calendar of honours: nominations close, answers are in, the board's days are over."""

from functools import partial

from backend.background import alone, steps
from backend.database import in_transaction
from backend.virtue_bank.actions import honour_moves


@steps
def move_due_honour_rounds() -> None:
    """Every round whose present step is over, each in a transaction of its own."""
    for community_id, round_id in in_transaction(honour_moves.due_rounds):
        with alone(round_id):
            in_transaction(partial(honour_moves.move_due, community_id, round_id))
