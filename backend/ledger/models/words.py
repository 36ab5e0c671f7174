"""What the ledger's small numbers mean; they are stored for ever, so none is used again."""

from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

LINLI = UUID("6c696e6c-6900-5000-8000-000000000001")
"""The namespace of every key the ledger makes for itself."""
SYSTEM_ID = UUID("6c696e6c-6900-5000-8000-000000000002")
"""Who acts when nobody does: the `actor_id` of jobs."""


class Asset(IntEnum):
    """What is counted. Nothing turns one into the other."""

    POINTS = 1
    MINUTES = 2


class OwnerKind(IntEnum):
    """Whose account. Issuer and sinks have no limit, and their rows are never written again."""

    PERSON = 1
    FAMILY = 2
    QUOTA = 3
    ISSUER = 4
    SHOP_SINK = 5
    EXPIRED_SINK = 6
    DONATION_POOL = 7
    BUDGET = 8


class Kind(IntEnum):
    """What a transfer does: move at once, hold, end a hold in one of two ways, undo."""

    SINGLE = 1
    HOLD = 2
    POST = 3
    VOID = 4
    REVERSAL = 5


class Code(IntEnum):
    """Why something moved."""

    AWARD = 1
    AWARD_RESTORED = 2
    DUTY = 3
    VOLUNTEER = 4
    MEETING = 5
    HONOUR = 6
    REDEEM = 10
    DONATE = 11
    GIFT = 12
    FAMILY_SPLIT = 13
    EXPIRE = 14
    FUND = 20
    ALLOT = 21
    MINUTES_DEPOSIT = 30
    MINUTES_SERVICE = 31
    MINUTES_GIFT = 32
    ESTATE = 33
    REVERSE = 40


class Source(IntEnum):
    """Which kind of row asked for it; one row is paid at most once for the same reason."""

    DEED_SHARE = 1
    GRANT_LINE = 2
    SHOP_ORDER = 3
    DONATION = 4
    SETTLEMENT_LINE = 5
    FAMILY_SPLIT = 6
    BUDGET = 7
    QUOTA = 8
    REVERSAL_REQUEST = 9
    CARE_ORDER = 10
    SERVICE_RECORD = 11
    MINUTES_GIFT = 12
    ESTATE = 13


DERIVED = frozenset({OwnerKind.ISSUER, OwnerKind.SHOP_SINK, OwnerKind.EXPIRED_SINK})
SPECIAL = DERIVED | {OwnerKind.DONATION_POOL}
"""One of each per community and asset; the community owns them."""


@dataclass(frozen=True)
class Posted:
    """The transfer a call made, or (`replay`) made before under the same key."""

    transfer_id: int
    replay: bool


@dataclass(frozen=True, kw_only=True)
class BatchLine:
    """One credit of a batch; without a key, the line's own."""

    credit_id: int
    amount: int
    source_id: UUID
    key: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What an account can spend, what is held, and what it owes."""

    available: int
    pending: int
    debt: int
    frozen: bool
