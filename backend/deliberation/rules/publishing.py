"""Which notices a matter needs, and what a person must look at before one is posted."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from backend.deliberation.rules.outcomes import IMPLEMENTATION, RESULT
from backend.deliberation.rules.refusals import RedactionOpen
from backend.errors import Conflict, Outdated

Kind = Literal["phone", "id_number", "room", "name"]

_PATTERNS: Mapping[Kind, re.Pattern[str]] = {
    "id_number": re.compile(r"(?<![0-9])[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[0-9Xx](?![0-9])"),
    "phone": re.compile(
        r"(?<![0-9])(?:\+?86[-\s]?)?1[3-9]\d(?:[-\s]?\d{4}){2}(?![0-9])"
        r"|(?<![0-9])0\d{2,3}[-\s]?\d{7,8}(?![0-9])"
    ),
    "room": re.compile(
        r"\d{1,3}\s*(?:号楼|栋|幢|座|楼)\s*(?:[\dA-Za-z一二三四五六七八九十]{1,3}\s*(?:单元|门)\s*)?"
        r"\d{3,4}\s*(?:室|号|户)?"
        r"|(?<![0-9])\d{1,3}-(?:\d{1,2}-)?\d{3,4}(?![0-9-])"
        r"|(?<![0-9])\d{3,4}\s*(?:室|户)"
    ),
}
SHORTEST_NAME = 2


class PreviewChanged(Outdated):
    title = "公示内容已变化，请重新预览"


class NotPublic(Conflict):
    title = "此事项不公开"


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text that may identify someone: highlighted, and a person decides."""

    start: int
    end: int
    kind: Kind


def notices_needed(triage_class: str | None, outcome: str | None) -> frozenset[str]:
    """The notices that must have hung their full term before the matter is closed."""
    if triage_class == "major":
        return frozenset({IMPLEMENTATION})
    return frozenset({RESULT, IMPLEMENTATION} if outcome == "agreed" else {RESULT})


def marks(text: str, names_on_roll: Collection[str] = ()) -> list[Mark]:
    """What to highlight in the preview, left to right; longer findings swallow shorter ones."""
    found = [
        Mark(match.start(), match.end(), kind)
        for kind, pattern in _PATTERNS.items()
        for match in pattern.finditer(text)
    ]
    names = sorted((name for name in names_on_roll if len(name) >= SHORTEST_NAME), key=len)
    if names:
        any_name = re.compile("|".join(re.escape(name) for name in reversed(names)))
        found += [Mark(hit.start(), hit.end(), "name") for hit in any_name.finditer(text)]
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def check_public(*, is_private: bool) -> None:
    if is_private:
        raise NotPublic("私事指引只告知本人，不公示、不列入公开清单。")


def check_confirmed(*, confirmed_sha256: str | None, current_sha256: str) -> None:
    """A person has seen this very text; anything later needs another look."""
    if confirmed_sha256 is None:
        raise RedactionOpen("请先预览，核对标出的姓名、电话、证件号和房号，确认后再公示。")
    if confirmed_sha256 != current_sha256:
        raise PreviewChanged("预览后内容有改动，请重新核对并确认。")
