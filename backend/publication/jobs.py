"""What the calendar does to bulletins."""

from backend.background import job
from backend.publication import actions


@job
def end_displays() -> None:
    """End the displays that have hung for their full days."""
    actions.end_displays()


@job
def tell_overdue_publications() -> None:
    """Tell chair and supervisors what should have been published."""
    actions.tell_overdue()
