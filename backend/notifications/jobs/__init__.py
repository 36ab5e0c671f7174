"""What workers do for notices: the database remembers what is due, a queue may lose or repeat."""

from backend.notifications.jobs.courier import run_courier
from backend.notifications.jobs.expansion import expand_notices

__all__ = ["expand_notices", "run_courier"]
