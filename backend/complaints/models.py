"""投诉、建议、举报: one case each, and everything that was done about it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, TenantRecord, within_community
from backend.residents.models import Act

KIND_NAMES: Mapping[str, str] = {"complaint": "投诉", "suggestion": "建议", "report": "举报"}
STATE_NAMES: Mapping[str, str] = {
    "received": "已收到",
    "accepted": "办理中",
    "answered": "已答复",
    "closed": "已办结",
}
CLOSED_AS: Mapping[str, str] = {
    "satisfied": "满意",
    "unsatisfied": "不满意",
    "unreachable": "没有联系上",
}
SUBJECT_TYPES = ("proposal", "statement", "bulletin")
CONTACT = "complaint.contact"
OPEN = "state <> 'closed'"


class Complaint(Act, TenantRecord):
    """What somebody complains of, suggests, or says should not be there.

    `complainant_id` is who hears what became of it; without it they are known by `contact_sealed`
    alone and are called. `about_id` is whom it is about, if it is somebody of the staff or the
    author of a reported text: that person neither sees nor handles it.
    """

    __tablename__ = "complaint"

    number: Mapped[str]  # the receipt
    kind: Mapped[str]
    text: Mapped[str]
    due_at: Mapped[datetime | None]
    complainant_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    contact_sealed: Mapped[str | None] = mapped_column(default=None)
    about_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    subject_type: Mapped[str | None] = mapped_column(default=None)
    subject_id: Mapped[UUID | None] = mapped_column(default=None)
    subject_name: Mapped[str] = mapped_column(default="")
    reason_code: Mapped[str | None] = mapped_column(default=None)
    case_id: Mapped[UUID | None] = mapped_column(default=None)  # the review of a reported text
    state: Mapped[str] = mapped_column(default="received")
    round: Mapped[int] = mapped_column(SmallInteger, default=1)  # 2: opened again
    closed_as: Mapped[str | None] = mapped_column(default=None)
    overdue_told_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def kind_label(self) -> str:
        return KIND_NAMES[self.kind]

    @property
    def state_label(self) -> str:
        return STATE_NAMES[self.state]

    @property
    def is_again(self) -> bool:
        """Opened again after an answer."""
        return self.round > 1

    __table_args__ = (
        within_community("case_id", "moderation_case"),
        UniqueConstraint("community_id", "number"),
        CheckConstraint("kind IN ('complaint', 'suggestion', 'report')", name="known_kind"),
        CheckConstraint(
            "state IN ('received', 'accepted', 'answered', 'closed')", name="known_state"
        ),
        CheckConstraint(
            "closed_as IN ('satisfied', 'unsatisfied', 'unreachable')", name="known_end"
        ),
        CheckConstraint("(state = 'closed') = (closed_as IS NOT NULL)", name="closed_somehow"),
        CheckConstraint("(state = 'closed') = (due_at IS NULL)", name="due_while_open"),
        CheckConstraint("round BETWEEN 1 AND 2", name="opened_again_once"),
        CheckConstraint(
            "complainant_id IS NOT NULL OR contact_sealed IS NOT NULL", name="can_be_answered"
        ),
        CheckConstraint(
            "(kind = 'report') = (subject_id IS NOT NULL) AND"
            " (subject_id IS NULL) = (subject_type IS NULL)",
            name="a_report_has_a_subject",
        ),
        Index(
            "ux_complaint_one_report_a_person",
            "community_id",
            "complainant_id",
            "subject_type",
            "subject_id",
            unique=True,
            postgresql_where=sql("kind = 'report'"),
        ),
        Index("ix_complaint_open", "community_id", "due_at", "id", postgresql_where=sql(OPEN)),
        Index("ix_complaint_own", "community_id", "complainant_id", "id"),
    )


class ComplaintEvent(TenantRecord):
    """One thing that happened to a complaint, with the words that were said."""

    __tablename__ = "complaint_event"

    complaint_id: Mapped[UUID]
    kind: Mapped[str]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    by_role: Mapped[str]  # complainant, or the role in which staff acted
    channel: Mapped[str]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        within_community("complaint_id", "complaint"),
        CheckConstraint(
            "kind IN ('received', 'accepted', 'answered', 'satisfied', 'unsatisfied',"
            " 'unreachable')",
            name="known_kind",
        ),
        Index("ix_complaint_event_of", "community_id", "complaint_id", "id"),
        {"info": {"append_only": True}},
    )


class ComplaintSerial(Base):
    """The last receipt number given out in a community in a year; its row is the lock."""

    __tablename__ = "complaint_serial"

    community_id: Mapped[UUID] = mapped_column(ForeignKey("community.id"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last_no: Mapped[int] = mapped_column(default=0)
