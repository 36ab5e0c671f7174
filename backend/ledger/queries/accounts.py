"""Accounts and what is left on them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select

from backend.database import db, tell
from backend.ledger.models import Account, Asset, Balance, OwnerKind

_SPECIAL = """
SELECT id FROM ledger.account
 WHERE community_id = :community_id AND asset = :asset AND owner_kind = :owner_kind
   AND owner_id = :community_id
"""


def account(
    community_id: UUID, asset: Asset, owner_kind: OwnerKind, owner_id: UUID
) -> Account | None:
    """What the owner has of the asset; None where no account was opened yet."""
    return db.session.scalar(
        select(Account)
        .where(
            Account.community_id == community_id,
            Account.asset == int(asset),
            Account.owner_kind == int(owner_kind),
            Account.owner_id == owner_id,
        )
        .execution_options(populate_existing=True)
    )


def special(community_id: UUID, asset: Asset, owner_kind: OwnerKind) -> int | None:
    """The number of the community's own issuer, sink or pool."""
    told = {
        "community_id": community_id,
        "asset": int(asset),
        "owner_kind": int(owner_kind),
    }
    found = tell(_SPECIAL, told)
    return found[0]["id"] if found else None


def balances(community_id: UUID, account_ids: Collection[int]) -> dict[int, Balance]:
    """What is left on accounts with a limit, in one statement."""
    posted = Account.credits_posted - Account.debits_posted
    rows = db.session.execute(
        select(
            Account.id,
            func.greatest(0, posted - Account.debits_pending),
            Account.debits_pending,
            func.greatest(0, Account.debits_pending - posted),
            Account.frozen,
        ).where(Account.community_id == community_id, Account.id.in_(account_ids), ~Account.derived)
    )
    return {
        number: Balance(available=available, pending=pending, debt=debt, frozen=frozen)
        for number, available, pending, debt, frozen in rows
    }


def is_frozen(community_id: UUID, account_id: int) -> bool:
    """Whether the account stands still: nothing is held or moved there until it is freed."""
    asked = select(Account.frozen).where(
        Account.community_id == community_id, Account.id == account_id
    )
    return db.session.scalars(asked).one()


def has_frozen(community_id: UUID, asset: Asset, owner_kind: OwnerKind, owner_id: UUID) -> bool:
    """Whether the owner's account of the asset stands still; one not opened does not."""
    asked = select(Account.frozen).where(
        Account.community_id == community_id,
        Account.asset == int(asset),
        Account.owner_kind == int(owner_kind),
        Account.owner_id == owner_id,
    )
    return bool(db.session.scalar(asked))
