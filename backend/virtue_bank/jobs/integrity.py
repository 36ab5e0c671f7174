"""Every night: whether something approved lately should be asked about."""

from functools import partial

from backend.background import steps
from backend.database import in_transaction
from backend.virtue_bank.actions.integrity import open_cases
from backend.virtue_bank.queries.points_sheets import first_days


@steps
def open_integrity_cases() -> None:
    """One community a transaction."""
    for community_id in in_transaction(first_days):
        in_transaction(partial(open_cases, community_id))
