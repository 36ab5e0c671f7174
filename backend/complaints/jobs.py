"""The clock of complaints."""

from backend.background import job
from backend.complaints.actions import handling


@job
def tell_overdue_complaints() -> None:
    """Tell those who oversee, and the person, what has waited too long."""
    handling.tell_overdue()
