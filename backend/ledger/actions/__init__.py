"""Opening accounts and moving what is on them; the call comes last before the commit."""

from backend.ledger.actions.accounts import (
    open_account,
    open_community,
    set_account,
    special_account,
)
from backend.ledger.actions.posting import (
    award_batch,
    hold,
    pay,
    person_key,
    post_hold,
    reverse,
    void_hold,
)

__all__ = [
    "award_batch",
    "hold",
    "open_account",
    "open_community",
    "pay",
    "person_key",
    "post_hold",
    "reverse",
    "set_account",
    "special_account",
    "void_hold",
]
