"""Objections to a deed on the board, and complaints about one that was turned down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from backend.database import TenantRecord, one_of, within_community
from backend.residents.models import Act

OBJECTION_KINDS: Mapping[str, str] = {"objection": "异议", "complaint": "申诉"}
OBJECTION_STATES: Mapping[str, str] = {
    "open": "等答复",
    "upheld": "成立，等是否申诉",
    "dismissed": "不成立，等是否申诉",
    "appealed": "申诉中",
    "closed": "已结束",
}
OUTCOMES: Mapping[str, str] = {"upheld": "成立", "dismissed": "不成立"}


class ObjectionCourse(MappedAsDataclass, kw_only=True):
    """What every objection goes through, whatever it is about: answered, appealed, closed.

    The committee answers, whoever lost may ask the supervisors, and their word is the last.
    `due_at` is when the present step is over; `outcome` is how it stands so far. Closed without
    one, it was dropped: nothing was left to decide.
    """

    text: Mapped[str]
    due_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="open")
    handler_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    outcome: Mapped[str | None] = mapped_column(default=None)
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
    def last_word(self) -> str | None:
        """The outcome for good; None while it is not closed."""
        return self.outcome if self.state == "closed" else None

    def asks_for(self, now: datetime) -> Literal["closing", "telling"] | None:
        """Its day is over: closing what nobody appealed, or telling, once, that nobody answered."""
        if self.due_at is None or self.due_at > now:
            return None
        if self.state in OUTCOMES:
            return "closing"
        return "telling" if self.overdue_told_at is None else None

    @property
    def state_label(self) -> str:
        return OBJECTION_STATES[self.state]

    def answer(self, outcome: str, *, by: UUID, reason: str, at: datetime, until: datetime) -> None:
        """The committee's answer; it may be appealed `until` then."""
        self.state = self.outcome = outcome
        self.handler_id, self.reason, self.decided_at = by, reason, at
        self._next(until)

    def appeal(self, text: str, *, by: UUID, at: datetime, until: datetime) -> None:
        """Whoever lost asks the supervisors, who judge `until` then."""
        self.state, self.appeal_by, self.appeal_text, self.appealed_at = "appealed", by, text, at
        self._next(until)

    def judge(self, outcome: str, *, by: UUID, reason: str, at: datetime) -> None:
        """The supervisors' last word."""
        self.outcome, self.judge_id, self.judged_reason = outcome, by, reason
        self.close(at)

    def drop(self, reason: str, *, at: datetime) -> None:
        """What it is about is gone; an answer it has had stays as it was given."""
        if self.outcome is None:
            self.reason = reason
        self.close(at)

    def close(self, at: datetime) -> None:
        """As it stands, for good."""
        self.state, self.closed_at, self.due_at = "closed", at, None

    def _next(self, until: datetime) -> None:
        self.due_at, self.overdue_told_at = until, None


def course_of(table: str) -> tuple[CheckConstraint | Index, ...]:
    """What is always so of an `ObjectionCourse`, for the table that has one."""
    return (
        one_of("state", tuple(OBJECTION_STATES)),
        one_of("outcome", tuple(OUTCOMES)),
        CheckConstraint("handler_id <> actor_id", name="not_handled_by_oneself"),
        CheckConstraint("judge_id <> handler_id AND judge_id <> actor_id", name="another_judge"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_when"),
        CheckConstraint("(state = 'closed') = (due_at IS NULL)", name="due_while_open"),
        CheckConstraint(
            "CASE WHEN outcome IS NULL THEN state IN ('open', 'closed') ELSE state <> 'open' END",
            name="decided_somehow",
        ),
        Index(
            f"ix_{table}_open",
            "community_id",
            "due_at",
            "id",
            postgresql_where=sql("state <> 'closed'"),
        ),
    )


class DeedObjection(ObjectionCourse, Act, TenantRecord):
    """Somebody says a deed on the board is not so, or its claimant that it was wrongly refused.

    A complaint goes to the supervisors at once. Who objected is known to whoever handles it alone.
    """

    __tablename__ = "deed_objection"

    deed_id: Mapped[UUID]
    kind: Mapped[str]

    __table_args__ = (
        within_community("deed_id", "deed"),
        UniqueConstraint("community_id", "deed_id", "kind", "actor_id"),
        one_of("kind", tuple(OBJECTION_KINDS)),
        *course_of("deed_objection"),
    )
