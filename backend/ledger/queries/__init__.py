"""What the ledger holds, and the statements that move, seal and check it."""

from backend.ledger.queries.accounts import account, balances, has_frozen, is_frozen, special
from backend.ledger.queries.reconciliation import Difference, reconcile
from backend.ledger.queries.sealing import head
from backend.ledger.queries.statements import Line, statement, transfer

__all__ = [
    "Difference",
    "Line",
    "account",
    "balances",
    "has_frozen",
    "head",
    "is_frozen",
    "reconcile",
    "special",
    "statement",
    "transfer",
]
