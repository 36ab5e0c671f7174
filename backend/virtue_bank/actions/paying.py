"""Paying a batch when its window is over: one worker in a community, two hundred lines a call."""

from collections.abc import Sequence
from uuid import UUID

from backend.audit.actions import record
from backend.clock import utc_now
from backend.database import db
from backend.errors import DomainError
from backend.ledger.actions import (
    award_batch,
    open_account,
    pay,
    post_hold,
    set_account,
    void_hold,
)
from backend.ledger.models import SYSTEM_ID, Asset, BatchLine, Code, OwnerKind, Source
from backend.ledger.queries import balances
from backend.notifications.actions import announce, announce_all
from backend.residents.models import Caller, community_of
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import close_to
from backend.virtue_bank.actions.batches import COMMITTEE, strike
from backend.virtue_bank.actions.standing import witness
from backend.virtue_bank.models import GrantBatch, GrantLine
from backend.virtue_bank.notices import batches as notices
from backend.virtue_bank.queries import batches as queries
from backend.virtue_bank.queries.families import hold_family_accounts
from backend.virtue_bank.rules import batches as rules

CODES = {
    "duty": Code.DUTY,
    "volunteer": Code.VOLUNTEER,
    "meeting": Code.MEETING,
    "honour": Code.HONOUR,
}


def batches_to_pay() -> list[tuple[UUID, UUID]]:
    """(community, batch) of all whose window is over and that somebody can move on."""
    return queries.batches_to_pay(utc_now())


def begin_paying(community_id: UUID, batch_id: UUID) -> bool:
    """What is held on the quota goes to the batch's own account, but for struck lines.

    False: another worker pays here, or nothing is left to pay.
    """
    batch = _mine(community_id, batch_id)
    if batch is None:
        return False
    if batch.state == "paying":
        return True
    if batch.hold_id is None or batch.approved_by is None:
        return False
    owed = queries.lock_lines(community_id, batch_id, states=["standing", "objected"])
    total = sum(line.points for line in owed)
    batch.row_version += 1
    if total == 0:
        batch.state, batch.closed_at = "posted", utc_now()
        db.session.flush()
        void_hold(
            community_id,
            hold_id=batch.hold_id,
            code=Code.ALLOT,
            source=Source.GRANT_LINE,
            source_id=batch.id,
            actor_id=SYSTEM_ID,
        )
        return False
    batch.state = "paying"
    db.session.flush()
    post_hold(
        community_id,
        hold_id=batch.hold_id,
        amount=total,
        code=Code.ALLOT,
        source=Source.GRANT_LINE,
        source_id=batch.id,
        actor_id=SYSTEM_ID,
        approver_id=batch.approved_by,
    )
    return True


def next_lines(community_id: UUID, batch_id: UUID) -> Sequence[UUID]:
    """The next lines that are to be paid, at most one call's worth."""
    return queries.payable_lines(community_id, batch_id, rules.LINES_A_CALL)


def pay_lines(community_id: UUID, batch_id: UUID, line_ids: Sequence[UUID]) -> bool:
    """Pay those of the lines that still stand, all or none.

    False: another worker pays here.

    Raises:
        DomainError: the ledger refuses one of them, and with it the call.
    """
    batch = _mine(community_id, batch_id)
    if batch is None or batch.state != "paying" or batch.account_id is None:
        return False
    lines = queries.lock_these_lines(community_id, batch_id, line_ids)
    now = utc_now()
    of_families = _family_accounts(batch, lines)
    credits_to = [_paid(line, of_families.get(line.resident_id)) for line in lines]
    announce_all(
        [
            notices.line_paid(batch, line, now, to_family=line.resident_id in of_families)
            for line in lines
        ]
    )
    db.session.flush()
    award_batch(
        community_id,
        asset=Asset.POINTS,
        code=CODES[batch.kind],
        debit_id=batch.account_id,
        source=Source.GRANT_LINE,
        lines=[
            BatchLine(credit_id=credit_id, amount=line.points, source_id=line.id)
            for line, credit_id in zip(lines, credits_to, strict=True)
        ],
        actor_id=SYSTEM_ID,
        approver_id=batch.approved_by,
    )
    return True


def note_failure(community_id: UUID, batch_id: UUID, line_id: UUID, refusal: DomainError) -> None:
    """One line could not be paid: whoever approved hears why, and the others go on."""
    batch = queries.lock_batch(community_id, batch_id)
    line = queries.lock_line(community_id, line_id)
    if line.state != "standing" or batch.approved_by is None:
        return
    line.state, line.failure = "failed", refusal.title
    batch.row_version += 1
    record(
        "grant_line.failed",
        object_type="grant_line",
        object_id=line.id,
        community_id=community_id,
        detail={"because": type(refusal).__name__},
    )
    announce(notices.line_failed(batch, line, batch.approved_by))


