"""Families, who is of them, and what each brought in."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select, text

from backend.database import db
from backend.errors import NotFound
from backend.ledger.models import Code, Kind, Source
from backend.virtue_bank.models.families import ADULTS, Family, FamilyMember, PointsDonation
from backend.virtue_bank.models.orders import COUNTED, ShopOrder


def family_account_of(community_id: UUID, resident_id: UUID) -> int | None:
    """The account of the live family the person is of and agreed to; None without one."""
    return db.session.scalar(
        select(Family.account_id)
        .join(
            FamilyMember,
            (FamilyMember.community_id == Family.community_id)
            & (FamilyMember.family_id == Family.id),
        )
        .where(
            Family.community_id == community_id,
            Family.state == "live",
            FamilyMember.resident_id == resident_id,
            FamilyMember.left_at.is_(None),
            FamilyMember.consented_at.is_not(None),
        )
    )


def family_accounts_of(community_id: UUID, resident_ids: Collection[UUID]) -> dict[UUID, int]:
    """The account of each one's live family, as far as they agreed to be of one."""
    return {
        each.resident_id: each.account_id
        for each in db.session.execute(_of(community_id, resident_ids))
    }


def hold_family_accounts(community_id: UUID, resident_ids: Collection[UUID]) -> dict[UUID, int]:
    """The account of each one's live family; none of these ends until the transaction does."""
    held = _of(community_id, resident_ids).with_for_update(read=True, of=Family)
    return {each.resident_id: each.account_id for each in db.session.execute(held)}


def _of(community_id: UUID, resident_ids: Collection[UUID]) -> Select[UUID, int]:
    """Each of them beside the account of the live family they agreed to be of."""
    return (
        select(FamilyMember.resident_id, Family.account_id)
        .join(
            Family,
            (Family.community_id == FamilyMember.community_id)
            & (Family.id == FamilyMember.family_id),
        )
        .where(
            Family.community_id == community_id,
            Family.state == "live",
            FamilyMember.resident_id.in_(resident_ids),
            FamilyMember.left_at.is_(None),
            FamilyMember.consented_at.is_not(None),
        )
        .order_by(Family.id)
    )


def family_state(community_id: UUID, account_id: int) -> str | None:
    """`live` or `closed`; None where the account is no family's.

    A family that lives does so until the transaction ends.
    """
    return db.session.scalar(
        select(Family.state)
        .where(Family.community_id == community_id, Family.account_id == account_id)
        .with_for_update(read=True)
    )


def find_family_of(community_id: UUID, resident_id: UUID) -> Family | None:
    """The family the person is of, or asked to join."""
    member = membership_of(community_id, resident_id)
    return None if member is None else db.session.get(Family, (community_id, member.family_id))


def membership_of(community_id: UUID, resident_id: UUID) -> FamilyMember | None:
    return db.session.scalar(
        select(FamilyMember).where(
            FamilyMember.community_id == community_id,
            FamilyMember.resident_id == resident_id,
            FamilyMember.left_at.is_(None),
        )
    )


def of_a_family(community_id: UUID, resident_ids: Collection[UUID]) -> set[UUID]:
    """Those of them who are of a family, or were asked to join one."""
    return set(
        db.session.scalars(
            select(FamilyMember.resident_id).where(
                FamilyMember.community_id == community_id,
                FamilyMember.resident_id.in_(resident_ids),
                FamilyMember.left_at.is_(None),
            )
        )
    )


def lock_family(community_id: UUID, family_id: UUID) -> Family:
    """The family, held until the transaction ends: who is of it is decided once.

    Raises:
        NotFound: there is none.
    """
    family = db.session.get(
        Family,
        (community_id, family_id),
        with_for_update={"key_share": True},
        populate_existing=True,
    )
    if family is None:
        raise NotFound
    return family


def members_of(community_id: UUID, family_id: UUID) -> Sequence[FamilyMember]:
    """Those who are of it or were asked, in the order they came."""
    return db.session.scalars(
        select(FamilyMember)
        .where(
            FamilyMember.community_id == community_id,
            FamilyMember.family_id == family_id,
            FamilyMember.left_at.is_(None),
        )
        .order_by(FamilyMember.id)
        .execution_options(populate_existing=True)
    ).all()


def adults_of_account(community_id: UUID, account_id: int) -> Sequence[UUID]:
    """The adults who agreed, of the live family whose account it is."""
    return adults_of_accounts(community_id, [account_id]).get(account_id, [])


