"""Families that keep their points together, and points given to the community's pool."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord, one_of, within_community

FAMILY_ROLES = ("owner", "adult", "child")
ADULTS = ("owner", "adult")


class Family(TenantRecord):
    """People of one household with one points account."""

    __tablename__ = "family"

    household_id: Mapped[UUID]
    account_id: Mapped[int] = mapped_column(BigInteger)
    founded_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    state: Mapped[str] = mapped_column(default="live")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("household_id", "household"),
        one_of("state", ("live", "closed")),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_some_day"),
        Index(
            "ux_family_one_a_household",
            "community_id",
            "household_id",
            unique=True,
            postgresql_where=sql("state = 'live'"),
        ),
        Index("ix_family_account", "community_id", "account_id"),
    )


class FamilyMember(TenantRecord):
    """Somebody of the family; counts once consented, a child by the adult who added it."""

    __tablename__ = "family_member"

    family_id: Mapped[UUID]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    role: Mapped[str]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    monthly_limit: Mapped[int | None] = mapped_column(default=None)
    consented_at: Mapped[datetime | None] = mapped_column(default=None)
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    share: Mapped[int | None] = mapped_column(default=None)  # what went along on leaving

    __table_args__ = (
        within_community("family_id", "family"),
        one_of("role", FAMILY_ROLES),
        CheckConstraint("monthly_limit > 0", name="limit_allows_some"),
        CheckConstraint("share IS NULL OR left_at IS NOT NULL", name="a_share_on_leaving"),
        CheckConstraint("share >= 0", name="share_not_negative"),
        Index(
            "ux_family_member_one_a_person",
            "community_id",
            "resident_id",
            unique=True,
            postgresql_where=sql("left_at IS NULL"),
        ),
        Index("ix_family_member_of", "community_id", "family_id"),
    )


class PointsDonation(TenantRecord):
    """Points somebody gave to the community's pool, for those who cannot earn any."""

    __tablename__ = "points_donation"

    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    points: Mapped[int]
    transfer_id: Mapped[int | None] = mapped_column(BigInteger, default=None)

    __table_args__ = (
        CheckConstraint("points > 0", name="something"),
        Index("ix_points_donation_own", "community_id", "resident_id", "id"),
    )
