"""The time, always with its zone; in development it can be moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from backend.days import SHANGHAI, day_of

__all__ = ["SHANGHAI", "ahead", "at", "move", "share_through", "today", "utc_now"]


class _Clock:
    """How far our time is from the world's: shared through a file, or set inside one process."""

    file: Path | None = None
    inside: timedelta = timedelta()

    def offset(self) -> timedelta:
        if self.file is None:
            return self.inside
        try:
            return self.inside + timedelta(seconds=float(self.file.read_text()))
        except (FileNotFoundError, ValueError):
            return self.inside


_clock = _Clock()


def utc_now() -> datetime:
    if _clock.file is None and not _clock.inside:
        return datetime.now(UTC)
    return datetime.now(UTC) + _clock.offset()


def today() -> date:
    """The date in Shanghai, where every deadline is decided."""
    return day_of(utc_now())


def share_through(file: Path | None) -> None:
    """Let every process that reads `file` live at the same moved time; None ends it.

    Never called in production: `backend.settings` refuses a movable clock there.
    """
    _clock.file = file


def ahead() -> timedelta:
    """How far our time runs before the world's."""
    return _clock.offset()


def move(by: timedelta) -> None:
    """Move the shared clock; it stays moved for all processes and over restarts."""
    if _clock.file is None:
        raise RuntimeError("This clock cannot be moved.")
    moved = _clock.offset() - _clock.inside + by
    scratch = _clock.file.with_suffix(".new")
    scratch.write_text(str(moved.total_seconds()))
    scratch.replace(_clock.file)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside this process, run the block as if it began at `moment` (tests, demo history)."""
    before = _clock.inside
    _clock.inside = before + (moment - utc_now())
    try:
        yield
    finally:
        _clock.inside = before
