"""The grid tree and the household register over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response

from backend.api import Blueprint, PageArguments, page, page_of
from backend.clock import today
from backend.errors import NotFound
from backend.residents.actions import grid_checks
from backend.residents.actions import places as actions
from backend.residents.identity import (
    current_caller,
    current_community_id,
    current_scopes,
    permitted,
    require_caller,
)
from backend.residents.models import (
    Building,
    BuildingGrid,
    Dwelling,
    Grid,
    Household,
    HouseholdGroup,
)
from backend.residents.queries.covering import buildings_covered
from backend.residents.queries.grid_tree import (
    Tree,
    grid_tree,
)
from backend.residents.queries.places import (
    buildings_of,
    find_community,
)
from backend.residents.queries.registers import groups_page, households_page
from backend.residents.schemas.places import (
    BuildingSchema,
    BuildingsSchema,
    ClosingSchema,
    DwellingSchema,
    GridChecksArguments,
    GridChecksSchema,
    GridNameSchema,
    GridSchema,
    GridTreeSchema,
    GroupMembersSchema,
    GroupSchema,
    HouseholdListArguments,
    HouseholdSchema,
    JoinedSchema,
    NewBuildingSchema,
    NewDwellingSchema,
    NewGridSchema,
    NewGroupSchema,
    NewHouseholdSchema,
    PlacedSchema,
    PlacementSchema,
    RegisteredGroupSchema,
    RegisteredHouseholdSchema,
    checks_as_csv,
)

places = Blueprint("places", __name__, url_prefix="/api/v1", description="网格与住户")
places.before_request(require_caller)


@places.get("/communities/<uuid:community_id>/grid")
@permitted("grid.read")
@places.response(200, GridTreeSchema)
def show_grid(community_id: UUID) -> Tree:
    """The grid tree with today's buildings and workers."""
    if community_id != current_community_id():
        raise NotFound
    return grid_tree(community_id, today())


@places.get("/communities/<uuid:community_id>/buildings")
@permitted("community.read")
@places.response(200, BuildingsSchema)
def list_buildings(community_id: UUID) -> dict[str, Any]:
    """The buildings of a community, for somebody who wants to say where they live."""
    if find_community(community_id).status != "live":
        raise NotFound
    return {"items": buildings_of(community_id)}


@places.post("/grids")
@permitted("grid.edit")
@places.arguments(NewGridSchema)
@places.response(201, GridSchema)
def add_grid(new: dict[str, Any]) -> Grid:
    """Add a grid below one of the level above."""
    return actions.add_grid(current_caller(), current_community_id(), **new)


@places.put("/grids/<uuid:grid_id>")
@permitted("grid.edit")
@places.arguments(GridNameSchema)
@places.response(200, GridSchema)
def rename_grid(new: dict[str, Any], grid_id: UUID) -> Grid:
    """Give a grid another code and name."""
    return actions.rename_grid(current_caller(), current_community_id(), grid_id, **new)


@places.post("/buildings")
@permitted("grid.edit")
@places.arguments(NewBuildingSchema)
@places.response(201, BuildingSchema)
def add_building(new: dict[str, Any]) -> Building:
    """Add a building, in a small grid from today if one is named."""
    return actions.add_building(current_caller(), current_community_id(), **new)


@places.post("/buildings/<uuid:building_id>/grid")
@permitted("grid.edit")
@places.arguments(PlacementSchema)
@places.response(201, PlacedSchema)
def place_building(wish: dict[str, Any], building_id: UUID) -> BuildingGrid:
    """Put a building into another small grid from a day on."""
    return actions.place_building(current_caller(), current_community_id(), building_id, **wish)


@places.post("/dwellings")
@permitted("household.edit")
@places.arguments(NewDwellingSchema)
@places.response(201, DwellingSchema)
def add_dwelling(new: dict[str, Any]) -> Dwelling:
    """Enter a dwelling of a building."""
    return actions.add_dwelling(current_caller(), current_community_id(), **new)


@places.get("/households")
@permitted("household.read")
@places.arguments(HouseholdListArguments, location="query")
@places.response(200, page_of(RegisteredHouseholdSchema))
def list_households(asked: dict[str, Any]) -> dict[str, Any]:
    """Households of my scope with the people in them; a resident's is their own."""
    caller = current_caller()
    of_staff = not current_scopes() <= {"h"}
    limit = asked["limit"]
    found = households_page(
        current_community_id(),
        on=today(),
        buildings=buildings_covered(caller, today()) if of_staff else None,
        household_ids=None if of_staff else caller.household_ids,
        **asked,
    )
    return page(found, limit, key=lambda household: household.id)


@places.post("/households")
@permitted("household.edit")
@places.arguments(NewHouseholdSchema)
@places.response(201, HouseholdSchema)
def open_household(new: dict[str, Any]) -> Household:
    """Open a household in a dwelling."""
    return actions.open_household(current_caller(), current_community_id(), **new)


@places.post("/households/<uuid:household_id>/closing")
@permitted("household.edit")
@places.arguments(ClosingSchema)
@places.response(200, HouseholdSchema)
def close_household(wish: dict[str, Any], household_id: UUID) -> Household:
    """Close a household nobody lives in any more."""
    return actions.close_household(current_caller(), current_community_id(), household_id, **wish)


@places.get("/groups")
@permitted("grid.read")
@places.arguments(PageArguments, location="query")
@places.response(200, page_of(RegisteredGroupSchema))
def list_groups(asked: dict[str, Any]) -> dict[str, Any]:
    """居民小组 with their number of households."""
    found = groups_page(current_community_id(), on=today(), **asked)
    return page(found, asked["limit"], key=lambda group: group.id)


@places.post("/groups")
@permitted("grid.edit")
@places.arguments(NewGroupSchema)
@places.response(201, GroupSchema)
def add_group(new: dict[str, Any]) -> HouseholdGroup:
    """Add a 居民小组."""
    return actions.add_group(current_caller(), current_community_id(), **new)


@places.post("/groups/<uuid:group_id>/members")
@permitted("grid.edit")
@places.arguments(GroupMembersSchema)
@places.response(201, JoinedSchema)
def join_group(wish: dict[str, Any], group_id: UUID) -> dict[str, int]:
    """Put households into a group from a day on; they leave the one they were in."""
    moved = actions.join_group(current_caller(), current_community_id(), group_id, **wish)
    return {"households": moved}


@places.get("/grid-checks")
@permitted("grid_checks.read")
@places.arguments(GridChecksArguments, location="query")
@places.response(200, GridChecksSchema)
def check_grid(asked: dict[str, str]) -> dict[str, Any] | Response:
    """G1 to G4: what the grid tree lacks today; as JSON or CSV."""
    checks = grid_checks.checks_of(current_community_id())
    if asked["format"] == "csv":
        response = Response(checks_as_csv(checks), mimetype="text/csv")
        response.headers["Content-Disposition"] = "attachment; filename=grid-checks.csv"
        return response
    return {"on": today(), "checks": checks}
