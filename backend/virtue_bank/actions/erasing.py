"""Who gives up the account: what they claimed, said and were is let go; the ledger stays as it is.

Points are neither taken nor paid out: they stay on an account whose owner is only an id.
"""

from dataclasses import replace
from uuid import UUID

from backend.clock import today
from backend.files.actions import empty
from backend.ledger.models import Asset, OwnerKind
from backend.ledger.queries import account, balances, has_frozen
from backend.residents.models import Caller
from backend.residents.queries.identities import find_resident
from backend.virtue_bank.actions.deed_moves import Standing, move
from backend.virtue_bank.actions.deeds import free_pictures
from backend.virtue_bank.actions.families import leave
from backend.virtue_bank.actions.honours import ON_THEIR_WAY, answer
from backend.virtue_bank.queries import erasing as queries
from backend.virtue_bank.queries.deeds import drop_draft
from backend.virtue_bank.rules import erasing as rules


def losses(resident_id: UUID) -> list[str]:
    """What the person could still redeem, give away or wait for."""
    points = frozen = held = 0
    for community_id in queries.communities_of(resident_id):
        purse = account(community_id, Asset.POINTS, OwnerKind.PERSON, resident_id)
        if purse is not None:
            left = balances(community_id, [purse.id])[purse.id]
            held += left.pending
            if left.frozen:
                frozen += left.available
            else:
                points += left.available
    memberships = queries.memberships_of(resident_id)
    return rules.losses(
        points=points,
        frozen=frozen,
        held=held,
        uncredited=queries.uncredited_deeds(resident_id),
        in_family=bool(memberships),
        is_family_frozen=any(
            has_frozen(each.community_id, Asset.POINTS, OwnerKind.FAMILY, each.family_id)
            for each in memberships
        ),
    )


def erase(caller: Caller) -> None:
    """Let go of the caller, whose name is still known; the family's split is posted last.

    Raises:
        OrdersWaiting: the caller's family ends with them, and points of it are held.
        AccountFrozen: the caller's family ends with them, and its account is frozen.
    """
    person_id = caller.resident_id
    _take_back_deeds(caller)
    for nomination in queries.nominations_of(person_id, (*ON_THEIR_WAY, "honoured")):
        there = _as_resident_of(nomination.community_id, caller)
        answer(there, nomination.id, agreed=False, photo=False, policy_version=None)
    queries.end_duties(person_id, today())
    name = find_resident(person_id).name
    if name is not None and rules.may_be_unnamed(name):
        queries.unname(person_id, name, rules.SOMEBODY)
    _empty(person_id)
    for member in queries.memberships_of(person_id):
        there = _as_resident_of(member.community_id, caller)
        leave(there, member.family_id, resident_id=None, for_good=True)


def forget_ended_words() -> None:
    """Nightly: what was still open when somebody went, and has been decided since."""
    _empty(None)


def _take_back_deeds(caller: Caller) -> None:
    for draft in queries.lock_claims(caller.resident_id, ("draft",)):
        free_pictures(draft)
        drop_draft(draft)
    for deed in queries.lock_claims(caller.resident_id, rules.NOT_DECIDED):
        if deed.window is not None:  # points are held for it, as for all that hangs
            continue
        there = _as_resident_of(deed.community_id, caller)
        by = Standing(by=there, roles=frozenset({"claimant"}), channel=caller.channel)
        move(deed, "withdrawn", by)
        free_pictures(deed)


def _as_resident_of(community_id: UUID, caller: Caller) -> Caller:
    """Whoever goes does so as a resident, wherever they have to do with points."""
    return replace(caller, community_id=community_id, session_kind="resident", duties=())


def _empty(resident_id: UUID | None) -> None:
    queries.empty_words(resident_id)
    for community_id, file_id in queries.pictures_of_gone(resident_id):
        empty(community_id, [file_id])
