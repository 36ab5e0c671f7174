"""What the calendar does to requests that nobody confirmed."""

from backend.background import steps
from backend.database import in_transaction
from backend.virtue_bank.actions.freezings import lapse_unconfirmed


@steps
def lapse_freezings() -> None:
    """Requests no supervisor confirmed in time; block by block."""
    while in_transaction(lapse_unconfirmed):
        pass
