"""Handles what WeChat pushed, each event on its own, and forgets it after a month."""

from functools import partial

import structlog

from backend.background import job, steps
from backend.database import in_transaction
from backend.notifications.actions import pushes
from backend.notifications.jobs.measures import PUSH_EVENTS
from backend.notifications.queries.pushes import unhandled_pushes

BLOCK = 500

log = structlog.get_logger("pushes")


@steps
def handle_push_events() -> None:
    """One bad event must not hold up the others: it stays, and is tried again."""
    for push_id in in_transaction(partial(unhandled_pushes, BLOCK)):
        try:
            handled = in_transaction(partial(pushes.handle_push, push_id))
        except Exception as trouble:  # noqa: BLE001, see above
            log.error("push failed", push=str(push_id), because=type(trouble).__name__)  # noqa: TRY400
            PUSH_EVENTS.labels("failed", "no").inc()
            continue
        if handled is not None:
            event, understood = handled
            PUSH_EVENTS.labels(event, "yes" if understood else "no").inc()


@job
def forget_old_pushes() -> None:
    pushes.forget_old_pushes()
