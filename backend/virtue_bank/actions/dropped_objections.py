"""Objections to what hangs no more: cancelled, declined, or struck for another objection."""

from collections.abc import Sequence

from backend.clock import utc_now
from backend.notifications.actions import announce_all
from backend.virtue_bank.models import ThanksObjection
from backend.virtue_bank.notices import thanks_objections as notices
from backend.virtue_bank.rules.objections import awaited_by


def close_dropped(objections: Sequence[ThanksObjection], title: str, *, reason: str) -> None:
    """Nothing is left to decide; whoever objected or appealed need not wait for an answer.

    Nobody says whether they were right: only what was answered before has an outcome, its own.
    """
    for each in objections:
        each.drop(reason, at=utc_now())
    announce_all(
        [
            notices.dropped(each, title, person)
            for each in objections
            for person in awaited_by(each.actor_id, each.appeal_by)
        ]
    )
