"""Deeds as lists show them: one's own, those one looks after, what waits, and the board."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.clock import today
from backend.residents.models import Caller, community_of
from backend.residents.models.masks import NOBODY
from backend.residents.queries.covering import buildings_covered
from backend.residents.queries.people import names
from backend.virtue_bank.actions.deed_moves import OVERSEERS, REVIEWERS
from backend.virtue_bank.actions.showing_credits import (
    Credit,
    credit_of_all,
    credits_of,
    label_of,
)
from backend.virtue_bank.models import CONFIRMING, DEED_STATES, Deed, DeedShare
from backend.virtue_bank.queries import confirmations as confirmation_queries
from backend.virtue_bank.queries import deed_lists
from backend.virtue_bank.queries import deeds as queries
from backend.virtue_bank.rules import deeds as rules

SEEN_BY_STAFF = ("grid_worker", "service_worker", *OVERSEERS)
REVIEWED = tuple(state for state in DEED_STATES if state != "draft")


def show_row(caller: Caller, deed_id: UUID) -> dict[str, Any]:
    """What a list says of the deed, after a step of it."""
    deed = queries.find_deed(community_of(caller), deed_id)
    credit = credits_of(caller, [deed], whole=caller.is_staff).get(deed.id)
    return row(deed, *queries.titles_of_one(deed), credit=credit)


def mine(caller: Caller, *, limit: int, after: UUID | None) -> list[dict[str, Any]]:
    """What the caller claimed or did, one row more than `limit`."""
    here = community_of(caller)
    found = deed_lists.deeds_of_person(here, caller.resident_id, limit=limit, after=after)
    return rows(here, found, credited=credits_of(caller, found, whole=False))


def in_scope(caller: Caller, *, limit: int, after: UUID | None) -> list[dict[str, Any]]:
    """What staff may read, one row more than `limit`; a grid worker those of the own buildings."""
    here = community_of(caller)
    covered = buildings_covered(caller, today(), *SEEN_BY_STAFF)
    found = deed_lists.deeds_in_scope(
        here, states=REVIEWED, buildings=covered, limit=limit, after=after
    )
    return rows(here, found, credited=credits_of(caller, found, whole=True))


def waiting(
    caller: Caller, *, limit: int, after: tuple[datetime, UUID] | None
) -> list[dict[str, Any]]:
    """What waits for the caller's first or second look, first due first."""
    here = community_of(caller)
    found = deed_lists.waiting_deeds(
        here,
        caller.resident_id,
        buildings=buildings_covered(caller, today(), *REVIEWERS),
        limit=limit,
        after=after,
    )
    return rows(here, found)


def waiting_for_word(caller: Caller, *, limit: int, after: UUID | None) -> list[dict[str, Any]]:
    """What the caller is asked about, with the people who acted by name."""
    here = community_of(caller)
    found = confirmation_queries.waiting_for(here, caller.resident_id, limit=limit, after=after)
    deeds = [deed for deed, _ in found]
    shares = queries.shares_of_deeds(here, [deed.id for deed in deeds])
    people = names([share.acted_id for each in shares.values() for share in each])
    told = {each["id"]: each for each in rows(here, deeds)}
    return [
        told[deed.id]
        | {
            "role": role,
            "role_label": CONFIRMING[role],
            "people": [people.get(share.acted_id, NOBODY) for share in shares.get(deed.id, [])],
        }
        for deed, role in found
    ]


def board(
    caller: Caller, *, limit: int, after: UUID | None
) -> tuple[list[dict[str, Any]], UUID | None]:
    """(lines, where the next page starts); whose consent ended is not named from that moment."""
    here = community_of(caller)
    found = deed_lists.board_page(here, limit=limit, after=after)
    deeds = found[:limit]
    items, buildings = queries.titles_of(here, deeds)
    shares = queries.shares_of_deeds(here, [deed.id for deed in deeds])
    people = queries.people_as_shown(share.acted_id for each in shares.values() for share in each)
    lines = [
        rules.board_line(
            rules.Shown(
                id=deed.id,
                item=items[deed.item_id].title,
                occurred_on=deed.occurred_on,
                building=buildings.get(deed.building_id, "") if deed.building_id else "",
                people=[_shown(people, share) for share in shares.get(deed.id, [])],
                display=deed.display,
                points=deed.points_granted,
                until=deed.display_until,
            ),
            today(),
        )
        for deed in deeds
    ]
    following = deeds[-1].id if len(found) > limit else None
    return [line for line in lines if line is not None], following


def rows(
    community_id: UUID, deeds: Sequence[Deed], *, credited: Mapping[UUID, Credit] | None = None
) -> list[dict[str, Any]]:
    """Deeds as rows of a list; `credited` is needed where some may be credited."""
    items, buildings = queries.titles_of(community_id, deeds)
    return [
        row(
            deed,
            items[deed.item_id].title,
            buildings.get(deed.building_id, "") if deed.building_id else "",
            credit=(credited or {}).get(deed.id),
        )
        for deed in deeds
    ]


def row(deed: Deed, item: str, building: str, *, credit: Credit | None = None) -> dict[str, Any]:
    """What every list of deeds says of one: with the titles of its item and its building."""
    credit = credit or credit_of_all(deed)
    return {
        "id": deed.id,
        "serial": deed.serial,
        "state": deed.state,
        "state_label": label_of(deed, credit),
        "awaits_unfreezing": credit.awaits_unfreezing,
        "item_id": deed.item_id,
        "item": item,
        "occurred_on": deed.occurred_on,
        "slot": deed.slot,
        "place": deed.place,
        "building_id": deed.building_id,
        "building": building,
        "story": deed.story,
        "display": deed.display,
        "points": deed.points_granted,
        "own_points": credit.points,
        "own_credited": credit.credited,
        "due_at": deed.due_at,
        "display_until": deed.display_until,
        "row_version": deed.row_version,
    }


def _shown(people: dict[UUID, tuple[str | None, int | None, bool]], share: DeedShare) -> Any:
    name, born_year, consents = people.get(share.acted_id, (None, None, False))
    return rules.ShownPerson(name=name or "", born_year=born_year, consents=consents)
