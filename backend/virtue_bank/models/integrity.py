"""What the supervisors are asked to look into 核查: one deed, or one pair of people, each."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Json, TenantRecord, one_of

CASE_KINDS: Mapping[str, str] = {
    "pair_share": "同一居民在一份额度中占比较高",
    "same_confirmers": "没有凭证，且总由相同的人证明",
    "call_back": "抽样回访受助人",
}
CASE_STATES: Mapping[str, str] = {"open": "待核查", "explained": "已说明", "acted": "已处理"}
SUBJECT_KINDS = ("deed", "pair")


class IntegrityCase(TenantRecord):
    """Something to ask about, not a finding: it says what is unusual, never who does so often.

    `facts` holds what was seen when it was opened: ids, serials, numbers.
    """

    __tablename__ = "integrity_case"

    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    facts: Mapped[Json]
    state: Mapped[str] = mapped_column(default="open")
    handled_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    finding: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def kind_label(self) -> str:
        return CASE_KINDS[self.kind]

    @property
    def state_label(self) -> str:
        return CASE_STATES[self.state]

    __table_args__ = (
        UniqueConstraint("community_id", "kind", "subject_id"),
        one_of("kind", tuple(CASE_KINDS)),
        one_of("subject_kind", SUBJECT_KINDS),
        one_of("state", tuple(CASE_STATES)),
        CheckConstraint(
            "(state = 'open') = (handled_by IS NULL) AND (state = 'open') = (closed_at IS NULL)"
            " AND (state = 'open' OR finding <> '')",
            name="closed_with_a_finding",
        ),
        Index(
            "ix_integrity_case_open",
            *("community_id", "id"),
            postgresql_where=text("state = 'open'"),
        ),
    )
