"""Accounts, transfers, blocks, and the functions that alone may write them."""

from backend.ledger.models.accounts import Account, DayTotal
from backend.ledger.models.refusals import (
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
    NothingToMove,
    NotReversible,
    OwnBusiness,
)
from backend.ledger.models.schema import install
from backend.ledger.models.transfers import Block, Sealed, SealFloor, Transfer
from backend.ledger.models.words import (
    DERIVED,
    LINLI,
    SPECIAL,
    SYSTEM_ID,
    Asset,
    Balance,
    BatchLine,
    Code,
    Kind,
    OwnerKind,
    Posted,
    Source,
)

__all__ = [
    "DERIVED",
    "LINLI",
    "SPECIAL",
    "SYSTEM_ID",
    "Account",
    "AccountFrozen",
    "AccountUnknown",
    "AlreadyPosted",
    "AlreadyReversed",
    "Asset",
    "Balance",
    "BalanceFull",
    "BatchLine",
    "Block",
    "BudgetSpent",
    "Code",
    "DayTotal",
    "HoldEnded",
    "HoldUnknown",
    "InsufficientPoints",
    "KeyReused",
    "Kind",
    "NotReversible",
    "NothingToMove",
    "OwnBusiness",
    "OwnerKind",
    "Posted",
    "SealFloor",
    "Sealed",
    "Source",
    "Transfer",
]

install()
