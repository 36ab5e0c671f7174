"""G1 to G4: what a grid tree should look like. They warn and never block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from uuid import UUID

GROUP_LEAST, GROUP_MOST = 30, 50
HOUSEHOLDS_PER_SERVICE_WORKER = 100


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is not as it should be."""

    subject_id: UUID | None
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Check:
    code: str
    title: str
    checked: int
    findings: Sequence[Finding]


@dataclass(frozen=True, kw_only=True)
class Named:
    id: UUID
    name: str


def groups_of_fitting_size(groups: Sequence[Named], sizes: Mapping[UUID, int]) -> Check:
    findings = [
        Finding(
            subject_id=group.id,
            subject=group.name,
            text=f"现有 {sizes.get(group.id, 0)} 户，应为 {GROUP_LEAST}–{GROUP_MOST} 户",
        )
        for group in groups
        if not GROUP_LEAST <= sizes.get(group.id, 0) <= GROUP_MOST
    ]
    return Check(
        code="G1", title="居民小组 30–50 户", checked=len(groups), findings=tuple(findings)
    )


def buildings_in_grids(buildings: Sequence[Named], grid_of: Mapping[UUID, UUID]) -> Check:
    findings = [
        Finding(subject_id=building.id, subject=building.name, text="今天不在任何小网格内")
        for building in buildings
        if building.id not in grid_of
    ]
    return Check(
        code="G2",
        title="每栋楼都在一个小网格内",
        checked=len(buildings),
        findings=tuple(findings),
    )


def grids_with_workers(
    small_grids: Sequence[Named], paths: Mapping[UUID, Sequence[UUID]], held: frozenset[UUID]
) -> Check:
    """`held` are the grids a grid worker holds; one who holds a grid above counts."""
    findings = [
        Finding(subject_id=grid.id, subject=grid.name, text="没有在任网格员")
        for grid in small_grids
        if held.isdisjoint(paths.get(grid.id, (grid.id,)))
    ]
    return Check(
        code="G3",
        title="每个小网格都有网格员",
        checked=len(small_grids),
        findings=tuple(findings),
    )


def enough_service_workers(community: Named, *, households: int, workers: int) -> Check:
    wanted = ceil(households / HOUSEHOLDS_PER_SERVICE_WORKER)
    findings = []
    if workers < wanted:
        should = f"{households} 户应有 {wanted} 名为民服务员"
        text = f"{should}，现有 {workers} 名，缺 {wanted - workers} 名"
        findings.append(Finding(subject_id=community.id, subject=community.name, text=text))
    return Check(code="G4", title="每 100 户一名为民服务员", checked=1, findings=tuple(findings))


def paths(parents: Mapping[UUID, UUID | None]) -> dict[UUID, tuple[UUID, ...]]:
    """Each grid and those above it, from what lies directly above each."""
    found: dict[UUID, tuple[UUID, ...]] = {}
    for grid_id in parents:
        path: tuple[UUID, ...] = ()
        above: UUID | None = grid_id
        while above is not None:
            path = (*path, above)
            above = parents[above]
        found[grid_id] = path
    return found
