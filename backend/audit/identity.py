"""Who reads evidence: audit lies below people, so `app.py` hands its doors a gate."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from backend.errors import NotFound

View = Callable[..., Any]


class Reader(Protocol):
    """What evidence needs to know of whoever reads it."""

    @property
    def resident_id(self) -> UUID: ...
    @property
    def community_id(self) -> UUID | None: ...
    @property
    def acting_role(self) -> str: ...
    @property
    def session_kind(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Identity, as the floor above offers it."""

    require_caller: Callable[[], None]
    permitted: Callable[[str], Callable[[View], View]]
    current_caller: Callable[[], Reader]
    current_scopes: Callable[[], frozenset[str]]

    def chain(self, wished: UUID | None) -> tuple[UUID | None, bool]:
        """The chain to read, and whether it is all of them.

        Raises:
            NotFound: a supervisor asks for another community.
        """
        if self.sees_persons():
            return wished, wished is None
        own = self.current_caller().community_id
        if own is None or wished not in {None, own}:
            raise NotFound
        return own, False

    def sees_persons(self) -> bool:
        """Supervisors look at governance, the auditor at everything."""
        return "d" in self.current_scopes()


@dataclass(frozen=True, kw_only=True)
class Faces:
    """What pages show instead of ids; the floor above knows people, roles and communities."""

    names: Callable[[Iterable[UUID | None]], Mapping[UUID, str]]
    masked_names: Callable[[Iterable[UUID | None]], Mapping[UUID, str]]
    title: Callable[[str], str]
    communities: Callable[[], Sequence[tuple[UUID, str]]]
