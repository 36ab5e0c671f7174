"""What the timetable does to deeds: credit, lapse, close objections, forget drafts and pictures."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from backend.background import job, steps
from backend.database import in_transaction
from backend.virtue_bank.actions import crediting, deeds, erasing, objections

log = structlog.get_logger("deeds")


@steps
def post_due_awards() -> None:
    """Credit what has hung its days, one share in a transaction.

    One that cannot be credited for a fault of ours holds up no other.
    """
    for community_id, deed_id, share_id in in_transaction(crediting.due_awards):
        _alone(partial(crediting.credit, community_id, deed_id, share_id), share_id)


@steps
def lapse_due_deeds() -> None:
    """Let lapse what residents left, tell upwards what staff left, one deed in a transaction."""
    for community_id, deed_id in in_transaction(crediting.due_deeds):
        _alone(partial(crediting.let_lapse_or_tell, community_id, deed_id), deed_id)
    for community_id, objection_id in in_transaction(objections.due):
        _alone(partial(objections.close_or_tell, community_id, objection_id), objection_id)


@job
def forget_old_deeds() -> None:
    """Drafts nobody handed in, pictures ninety days after the decision, words of who is gone."""
    deeds.drop_old_drafts()
    crediting.let_pictures_go()
    erasing.forget_ended_words()


def _alone(work: Callable[[], Any], about: UUID) -> None:
    try:
        in_transaction(work)
    except Exception:
        log.exception("left for the next run", row_id=str(about))
