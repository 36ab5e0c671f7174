"""The machine's look at new texts, and the clock of the human queue."""

import time
from functools import partial

from backend.background import job, steps
from backend.database import in_transaction
from backend.moderation import actions

LONGEST_SECONDS = 30  # then another run of the timetable goes on


@steps
def check_texts() -> None:
    """Show WeChat every text nobody has looked at: claim, ask without a transaction, record."""
    begun = time.monotonic()
    while time.monotonic() - begun < LONGEST_SECONDS:
        questions = in_transaction(actions.claim_texts)
        if not questions:
            return
        for question in questions:
            verdict = actions.ask_machine(question)
            in_transaction(partial(actions.record_verdict, question, verdict))


@job
def tell_overdue_reviews() -> None:
    """Tell chair and author what has waited too long in the human queue."""
    actions.tell_overdue()
