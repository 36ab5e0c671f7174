"""The small pieces every row of a list repeats: drawn in Python, each kind of one but once."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from markupsafe import Markup

from backend.console import words

Tone = Literal["plain", "info", "ok", "warn", "danger"]

KEPT = 512
_ICON = Markup(
    '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
)
_STATUS = Markup('<span class="status {}">{}{}</span>')
_DUE = Markup('<span class="due {}">{}{}</span>')
_SHAPES: dict[Tone, str] = {
    "plain": "circle",
    "info": "circle-dot",
    "ok": "circle-check",
    "warn": "clock-alert",
    "danger": "triangle-alert",
}
_CLOCKS = _SHAPES | {"plain": "clock"}


class Pieces:
    """An icon, a status, a deadline, as templates ask for them."""

    def __init__(self, icons: str) -> None:
        """`icons` is the address of the built sheet."""
        keep = lru_cache(KEPT)
        self._icons = icons
        self.icon: Callable[[str], Markup] = keep(self._icon)
        self.status: Callable[..., Markup] = keep(self._status)
        self._deadline: Callable[[Tone, str], Markup] = keep(self._due)

    def due(self, at: date | datetime | str | None, none_word: str = "") -> Markup:
        """By when, in words; coloured when it is near or past."""
        if at:
            return self._deadline(*words.due(at))
        return _DUE.format("plain", "", none_word) if none_word else Markup()

    def _icon(self, name: str) -> Markup:
        return _ICON.format(self._icons, name)

    def _status(self, word: str, tone: Tone = "plain", shape: str | None = None) -> Markup:
        """A status is word, shape and colour."""
        return _STATUS.format(tone, self.icon(shape or _SHAPES[tone]), word)

    def _due(self, tone: Tone, told: str) -> Markup:
        return _DUE.format(tone, self.icon(_CLOCKS[tone]), told)
