"""What workers do for notices: the database remembers what is due, a queue may lose or repeat."""

from backend.notifications.jobs.courier import run_courier
from backend.notifications.jobs.digests import make_digests
from backend.notifications.jobs.expansion import expand_notices
from backend.notifications.jobs.forgetting import forget_old_deliveries
from backend.notifications.jobs.measures import measure_outbox
from backend.notifications.jobs.pushes import forget_old_pushes, handle_push_events

__all__ = [
    "expand_notices",
    "forget_old_deliveries",
    "forget_old_pushes",
    "handle_push_events",
    "make_digests",
    "measure_outbox",
    "run_courier",
]
