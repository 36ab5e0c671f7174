"""百姓管家: who serves a home, level by level; a vacancy shows the next level up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Steward:
    """A role holder as residents see them: name, role, the duty phone only."""

    name: str
    role: str
    title: str
    phone: str
    person_id: UUID | None = None  # none: the committee's office


@dataclass(frozen=True, kw_only=True)
class Level:
    """Who holds a role at one level around a home: building, grid, community."""

    level: str
    place: str
    holders: Sequence[Steward]


@dataclass(frozen=True, kw_only=True)
class Card:
    level: str
    place: str
    is_vacant: bool
    served_by: str  # the place whose holders are shown
    holders: Sequence[Steward] = field(default=())


def cards(levels: Sequence[Level], *, office: Steward) -> list[Card]:
    """One card a level, from the nearest outwards, none of them empty.

    Where a level has nobody the next one up stands in, and at last the committee's office.
    """
    shown: list[Card] = []
    served_by = levels[-1].place if levels else ""
    holders: Sequence[Steward] = (office,)
    for level in reversed(levels):
        if level.holders:
            served_by, holders = level.place, level.holders
        shown.append(
            Card(
                level=level.level,
                place=level.place,
                is_vacant=not level.holders,
                served_by=served_by,
                holders=holders,
            )
        )
    return shown[::-1]
