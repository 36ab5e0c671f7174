"""居民与网格: the tree with who serves it, households, people by name, offices, what is missing."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from marshmallow import Schema

from backend.api import page
from backend.clock import today
from backend.console import Pages, show
from backend.residents.actions import slips
from backend.residents.actions.grid_checks import checks_of
from backend.residents.identity import (
    current_caller,
    current_community_id,
    current_scopes,
    may,
    permitted,
    require_desk,
)
from backend.residents.models import community_of
from backend.residents.pages import words
from backend.residents.queries.covering import buildings_covered
from backend.residents.queries.grid_tree import grid_tree
from backend.residents.queries.holders import appointments_page
from backend.residents.queries.people import find_person
from backend.residents.queries.places import (
    buildings_of,
    grid_of_buildings,
    grids_of,
)
from backend.residents.queries.registers import households_page, people_page
from backend.residents.schemas.people_desk import (
    ROWS,
    HouseholdArguments,
    RoleHolderArguments,
    SearchArguments,
    TreeArguments,
)

# (view, what it is called, who may see it)
TABS = (
    ("tree", "网格", "grid.read"),
    ("households", "住户", "household.read"),
    ("search", "找人", "people.search"),
    ("claims", "居住核验", "residence.verify"),
    ("grants", "代办", "proxy.record"),
    ("holders", "任职", "role.read"),
    ("gaps", "缺什么", "grid_checks.read"),
)
STATES = {"live": "在任", "proposed": "等人确认", "ended": "已卸任"}

people_desk = Pages("people_desk", __name__, who=require_desk)
people_desk.door("居民与网格", "tree", permission="grid.read", icon="house", key="r", order=80)


def tabs() -> list[tuple[str, str, bool]]:
    """(title, address, whether it is open) of the pages the reader may see."""
    found = [(title, url_for(f"people_desk.{view}")) for view, title, wanted in TABS if may(wanted)]
    deeper = (url_for(f"people_desk.{view}") for view in ("claims", "grants"))
    here = next((each for each in deeper if request.path.startswith(f"{each}/")), request.path)
    return [(title, url, url == here) for title, url in found]


@people_desk.get("/people")
@permitted("grid.read")
@people_desk.asked(TreeArguments)
def tree(asked: dict[str, Any]) -> Response:
    """The grid tree with its buildings and workers, today's or another day's."""
    on = asked["on"] or today()
    return show(
        "residents/tree.html",
        title="居民与网格",
        tabs=tabs(),
        tree=grid_tree(current_community_id(), on),
        on=on,
        words=words,
        may_open=may("household.read"),
    )


@people_desk.get("/people/households")
@permitted("household.read")
@people_desk.asked(HouseholdArguments)
def households(asked: dict[str, Any]) -> Response:
    """Households of the reader's scope with the people in them."""
    caller, here = current_caller(), current_community_id()
    of_staff = not current_scopes() <= {"h"}
    covered = buildings_covered(caller, today()) if of_staff else None
    found = households_page(
        here,
        on=today(),
        buildings=covered,
        household_ids=None if of_staff else caller.household_ids,
        **asked,
    )
    return show(
        "residents/households.html",
        title="住户",
        parts={"rows": "residents/household_rows.html", "more": "residents/household_rows.html"},
        tabs=tabs(),
        buildings=_by_grid(here, covered),
        chosen=asked["building_id"],
        words=words,
        **page(found, asked["limit"], key=lambda household: household.id),
    )


@people_desk.get("/people/search")
@permitted("people.search")
@people_desk.asked(SearchArguments)
def search(asked: dict[str, Any]) -> Response:
    """People of the reader's scope by name; phones are masked."""
    return _search(**asked)


def _search(*, name: str, after: UUID | None, limit: int) -> Response:
    found = name and people_page(
        current_community_id(),
        name=name,
        on=today(),
        buildings=buildings_covered(current_caller(), today()),
        after=after,
        limit=limit,
    )
    return show(
        "residents/search.html",
        title="找人",
        parts={"rows": "residents/person_rows.html", "more": "residents/person_rows.html"},
        tabs=tabs(),
        name=name,
        words=words,
        may_issue=may("slip.issue"),
        **page(found or [], limit, key=lambda person: person.residency_id),
    )


def _search_again(person_id: UUID) -> Response:
    person = find_person(current_community_id(), person_id)
    return _search(name=person.name or "", after=None, limit=ROWS)


@people_desk.post("/people/<uuid:person_id>/slips")
@permitted("slip.issue")
@people_desk.form(Schema, again=_search_again)
def issue_slip(_given: dict[str, Any], person_id: UUID) -> Response:
    """A door slip for somebody of one's grid, to be copied or printed now: it is shown once."""
    slip = slips.issue(current_caller(), current_community_id(), person_id)
    return show(
        "residents/slip.html",
        title="登录码",
        person=find_person(current_community_id(), person_id),
        code=" ".join(slip.code[i : i + 4] for i in range(0, len(slip.code), 4)),
        until=slip.expires_at,
    )


@people_desk.get("/people/roles")
@permitted("role.read")
@people_desk.asked(RoleHolderArguments)
def holders(asked: dict[str, Any]) -> Response:
    """Who holds, held or is proposed for which office, over what and since when."""
    state = asked.pop("state")
    place = _place()
    found = appointments_page(place, states=[state], roles=[], **asked)
    return show(
        "residents/holders.html",
        title="任职",
        parts={"rows": "residents/holder_rows.html", "more": "residents/holder_rows.html"},
        tabs=tabs(),
        states=STATES,
        state=state,
        words=words,
        **page(found, asked["limit"], key=lambda held: held.id),
    )


@people_desk.get("/people/gaps")
@permitted("grid_checks.read")
def gaps() -> Response:
    """G1 to G4: what the grid tree lacks today."""
    return show(
        "residents/gaps.html",
        title="缺什么",
        tabs=tabs(),
        checks=checks_of(current_community_id()),
    )


def _by_grid(here: UUID, covered: frozenset[UUID] | None) -> list[tuple[str, list[Any]]]:
    """The buildings one may choose from, under the small grid each lies in."""
    grid_of = grid_of_buildings(here, today())
    names = {grid.id: grid.name for grid in grids_of(here)}
    found: dict[str, list[Any]] = {}
    for building in buildings_of(here):
        if covered is None or building.id in covered:
            name = names.get(grid_of.get(building.id, here), "不在网格里")
            found.setdefault(name, []).append((building.id, building.name))
    return sorted(found.items())


def _place() -> UUID | None:
    """The community looked at; who serves the district may look at all of it."""
    caller = current_caller()
    if caller.community_id is None and any(d.scope_type == "district" for d in caller.duties):
        return None
    return community_of(caller)
