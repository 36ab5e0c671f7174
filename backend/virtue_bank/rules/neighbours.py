"""When a neighbour is found by what a neighbour knows: the whole name and the building. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from backend.errors import TooManyRequests
from backend.virtue_bank.rules.deeds import may_be_minor

OUTCOMES = ("found", "nobody", "several", "yourself")
_AROUND_NUMBERS = "单元门室号房 "


class SoughtTooOften(TooManyRequests):
    title = "今天找人的次数用完了"


class Bearer(Protocol):
    """Somebody of the name that is sought, by one home."""

    @property
    def id(self) -> UUID: ...
    @property
    def born_year(self) -> int | None: ...
    @property
    def unit_no(self) -> str: ...
    @property
    def room_no(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is answered; somebody is named only where it can be nobody else."""

    outcome: str
    person_id: UUID | None = None


def bare_name(name: str) -> str:
    """A name as two people would type it alike: width and blanks make no other name."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def the_one(
    bearers: Sequence[Bearer], *, seeker_id: UUID, today: date, unit_no: str, room_no: str
) -> Found:
    """The one of that name in the building who is meant.

    Who may be under 18 is not found: children are named by those who bring them up. The dwelling
    decides between several and is not looked at otherwise, so nobody learns here where somebody
    lives.
    """
    grown_up = [each for each in bearers if not may_be_minor(each.born_year, today)]
    others = [each for each in grown_up if each.id != seeker_id]
    if not others:
        return Found(outcome="yourself" if grown_up else "nobody")
    if len({each.id for each in others}) > 1 and room_no:
        others = [each for each in others if _lives_at(each, unit_no, room_no)]
    people = {each.id for each in others}
    if len(people) == 1:
        return Found(outcome="found", person_id=people.pop())
    return Found(outcome="several" if people else "nobody")


def _lives_at(bearer: Bearer, unit_no: str, room_no: str) -> bool:
    unit, room = _number(unit_no), _number(room_no)
    return room == _number(bearer.room_no) and unit in {"", _number(bearer.unit_no)}


def _number(said: str) -> str:
    """1 of 1单元, 301 of 301室."""
    return bare_name(said).strip(_AROUND_NUMBERS).casefold()
