"""A batch until it hangs on the board: reviewed, approved, or cancelled."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from backend.clock import today, utc_now
from backend.database import db
from backend.ledger.actions import hold, open_account, void_hold
from backend.ledger.models import Asset, BudgetSpent, Code, OwnerKind, Source
from backend.notifications.actions import announce, announce_all
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import close_to
from backend.virtue_bank.actions.awaited import in_working_days
from backend.virtue_bank.actions.dropped_objections import close_dropped
from backend.virtue_bank.actions.proposing import due_anew
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import GrantBatch, GrantLine
from backend.virtue_bank.notices import batches as notices
from backend.virtue_bank.queries import batches as queries
from backend.virtue_bank.queries.budgets import quota_of
from backend.virtue_bank.queries.thanks_objections import lock_open_about_lines
from backend.virtue_bank.rules import batches as rules

COMMITTEE = ("committee_member", "chair")
BOARD_DAYS = "points.batch_publicity_working_days"


def review_batch(
    caller: Caller, batch_id: UUID, *, row_version: int, strikes: Sequence[dict[str, Any]]
) -> GrantBatch:
    """A grid worker has looked at every line, and strikes what is wrong with a reason.

    Raises:
        StaleBatch, BatchMoved, LineMoved, NobodyLeft, SameHands
        OwnBusiness: a line goes to the reviewer or somebody near them.
    """
    community_id = community_of(caller)
    batch = queries.lock_batch(community_id, batch_id)
    rules.check_version(row_version, batch.row_version)
    lines = {line.id: line for line in queries.lock_lines(community_id, batch_id)}
    reasons = {strike["line_id"]: strike["reason"] for strike in strikes}
    rules.check_review(
        batch.state,
        lines={line.id: line.state for line in lines.values()},
        strikes=reasons.keys(),
    )
    _check_passer(caller, batch, [line.resident_id for line in lines.values()])
    for line_id, reason in reasons.items():
        strike(lines[line_id], reason, by_id=caller.resident_id)
    due_anew(batch)
    batch.state, batch.reviewed_by, batch.reviewed_at = "reviewed", caller.resident_id, utc_now()
    batch.row_version += 1
    witness(
        caller,
        "grant_batch.reviewed",
        "grant_batch",
        batch.id,
        struck=[str(id_) for id_ in reasons],
    )
    others = {batch.prepared_by, caller.resident_id}
    announce_all(
        [
            notices.to_approve(batch, each)
            for each in holder_ids(community_id, *COMMITTEE)
            if each not in others
        ]
    )
    db.session.flush()
    return batch


def approve_batch(caller: Caller, batch_id: UUID, *, row_version: int) -> GrantBatch:
    """A member of the committee lets it hang on the board; the own quota covers the total.

    Raises:
        StaleBatch, BatchMoved, SameHands, OwnBusiness
        BudgetSpent: this month's quota of the approver does not hold so much.
    """
    community_id = community_of(caller)
    batch = queries.lock_batch(community_id, batch_id)
    rules.check_version(row_version, batch.row_version)
    rules.check_approval(batch.state)
    lines = queries.lock_lines(community_id, batch_id, states=["standing"])
    _check_passer(caller, batch, [line.resident_id for line in lines])
    quota = quota_of(community_id, caller.resident_id, today())
    if quota is None or quota.account_id is None:
        raise BudgetSpent("您本月没有额度，请有额度的同事批准，或先申请额度。")
    total = sum(line.points for line in lines)
    account_id = open_account(community_id, Asset.POINTS, OwnerKind.QUOTA, batch.id)
    shown_until = in_working_days(community_id, BOARD_DAYS)
    batch.state, batch.approved_by, batch.approved_at = "publicity", caller.resident_id, utc_now()
    batch.quota_id, batch.account_id, batch.due_at = quota.id, account_id, None
    batch.shown_until = shown_until
    batch.row_version += 1
    witness(caller, "grant_batch.approved", "grant_batch", batch.id, points=total, lines=len(lines))
    announce(notices.lines_shown(batch))
    return _held(batch, quota.account_id, total)


def cancel_batch(caller: Caller, batch_id: UUID, *, reason: str) -> GrantBatch:
    """The whole batch is dropped, with a reason; nothing of it was paid.

    Raises:
        BatchMoved: something of it is being paid.
        OwnBusiness: a line goes to the caller or somebody near them.
    """
    community_id = community_of(caller)
    batch = queries.lock_batch(community_id, batch_id)
    rules.check_cancel(batch.state)
    was_shown = batch.state == "publicity"
    lines = queries.lock_lines(community_id, batch_id, states=["standing", "objected"])
    _check_not_near(caller, [line.resident_id for line in lines])
    told = f"整批取消：{reason}"
    for line in lines:
        strike(line, told, by_id=None)
    dropped = lock_open_about_lines(community_id, [line.id for line in lines])
    close_dropped(dropped, notices.title_of(batch), reason=told)
    batch.state, batch.cancelled_by, batch.cancel_reason = (
        "cancelled",
        caller.resident_id,
        reason,
    )
    batch.closed_at, batch.due_at = utc_now(), None
    batch.row_version += 1
    witness(caller, "grant_batch.cancelled", "grant_batch", batch.id, was_shown=was_shown)
    if was_shown:
        announce_all([notices.line_struck(batch, line) for line in lines])
    db.session.flush()
    if batch.hold_id is not None:
        void_hold(
            community_id,
            hold_id=batch.hold_id,
            code=Code.ALLOT,
            source=Source.GRANT_LINE,
            source_id=batch.id,
            actor_id=caller.resident_id,
        )
    return batch


def tell_overdue() -> None:
    """Tell the chairs, once for each step, what nobody reviewed or approved in time."""
    for batch in queries.lock_overdue_batches(utc_now()):
        announce_all(
            [notices.overdue(batch, each) for each in holder_ids(batch.community_id, "chair")]
        )
        batch.overdue_told_at = utc_now()


def strike(line: GrantLine, reason: str, *, by_id: UUID | None) -> None:
    """The line gives nothing any more; its ground may be proposed again."""
    line.state, line.struck_reason, line.failure = "struck", reason, None
    line.struck_by = by_id


def _held(batch: GrantBatch, quota_account_id: int, total: int) -> GrantBatch:
    """Put the total aside on the quota for the batch's own account."""
    if batch.approved_by is None or batch.reviewed_by is None or batch.account_id is None:
        raise rules.BatchMoved
    held = hold(
        batch.community_id,
        asset=Asset.POINTS,
        code=Code.ALLOT,
        debit_id=quota_account_id,
        credit_id=batch.account_id,
        amount=total,
        source=Source.GRANT_LINE,
        source_id=batch.id,
        actor_id=batch.reviewed_by,
        approver_id=batch.approved_by,
    )
    batch.hold_id = held.transfer_id
    db.session.flush()
    return batch


def _check_passer(caller: Caller, batch: GrantBatch, people: Sequence[UUID]) -> None:
    rules.check_hands(caller.resident_id, others=[batch.prepared_by, batch.reviewed_by])
    _check_not_near(caller, people)


def _check_not_near(caller: Caller, people: Sequence[UUID]) -> None:
    near = close_to(community_of(caller), caller)
    rules.check_not_near(caller.resident_id, people=people, near=near)
