"""Objections to one line of a batch, or to an honour, while it hangs on the board."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord, within_community
from backend.residents.models import Act
from backend.virtue_bank.models.objections import ObjectionCourse, course_of


class ThanksObjection(ObjectionCourse, Act, TenantRecord):
    """Somebody says that one person's line, or honour, is not deserved.

    Who objected is known to whoever handles it alone.
    """

    __tablename__ = "thanks_objection"

    line_id: Mapped[UUID | None] = mapped_column(default=None)
    nomination_id: Mapped[UUID | None] = mapped_column(default=None)

    @property
    def subject_kind(self) -> str:
        return "grant_line" if self.line_id is not None else "honour"

    __table_args__ = (
        within_community("line_id", "grant_line"),
        within_community("nomination_id", "nomination"),
        CheckConstraint("num_nonnulls(line_id, nomination_id) = 1", name="one_subject"),
        *course_of("thanks_objection"),
        Index(
            "ux_thanks_objection_one_a_person",
            "community_id",
            sql("coalesce(line_id, nomination_id)"),
            "actor_id",
            unique=True,
        ),
    )
