"""What is kept of messages, and for how long."""

from datetime import timedelta

from backend.audit.actions import record
from backend.clock import utc_now
from backend.notifications.queries.forgetting import forget_deliveries

KEPT = timedelta(days=731)  # 24 months, with the leap day


def forget_old_deliveries() -> int:
    """Forget a block of deliveries past their time; how many there were.

    The notices stay: they keep the same event from being announced twice.
    """
    gone = forget_deliveries(utc_now() - KEPT)
    if gone:
        record("retention.purged", object_type="delivery", detail={"rows": gone})
    return gone