def adults_of_accounts(
    community_id: UUID, account_ids: Collection[int]
) -> Mapping[int, Sequence[UUID]]:
    """As `adults_of_account`, for many accounts in one statement."""
    rows = db.session.execute(
        select(Family.account_id, FamilyMember.resident_id)
        .join(
            FamilyMember,
            (FamilyMember.community_id == Family.community_id)
            & (FamilyMember.family_id == Family.id),
        )
        .where(
            Family.community_id == community_id,
            Family.account_id.in_(account_ids),
            FamilyMember.role.in_(ADULTS),
            FamilyMember.left_at.is_(None),
            FamilyMember.consented_at.is_not(None),
        )
        .order_by(FamilyMember.id)
    )
    adults: dict[int, list[UUID]] = {}
    for account_id, resident_id in rows:
        adults.setdefault(account_id, []).append(resident_id)
    return adults


def is_household_taken(community_id: UUID, household_id: UUID) -> bool:
    live = select(Family.id).where(
        Family.community_id == community_id,
        Family.household_id == household_id,
        Family.state == "live",
    )
    return db.session.scalar(live) is not None


# A line has one transfer of its own, kind 1 of source 2, whoever's account it went to. What was
# there when somebody left was divided then: of who is back, what came since counts. An award that
# was taken back and restored was not there in between.
_CONTRIBUTIONS = text("""
SELECT brought.person_id, sum(t.amount)
  FROM (SELECT s.acted_id AS person_id, s.posted_id AS transfer_id
          FROM deed_share s
         WHERE s.community_id = :community_id AND s.account_id = :account_id
         UNION ALL
        SELECT l.resident_id, p.id
          FROM grant_line l
          JOIN ledger.transfer p ON p.community_id = l.community_id AND p.source_type = :line
           AND p.source_id = l.id AND p.kind = :single AND p.credit_id = l.account_id
         WHERE l.community_id = :community_id AND l.account_id = :account_id) brought
  JOIN ledger.transfer t ON t.community_id = :community_id AND t.id = brought.transfer_id
  LEFT JOIN ledger.transfer r ON r.community_id = t.community_id AND r.reverses_id = t.id
  LEFT JOIN ledger.transfer again ON again.community_id = r.community_id
   AND again.source_type = r.source_type AND again.source_id = r.source_id
   AND again.code = :restored AND again.kind = :single
 WHERE (r.id IS NULL OR again.id IS NOT NULL)
   AND NOT EXISTS (SELECT 1 FROM family_member m
                     JOIN family f ON f.community_id = m.community_id AND f.id = m.family_id
                    WHERE m.community_id = :community_id AND f.account_id = :account_id
                      AND m.resident_id = brought.person_id AND m.left_at >= t.created_at
                      AND (again.id IS NULL
                           OR m.left_at NOT BETWEEN r.created_at AND again.created_at))
 GROUP BY brought.person_id
""")


def contributions(community_id: UUID, account_id: int) -> dict[UUID, int]:
    """What each one's deeds and lines brought onto the account, since they left it last, if ever.

    What was reversed is not in it, unless a supervisor restored it.
    """
    asked = {
        "community_id": community_id,
        "account_id": account_id,
        "line": int(Source.GRANT_LINE),
        "single": int(Kind.SINGLE),
        "restored": int(Code.AWARD_RESTORED),
    }
    return {person: int(points) for person, points in db.session.execute(_CONTRIBUTIONS, asked)}


def spent_by(
    community_id: UUID, account_id: int, person_id: UUID, *, since: datetime, until: datetime
) -> int:
    """The points of this account the person ordered things for then."""
    points = ShopOrder.points_each * func.coalesce(ShopOrder.given, ShopOrder.quantity)
    total = db.session.scalar(
        select(func.sum(points)).where(
            ShopOrder.community_id == community_id,
            ShopOrder.placed_by == person_id,
            ShopOrder.account_id == account_id,
            ShopOrder.created_at >= since,
            ShopOrder.created_at < until,
            ShopOrder.state.in_(COUNTED),
        )
    )
    return int(total or 0)


def own_donations(
    community_id: UUID, resident_id: UUID, *, limit: int, after: UUID | None
) -> Sequence[PointsDonation]:
    """A page of what the person gave to the pool, newest first, one row more than `limit`."""
    own = select(PointsDonation).where(
        PointsDonation.community_id == community_id, PointsDonation.resident_id == resident_id
    )
    if after is not None:
        own = own.where(PointsDonation.id < after)
    return db.session.scalars(own.order_by(PointsDonation.id.desc()).limit(limit + 1)).all()
