"""What runs by itself among residents."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from backend.background import alone, job, steps
from backend.clock import today, utc_now
from backend.database import in_transaction
from backend.residents.actions import calendar_days, proxies, residence, roles, sessions
from backend.residents.queries.kept_answers import forget_answers
from backend.residents.queries.places import communities
from backend.residents.queries.slips import drop_slips_expired

ANSWERS_KEPT = timedelta(days=2)  # a phone that was off over night still gets its own answer
SLIPS_KEPT = timedelta(days=30)


@steps
def lapse_verifications() -> None:
    """Old verifications come up for a check, unchecked ones lapse, late requests escalate.

    A community a transaction.
    """
    for community_id in in_transaction(_communities):
        with alone(community_id):
            in_transaction(partial(residence.lapse_verifications, community_id))


@steps
def end_terms() -> None:
    """Whose term is over holds the role no more; with the last one the account rests.

    A term a transaction.
    """
    for assignment_id, person_id in in_transaction(roles.terms_to_end):
        with alone(assignment_id):
            in_transaction(partial(roles.end_term, assignment_id, person_id))


@job
def end_proxies() -> None:
    """Offers lapse and grants end on their day; two weeks before, both are told."""
    proxies.end_due()
    proxies.tell_ending()


@job
def forget_kept_answers() -> None:
    """What was answered under an Idempotency-Key is kept no longer than a client repeats it."""
    forget_answers(utc_now() - ANSWERS_KEPT)


@job
def forget_slips() -> None:
    """Door slips are forgotten a month after they expired."""
    drop_slips_expired(utc_now() - SLIPS_KEPT)


@job
def enter_holidays() -> None:
    """Enter what has been published of this year's and the next one's days off."""
    year = today().year
    calendar_days.seed_holidays((year, year + 1))


def _communities() -> Sequence[UUID]:
    return [each.id for each in communities()]


@steps
def forget_sessions() -> None:
    """Forget who signed in when, block by block, a year after the session ended."""
    while in_transaction(sessions.forget_sessions):
        continue
