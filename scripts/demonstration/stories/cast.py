"""Who of the town does what: tellers and their neighbours, who is responsible, who does it."""

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import TypeVar
from uuid import UUID

from backend.clock import today
from backend.deliberation.models import Proposal, Task
from backend.residents.models import Caller, Resident
from scripts.demonstration.history import Story, in_days
from scripts.demonstration.matters import Matter
from scripts.demonstration.people import Town

Found = TypeVar("Found")


class Cast:
    """The people of one town, and the dice and the day all its stories share."""

    def __init__(self, town: Town, random: Random, *, now: datetime) -> None:
        self.town = town
        self.random = random
        self.now = now
        self.today = today()

    def building(self, matter: Matter) -> UUID:
        return self.town.place.buildings[matter.building].id

    def author(self, matter: Matter) -> UUID:
        if isinstance(matter.author, str):
            return self.town.ids[matter.author]
        author: Resident = self._grown_up(matter)[matter.author]
        return author.id

    def _grown_up(self, matter: Matter) -> list[Resident]:
        place, building = self.town.place, self.building(matter)
        taken = set(self.town.ids.values())
        return [
            person
            for person in place.people
            if place.building_of[place.home_of[person.id]] == building
            and (person.born_year or 0) < self.today.year - 19
            and person.id not in taken
        ]

    def neighbours(self, matter: Matter, proposal: Proposal, number: int) -> list[Resident]:
        others = [p for p in self._grown_up(matter)[8:] if p.id != proposal.author_id]
        return others[:number]

    def responsible(self, party: str) -> UUID:
        return self.town.ids["赵清和" if party == "property_company" else "刘海燕"]

    def doer(self, task: Task) -> Caller:
        if task.assignee_id == self.town.ids["赵清和"]:
            return self.town.caller(task.assignee_id)
        return self.town.at_desk("member2")


def until(holds: Callable[[], bool]) -> Story:
    """Look every morning; the timetable or somebody else brings it about."""
    while not holds():
        yield in_days(1, 9, 10)


def known(found: Found | None) -> Found:
    """What the story has just brought about."""
    if found is None:
        raise LookupError
    return found
