"""Objections to what hangs no more: a round or a batch was cancelled, a nominee says no."""

from collections.abc import Sequence

from backend.clock import utc_now
from backend.notifications.actions import announce_all
from backend.virtue_bank.models import ThanksObjection
from backend.virtue_bank.notices import thanks_objections as notices


def close_dropped(objections: Sequence[ThanksObjection], title: str, *, reason: str) -> None:
    """Nothing is left to decide; whoever objected need not wait for an answer.

    Nobody says whether they were right: only what was answered before has an outcome, its own.
    """
    for each in objections:
        each.drop(reason, at=utc_now())
    announce_all([notices.dropped(each, title) for each in objections])
