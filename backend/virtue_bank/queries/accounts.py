"""Whose account it is, and what is out among people."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from backend.database import db
from backend.errors import NotFound
from backend.ledger.models import Account, Asset, OwnerKind
from backend.virtue_bank.models import Quota
from backend.virtue_bank.models.families import ADULTS, FamilyMember

MOST = 2**63 - 1  # a number in a path may be longer
OF_PEOPLE = (int(OwnerKind.PERSON), int(OwnerKind.FAMILY))


def own_accounts(community_id: UUID, person_id: UUID) -> Sequence[Account]:
    """The person's accounts here, one for each asset they ever had something of.

    And that of the family whose adult they are.
    """
    family = (
        select(FamilyMember.family_id)
        .where(
            FamilyMember.community_id == community_id,
            FamilyMember.resident_id == person_id,
            FamilyMember.role.in_(ADULTS),
            FamilyMember.consented_at.is_not(None),
            FamilyMember.left_at.is_(None),
        )
        .scalar_subquery()
    )
    is_own = (Account.owner_kind == int(OwnerKind.PERSON)) & (Account.owner_id == person_id)
    is_shared = (Account.owner_kind == int(OwnerKind.FAMILY)) & (Account.owner_id == family)
    return db.session.scalars(
        select(Account)
        .where(Account.community_id == community_id, is_own | is_shared)
        .order_by(Account.owner_kind, Account.asset)
    ).all()


def find_account(community_id: UUID, account_id: int) -> Account:
    """Raises NotFound: the community has no such account."""
    found = None
    if account_id <= MOST:
        found = db.session.scalar(
            select(Account).where(Account.community_id == community_id, Account.id == account_id)
        )
    if found is None:
        raise NotFound("没有这个账户。")
    return found


def holder_of(account: Account) -> UUID | None:
    """The person who may read it as their own; None for families and the community's accounts."""
    if account.owner_kind == int(OwnerKind.PERSON):
        return account.owner_id
    if account.owner_kind == int(OwnerKind.QUOTA):
        return db.session.scalar(
            select(Quota.holder_id).where(
                Quota.community_id == account.community_id, Quota.id == account.owner_id
            )
        )
    return None


def circulation(community_id: UUID) -> int:
    """All points that people and families can still spend.

    What somebody owes takes nothing off it. What open orders set aside is not in it: the pieces
    they hold are not on the shelf either.
    """
    free = Account.credits_posted - Account.debits_posted - Account.debits_pending
    balance = func.greatest(0, free)
    total = db.session.scalar(
        select(func.coalesce(func.sum(balance), 0)).where(
            Account.community_id == community_id,
            Account.asset == int(Asset.POINTS),
            Account.owner_kind.in_(OF_PEOPLE),
        )
    )
    return int(total or 0)
