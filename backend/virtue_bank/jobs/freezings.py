"""What the calendar does to requests nobody confirmed, and to appeals nobody judged."""

from backend.background import steps
from backend.database import in_transaction
from backend.virtue_bank.actions.freezings import lapse_unconfirmed, tell_unjudged


@steps
def lapse_freezings() -> None:
    """Requests no supervisor confirmed in time, and appeals nobody judged; block by block."""
    while in_transaction(lapse_unconfirmed):
        pass
    while in_transaction(tell_unjudged):
        pass
