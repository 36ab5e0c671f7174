"""What every step of a deed does: who may, the history, the evidence, the next day."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from backend.clock import today
from backend.database import db
from backend.residents.models import Caller, community_of
from backend.residents.queries.covering import covers_building
from backend.residents.queries.people import (
    close_to,
    household_ids_of,
    kin_of,
    residents_of_households,
)
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import Deed, DeedEvent, DeedShare
from backend.virtue_bank.queries import deeds as queries
from backend.virtue_bank.rules import deed_states
from backend.virtue_bank.rules.decisions import is_unconcerned
from backend.virtue_bank.rules.deed_states import Facts
from backend.virtue_bank.rules.deeds import check_version

REVIEWERS = ("grid_worker", "service_worker", "committee_member")
OVERSEERS = ("committee_member", "chair", "supervisor")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What somebody is to a deed, and what is so for them."""

    by: Caller | None
    roles: frozenset[str]
    facts: Facts = field(default_factory=Facts)
    channel: str = ""
    recorded_by: UUID | None = None

    def knowing(self, **facts: bool) -> "Standing":
        return replace(self, facts=replace(self.facts, **facts))


SYSTEM = Standing(by=None, roles=frozenset({"system"}), channel="system")


def take(caller: Caller, deed_id: UUID, *, version: int | None = None) -> Deed:
    """The deed, held, as the caller saw it.

    Raises:
        NotFound: the community has none with this id.
        StaleVersion: it was changed since.
    """
    deed = queries.lock_deed(community_of(caller), deed_id)
    if version is not None:
        check_version(version, deed.row_version)
    return deed


def standing_on(caller: Caller, deed: Deed, shares: Sequence[DeedShare] | None = None) -> Standing:
    """The caller's roles on the deed, and for staff whether anything stands against them."""
    shares = queries.shares_of(deed) if shares is None else shares
    around = queries.around(deed)
    me = caller.resident_id
    relations = {
        "claimant": deed.actor_id == me,
        "filer": deed.filer_id == me,
        "acted": any(share.acted_id == me for share in shares),
        "asked": me in around.asked,
        "resident": caller.level >= 2,  # noqa: PLR2004, residence verified
    }
    roles = deed_states.standing(caller.roles, [name for name, is_so in relations.items() if is_so])
    facts = Facts(never_hung=deed.window is None)
    if caller.duties:
        acted = [share.acted_id for share in shares]
        reviewed = {deed.decided_by} if deed.state == "second_review" else set()
        facts = replace(
            facts,
            in_scope=reaches(caller, deed, REVIEWERS),
            unconcerned=me not in around.asked  # helped or saw it, whether they have said so or not
            and is_unconcerned(
                me,
                concerned=[deed.actor_id, deed.recorded_by, *acted, *around.said],
                near=close_to(deed.community_id, caller),
            ),
            another_reviewer=me not in reviewed | around.turned_down_by,
        )
    hand = caller.proxy.id if caller.proxy else None
    return Standing(by=caller, roles=roles, facts=facts, channel=caller.channel, recorded_by=hand)


def reaches(caller: Caller, deed: Deed, roles: Collection[str]) -> bool:
    """Whether a live role of the caller covers the deed's building, or else the community."""
    if deed.building_id is not None:
        return covers_building(caller, deed.building_id, today(), *roles)
    return any(duty.covers(()) for duty in caller.duties if duty.role in roles)


def move(
    deed: Deed,
    to: str,
    by: Standing,
    *,
    reason_code: str | None = None,
    reason: str = "",
    due_at: datetime | None = None,
) -> None:
    """Bring the deed to its next state, if the table of moves lets `by` do so.

    By `due_at` somebody is to bring it further.
    """
    step = deed_states.check_move(deed.state, to, by.roles, by.facts)
    role = next(role for role in step.roles if role in by.roles)
    source, deed.state = deed.state, to
    deed.row_version += 1
    deed.due_at, deed.overdue_told_at = due_at, None
    db.session.flush()
    db.session.add(
        DeedEvent(
            community_id=deed.community_id,
            deed_id=deed.id,
            from_state=source,
            to_state=to,
            by_role=role,
            channel=by.channel,
            by_id=by.by.resident_id if by.by else None,
            recorded_by=by.recorded_by,
            reason_code=reason_code,
            reason=reason,
        )
    )
    if by.by is not None and by.by.is_staff:
        witness(by.by, f"deed.{to}", "deed", deed.id, source=source, version=deed.row_version)


def near_to(community_id: UUID, people: Iterable[UUID]) -> frozenset[UUID]:
    """Those these people live with here, and their declared kin."""
    wanted = set(people)
    homes = household_ids_of(community_id, wanted)
    shared = residents_of_households(community_id, frozenset[UUID]().union(*homes.values()))
    return kin_of(wanted).union(*shared.values())
