"""Whom the desk's forms around a meeting offer to choose from."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from backend.clock import today
from backend.deliberation.rules.meetings import PARTY_NAMES
from backend.residents.models import Caller
from backend.residents.queries.covering import buildings_covered
from backend.residents.queries.holders import live_holders
from backend.residents.queries.people import household_ids_of, names
from backend.residents.queries.places import homes_of
from backend.residents.queries.registers import people_page

# For whom somebody who holds an office usually sits at a table.
PARTY_OF = {
    "party_secretary": "party_org",
    "chair": "residents_committee",
    "committee_member": "residents_committee",
    "owners_committee": "owners_committee",
    "property_company": "property_company",
    "supervisor": "supervision",
    "partner_org": "organisation",
    "grid_worker": "neutral",
}
TABLE = ("chair", "party_secretary", "committee_member", "counter_clerk")
FOUND = 8

Choices = list[tuple[UUID, str]]


@dataclass(frozen=True, kw_only=True)
class Usual:
    """Those who hold an office here: whom one invites, and who keeps the table."""

    names: dict[UUID, str]
    by_party: dict[str, list[UUID]] = field(default_factory=dict)
    hosts: Choices = field(default_factory=list)
    supervisors: Choices = field(default_factory=list)

    def not_among(self, seated: Collection[UUID | None]) -> list[tuple[str, UUID, str]]:
        """(party, person, name) of everybody who has no seat yet, the parties in their order."""
        return [
            (party, person, self.names[person])
            for party in PARTY_NAMES
            for person in self.by_party.get(party, [])
            if person not in seated
        ]

    def grouped(self) -> list[tuple[str, Choices]]:
        """All of them as the choices of a form, by party."""
        return [
            (PARTY_NAMES[party], [(person, self.names[person]) for person in people])
            for party, people in self.by_party.items()
        ]


def officers_to_choose(community_id: UUID) -> Usual:
    """In two statements."""
    held = [(person, row.role) for person, row in live_holders(community_id, *PARTY_OF, *TABLE)]
    known = names(person for person, _ in held)
    by_party: dict[str, list[UUID]] = {party: [] for party in PARTY_NAMES}
    placed = set()
    for role in PARTY_OF:
        for person, theirs in held:
            if theirs == role and person not in placed:
                by_party[PARTY_OF[role]].append(person)
                placed.add(person)
    return Usual(
        names=known,
        by_party={party: people for party, people in by_party.items() if people},
        hosts=_choices(known, (person for person, role in held if role in TABLE)),
        supervisors=_choices(known, (person for person, role in held if role == "supervisor")),
    )


def people_named(community_id: UUID, caller: Caller, name: str | None) -> Choices:
    """Residents by name, each with where they live."""
    if not name:
        return []
    found = people_page(
        community_id,
        name=name,
        on=today(),
        buildings=buildings_covered(caller, today()),
        after=None,
        limit=FOUND,
    )
    return [
        (each.id, f"{each.name}　{each.building}{each.unit_no}单元{each.room_no}")
        for each in found[:FOUND]
    ]


def addresses(community_id: UUID, people: Iterable[UUID]) -> dict[UUID, str]:
    """Where each of them lives here; in two statements."""
    households = household_ids_of(community_id, people)
    homes = homes_of(community_id, {home for those in households.values() for home in those})
    return {
        person: "、".join(sorted(homes[home].address for home in those if home in homes))
        for person, those in households.items()
    }


def _choices(known: dict[UUID, str], people: Iterable[UUID]) -> Choices:
    return [(person, known[person]) for person in dict.fromkeys(people)]
