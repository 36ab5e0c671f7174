"""The statements that move: each calls one function of the database, and words its refusals."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.database import db, tell
from backend.errors import DomainError
from backend.ledger.models import (
    AccountFrozen,
    AccountUnknown,
    AlreadyPosted,
    AlreadyReversed,
    BalanceFull,
    BudgetSpent,
    HoldEnded,
    HoldUnknown,
    InsufficientPoints,
    KeyReused,
    NotReversible,
    Posted,
)

Answer = TypeVar("Answer")

BY_CODE: Mapping[str, type[DomainError]] = {
    "LG001": InsufficientPoints,
    "LG002": AccountFrozen,
    "LG003": KeyReused,
    "LG005": HoldUnknown,
    "LG006": BudgetSpent,
    "LG007": HoldEnded,
    "LG008": AccountUnknown,
    "LG009": NotReversible,
    "LG010": BalanceFull,
}
BY_CONSTRAINT: Mapping[str, type[DomainError]] = {
    "uq_transfer_source": AlreadyPosted,
    "uq_transfer_resolve": HoldEnded,
    "uq_transfer_reverse": AlreadyReversed,
}

_OPEN = """
SELECT ledger.open_account(:community_id, :asset, :owner_kind, :owner_id, :max_balance, :at) AS id
"""
_SET = text("SELECT ledger.set_account(:community_id, :account_id, :frozen, :max_balance)")
_POST = """
SELECT transfer_id, replay
  FROM ledger.post(:community_id, :asset, :key, :kind, :code, :debit_id, :credit_id, :amount,
                   :pending_id, :reverses_id, :source, :source_id, :actor_id, :approver_id, :at)
"""
_BATCH = text("""
SELECT ledger.award_batch(
    :community_id, :asset, :code, :debit_id, :source, CAST(:keys AS uuid[]),
    CAST(:credits AS bigint[]), CAST(:amounts AS bigint[]), CAST(:source_ids AS uuid[]),
    :actor_id, :approver_id, :at)
""")


def open_account(told: Mapping[str, Any]) -> int:
    """The owner's account, opened if there is none."""
    return int(_refusing(lambda: tell(_OPEN, dict(told)))[0]["id"])


def set_account(told: Mapping[str, Any]) -> bool:
    """Whether there is such an account with a limit."""
    return bool(_refusing(lambda: db.session.execute(_SET, told).scalar_one()))


def post(told: Mapping[str, Any]) -> Posted:
    """Move once for each key."""
    return Posted(**_refusing(lambda: tell(_POST, dict(told)))[0])


def award_batch(
    told: Mapping[str, Any],
    *,
    keys: Sequence[UUID],
    credits_to: Sequence[int],
    amounts: Sequence[int],
    source_ids: Sequence[UUID],
    at: datetime,
) -> int:
    """Credit many from one account; how many lines were new."""
    lines = {
        "keys": list(keys),
        "credits": list(credits_to),
        "amounts": list(amounts),
        "source_ids": list(source_ids),
        "at": at,
    }
    return int(_refusing(lambda: db.session.execute(_BATCH, {**told, **lines}).scalar_one()))


def _refusing(ask: Callable[[], Answer]) -> Answer:
    """What `ask` answers, or the refusal PostgreSQL's code or constraint stands for.

    Any other error is a fault of ours. Either way the transaction is gone whole.
    """
    db.session.flush()  # what fails there is none of the ledger's business
    try:
        return ask()
    except DBAPIError as error:
        refusal = _named(error.orig)
        if refusal is None:
            raise
        raise refusal from None


def _named(error: BaseException | None) -> type[DomainError] | None:
    by_code = BY_CODE.get(getattr(error, "sqlstate", None) or "")
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    return by_code or BY_CONSTRAINT.get(constraint or "")
