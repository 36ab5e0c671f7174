"""On the first of the month: the sheets of what is over."""

from functools import partial

from backend.background import steps
from backend.database import in_transaction
from backend.virtue_bank.actions.points_sheets import communities_due, draft_due_sheets


@steps
def draft_points_sheets() -> None:
    """One community a transaction: the sums of one hold up no other."""
    for community_id in in_transaction(communities_due):
        in_transaction(partial(draft_due_sheets, community_id))
