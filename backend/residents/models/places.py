"""Where people live: street, community, grid tree, buildings, dwellings, households."""

from datetime import date
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Record, TenantRecord, within_community

SMALL_GRID = 3  # 大网格 1, 中网格 2, 小网格 3; only small grids hold buildings


class Street(Record):
    """街道, the level above the community."""

    __tablename__ = "street"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Community(Record):
    """社区, the tenant: every tenant table points here."""

    __tablename__ = "community"

    street_id: Mapped[UUID] = mapped_column(ForeignKey("street.id"))
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str]
    board_place: Mapped[str]  # where the paper 居务公开栏 hangs (居组法 34)
    status: Mapped[str] = mapped_column(default="live")

    __table_args__ = (
        CheckConstraint("status IN ('draft', 'live', 'closed')", name="known_status"),
    )


class Grid(TenantRecord):
    """A node of the grid tree; the database refuses a parent that is not one level up."""

    __tablename__ = "grid"

    level: Mapped[int]
    code: Mapped[str]
    name: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(default=None)
    parent_level: Mapped[int | None] = mapped_column(
        Computed("CASE WHEN level > 1 THEN level - 1 END", persisted=True), init=False
    )

    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", name="known_level"),
        CheckConstraint("(level = 1) = (parent_id IS NULL)", name="only_the_top_has_no_parent"),
        UniqueConstraint("community_id", "code"),
        UniqueConstraint("community_id", "id", "level"),
        ForeignKeyConstraint(
            ["community_id", "parent_id", "parent_level"],
            ["grid.community_id", "grid.id", "grid.level"],
        ),
    )


class Building(TenantRecord):
    __tablename__ = "building"

    name: Mapped[str]
    units: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("community_id", "name"),)


class BuildingGrid(TenantRecord):
    """Which small grid a building belongs to, and when."""

    __tablename__ = "building_grid"

    building_id: Mapped[UUID]
    grid_id: Mapped[UUID]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    grid_level: Mapped[int] = mapped_column(default=SMALL_GRID)

    __table_args__ = (
        within_community("building_id", "building"),
        CheckConstraint(f"grid_level = {SMALL_GRID}", name="only_small_grids"),
        ForeignKeyConstraint(
            ["community_id", "grid_id", "grid_level"],
            ["grid.community_id", "grid.id", "grid.level"],
        ),
        ExcludeConstraint(
            ("community_id", "="),
            ("building_id", "="),
            ("valid", "&&"),
            using="gist",
            name="ex_building_grid_one_grid_at_a_time",
        ),
    )


class Dwelling(TenantRecord):
    __tablename__ = "dwelling"

    building_id: Mapped[UUID]
    unit_no: Mapped[str]
    floor: Mapped[int]
    room_no: Mapped[str]

    __table_args__ = (
        within_community("building_id", "building"),
        UniqueConstraint("community_id", "building_id", "unit_no", "room_no"),
    )


class Household(TenantRecord):
    """A 户 in a dwelling; alive while `closed_on` is empty or still to come."""

    __tablename__ = "household"

    dwelling_id: Mapped[UUID]
    tenure: Mapped[str]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("dwelling_id", "dwelling"),
        CheckConstraint("tenure IN ('owner', 'tenant', 'other')", name="known_tenure"),
        CheckConstraint("closed_on > opened_on", name="closed_after_opened"),
    )


class HouseholdGroup(TenantRecord):
    """居民小组 of 30 to 50 households."""

    __tablename__ = "household_group"

    code: Mapped[str]
    name: Mapped[str]

    __table_args__ = (UniqueConstraint("community_id", "code"),)


class GroupMember(TenantRecord):
    __tablename__ = "group_member"

    household_id: Mapped[UUID]
    group_id: Mapped[UUID]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)

    __table_args__ = (
        within_community("household_id", "household"),
        within_community("group_id", "household_group"),
        ExcludeConstraint(
            ("community_id", "="),
            ("household_id", "="),
            ("valid", "&&"),
            using="gist",
            name="ex_group_member_one_group_at_a_time",
        ),
    )


class Holiday(Base):
    """A day that is off although a weekday, or worked although a weekend; one per district."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str]
    source: Mapped[str]
