"""Moving points and minutes: pay, hold, end a hold, reverse, credit many at once.

Each is one call of one function of the database, and the last statement before the commit: a
statement after it holds a contended row longer. A refusal leaves nothing of the transaction, so
none is caught to go on in it. Two transfers in one transaction only if each touches one account
with a limit, in ascending order of their numbers.
"""

from collections.abc import Sequence
from uuid import UUID

from backend.clock import utc_now
from backend.ledger.models import (
    Asset,
    BatchLine,
    Code,
    Kind,
    NothingToMove,
    OwnBusiness,
    Posted,
    Source,
)
from backend.ledger.queries import posting
from backend.ledger.rules import keys

person_key = keys.person_key


def pay(
    community_id: UUID,
    *,
    asset: Asset,
    code: Code,
    debit_id: int,
    credit_id: int,
    amount: int,
    source: Source,
    source_id: UUID,
    actor_id: UUID,
    approver_id: UUID | None = None,
    key: UUID | None = None,
) -> Posted:
    """Move at once.

    Raises:
        InsufficientPoints, BudgetSpent: not so much is free on the debit account.
        AccountFrozen, AccountUnknown, BalanceFull: one of the accounts takes no part.
        AlreadyPosted: this source was paid for this reason, under another key.
        KeyReused, OwnBusiness, NothingToMove: what was asked cannot be.
    """
    return _post(
        community_id,
        Kind.SINGLE,
        asset=asset,
        code=code,
        debit_id=debit_id,
        credit_id=credit_id,
        amount=amount,
        source=source,
        source_id=source_id,
        actor_id=actor_id,
        approver_id=approver_id,
        key=key,
    )


def hold(
    community_id: UUID,
    *,
    asset: Asset,
    code: Code,
    debit_id: int,
    credit_id: int,
    amount: int,
    source: Source,
    source_id: UUID,
    actor_id: UUID,
    approver_id: UUID | None = None,
    key: UUID | None = None,
) -> Posted:
    """Set aside on the debit account what will be moved; refused as `pay` is."""
    return _post(
        community_id,
        Kind.HOLD,
        asset=asset,
        code=code,
        debit_id=debit_id,
        credit_id=credit_id,
        amount=amount,
        source=source,
        source_id=source_id,
        actor_id=actor_id,
        approver_id=approver_id,
        key=key,
    )


def post_hold(
    community_id: UUID,
    *,
    hold_id: int,
    amount: int,
    code: Code,
    source: Source,
    source_id: UUID,
    actor_id: UUID,
    approver_id: UUID | None = None,
    key: UUID | None = None,
) -> Posted:
    """Move what was held, or less of it; the rest is free again.

    Raises:
        HoldUnknown: there is none, or it is smaller than `amount`.
        HoldEnded: it was posted or voided before.
        BalanceFull, KeyReused, OwnBusiness, NothingToMove: as in `pay`.
    """
    return _post(
        community_id,
        Kind.POST,
        pending_id=hold_id,
        amount=amount,
        code=code,
        source=source,
        source_id=source_id,
        actor_id=actor_id,
        approver_id=approver_id,
        key=key,
    )


def void_hold(
    community_id: UUID,
    *,
    hold_id: int,
    code: Code,
    source: Source,
    source_id: UUID,
    actor_id: UUID,
    approver_id: UUID | None = None,
    key: UUID | None = None,
) -> Posted:
    """Free what was held; refused as `post_hold` is."""
    return _post(
        community_id,
        Kind.VOID,
        pending_id=hold_id,
        amount=None,
        code=code,
        source=source,
        source_id=source_id,
        actor_id=actor_id,
        approver_id=approver_id,
        key=key,
    )


def reverse(
    community_id: UUID,
    *,
    transfer_id: int,
    amount: int,
    code: Code,
    source: Source,
    source_id: UUID,
    actor_id: UUID,
    approver_id: UUID | None,
    key: UUID | None = None,
) -> Posted:
    """Move a posted transfer back, in full and once; it may leave a debt.

    Raises:
        NotReversible: nothing was posted under that number, or another amount.
        AlreadyReversed: it was reversed before.
        KeyReused, OwnBusiness: as in `pay`.
    """
    return _post(
        community_id,
        Kind.REVERSAL,
        reverses_id=transfer_id,
        amount=amount,
        code=code,
        source=source,
        source_id=source_id,
        actor_id=actor_id,
        approver_id=approver_id,
        key=key,
    )


def award_batch(
    community_id: UUID,
    *,
    asset: Asset,
    code: Code,
    debit_id: int,
    source: Source,
    lines: Sequence[BatchLine],
    actor_id: UUID,
    approver_id: UUID | None,
) -> int:
    """Credit many accounts from one, all or none; how many lines were not there before.

    Refused as `pay` is, for the whole batch; at most some hundred lines a call.
    """
    if not lines:
        return 0
    _check(approver_id, actor_id, min(line.amount for line in lines))
    return posting.award_batch(
        {
            "community_id": community_id,
            "asset": int(asset),
            "code": int(code),
            "debit_id": debit_id,
            "source": int(source),
            "actor_id": actor_id,
            "approver_id": approver_id,
        },
        keys=[
            line.key or keys.own_key(source, line.source_id, code, Kind.SINGLE) for line in lines
        ],
        credits_to=[line.credit_id for line in lines],
        amounts=[line.amount for line in lines],
        source_ids=[line.source_id for line in lines],
        at=utc_now(),
    )


def _post(
    community_id: UUID,
    kind: Kind,
    *,
    code: Code,
    amount: int | None,
    source: Source,
    source_id: UUID,
    actor_id: UUID,
    approver_id: UUID | None,
    key: UUID | None,
    asset: Asset | None = None,
    debit_id: int | None = None,
    credit_id: int | None = None,
    pending_id: int | None = None,
    reverses_id: int | None = None,
) -> Posted:
    _check(approver_id, actor_id, 1 if amount is None else amount)
    return posting.post(
        {
            "community_id": community_id,
            "asset": None if asset is None else int(asset),
            "key": key or keys.own_key(source, source_id, code, kind),
            "kind": int(kind),
            "code": int(code),
            "debit_id": debit_id,
            "credit_id": credit_id,
            "amount": amount,
            "pending_id": pending_id,
            "reverses_id": reverses_id,
            "source": int(source),
            "source_id": source_id,
            "actor_id": actor_id,
            "approver_id": approver_id,
            "at": utc_now(),
        }
    )


def _check(approver_id: UUID | None, actor_id: UUID, amount: int) -> None:
    if amount <= 0:
        raise NothingToMove
    if approver_id == actor_id:
        raise OwnBusiness
