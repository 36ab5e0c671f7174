"""What the holder of an account says of a decision about it, said or typed by a worker."""

from collections.abc import Collection
from uuid import UUID

from backend.clock import today
from backend.errors import NotFound
from backend.residents.models import Caller, community_of
from backend.residents.queries.covering import covers_household
from backend.residents.queries.holders import GRID_ROLES
from backend.residents.queries.people import household_ids_of
from backend.virtue_bank.rules import second as rules

COMMITTEE = ("committee_member", "chair")
OVERSEERS = (*COMMITTEE, "supervisor")
RECORDERS = (*GRID_ROLES, "counter_clerk", *COMMITTEE)


def recorder_of(
    caller: Caller,
    holders: Collection[UUID],
    *,
    channel: str | None,
    involved: Collection[UUID | None],
) -> UUID | None:
    """None where a holder speaks; else the worker who types, who decided nothing here.

    Raises:
        NotFound: the caller is neither.
        ChannelMissing, DecidedByYou, NotYourPerson: this worker does not type it, or not so.
    """
    if caller.resident_id in holders:
        return None
    if not has_one_of(caller, RECORDERS):
        raise NotFound
    if channel is None:
        raise rules.ChannelMissing(errors={"channel": ["请选择电话、上门、来访或纸质"]})
    rules.check_not_involved(caller.resident_id, involved)
    if not has_one_of(caller, ("counter_clerk", *COMMITTEE)):
        homes = household_ids_of(community_of(caller), holders)
        here = frozenset[UUID]().union(*homes.values())
        if not any(covers_household(caller, each, today(), *GRID_ROLES) for each in here):
            raise rules.NotYourPerson("请由负责这户居民的网格员代录。")
    return caller.resident_id


def oversees(caller: Caller) -> bool:
    return has_one_of(caller, OVERSEERS)


def has_one_of(caller: Caller, roles: Collection[str]) -> bool:
    return not caller.roles.isdisjoint(roles)
