"""The closed lists the tables check, and how a check is written."""

from collections.abc import Sequence

from sqlalchemy import CheckConstraint

SHEET_STATES = ("draft", "consulted", "adopted", "in_force", "superseded")
CREDIT_TO = ("person", "family", "choice")
CAP_SUBJECTS = ("account", "person", "pair")
CAP_PERIODS = ("day", "week", "month", "year")
BUDGET_STATES = ("proposed", "funded", "dropped")
ALLOTMENT_STATES = ("proposed", "allotted", "dropped")
QUOTA_STATES = ("proposed", "live", "frozen", "dropped")
HOLDER_KINDS = ("grid_worker", "committee")
REVERSAL_STATES = (
    "requested",
    "answered",
    "unanswered",
    "confirmed",
    "dropped",
    "appealed",
    "restored",
    "stands",
)


def one_of(column: str, words: Sequence[str]) -> CheckConstraint:
    """CHECK (column IN (…)), named after the column; NULL passes."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"known_{column}")
