"""Sessions planned every night, agendas closed at their cut-off."""

from functools import partial

from backend.background import alone, steps
from backend.database import in_transaction
from backend.deliberation.actions import agenda, calendar


@steps
def plan_sessions() -> None:
    """Make the shells of the next thirty days, off the holidays, a community a transaction."""
    for community_id in in_transaction(calendar.communities_to_plan):
        with alone(community_id):
            in_transaction(partial(calendar.plan_sessions, community_id))


@steps
def close_agendas() -> None:
    """Freeze what is at its cut-off and roll over what was not held, a meeting a transaction."""
    for community_id, meeting_id in in_transaction(agenda.meetings_to_close):
        with alone(meeting_id):
            in_transaction(partial(agenda.close_agenda, community_id, meeting_id))
