"""Objections to one line of a batch, or to an honour, while it hangs on the board."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord, within_community
from backend.residents.models import Act
from backend.virtue_bank.models.objections import OBJECTION_STATES, OUTCOMES
from backend.virtue_bank.models.words import one_of


class ThanksObjection(Act, TenantRecord):
    """Somebody says that one person's line, or honour, is not deserved.

    The committee decides, and the supervisors an appeal. Who objected is known to whoever
    handles it alone.
    """

    __tablename__ = "thanks_objection"

    text: Mapped[str]
    due_at: Mapped[datetime | None]
    line_id: Mapped[UUID | None] = mapped_column(default=None)
    nomination_id: Mapped[UUID | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default="open")
    outcome: Mapped[str | None] = mapped_column(default=None)  # as it stands so far
    handler_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    reason: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    appeal_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    appeal_text: Mapped[str] = mapped_column(default="")
    appealed_at: Mapped[datetime | None] = mapped_column(default=None)
    judge_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    judged_reason: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    overdue_told_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def state_label(self) -> str:
        return OBJECTION_STATES[self.state]

    @property
    def subject_kind(self) -> str:
        return "grant_line" if self.line_id is not None else "honour"

    __table_args__ = (
        within_community("line_id", "grant_line"),
        within_community("nomination_id", "nomination"),
        CheckConstraint("num_nonnulls(line_id, nomination_id) = 1", name="one_subject"),
        one_of("state", tuple(OBJECTION_STATES)),
        one_of("outcome", tuple(OUTCOMES)),
        CheckConstraint("handler_id <> actor_id", name="not_handled_by_oneself"),
        CheckConstraint("judge_id <> handler_id AND judge_id <> actor_id", name="another_judge"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_when"),
        CheckConstraint("(state = 'closed') = (due_at IS NULL)", name="due_while_open"),
        CheckConstraint("(state = 'open') = (outcome IS NULL)", name="decided_somehow"),
        Index(
            "ux_thanks_objection_one_a_person",
            "community_id",
            sql("coalesce(line_id, nomination_id)"),
            "actor_id",
            unique=True,
        ),
        Index(
            "ix_thanks_objection_open",
            "community_id",
            "due_at",
            "id",
            postgresql_where=sql("state <> 'closed'"),
        ),
    )
