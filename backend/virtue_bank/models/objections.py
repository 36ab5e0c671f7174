"""Objections to a deed on the board, and complaints about one that was turned down."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord, within_community
from backend.residents.models import Act
from backend.virtue_bank.models.words import one_of

OBJECTION_KINDS: Mapping[str, str] = {"objection": "异议", "complaint": "申诉"}
OBJECTION_STATES: Mapping[str, str] = {
    "open": "等答复",
    "upheld": "成立，等是否申诉",
    "dismissed": "不成立，等是否申诉",
    "appealed": "申诉中",
    "closed": "已结束",
}
OUTCOMES: Mapping[str, str] = {"upheld": "成立", "dismissed": "不成立"}


class DeedObjection(Act, TenantRecord):
    """Somebody says a deed on the board is not so, or its claimant that it was wrongly refused.

    The committee decides an objection and the supervisors an appeal; a complaint goes to the
    supervisors at once. Who objected is known to whoever handles it alone.
    """

    __tablename__ = "deed_objection"

    deed_id: Mapped[UUID]
    kind: Mapped[str]
    text: Mapped[str]
    due_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="open")
    handler_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    outcome: Mapped[str | None] = mapped_column(default=None)  # as it stands so far
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

    __table_args__ = (
        within_community("deed_id", "deed"),
        UniqueConstraint("community_id", "deed_id", "kind", "actor_id"),
        one_of("kind", tuple(OBJECTION_KINDS)),
        one_of("state", tuple(OBJECTION_STATES)),
        one_of("outcome", tuple(OUTCOMES)),
        CheckConstraint("handler_id <> actor_id", name="not_handled_by_oneself"),
        CheckConstraint("judge_id <> handler_id AND judge_id <> actor_id", name="another_judge"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_when"),
        CheckConstraint("(state = 'closed') = (due_at IS NULL)", name="due_while_open"),
        CheckConstraint("(state = 'open') = (outcome IS NULL)", name="decided_somehow"),
        Index(
            "ix_deed_objection_open",
            "community_id",
            "due_at",
            "id",
            postgresql_where=sql("state <> 'closed'"),
        ),
    )