def settle_batch(community_id: UUID, batch_id: UUID) -> bool:
    """Once no line waits to be paid the batch is done; what is left goes back.

    To the quota while its month runs; after that it lapses as the rest of the quota does.
    For lines that could not be paid everything is kept until the committee has decided on them.
    """
    batch = _mine(community_id, batch_id)
    if batch is None or batch.state != "paying" or batch.account_id is None:
        return False
    states = queries.line_states(community_id, batch_id)
    if not rules.is_paid(states):
        return False
    batch.state, batch.closed_at = "posted", utc_now()
    batch.row_version += 1
    record(
        "grant_batch.posted",
        object_type="grant_batch",
        object_id=batch.id,
        community_id=community_id,
        detail={"kind": batch.kind},
    )
    if not rules.is_settled(states):
        told = holder_ids(community_id, *COMMITTEE)
        announce_all([notices.left_unpaid(batch, each) for each in told])
        return True
    db.session.flush()
    _give_back(batch, batch.account_id)
    return True


def try_again(caller: Caller, line_id: UUID) -> GrantLine:
    """What kept a line from being paid is mended: the next run pays it.

    Raises:
        LineMoved: it did not fail.
        OwnBusiness: it goes to the caller or somebody near them.
    """
    batch, line = _failed(caller, line_id)
    line.state, line.failure = "standing", None
    _open_again(batch)
    witness(caller, "grant_line.tried_again", "grant_line", line.id)
    db.session.flush()
    return line


def strike_failed(caller: Caller, line_id: UUID, *, reason: str) -> GrantLine:
    """A line that cannot be paid is given up, with a reason.

    Raises:
        LineMoved: it did not fail.
        OwnBusiness: it goes to the caller or somebody near them.
    """
    batch, line = _failed(caller, line_id)
    strike(line, reason, by_id=caller.resident_id)
    _open_again(batch)
    witness(caller, "grant_line.struck", "grant_line", line.id)
    announce(notices.line_struck(batch, line))
    db.session.flush()
    return line


def _open_again(batch: GrantBatch) -> None:
    """The next run pays what is to be paid, and closes it anew."""
    batch.state, batch.closed_at = "paying", None
    batch.row_version += 1


def _failed(caller: Caller, line_id: UUID) -> tuple[GrantBatch, GrantLine]:
    """The batch first, then its line: always in this order; neither is of somebody near."""
    community_id = community_of(caller)
    found = queries.find_line(community_id, line_id)
    batch = queries.lock_batch(community_id, found.batch_id)
    line = queries.lock_line(community_id, line_id)
    rules.check_mend(batch.state, line.state)
    near = close_to(community_id, caller)
    rules.check_not_near(caller.resident_id, people=[line.resident_id], near=near)
    return batch, line


def _mine(community_id: UUID, batch_id: UUID) -> GrantBatch | None:
    """The batch, held, unless it is not due or another worker pays in this community."""
    if not queries.may_pay_alone(community_id):
        return None
    batch = queries.lock_batch(community_id, batch_id)
    is_due = rules.is_due_to_pay(batch.state, batch.shown_until, utc_now())
    return batch if is_due else None


def _family_accounts(batch: GrantBatch, lines: Sequence[GrantLine]) -> dict[UUID, int]:
    """Where the sheet lets the item count for a family: the accounts of those who are of one."""
    item = queries.items_of(batch.community_id, [batch.item_id])[batch.item_id]
    if item.credit_to == "person":
        return {}
    return hold_family_accounts(batch.community_id, [line.resident_id for line in lines])


def _paid(line: GrantLine, of_family: int | None) -> int:
    """The account the line goes to; the person's own is opened if there is none yet."""
    account_id = of_family or open_account(
        line.community_id, Asset.POINTS, OwnerKind.PERSON, line.resident_id
    )
    line.account_id, line.state, line.posted_at = account_id, "posted", utc_now()
    return account_id


def _give_back(batch: GrantBatch, account_id: int) -> None:
    left = balances(batch.community_id, [account_id])[account_id].available
    quota = queries.find_quota(batch.community_id, batch.quota_id) if batch.quota_id else None
    if left and quota is not None and quota.state == "live" and quota.account_id is not None:
        pay(
            batch.community_id,
            asset=Asset.POINTS,
            code=Code.ALLOT,
            debit_id=account_id,
            credit_id=quota.account_id,
            amount=left,
            source=Source.QUOTA,
            source_id=batch.id,
            actor_id=SYSTEM_ID,
            approver_id=batch.approved_by,
        )
    else:
        set_account(batch.community_id, account_id, frozen=True)
