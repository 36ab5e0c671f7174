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

SECONDS = 45  # then the next run goes on
BLOCK = 20  # matters in one transaction: nobody waits long for one of them


@steps
def move_due_matters() -> None:
    """Every matter whose clock has run out, a few in each transaction.

    Two sweeps at once share the work: what one holds, the other leaves out. A matter that
    cannot be moved for a fault of ours holds up no other. What is not done in time, the next
    run goes on with.
    """
    began = time.monotonic()
    after: tuple[datetime, UUID] | None = None
    moved = 0
    while due := in_transaction(partial(sweeping.due_now, after)):
        for start in range(0, len(due), BLOCK):
            block = due[start : start + BLOCK]
            moved += _move([(community, matter) for community, matter, _ in block])
            if time.monotonic() > began + SECONDS:
                log.warning("matters still due", moved=moved, next_run_goes_on=True)
                return
        after = (due[-1][2], due[-1][1])
        if len(due) == sweeping.DUE_AT_A_TIME:
            log.info("matters moving", moved=moved, seconds=round(time.monotonic() - began, 1))


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


def _move(block: list[tuple[UUID, UUID]]) -> int:
    """Together, or, if one of them cannot be moved, each by itself."""
    try:
        return in_transaction(partial(sweeping.move_all_due, block))
    except Exception:
        if len(block) == 1:
            log.exception("matter not moved", proposal_id=str(block[0][1]))
            return 0
    return sum(_move([one]) for one in block)
