"""Days off and make-up working days, as people say them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from backend.days import DAY


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Days in a row under one name: all off, or all worked; both ends belong to it."""

    since: date
    through: date
    name: str
    working: bool
    entered: bool

    def goes_on_with(self, day: "Stretch") -> bool:
        """Whether the day is the next one, and like these but for its date."""
        same = replace(self, since=day.since, through=day.through) == day
        return same and self.through + DAY == day.since


def stretches(days: Iterable[Stretch]) -> list[Stretch]:
    """The same days, those that follow each other and are alike made one; in their order."""
    found: list[Stretch] = []
    for day in sorted(days, key=lambda each: each.since):
        if found and found[-1].goes_on_with(day):
            found[-1] = replace(found[-1], through=day.through)
        else:
            found.append(day)
    return found
