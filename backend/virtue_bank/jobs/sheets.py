"""What the calendar does to sheets, quotas and open answers."""

from backend.background import job, steps
from backend.database import in_transaction
from backend.virtue_bank.actions.budgets import freeze_ended_quotas
from backend.virtue_bank.actions.reversals import close_answer_windows, move_overdue
from backend.virtue_bank.actions.sheets import turn_sheets


@job
def turn_rule_sheets() -> None:
    """A sheet's first day has come, or its last is over."""
    turn_sheets()


@steps
def freeze_quotas() -> None:
    """The month is over: block by block, for a frozen account is held until its commit."""
    while in_transaction(freeze_ended_quotas):
        pass


@steps
def close_answers() -> None:
    """Holders who have not answered in time, and whoever was to decide then; block by block."""
    while in_transaction(close_answer_windows):
        pass
    while in_transaction(move_overdue):
        pass
