"""What a kind of work is, and how it is said whose it is."""

from collections.abc import Callable
from dataclasses import dataclass

from backend.residents.models import Caller

Serves = Callable[[Caller], bool]
STAFF = ("committee_member", "chair", "party_secretary", "counter_clerk")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of work: whose it is, and the SQL that finds it."""

    name: str
    serves: Serves
    sql: str


def holds(*roles: str) -> Serves:
    return lambda caller: not caller.roles.isdisjoint(roles)


def everybody(_caller: Caller) -> bool:
    return True


def end_of(day: str) -> str:
    """A date's last moment here, to stand among moments."""
    return f"(({day} + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')"
