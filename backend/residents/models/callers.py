"""Who is asking, as a value: what a session, a residency and live roles add up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One live role assignment."""

    id: UUID
    role: str
    scope_type: str  # district | street | community | grid | building | group
    scope_id: UUID | None = None  # the grid, building or group
    community_id: UUID | None = None
    street_id: UUID | None = None

    def covers(self, grid_path: Sequence[UUID], building_id: UUID | None = None) -> bool:
        """Whether it reaches a place in its community.

        The place is a building and the grids around it, or a grid and those above it; no place
        at all stands for the whole community. A duty over a group of people covers no place.
        """
        if self.scope_type == "grid":
            return self.scope_id in grid_path
        if self.scope_type == "building":
            return building_id is not None and self.scope_id == building_id
        return self.scope_type in {"community", "street", "district"}


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """Who acts where somebody is acted for, and by which grant."""

    id: UUID
    grant_id: UUID


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The person behind a request and the community they are acting in.

    Where a proxy acts, that is the principal, whose act it is, and `proxy` says whose hand; a
    principal so represented has no duties.
    `level` is 0 signed in, 1 phone bound, 2 residence verified in `community_id`.
    `duties` are the live roles that reach into `community_id`, and district-wide ones.
    """

    resident_id: UUID
    session_id: UUID
    session_kind: str  # resident | field | console
    community_id: UUID | None
    level: int = 0
    household_ids: frozenset[UUID] = frozenset()
    duties: tuple[Duty, ...] = ()
    proxy: Proxy | None = None

    @property
    def hand_id(self) -> UUID:
        """Who in fact does it: the proxy, where there is one."""
        return self.resident_id if self.proxy is None else self.proxy.id

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(duty.role for duty in self.duties)

    @property
    def is_staff(self) -> bool:
        return self.session_kind != "resident"

    @property
    def channel(self) -> str:
        """The channel of what the caller does for themselves."""
        return "console" if self.session_kind == "console" else "mini_program"

    @property
    def acting_role(self) -> str:
        """The one word evidence keeps for the caller's standing."""
        return self.duties[0].role if self.is_staff and self.duties else "resident"

    def duty(self, *roles: str) -> Duty | None:
        """The first live assignment to one of `roles`, if any."""
        return next((duty for duty in self.duties if duty.role in roles), None)

    def act(self, *, channel: str | None = None, person_id: UUID | None = None) -> dict[str, Any]:
        """The `Act` columns of what happens now.

        With `person_id` the caller only types what that person said or wrote (basis
        `recorded`): the act is the person's, the caller is named as the one who recorded it.
        """
        if self.proxy is not None:
            return {
                "actor_id": self.resident_id,
                "channel": channel or self.channel,
                "basis": "proxy",
                "basis_id": self.proxy.grant_id,
                "on_behalf_of_id": self.resident_id,
                "recorded_by": self.proxy.id,
            }
        duty_id = self.duties[0].id if self.is_staff and self.duties else None
        if person_id is None or person_id == self.resident_id:
            return {
                "actor_id": self.resident_id,
                "channel": channel or self.channel,
                "assignment_id": duty_id,
            }
        return {
            "actor_id": person_id,
            "channel": channel or self.channel,
            "basis": "recorded",
            "recorded_by": self.resident_id,
            "assignment_id": duty_id,
        }


def community_of(caller: Caller) -> UUID:
    """The community the caller acts in.

    Raises:
        NotFound: they have chosen none yet.
    """
    if caller.community_id is None:
        raise NotFound("请先选择所在社区。")
    return caller.community_id
