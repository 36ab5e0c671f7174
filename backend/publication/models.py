"""居务公开: what must be published, what is, for how long, and where it hangs on paper."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Json, TenantRecord, within_community

# Nobody's hand but the owner's changes the rest of a bulletin: a changed draft is a new version.
_SET_LATER = (
    "number, state, published_by, online_at, board_posted_at, until_at,"
    " withdrawn_at, withdrawn_by, withdrawal_ground, withdrawal_reason"
)


class Bulletin(TenantRecord):
    """One published notice. Its content is fixed from the draft on, so the hash can be shown.

    `fields` is the allow-listed public content, `content_sha256` its hash. `until_at` is set
    when the display on the paper board is confirmed: the 15 days do not run before it (居组法 34).
    """

    __tablename__ = "bulletin"

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
    number: Mapped[str | None] = mapped_column(default=None)  # given when it goes online
    state: Mapped[str] = mapped_column(default="draft")
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    online_at: Mapped[datetime | None] = mapped_column(default=None)
    board_posted_at: Mapped[datetime | None] = mapped_column(default=None)
    until_at: Mapped[datetime | None] = mapped_column(default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)  # after it was published
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    withdrawal_ground: Mapped[str | None] = mapped_column(default=None)  # illegal | privacy
    withdrawal_reason: Mapped[str | None] = mapped_column(default=None)
    errata: Mapped[list["BulletinErratum"]] = relationship(
        primaryjoin=(
            "and_(BulletinErratum.community_id == Bulletin.community_id,"
            " foreign(BulletinErratum.bulletin_id) == Bulletin.id,"
            " BulletinErratum.online_at.is_not(None))"
        ),
        order_by="BulletinErratum.no",
        viewonly=True,
        init=False,
    )

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
            "(number IS NULL) = (online_at IS NULL) AND (number IS NULL) = (published_by IS NULL)",
            name="numbered_when_online",
        ),
        CheckConstraint(
            "until_at IS NULL OR board_posted_at IS NOT NULL", name="no_clock_before_the_board"
        ),
        CheckConstraint(
            "withdrawal_ground IN ('illegal', 'privacy')", name="known_ground_to_withdraw"
        ),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawal_reason IS NULL)"
            " AND (withdrawn_at IS NULL OR (state = 'withdrawn' AND number IS NOT NULL))",
            name="withdrawn_with_a_reason",
        ),
        Index("ix_bulletin_id", "id"),  # strangers know no community
        Index("ix_bulletin_on_display", "until_at", postgresql_where=text("state = 'published'")),
        {"info": {"append_only": _SET_LATER}},
    )

    @property
    def is_taken_back(self) -> bool:
        """Published once, and no longer to be read: the reason stands in its place."""
        return self.withdrawn_at is not None

    @property
    def shown_title(self) -> str:
        return "本公示已撤回" if self.is_taken_back else self.title

    @property
    def shown_text(self) -> str:
        return self.withdrawal_reason or self.plain_text

    @property
    def shown_fields(self) -> Json:
        return {} if self.is_taken_back else self.fields


class BulletinErratum(TenantRecord):
    """更正: what of a published notice was wrong; numbered when it goes online, then it stays.

    It hangs its full days beside the notice, whose display goes on as long.
    """

    __tablename__ = "bulletin_erratum"

    bulletin_id: Mapped[UUID]
    text: Mapped[str]
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    no: Mapped[int | None] = mapped_column(default=None)
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    online_at: Mapped[datetime | None] = mapped_column(default=None)
    board_posted_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("bulletin_id", "bulletin"),
        UniqueConstraint("community_id", "bulletin_id", "no"),
        CheckConstraint("published_by <> drafted_by", name="two_people"),
        CheckConstraint("(no IS NULL) = (online_at IS NULL)", name="numbered_when_online"),
        {"info": {"append_only": "no, published_by, online_at, board_posted_at"}},
    )


class BoardPosting(TenantRecord):
    """That the poster hangs on the paper board: a tick with date and name, no photograph."""

    __tablename__ = "board_posting"

    bulletin_id: Mapped[UUID]
    place: Mapped[str]
    up_on: Mapped[date]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))

    __table_args__ = (
        within_community("bulletin_id", "bulletin"),
        Index("ix_board_posting_bulletin", "community_id", "bulletin_id"),
    )


class DueItem(TenantRecord):
    """应公开: that something must be published by a day, until a bulletin satisfies it.

    Or it is waived: the chair says why, and a supervisor agrees.
    """

    __tablename__ = "due_item"

    item_code: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    source_type: Mapped[str]
    source_id: Mapped[UUID]
    happened_on: Mapped[date]
    due_on: Mapped[date]
    source_round: Mapped[int] = mapped_column(default=1)
    satisfied_by: Mapped[UUID | None] = mapped_column(default=None)
    overdue_told_at: Mapped[datetime | None] = mapped_column(default=None)
    waiver_reason: Mapped[str | None] = mapped_column(default=None)
    waiver_asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    waived_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    waived_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("satisfied_by", "bulletin"),
        UniqueConstraint("community_id", "source_type", "source_id", "source_round", "kind"),
        CheckConstraint("waived_by <> waiver_asked_by", name="two_people_waive"),
        Index(
            "ix_due_item_open",
            "due_on",
            postgresql_where=text("satisfied_by IS NULL AND waived_at IS NULL"),
        ),
    )

    @property
    def is_open(self) -> bool:
        return self.satisfied_by is None and self.waived_at is None
