"""内容审核: what was checked, who decided, and the appeal."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord

RISKY, DOUBTFUL, ORDINARY = 0, 1, 2


class ModerationCase(TenantRecord):
    """One text of one person on its way through machine and people.

    The machine only holds, it never rejects. `excerpt` is the text that was judged, as evidence
    and for the reviewer; `text_sha256` names it. What people see stays with its subject.
    """

    __tablename__ = "moderation_case"

    subject_type: Mapped[str]  # proposal_text | statement
    subject_id: Mapped[UUID]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    scene: Mapped[int]  # WeChat's: 1 profile, 2 comment, 3 matter
    title: Mapped[str]
    excerpt: Mapped[str]
    text_sha256: Mapped[str]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="held")
    priority: Mapped[int] = mapped_column(SmallInteger, default=ORDINARY)  # of the human queue
    on_word_list: Mapped[bool] = mapped_column(default=False)  # of the operator
    premoderated: Mapped[bool] = mapped_column(
        default=True
    )  # False: a clean machine pass is enough
    machine_result: Mapped[str | None] = mapped_column(default=None)  # pass review risky none
    machine_label: Mapped[int | None] = mapped_column(default=None)
    checked_at: Mapped[datetime | None] = mapped_column(default=None)
    claimed_until: Mapped[datetime | None] = mapped_column(default=None)  # by a machine check
    sampled: Mapped[bool] = mapped_column(default=False)  # a person looks at what passed by itself
    sample_checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    sample_checked_at: Mapped[datetime | None] = mapped_column(default=None)
    sample_finding: Mapped[str | None] = mapped_column(default=None)  # fine | doubtful
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    reason_code: Mapped[str | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    overdue_told_at: Mapped[datetime | None] = mapped_column(default=None)
    appealed_at: Mapped[datetime | None] = mapped_column(default=None)
    appeal_text: Mapped[str | None] = mapped_column(default=None)
    appeal_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    appeal_outcome: Mapped[str | None] = mapped_column(default=None)
    appeal_reason: Mapped[str | None] = mapped_column(default=None)

    __table_args__ = (
        CheckConstraint(
            "state IN ('held', 'passed', 'returned', 'escalated', 'replaced')", name="known_state"
        ),
        CheckConstraint("appeal_outcome IN ('passed', 'upheld')", name="known_outcome"),
        CheckConstraint("sample_finding IN ('fine', 'doubtful')", name="known_finding"),
        CheckConstraint("decided_by <> author_id", name="not_by_the_author"),
        CheckConstraint("appeal_by <> decided_by", name="another_judge"),
        Index(
            "ux_moderation_case_one_open",
            "community_id",
            "subject_type",
            "subject_id",
            unique=True,
            postgresql_where=text("state IN ('held', 'escalated')"),
        ),
        Index(
            "ix_moderation_case_unchecked",
            "id",
            postgresql_where=text("checked_at IS NULL AND state = 'held'"),
        ),
        Index(
            "ix_moderation_case_queue",
            "community_id",
            "priority",
            "id",
            postgresql_where=text("state IN ('held', 'escalated')"),
        ),
        Index(
            "ix_moderation_case_samples",
            "community_id",
            "id",
            postgresql_where=text("sampled AND sample_checked_at IS NULL"),
        ),
        Index("ix_moderation_case_subject", "community_id", "subject_type", "subject_id"),
    )
