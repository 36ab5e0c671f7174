"""Half a year in a few seconds: stories take turns, each at its moment, with jobs in between."""

import heapq
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import count

from backend import clock
from backend.clock import SHANGHAI, today, utc_now
from backend.database import db

Story = Iterator[datetime]
"""Does something, and yields the moment at which it goes on."""

Told = Callable[[date], None]
Step = Callable[[Callable[[], datetime | None]], datetime | None]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)


def ago(days: int, hour: int = 9, minute: int = 30) -> datetime:
    return at(today() - timedelta(days=days), hour, minute)


def in_days(days: int, hour: int = 9, minute: int = 30) -> datetime:
    """Some days after the moment the story is at."""
    return at(today() + timedelta(days=days), hour, minute)


def in_hours(hours: float) -> datetime:
    return utc_now() + timedelta(hours=hours)


def _at_once(go_on: Callable[[], datetime | None]) -> datetime | None:
    """Part of the transaction that lives through everything."""
    again = go_on()
    db.session.flush()
    return again


class History:
    """Everybody's stories in one order of time, so that numbers and ids follow it too."""

    def __init__(self, *, until: datetime, told: Told, step: Step = _at_once) -> None:
        self._until = until
        self._told = told
        self._step = step
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._order = count()

    def add(self, story: Story, begins: datetime) -> None:
        heapq.heappush(self._waiting, (begins, next(self._order), story))

    def run(self) -> None:
        """Let every story go on until it ends, or the present is reached."""
        while self._waiting:
            moment, _, story = heapq.heappop(self._waiting)
            if moment > self._until:
                continue
            with clock.at(moment):
                self._told(today())
                again = self._step(lambda: next(story, None))  # noqa: B023, called here
            if again is not None:
                self.add(story, max(again, moment + timedelta(seconds=1)))
