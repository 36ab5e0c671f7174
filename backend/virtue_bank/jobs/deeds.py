"""What the timetable does to deeds: credit, lapse, close objections, forget drafts and pictures."""

from functools import partial

from backend.background import alone, job, steps
from backend.database import in_transaction
from backend.virtue_bank.actions import crediting, deeds, erasing, objections


@steps
def post_due_awards() -> None:
    """Credit what has hung its days, one share in a transaction.

    One that cannot be credited for a fault of ours holds up no other.
    """
    for community_id, deed_id, share_id in in_transaction(crediting.due_awards):
        with alone(share_id):
            in_transaction(partial(crediting.credit, community_id, deed_id, share_id))


@steps
def lapse_due_deeds() -> None:
    """Let lapse what residents left, tell upwards what staff left, one deed in a transaction."""
    for community_id, deed_id in in_transaction(crediting.due_deeds):
        with alone(deed_id):
            in_transaction(partial(crediting.let_lapse_or_tell, community_id, deed_id))
    for community_id, objection_id in in_transaction(objections.due):
        with alone(objection_id):
            in_transaction(partial(objections.close_or_tell, community_id, objection_id))


@job
def forget_old_deeds() -> None:
    """Drafts nobody handed in, pictures ninety days after the decision, words of who is gone."""
    deeds.drop_old_drafts()
    crediting.let_pictures_go()
    erasing.forget_ended_words()
