"""Expands waiting notices block by block; killed, it goes on where the last block ended."""

import time
from functools import partial
from uuid import UUID

from backend.background import alone, steps
from backend.database import in_transaction
from backend.notifications.actions.expansion import (
    Added,
    expand_audience,
    expand_personal,
    next_audience,
)
from backend.notifications.jobs.measures import count

LONGEST_RUN_S = 45.0


@steps
def expand_notices() -> None:
    """Make an inbox row and, where it can arrive, a card for everybody a notice is for.

    A notice that cannot be expanded is left for the next run, and holds up none behind it.
    """
    until = time.monotonic() + LONGEST_RUN_S
    left: list[UUID] = []
    while time.monotonic() < until:
        personal = in_transaction(expand_personal)
        count(personal)
        waiting = in_transaction(partial(next_audience, left))
        if waiting is not None:
            community_id, notice_id = waiting
            block = _expand(community_id, notice_id)
            if block is None:
                left.append(notice_id)
            count(block or [])
        elif not personal:
            return


def _expand(community_id: UUID, notice_id: UUID) -> list[Added] | None:
    """What its next block brought; None if it has to be left."""
    with alone(notice_id):
        return in_transaction(partial(expand_audience, community_id, notice_id))
    return None
