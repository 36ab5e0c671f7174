"""Sessions planned every night, agendas closed at their cut-off."""

from backend.background import job
from backend.deliberation.actions import agenda, calendar


@job
def plan_sessions() -> None:
    """Make the shells of the next thirty days, off the holidays."""
    calendar.plan_sessions()


@job
def close_agendas() -> None:
    """Freeze what is at its cut-off and roll over what was not held."""
    agenda.close_agendas()
