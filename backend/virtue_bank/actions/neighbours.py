"""Finding the one neighbour somebody wants to name in a claim: counted, masked and kept."""

from dataclasses import dataclass
from uuid import UUID

from backend.clock import today
from backend.limits import seconds_to_wait
from backend.residents.models import Caller, community_of
from backend.residents.queries.neighbours import bearers_of_name
from backend.residents.queries.people import masked_names
from backend.residents.queries.places import find_building
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.rules import neighbours as rules

OFTEN = 20
"""A claim names a handful; who asks more often is looking for people."""


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """The one who is meant, with no more of the name than others see."""

    id: UUID
    name: str
    building: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    outcome: str
    person: Neighbour | None


def seek(caller: Caller, *, name: str, building_id: UUID, unit_no: str, room_no: str) -> Answer:
    """Who of the building bears exactly this name, if it is one.

    That somebody asked is evidence, with whoever was found; what they typed is kept nowhere.

    Raises:
        SoughtTooOften: so often in a day, whether somebody was found or not.
        NotFound: the building is of another community.
    """
    here = community_of(caller)
    wait_s = seconds_to_wait("neighbours", caller.resident_id, f"{OFTEN} per day")
    if wait_s is not None:
        raise rules.SoughtTooOften(
            f"每人每天最多找{OFTEN}次。先把姓名和楼号写在文字里，网格员会去问。",
            retry_after_seconds=wait_s,
        )
    building = find_building(here, building_id)
    found = rules.the_one(
        bearers_of_name(here, building.id, rules.bare_name(name), today()),
        seeker_id=caller.resident_id,
        today=today(),
        unit_no=unit_no,
        room_no=room_no,
    )
    about = ("resident", found.person_id) if found.person_id else ("building", building.id)
    witness(caller, "neighbour.sought", *about, outcome=found.outcome)
    if found.person_id is None:
        return Answer(outcome=found.outcome, person=None)
    shown = masked_names([found.person_id])[found.person_id]
    person = Neighbour(id=found.person_id, name=shown, building=building.name)
    return Answer(outcome=found.outcome, person=person)
