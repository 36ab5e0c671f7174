"""Families keep their points together: founding, joining, leaving; and giving to the pool."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.errors import NotFound
from backend.ledger.actions import award_batch, open_account, pay, special_account
from backend.ledger.models import (
    AccountFrozen,
    Asset,
    BatchLine,
    Code,
    InsufficientPoints,
    OwnerKind,
    Source,
)
from backend.ledger.queries import account, balances, has_frozen
from backend.notifications.actions import announce
from backend.residents.models import Caller, community_of
from backend.residents.queries.people import (
    household_ids_of,
    lock_resident,
    names,
    residents_of_households,
)
from backend.residents.queries.places import lock_household
from backend.virtue_bank.models.families import Family, FamilyMember, PointsDonation
from backend.virtue_bank.notices import families as notices
from backend.virtue_bank.queries import families as queries
from backend.virtue_bank.rules import families as rules


@dataclass(frozen=True, kw_only=True)
class Home:
    """A family as one of it sees it."""

    family: Family
    members: Sequence[FamilyMember]
    names: dict[UUID, str]
    others: Sequence[UUID]
    """Who else lives in the household and may be asked, as far as the reader may ask."""
    available: int | None
    pending: int | None
    """What is on its account; None to whoever was asked to join and has not agreed yet."""


def found_family(caller: Caller, household_id: UUID) -> Home:
    """Open an account for one's household; whoever else lives there may be asked to join."""
    community_id = community_of(caller)
    if household_id not in caller.household_ids:
        raise rules.NotOfTheHousehold(errors={"household_id": ["不是您住的这一户"]})
    lock_household(community_id, household_id)
    founder = lock_resident(caller.resident_id)
    rules.check_role("owner", born_year=founder.born_year, this_year=today().year)
    _check_free(community_id, caller.resident_id, next_step="请先退出原来的，再开新的。")
    if queries.is_household_taken(community_id, household_id):
        raise rules.HouseholdTaken("请家人邀请您加入。")
    family = Family(
        community_id=community_id,
        household_id=household_id,
        account_id=0,
        founded_by=caller.resident_id,
    )
    family.account_id = open_account(community_id, Asset.POINTS, OwnerKind.FAMILY, family.id)
    db.session.add(family)
    db.session.flush()
    _add(family, caller.resident_id, "owner", by=caller.resident_id, consented=True)
    return show(caller, family)


def ask_in(
    caller: Caller,
    family_id: UUID,
    *,
    resident_id: UUID,
    role: str,
    monthly_limit: int | None,
) -> Home:
    """Ask somebody of the household to join; for a child the adult agrees at once."""
    community_id = community_of(caller)
    family = queries.lock_family(community_id, family_id)
    _check_acts(caller, family)
    person = lock_resident(resident_id)
    homes = household_ids_of(community_id, [resident_id]).get(resident_id, frozenset())
    if family.household_id not in homes:
        raise rules.NotOfTheHousehold(errors={"resident_id": ["不住在这一户"]})
    rules.check_role(role, born_year=person.born_year, this_year=today().year)
    _check_free(community_id, resident_id, next_step="本人先退出原来的，才能加入这一个。")
    member = _add(
        family,
        resident_id,
        role,
        by=caller.resident_id,
        consented=role == "child",
        monthly_limit=monthly_limit,
    )
    if role != "child":
        name = names([caller.resident_id]).get(caller.resident_id, "")
        announce(notices.asked_to_join(member, name))
    return show(caller, family)


def consent(caller: Caller, family_id: UUID) -> Home:
    """Agree to join; from now on it is one's family too."""
    family = queries.lock_family(community_of(caller), family_id)
    member = _member(caller, family)
    if member.consented_at is None:
        member.consented_at = utc_now()
        db.session.flush()
    return show(caller, family)


