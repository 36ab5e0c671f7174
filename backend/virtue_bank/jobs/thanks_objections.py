"""The clocks of objections to lines and honours."""

from functools import partial

from backend.background import alone, steps
from backend.database import in_transaction
from backend.virtue_bank.actions import thanks_objections


@steps
def move_due_objections() -> None:
    """Close what nobody appealed, and tell of what nobody decided, one in a transaction."""
    for community_id, objection_id in in_transaction(thanks_objections.due_objections):
        with alone(objection_id):
            in_transaction(partial(thanks_objections.move_due, community_id, objection_id))
