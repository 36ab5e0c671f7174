"""Half-open spans of days, as the tables keep them."""

from datetime import date

from sqlalchemy.dialects.postgresql import Range


def since(day: date) -> Range[date]:
    """From `day` on, with no end yet."""
    return Range(day, None)


def until(span: Range[date], day: date) -> Range[date]:
    """`span`, ending so that `day` is the first day outside it."""
    return Range(span.lower, day)


def between(first: date, end: date | None) -> Range[date]:
    """From `first` up to, not including, `end`."""
    return Range(first, end)