def leave(
    caller: Caller, family_id: UUID, *, resident_id: UUID | None, for_good: bool = False
) -> FamilyMember:
    """Go, or take a child or an unanswered invitation out; what one brought in goes along.

    Of what is free on the account, by what each one's deeds brought. With the last adult the
    family ends, and everybody takes their part. Points of a frozen account stay where they are:
    only who has no part goes, or who gives up everything (`for_good`) and leaves it to the others.

    Raises:
        AccountFrozen: a part would have to be paid out of it, or the family ends.
    """
    family = queries.lock_family(community_of(caller), family_id)
    members = queries.members_of(family.community_id, family.id)
    me = _member(caller, family)
    leaver = next(
        (each for each in members if each.resident_id == (resident_id or me.resident_id)), None
    )
    if leaver is None:
        raise rules.FamilyClosed if family.state == "closed" else rules.NotAMember
    if leaver is not me:
        rules.check_adult(me.role, has_consented=me.consented_at is not None)
        if leaver.role != "child" and leaver.consented_at is not None:
            raise rules.LeavesAlone("请本人在手机上退出。")
    ends = rules.is_last_adult(
        leaver.resident_id,
        [(each.resident_id, each.role, each.consented_at is not None) for each in members],
    )
    gone = list(members) if ends else [leaver]
    parts = _parts(family, members, gone, ends=ends, for_good=for_good)
    now = utc_now()
    for each in gone:
        each.left_at, each.share = now, parts.get(each.resident_id, 0)
    if ends:
        family.state, family.closed_at = "closed", now
    elif leaver.role == "owner":
        heir = next(
            each
            for each in members
            if each is not leaver and each.role == "adult" and each.consented_at
        )
        heir.role = "owner"
    db.session.flush()
    _pay_out(family, [each for each in gone if each.share], by=caller.resident_id)
    return leaver


def show(caller: Caller, family: Family) -> Home:
    """The family with its members, to those of it alone; once they agreed, with its points."""
    me = _member(caller, family)
    members = queries.members_of(family.community_id, family.id)
    others = _may_be_asked(family) if rules.may_ask(me.role, me.consented_at) else []
    left = None
    if me.consented_at is not None:
        left = balances(family.community_id, [family.account_id])[family.account_id]
    return Home(
        family=family,
        members=members,
        names=names([*(each.resident_id for each in members), *others]),
        others=others,
        available=left.available if left else None,
        pending=left.pending if left else None,
    )


def own_family(caller: Caller) -> Home:
    """The caller's family, or the one they were asked to join.

    Raises:
        NotFound: there is none.
    """
    family = queries.find_family_of(community_of(caller), caller.resident_id)
    if family is None:
        raise NotFound("您还没有家庭积分账户。")
    return show(caller, family)


def donate(caller: Caller, points: int) -> PointsDonation:
    """Give one's own points to the community's pool.

    Raises:
        InsufficientPoints: not so many are free.
        AccountFrozen
    """
    community_id, person_id = community_of(caller), caller.resident_id
    purse = account(community_id, Asset.POINTS, OwnerKind.PERSON, person_id)
    if purse is None:
        raise InsufficientPoints("您还没有积分。")
    left = balances(community_id, [purse.id])[purse.id]
    if left.frozen:
        raise AccountFrozen("积分一分不少，查清楚以后照常用。")
    if left.available < points:
        raise InsufficientPoints(f"您现在有{left.available}分。", left=left.available)
    pool = special_account(community_id, Asset.POINTS, OwnerKind.DONATION_POOL)
    given = PointsDonation(community_id=community_id, resident_id=person_id, points=points)
    db.session.add(given)
    db.session.flush()
    given.transfer_id = pay(
        community_id,
        asset=Asset.POINTS,
        code=Code.DONATE,
        debit_id=purse.id,
        credit_id=pool,
        amount=points,
        source=Source.DONATION,
        source_id=given.id,
        actor_id=person_id,
    ).transfer_id
    db.session.flush()
    return given


