"""Which values the fields of a subscription message take."""

import re
from collections.abc import Collection
from datetime import date

_LONGEST = {
    "thing": 20,
    "character_string": 32,
    "letter": 32,
    "number": 32,
    "phrase": 5,
    "symbol": 5,
    "phone_number": 17,
    "car_number": 8,
}
_HANZI = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NAME_HANZI, _NAME_LETTERS = 10, 20
_ELLIPSIS = "…"
_SHORTENED_WITH_ELLIPSIS = {"thing"}  # the others take no such sign
_CUT = {"character_string", "letter", "phrase", "symbol"}

_PATTERNS = {
    "number": re.compile(r"\d+(\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]+"),
    "symbol": re.compile(rf"[^\w\s{_HANZI}]+"),
    "character_string": re.compile(rf"[^{_HANZI}]+"),
    "amount": re.compile(r"[^\w\s]?\d{1,10}(\.\d+)?元?"),
    "phone_number": re.compile(r"[\d+\-() ]*\d[\d+\-() ]*"),
    "car_number": re.compile(rf"[{_HANZI}A-Za-z\d][A-Za-z\d]*[{_HANZI}A-Za-z\d]"),
    "phrase": re.compile(rf"[{_HANZI}]+"),
}
_DAY = r"(?P<y>\d{4})(?:年(?P<m>\d{1,2})月(?P<d>\d{1,2})日|[-/](?P<m2>\d{1,2})[-/](?P<d2>\d{1,2}))"
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
_DATE = re.compile(rf"{_DAY}(?:\s*{_CLOCK})?")
_TIME = re.compile(rf"(?:{_DAY}\s*)?{_CLOCK}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\s]+")


class ValueRefused(ValueError):
    """A field would be refused by WeChat (47003). The text is not repeated: it may be personal."""


def check_value(kind: str, text: str, choices: Collection[str] = ()) -> None:
    """Raise `ValueRefused` unless a field of `kind` takes `text`; an enum has `choices`."""
    if not _is_taken(kind, text, choices):
        raise ValueRefused(f"A field of kind {kind} does not take this text.")


def fit(kind: str, text: str) -> str:
    """`text` on one line and, where something shorter still says it, as long as `kind` allows.

    Numbers, times and amounts are never cut: half a number is a wrong one.
    """
    line = _UNSEEN.sub(" ", text).strip()
    if kind == "name":
        return line[: _name_limit(line)].rstrip()
    if kind in _SHORTENED_WITH_ELLIPSIS and _length(line) > _LONGEST[kind]:
        return _cut(line, _LONGEST[kind] - 1) + _ELLIPSIS
    return _cut(line, _LONGEST[kind]) if kind in _CUT else line


def _is_taken(kind: str, text: str, choices: Collection[str]) -> bool:
    if not text.strip() or _length(text) > _LONGEST.get(kind, _length(text)):
        return False
    if kind in {"date", "time"}:
        return _is_moment(text, _DATE if kind == "date" else _TIME)
    if kind == "name":
        return len(text) <= _name_limit(text)
    if kind == "enum":
        return not choices or text in choices
    if kind in _PATTERNS:
        return _PATTERNS[kind].fullmatch(text) is not None
    return kind == "thing"


def _is_moment(text: str, pattern: re.Pattern[str]) -> bool:
    """One moment, or two joined by "~"; the days must exist."""
    ends = re.split(r"\s*[~～]\s*", text)
    return len(ends) <= 2 and all(_exists(pattern.fullmatch(end)) for end in ends)  # noqa: PLR2004


def _exists(found: re.Match[str] | None) -> bool:
    if found is None:
        return False
    if found["y"] is None:
        return True
    try:
        date(int(found["y"]), int(found["m"] or found["m2"]), int(found["d"] or found["d2"]))
    except ValueError:
        return False
    return True


def _name_limit(text: str) -> int:
    return _NAME_HANZI if re.search(f"[{_HANZI}]", text) else _NAME_LETTERS


def _length(text: str) -> int:
    """Length as a phone counts it: signs outside the first plane are two."""
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, length: int) -> str:
    while _length(text) > length:
        text = text[: max(0, min(len(text) - 1, length))]
    return text.rstrip()
