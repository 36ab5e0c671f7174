"""居务公开: what is published, for how long, and where it hangs on paper."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Json, TenantRecord, within_community


class Bulletin(TenantRecord):
    """One published notice. Its content is frozen when it goes online.

    `fields` is the allow-listed public content, `content_sha256` its hash. `until_at` is set
    when the display on the paper board is confirmed: the 15 days do not run before it (居组法 34).
    """

    __tablename__ = "bulletin"

    number: Mapped[str]
    item_code: Mapped[str]  # P1, P5, P7, P12 of the catalogue
    kind: Mapped[str]  # result | implementation | list | plain
    title: Mapped[str]
    plain_text: Mapped[str]
    fields: Mapped[Json]
    content_sha256: Mapped[str]
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    min_days: Mapped[int]
    objection_days: Mapped[int]
    source_type: Mapped[str | None] = mapped_column(default=None)  # e.g. proposal
    source_id: Mapped[UUID | None] = mapped_column(default=None)
    source_round: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    audience: Mapped[str] = mapped_column(default="open")
    state: Mapped[str] = mapped_column(default="draft")
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    online_at: Mapped[datetime | None] = mapped_column(default=None)
    board_posted_at: Mapped[datetime | None] = mapped_column(default=None)
    until_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        UniqueConstraint(
            "community_id", "source_type", "source_id", "source_round", "kind", "version"
        ),
        CheckConstraint(
            "state IN ('draft', 'published', 'ended', 'withdrawn')", name="known_state"
        ),
        CheckConstraint("audience IN ('open', 'community')", name="known_audience"),
        CheckConstraint("min_days >= 15", name="fifteen_days_by_law"),
        CheckConstraint("published_by <> drafted_by", name="two_people"),
        CheckConstraint(
            "until_at IS NULL OR board_posted_at IS NOT NULL", name="no_clock_before_the_board"
        ),
    )


class BoardPosting(TenantRecord):
    """That the poster hangs on the paper board: a tick with date and name, no photograph."""

    __tablename__ = "board_posting"

    bulletin_id: Mapped[UUID]
    place: Mapped[str]
    up_on: Mapped[date]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    down_on: Mapped[date | None] = mapped_column(default=None)

    __table_args__ = (within_community("bulletin_id", "bulletin"),)
