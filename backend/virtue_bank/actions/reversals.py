"""Taking points back: asked, answered, confirmed by another, and judged if appealed."""

from typing import Any, cast
from uuid import UUID

from backend.audit.actions import record
from backend.clock import today, utc_now
from backend.database import db
from backend.errors import NotFound
from backend.ledger.actions import pay, reverse, special_account
from backend.ledger.models import (
    Account,
    AccountFrozen,
    AlreadyReversed,
    Asset,
    Code,
    OwnerKind,
    Source,
    Transfer,
)
from backend.ledger.queries import is_frozen
from backend.notifications.actions import announce, announce_all
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import close_to
from backend.residents.queries.settings import setting_on
from backend.virtue_bank.actions.awaited import begin, in_working_days
from backend.virtue_bank.actions.families import pass_on
from backend.virtue_bank.actions.holders_word import COMMITTEE, oversees, recorder_of
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import ReversalRequest
from backend.virtue_bank.notices import reversals as notices
from backend.virtue_bank.queries import reversals as queries
from backend.virtue_bank.queries.accounts import find_account
from backend.virtue_bank.queries.awaited import lock_overdue
from backend.virtue_bank.queries.families import family_state
from backend.virtue_bank.rules import reversals as rules
from backend.virtue_bank.rules import second

LAPSED_AT_A_TIME = 100
CONFIRM_DAYS = "points.reversal_confirm_working_days"
JUDGE_DAYS = "points.reversal_judge_working_days"


def request_reversal(
    caller: Caller, transfer_id: int, *, reason: str, decision_ref: str
) -> ReversalRequest:
    """Hold an entry to be wrong; whose it is has time to answer before anything happens."""
    community_id = community_of(caller)
    entry = queries.find_entry(community_id, transfer_id)
    account = find_account(community_id, entry.credit_id)
    earner_id = _earner(entry, account)
    rules.check_reversible(kind=entry.kind, code=entry.code, is_persons=earner_id is not None)
    holder_id = cast("UUID", earner_id)
    _check_apart(caller, holder_id)
    queries.hold_transfer(community_id, transfer_id)
    if queries.is_asked_for(community_id, transfer_id):
        raise rules.ReversalUnderway("请在已有的申请上办理。")
    if queries.is_reversed(community_id, transfer_id):
        raise AlreadyReversed
    request = ReversalRequest(
        community_id=community_id,
        transfer_id=transfer_id,
        amount=entry.amount,
        account_id=account.id,
        holder_id=holder_id,
        asked_by=caller.resident_id,
        reason=reason,
        decision_ref=decision_ref,
        answer_until=in_working_days(community_id, "points.answer_working_days"),
    )
    db.session.add(request)
    db.session.flush()
    _keep(caller, "reversal.requested", request)
    announce(notices.reversal_requested(request))
    return request


def answer(
    caller: Caller, request_id: UUID, *, text: str, channel: str | None = None
) -> ReversalRequest:
    """What the holder says; or a worker types what the holder said."""
    request = queries.lock_request(community_of(caller), request_id)
    recorder = _recorder(caller, request, channel)
    rules.check_may_answer(request.state, utc_now(), request.answer_until)
    begin(request, CONFIRM_DAYS)
    request.state, request.answer, request.answered_at = "answered", text, utc_now()
    request.answer_channel = channel if recorder else caller.channel
    request.answer_recorded_by = recorder
    if recorder:
        _keep(caller, "reversal.answer_recorded", request, channel=channel)
    _tell_confirmers(request)
    return request


def confirm(caller: Caller, request_id: UUID) -> ReversalRequest:
    """The second person's word: the whole amount goes back, and may leave a debt."""
    request = queries.lock_request(community_of(caller), request_id)
    second.check_second(request.asked_by, caller.resident_id)
    _check_apart(caller, request.holder_id)
    rules.check_may_confirm(state=request.state, now=utc_now(), until=request.answer_until)
    days = setting_on(request.community_id, "points.reversal_appeal_days", today())
    request.state, request.confirmed_by = "confirmed", caller.resident_id
    request.confirmed_at = utc_now()
    request.appeal_until = second.appeal_until(utc_now(), days)
    request.due_at = None
    _keep(caller, "reversal.confirmed", request, asked_by=str(request.asked_by))
    announce(notices.reversal_confirmed(request))
    reverse(
        request.community_id,
        transfer_id=request.transfer_id,
        amount=request.amount,
        code=Code.REVERSE,
        source=Source.REVERSAL_REQUEST,
        source_id=request.id,
        actor_id=request.asked_by,
        approver_id=caller.resident_id,
    )
    return request


def drop(caller: Caller, request_id: UUID, *, reason: str) -> ReversalRequest:
    """Nothing was wrong after all; the entry may be asked about again."""
    request = queries.lock_request(community_of(caller), request_id)
    _check_apart(caller, request.holder_id)
    rules.check_may_drop(request.state)
    request.state, request.dropped_by = "dropped", caller.resident_id
    request.dropped_reason, request.due_at = reason, None
    _keep(caller, "reversal.dropped", request)
    announce(notices.reversal_dropped(request))
    return request


def appeal(
    caller: Caller, request_id: UUID, *, text: str, channel: str | None = None
) -> ReversalRequest:
    """The holder asks the supervisors; or a worker types what the holder said."""
    request = queries.lock_request(community_of(caller), request_id)
    recorder = _recorder(caller, request, channel)
    second.check_may_appeal(request.state, utc_now(), request.appeal_until)
    begin(request, JUDGE_DAYS)
    request.state, request.appeal, request.appealed_at = "appealed", text, utc_now()
    request.appeal_channel = channel if recorder else caller.channel
    request.appeal_recorded_by = recorder
    if recorder:
        _keep(caller, "reversal.appeal_recorded", request, channel=channel)
    announce_all(
        [notices.to_judge(request, each) for each in holder_ids(request.community_id, "supervisor")]
    )
    return request


