"""Accounts that stand still: asked by the chair, confirmed by a supervisor, and freed likewise.

Nothing is taken: what was promised before is still handed over or given back, deeds that are due
wait, and all can be read.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.errors import NotFound
from backend.ledger.actions import set_account
from backend.ledger.models import Account, Asset, OwnerKind
from backend.ledger.queries import is_frozen
from backend.notifications.actions import announce, announce_all
from backend.notifications.models import Notice
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import close_to, names
from backend.residents.queries.places import find_community
from backend.residents.queries.settings import setting_on
from backend.virtue_bank.actions.awaited import begin, in_working_days
from backend.virtue_bank.actions.holders_word import oversees, recorder_of
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import FreezingRequest
from backend.virtue_bank.notices import freezings as notices
from backend.virtue_bank.queries import freezings as queries
from backend.virtue_bank.queries.accounts import OF_PEOPLE, find_account
from backend.virtue_bank.queries.awaited import lock_overdue
from backend.virtue_bank.queries.families import adults_of_account, family_state, members_of
from backend.virtue_bank.rules import freezings as rules
from backend.virtue_bank.rules import second
from backend.virtue_bank.rules.families import FamilyClosed

LAPSED_AT_A_TIME = 100
JUDGE_DAYS = "points.freezing_judge_working_days"


def request_freezing(
    caller: Caller, account_id: int, *, aim: str, reason: str, decision_ref: str
) -> FreezingRequest:
    """Ask that an account stand still, or be freed; nothing happens before a supervisor's word.

    Its holder hears of it once it is confirmed: told before, the points would be gone.

    Raises:
        NothingToFreeze, AlreadyFrozen, NotFrozen, FreezingUnderway, FamilyClosed, OwnAccount
    """
    community_id = community_of(caller)
    account = find_account(community_id, account_id)
    rules.check_freezable(
        is_points=account.asset == Asset.POINTS, is_peoples=account.owner_kind in OF_PEOPLE
    )
    request = _request_about(
        account,
        aim=aim,
        asked_by=caller.resident_id,
        reason=reason,
        decision_ref=decision_ref,
        confirm_until=in_working_days(community_id, "points.freezing_working_days"),
    )
    _check_apart(caller, request)
    queries.hold_account(community_id, account_id)
    _check_aim(request)
    if queries.is_asked(community_id, account_id):
        raise rules.FreezingUnderway("请等监督委员会确认，或由申请人撤回。")
    db.session.add(request)
    db.session.flush()
    _keep(caller, "freezing.requested", request)
    _tell_all(notices.to_confirm, request, "supervisor", besides=(caller.resident_id,))
    return request


def confirm(caller: Caller, freezing_id: UUID) -> FreezingRequest:
    """The second person's word: from now on the account stands still, or is free.

    Raises:
        SamePerson, OwnAccount, NotWaiting, FreezingLapsed, AlreadyFrozen, NotFrozen, FamilyClosed
    """
    request = queries.lock_freezing(community_of(caller), freezing_id)
    second.check_second(request.asked_by, caller.resident_id)
    _check_apart(caller, request)
    rules.check_may_confirm(request.state, utc_now(), request.confirm_until)
    _check_aim(request)
    request.state, request.confirmed_by = "confirmed", caller.resident_id
    request.confirmed_at = utc_now()
    freezes = request.aim == rules.FREEZE
    if freezes:
        days = setting_on(request.community_id, "points.freezing_appeal_days", today())
        request.appeal_until = second.appeal_until(utc_now(), days)
    else:
        _lift(queries.lock_in_force(request.community_id, request.account_id))
    _keep(caller, "freezing.confirmed", request, asked_by=str(request.asked_by))
    told = notices.account_frozen if freezes else notices.account_freed
    announce_all([told(request, each) for each in _holders(request)])
    set_account(request.community_id, request.account_id, frozen=freezes)
    return request


def decline(caller: Caller, freezing_id: UUID, *, reason: str) -> FreezingRequest:
    """The second person says no; nothing has happened, and who asked hears why.

    Raises:
        SamePerson, OwnAccount, NotWaiting, FreezingLapsed
    """
    request = queries.lock_freezing(community_of(caller), freezing_id)
    second.check_second(request.asked_by, caller.resident_id)
    _check_apart(caller, request)
    rules.check_may_confirm(request.state, utc_now(), request.confirm_until)
    request.state, request.declined_by = "declined", caller.resident_id
    request.declined_reason = reason
    _keep(caller, "freezing.declined", request, asked_by=str(request.asked_by))
    announce(notices.declined(request))
    db.session.flush()
    return request


def withdraw(caller: Caller, freezing_id: UUID) -> FreezingRequest:
    """Who asked does so no more; nothing has happened."""
    request = queries.lock_freezing(community_of(caller), freezing_id)
    rules.check_may_withdraw(request.state, caller.resident_id, request.asked_by)
    request.state = "withdrawn"
    _keep(caller, "freezing.withdrawn", request)
    db.session.flush()
    return request


def appeal(
    caller: Caller, freezing_id: UUID, *, text: str, channel: str | None = None
) -> FreezingRequest:
    """A holder asks the supervisors; or a worker types what the holder said."""
    request = queries.lock_freezing(community_of(caller), freezing_id)
    _check_told(caller, request)
    holders = _holders(request)
    involved = (request.asked_by, request.confirmed_by)
    recorder = recorder_of(caller, holders, channel=channel, involved=involved)
    state = request.state if request.aim == rules.FREEZE else ""
    second.check_may_appeal(state, utc_now(), request.appeal_until)
    begin(request, JUDGE_DAYS)
    request.state, request.appeal, request.appealed_at = "appealed", text, utc_now()
    request.appealed_by = request.holder_id if recorder else caller.resident_id
    request.appeal_channel = channel if recorder else caller.channel
    request.appeal_recorded_by = recorder
    if recorder:
        _keep(caller, "freezing.appeal_recorded", request, channel=channel)
    if not _tell_all(notices.to_judge, request, "supervisor", besides=involved):
        _tell_all(notices.nobody_judges, request, "chair", "street_clerk", besides=())
    db.session.flush()
    return request


def judge(caller: Caller, freezing_id: UUID, *, decision: str, reason: str) -> FreezingRequest:
    """The last word, of a supervisor who had no part in it: it stands, or the account is free.

    Raises:
        OwnAccount, NoAppeal, DecidedByYou
    """
    request = queries.lock_freezing(community_of(caller), freezing_id)
    _check_apart(caller, request)
    involved = (request.asked_by, request.confirmed_by)
    second.check_may_judge(request.state, caller.resident_id, involved)
    request.state, request.judged_by = decision, caller.resident_id
    request.judged_at, request.judged_reason, request.due_at = utc_now(), reason, None
    if decision == "lifted":
        _lift(request)
    _keep(caller, "freezing.judged", request, decision=decision)
    announce_all([notices.appeal_judged(request, each) for each in _holders(request)])
    db.session.flush()
    if decision == "lifted":
        set_account(request.community_id, request.account_id, frozen=False)
    return request


def lapse_unconfirmed() -> int:
    """What no supervisor confirmed in time is void; who asked hears of it."""
    over = queries.lock_unconfirmed(utc_now(), LAPSED_AT_A_TIME)
    for request in over:
        request.state = "lapsed"
        announce(notices.lapsed(request))
    db.session.flush()
    return len(over)


def tell_unjudged() -> int:
    """Of an appeal nobody judged in time the street and the holder hear, once; it stays open."""
    over = lock_overdue(FreezingRequest, utc_now(), LAPSED_AT_A_TIME)
    for request in over:
        request.overdue_told_at = utc_now()
        _tell_all(notices.overdue, request, "street_clerk", besides=())
        phone = find_community(request.community_id).phone
        announce_all(
            [notices.overdue_to_holder(request, each, phone) for each in _holders(request)]
        )
    db.session.flush()
    return len(over)


def readable(caller: Caller, freezing_id: UUID) -> FreezingRequest:
    """For its holders once it is confirmed, and for those who oversee points.

    Raises:
        NotFound: it is somebody else's, or of the own account and not confirmed.
    """
    request = queries.find_freezing(community_of(caller), freezing_id)
    _check_told(caller, request)
    if not oversees(caller) and caller.resident_id not in _holders(request):
        raise NotFound
    return request


def freezings_of(caller: Caller, **asked: Any) -> Sequence[FreezingRequest]:
    """Everybody lists the own; those who oversee points all of the community."""
    return queries.freezings_page(
        community_of(caller),
        reader_id=caller.resident_id,
        only_own=not oversees(caller),
        **asked,
    )


def whose(community_id: UUID, requests: Collection[FreezingRequest]) -> dict[UUID, str]:
    """Whose account each of them is about, as staff call it."""
    families = {each.family_id for each in requests if each.family_id}
    founders = queries.founders_of(community_id, families) if families else {}
    people = names([*(each.holder_id for each in requests), *founders.values()])
    return {
        each.id: f"{people.get(founders[each.family_id], '')}一家"
        if each.family_id
        else people.get(each.holder_id, "")
        if each.holder_id
        else ""
        for each in requests
    }


def _request_about(account: Account, **told: Any) -> FreezingRequest:
    is_family = account.owner_kind == OwnerKind.FAMILY
    return FreezingRequest(
        community_id=account.community_id,
        account_id=account.id,
        holder_id=None if is_family else account.owner_id,
        family_id=account.owner_id if is_family else None,
        **told,
    )


def _lift(freezing: FreezingRequest | None) -> None:
    if freezing is not None:
        freezing.state, freezing.lifted_at, freezing.due_at = "lifted", utc_now(), None


def _check_aim(request: FreezingRequest) -> None:
    """As the account is now; a family that lives does so until the transaction ends."""
    here, account_id = request.community_id, request.account_id
    if request.aim == rules.FREEZE and family_state(here, account_id) == "closed":
        raise FamilyClosed
    rules.check_aim(request.aim, is_frozen=is_frozen(here, account_id))


def _check_apart(caller: Caller, request: FreezingRequest) -> None:
    near = close_to(request.community_id, caller)
    second.check_apart(caller.resident_id, _concerned(request), near)


def _check_told(caller: Caller, request: FreezingRequest) -> None:
    """Whose account it is knows of nothing that was not confirmed."""
    if request.confirmed_at is None and caller.resident_id in _concerned(request):
        raise NotFound


def _concerned(request: FreezingRequest) -> Collection[UUID]:
    """Everybody the points belong to, children included."""
    if request.family_id is None:
        return _holders(request)
    return [each.resident_id for each in members_of(request.community_id, request.family_id)]


def _holders(request: FreezingRequest) -> Collection[UUID]:
    """Who hears of it and may speak: the person, or the adults of the family."""
    if request.holder_id is not None:
        return [request.holder_id]
    return adults_of_account(request.community_id, request.account_id)


def _tell_all(
    told: Callable[[FreezingRequest, UUID], Notice],
    request: FreezingRequest,
    *roles: str,
    besides: Collection[UUID | None],
) -> bool:
    """Tell who holds one of these roles and whose account it is not; whether there is anybody."""
    left_out = {*besides, *_concerned(request)}
    those = [each for each in holder_ids(request.community_id, *roles) if each not in left_out]
    announce_all([told(request, each) for each in those])
    return bool(those)


def _keep(caller: Caller, action: str, request: FreezingRequest, **detail: Any) -> None:
    witness(
        caller,
        action,
        "freezing_request",
        request.id,
        account_id=request.account_id,
        aim=request.aim,
        **detail,
    )
