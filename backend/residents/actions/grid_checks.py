"""What the grid tree lacks today, asked of the tables and judged by G1 to G4."""

from uuid import UUID

from backend.clock import today
from backend.residents.actions.places import SMALL
from backend.residents.queries.grid_tree import group_sizes, groups_of, live_households
from backend.residents.queries.holders import live_holders
from backend.residents.queries.places import (
    buildings_of,
    find_community,
    grid_of_buildings,
    grids_of,
)
from backend.residents.rules import grid_checks as rules


def checks_of(community_id: UUID) -> list[rules.Check]:
    """The four checks with their findings."""
    on = today()
    community = find_community(community_id)
    grids = grids_of(community_id)
    parents = {grid.id: grid.parent_id for grid in grids}
    held = {each.scope_id for _, each in live_holders(community_id, "grid_worker", on=on)}
    servers = {person for person, _ in live_holders(community_id, "service_worker", on=on)}
    return [
        rules.groups_of_fitting_size(
            [rules.Named(id=group.id, name=group.name) for group in groups_of(community_id)],
            group_sizes(community_id, on),
        ),
        rules.buildings_in_grids(
            [rules.Named(id=each.id, name=each.name) for each in buildings_of(community_id)],
            grid_of_buildings(community_id, on),
        ),
        rules.grids_with_workers(
            [rules.Named(id=grid.id, name=grid.name) for grid in grids if grid.level == SMALL],
            rules.paths(parents),
            frozenset(grid_id for grid_id in held if grid_id),
        ),
        rules.enough_service_workers(
            rules.Named(id=community.id, name=community.name),
            households=live_households(community_id, on),
            workers=len(servers),
        ),
    ]
