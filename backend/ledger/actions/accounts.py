"""Opening accounts at first need, freezing them, giving them a ceiling."""

from uuid import UUID

from backend.clock import utc_now
from backend.ledger.models import SPECIAL, AccountUnknown, Asset, OwnerKind
from backend.ledger.queries import accounts, posting


def open_account(
    community_id: UUID,
    asset: Asset,
    owner_kind: OwnerKind,
    owner_id: UUID,
    *,
    max_balance: int | None = None,
) -> int:
    """The number of the owner's account; opened if there is none yet."""
    return posting.open_account(
        {
            "community_id": community_id,
            "asset": int(asset),
            "owner_kind": int(owner_kind),
            "owner_id": owner_id,
            "max_balance": max_balance,
            "at": utc_now(),
        }
    )


def open_community(community_id: UUID, asset: Asset) -> None:
    """Issuer, both sinks and the donation pool; again changes nothing."""
    for owner_kind in sorted(SPECIAL):
        open_account(community_id, asset, owner_kind, community_id)


def special_account(community_id: UUID, asset: Asset, owner_kind: OwnerKind) -> int:
    """The number of the community's own issuer, sink or pool."""
    known = accounts.special(community_id, asset, owner_kind)
    return known or open_account(community_id, asset, owner_kind, community_id)


def set_account(
    community_id: UUID,
    account_id: int,
    *,
    frozen: bool | None = None,
    max_balance: int | None = None,
) -> None:
    """Freeze or free an account, or give it a ceiling; None leaves a value as it is.

    Raises:
        AccountUnknown: none of the community, or one without a limit.
        BalanceFull: more is on it than the ceiling allows.
    """
    told = {
        "community_id": community_id,
        "account_id": account_id,
        "frozen": frozen,
        "max_balance": max_balance,
    }
    if not posting.set_account(told):
        raise AccountUnknown
