"""What the timetable does to files nobody needs."""

from backend.background import job
from backend.files import actions


@job
def forget_unattached_files() -> None:
    actions.forget_unattached()


@job
def sweep_files() -> None:
    actions.sweep_folder()
