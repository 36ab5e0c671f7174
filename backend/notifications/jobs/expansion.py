"""Expands waiting notices block by block; killed, it goes on where the last block ended."""

import time

from backend.background import steps
from backend.database import in_transaction
from backend.notifications.actions.expansion import expand_audience, expand_personal
from backend.notifications.jobs.measures import count

LONGEST_RUN_S = 45.0


@steps
def expand_notices() -> None:
    """Make an inbox row and, where it can arrive, a card for everybody a notice is for."""
    until = time.monotonic() + LONGEST_RUN_S
    while time.monotonic() < until:
        personal = in_transaction(expand_personal)
        block = in_transaction(expand_audience)
        count([*personal, *(block or [])])
        if not personal and block is None:
            return
