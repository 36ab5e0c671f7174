"""The points sheet 公示表: what came and went in a month, a quarter, a year, told to everybody."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Json, TenantRecord, one_of, within_community

PERIOD_KINDS: Mapping[str, str] = {"month": "月度", "quarter": "季度", "year": "年度"}


class PointsSheet(TenantRecord):
    """The figures of one period; whatever fewer than five people would show is not in `body`.

    The body is fixed from the draft on and `sha256` stands for it. Whoever checks it hands it to
    the publication; another person publishes it there.
    """

    __tablename__ = "points_sheet"

    kind: Mapped[str]
    period: Mapped[Range[date]] = mapped_column(DATERANGE)
    body: Mapped[Json]
    sha256: Mapped[str]
    block_seq: Mapped[int | None] = mapped_column(BigInteger)  # the ledger's last sealed block
    block_hash: Mapped[str | None]
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    checked_at: Mapped[datetime | None] = mapped_column(default=None)
    bulletin_id: Mapped[UUID | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("bulletin_id", "bulletin"),
        UniqueConstraint("community_id", "kind", "period"),
        one_of("kind", tuple(PERIOD_KINDS)),
        CheckConstraint(
            "NOT isempty(period) AND lower(period) IS NOT NULL AND upper(period) IS NOT NULL",
            name="bounded_period",
        ),
        CheckConstraint(
            "(checked_by IS NULL) = (checked_at IS NULL)"
            " AND (checked_by IS NULL) = (bulletin_id IS NULL)",
            name="published_once_checked",
        ),
        CheckConstraint("(block_seq IS NULL) = (block_hash IS NULL)", name="sealed_or_not"),
        Index(
            "ix_points_sheet_to_check",
            "community_id",
            postgresql_where=text("checked_at IS NULL"),
        ),
        {"info": {"append_only": "checked_by, checked_at, bulletin_id"}},
    )