def pass_on(
    community_id: UUID, account_id: int, *, to: UUID, points: int, source_id: UUID, by: UUID
) -> None:
    """What came to the account of a family that has ended goes to the one it came through.

    But for what the account still owed: that is repaid first.
    """
    free = balances(community_id, [account_id])[account_id].available
    if not free:
        return
    pay(
        community_id,
        asset=Asset.POINTS,
        code=Code.FAMILY_SPLIT,
        debit_id=account_id,
        credit_id=open_account(community_id, Asset.POINTS, OwnerKind.PERSON, to),
        amount=min(points, free),
        source=Source.FAMILY_SPLIT,
        source_id=source_id,
        actor_id=by,
    )


def _add(
    family: Family,
    resident_id: UUID,
    role: str,
    *,
    by: UUID,
    consented: bool,
    monthly_limit: int | None = None,
) -> FamilyMember:
    member = FamilyMember(
        community_id=family.community_id,
        family_id=family.id,
        resident_id=resident_id,
        role=role,
        added_by=by,
        monthly_limit=monthly_limit,
        consented_at=utc_now() if consented else None,
    )
    db.session.add(member)
    db.session.flush()
    return member


def _may_be_asked(family: Family) -> list[UUID]:
    """Who lives in the household and is in no family yet."""
    home = residents_of_households(family.community_id, [family.household_id])
    living = home.get(family.household_id, [])
    taken = queries.of_a_family(family.community_id, living)
    return [each for each in living if each not in taken]


def _parts(
    family: Family,
    members: Sequence[FamilyMember],
    gone: Sequence[FamilyMember],
    *,
    ends: bool,
    for_good: bool,
) -> dict[UUID, int]:
    """What each would take along now; nothing leaves a frozen account, or goes to one for good."""
    left = balances(family.community_id, [family.account_id])[family.account_id]
    if ends:
        rules.check_nothing_held(left.pending)
    brought = queries.contributions(family.community_id, family.account_id)
    those = [each.resident_id for each in members if each.consented_at is not None]
    parts = rules.split_on_leaving({each: brought.get(each, 0) for each in those}, left.available)
    going = {each.resident_id for each in gone}
    if left.frozen and (ends or (not for_good and any(parts.get(each) for each in going))):
        raise AccountFrozen("账户冻结的时候不能分积分，解冻以后再退出。")
    stay = {
        each
        for each in going
        if left.frozen
        or (for_good and has_frozen(family.community_id, Asset.POINTS, OwnerKind.PERSON, each))
    }
    return {each: part for each, part in parts.items() if each not in stay}


def _pay_out(family: Family, leavers: Sequence[FamilyMember], *, by: UUID) -> None:
    """One call for all of them: the ledger takes the accounts in their order."""
    lines = [
        BatchLine(
            credit_id=open_account(
                family.community_id, Asset.POINTS, OwnerKind.PERSON, each.resident_id
            ),
            amount=each.share or 0,
            source_id=each.id,
        )
        for each in leavers
    ]
    award_batch(
        family.community_id,
        asset=Asset.POINTS,
        code=Code.FAMILY_SPLIT,
        debit_id=family.account_id,
        source=Source.FAMILY_SPLIT,
        lines=lines,
        actor_id=by,
        approver_id=None,
    )


def _member(caller: Caller, family: Family) -> FamilyMember:
    """The caller's own membership; who is not of the family learns of none."""
    member = queries.membership_of(family.community_id, caller.resident_id)
    if member is None or member.family_id != family.id:
        raise NotFound
    return member


def _check_acts(caller: Caller, family: Family) -> None:
    member = _member(caller, family)
    rules.check_adult(member.role, has_consented=member.consented_at is not None)
    if family.state != "live":
        raise rules.FamilyClosed


def _check_free(community_id: UUID, resident_id: UUID, *, next_step: str) -> None:
    if queries.membership_of(community_id, resident_id) is not None:
        raise rules.OtherFamily(next_step)
