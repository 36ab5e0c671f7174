"""At the beginning of a month: every holder hears what the last one brought."""

from functools import partial

from backend.background import alone, steps
from backend.database import in_transaction
from backend.virtue_bank.actions.monthly_statements import months_to_tell, tell_next_holders


@steps
def tell_months() -> None:
    """Block by block, so that no transaction grows long; the next run goes on where one ended."""
    for community_id, month in in_transaction(months_to_tell):
        with alone(community_id):
            while in_transaction(partial(tell_next_holders, community_id, month)):
                pass