def judge(caller: Caller, request_id: UUID, *, decision: str, reason: str) -> ReversalRequest:
    """A supervisor's word is the last: the reversal stands, or the points are awarded anew.

    They come from the issuer: an appeal that is right cannot fail for an empty quota.

    Raises:
        AccountFrozen: points are to go to an account that stands still.
    """
    request = queries.lock_request(community_of(caller), request_id)
    _check_apart(caller, request.holder_id)
    involved = (request.asked_by, request.confirmed_by)
    second.check_may_judge(request.state, caller.resident_id, involved)
    if decision == "restored" and is_frozen(request.community_id, request.account_id):
        raise AccountFrozen("请先解冻，再作裁决。")
    request.state, request.judged_by = decision, caller.resident_id
    request.judged_at, request.judged_reason, request.due_at = utc_now(), reason, None
    _keep(caller, "reversal.judged", request, decision=decision)
    announce(notices.appeal_judged(request))
    if decision == "restored":
        family_ended = family_state(request.community_id, request.account_id) == "closed"
        pay(
            request.community_id,
            asset=Asset.POINTS,
            code=Code.AWARD_RESTORED,
            debit_id=special_account(request.community_id, Asset.POINTS, OwnerKind.ISSUER),
            credit_id=request.account_id,
            amount=request.amount,
            source=Source.REVERSAL_REQUEST,
            source_id=request.id,
            actor_id=request.holder_id,
            approver_id=caller.resident_id,
        )
        if family_ended:  # since it was awarded to it
            pass_on(
                request.community_id,
                request.account_id,
                to=request.holder_id,
                points=request.amount,
                source_id=request.id,
                by=caller.resident_id,
            )
    return request


def close_answer_windows() -> int:
    """Who did not answer in time said nothing; those who may confirm hear of it, once."""
    over = queries.lock_unanswered(utc_now(), LAPSED_AT_A_TIME)
    for request in over:
        begin(request, CONFIRM_DAYS)
        request.state = "unanswered"
        _tell_confirmers(request)
    db.session.flush()
    return len(over)


def move_overdue() -> int:
    """What nobody decided in time is told upwards, once, and to the holder.

    What nobody confirmed even then is dropped: nobody waits for ever under a reproach. An appeal
    is never dropped.
    """
    over = lock_overdue(ReversalRequest, utc_now(), LAPSED_AT_A_TIME)
    for request in over:
        if request.overdue_told_at is None:
            _escalate(request)
        else:
            _lapse(request)
    db.session.flush()
    return len(over)


def readable(caller: Caller, request_id: UUID) -> ReversalRequest:
    """For its holder, and for those who oversee points.

    Raises:
        NotFound: it is somebody else's.
    """
    request = queries.find_request(community_of(caller), request_id)
    if request.holder_id != caller.resident_id and not oversees(caller):
        raise NotFound
    return request


def whose_requests(caller: Caller) -> UUID | None:
    """Everybody lists the own; None, all of the community, those who oversee points."""
    return None if oversees(caller) else caller.resident_id


def _earner(entry: Transfer, account: Account) -> UUID | None:
    """Who answers for the entry: whose account it is, or on a family's whoever earned it."""
    if entry.asset != Asset.POINTS:
        return None
    if account.owner_kind == OwnerKind.FAMILY:
        return queries.earner_of(entry)
    return account.owner_id if account.owner_kind == OwnerKind.PERSON else None


def _recorder(caller: Caller, request: ReversalRequest, channel: str | None) -> UUID | None:
    involved = (request.asked_by, request.confirmed_by)
    return recorder_of(caller, [request.holder_id], channel=channel, involved=involved)


def _check_apart(caller: Caller, holder_id: UUID) -> None:
    near = close_to(community_of(caller), caller)
    second.check_apart(caller.resident_id, [holder_id], near)


def _escalate(request: ReversalRequest) -> None:
    above = ("street_clerk",) if request.state == "appealed" else ("chair", "street_clerk")
    if request.state != "appealed":
        begin(request, CONFIRM_DAYS)
    request.overdue_told_at = utc_now()
    told = [each for each in holder_ids(request.community_id, *above) if each != request.holder_id]
    announce_all([notices.overdue(request, each) for each in told])
    announce(notices.overdue_to_holder(request))


def _lapse(request: ReversalRequest) -> None:
    request.state, request.dropped_reason, request.due_at = "dropped", rules.LAPSED, None
    record(
        "reversal.lapsed",
        object_type="reversal_request",
        object_id=request.id,
        community_id=request.community_id,
        detail={"transfer_id": request.transfer_id, "amount": request.amount},
    )
    announce(notices.reversal_dropped(request))
    announce(notices.lapsed(request))


def _tell_confirmers(request: ReversalRequest) -> None:
    announce_all(
        [
            notices.may_confirm(request, each)
            for each in holder_ids(request.community_id, *COMMITTEE)
            if each not in {request.asked_by, request.holder_id}
        ]
    )


def _keep(caller: Caller, action: str, request: ReversalRequest, **detail: Any) -> None:
    witness(
        caller,
        action,
        "reversal_request",
        request.id,
        transfer_id=request.transfer_id,
        amount=request.amount,
        **detail,
    )
