"""What the timetable does to matters: move what is due, and remind who has not answered."""

import time
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog

from backend.background import job, steps
from backend.database import in_transaction
from backend.deliberation.actions import appraising, reminders, sweeping

log = structlog.get_logger("matters")

SECONDS = 50  # then the next run goes on


@steps
def move_due_matters() -> None:
    """Every matter whose clock has run out, each in a transaction of its own.

    Two sweeps at once share the work: what one holds, the other leaves out. A matter that
    cannot be moved for a fault of ours holds up no other.
    """
    until = time.monotonic() + SECONDS
    after: tuple[datetime, UUID] | None = None
    while due := in_transaction(partial(sweeping.due_now, after)):
        for community_id, proposal_id, due_at in due:
            _move(community_id, proposal_id)
            after = (due_at, proposal_id)
            if time.monotonic() > until:
                return


@job
def remind_appraisers() -> None:
    """Those who have not answered by the fifth day, once."""
    appraising.remind()


@steps
def remind_of_what_waits() -> None:
    """Departments that do not answer, work nobody reports on, delays nobody explains."""
    for remind in (
        reminders.remind_of_referrals,
        reminders.remind_of_tasks,
        reminders.remind_of_explanations,
    ):
        after = in_transaction(partial(remind, None))
        while after is not None:
            after = in_transaction(partial(remind, after))


def _move(community_id: UUID, proposal_id: UUID) -> None:
    try:
        in_transaction(partial(sweeping.move_if_due, community_id, proposal_id))
    except Exception:
        log.exception("matter not moved", proposal_id=str(proposal_id))
