"""Makes the daily digests when their time has come."""

from backend.background import steps
from backend.database import in_transaction
from backend.notifications.actions import digests
from backend.notifications.actions.digests import BLOCK


@steps
def make_digests() -> None:
    """Runs every minute; digest rows are due at 18:30, so that a late run catches up."""
    while in_transaction(digests.make_digests) == BLOCK:
        pass
