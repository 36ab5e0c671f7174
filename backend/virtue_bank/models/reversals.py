"""Taking points back 冲正: asked by one, answered by the holder, confirmed by another."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord, one_of
from backend.residents.models import CHANNELS
from backend.virtue_bank.models.awaited import Awaited
from backend.virtue_bank.models.words import REVERSAL_STATES


class ReversalRequest(Awaited, TenantRecord):
    """One posted entry that somebody holds to be wrong, and what became of it.

    `holder_id` is the person whose account it stands in. An answer or an appeal that a worker
    typed names the channel and who typed it. By `due_at` it should be confirmed, or the appeal
    judged; what nobody dropped lapsed, because nobody confirmed it. What was posted for it, only
    the ledger says: the reversal of `transfer_id`, and the award restored under this row's id.
    """

    __tablename__ = "reversal_request"

    transfer_id: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    account_id: Mapped[int] = mapped_column(BigInteger)
    holder_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    reason: Mapped[str]
    decision_ref: Mapped[str]
    answer_until: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="requested")
    answer: Mapped[str | None] = mapped_column(default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answer_channel: Mapped[str | None] = mapped_column(default=None)
    answer_recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    dropped_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    dropped_reason: Mapped[str | None] = mapped_column(default=None)
    appeal_until: Mapped[datetime | None] = mapped_column(default=None)
    appeal: Mapped[str | None] = mapped_column(default=None)
    appealed_at: Mapped[datetime | None] = mapped_column(default=None)
    appeal_channel: Mapped[str | None] = mapped_column(default=None)
    appeal_recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    judged_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    judged_at: Mapped[datetime | None] = mapped_column(default=None)
    judged_reason: Mapped[str | None] = mapped_column(default=None)

    __table_args__ = (
        one_of("state", REVERSAL_STATES),
        one_of("answer_channel", CHANNELS),
        one_of("appeal_channel", CHANNELS),
        CheckConstraint("amount > 0", name="positive_amount"),
        CheckConstraint("confirmed_by <> asked_by", name="two_people"),
        CheckConstraint("judged_by NOT IN (asked_by, confirmed_by)", name="judged_by_a_third"),
        CheckConstraint("asked_by <> holder_id", name="not_of_the_own_account"),
        CheckConstraint("confirmed_by <> holder_id", name="not_by_the_holder"),
        CheckConstraint("answer_recorded_by <> holder_id", name="answer_typed_by_another"),
        CheckConstraint("appeal_recorded_by <> holder_id", name="appeal_typed_by_another"),
        CheckConstraint(
            "(state = 'dropped') = (dropped_reason IS NOT NULL)"
            " AND (dropped_by IS NULL OR state = 'dropped')",
            name="dropped_with_a_reason",
        ),
        CheckConstraint(
            "(state IN ('answered', 'unanswered', 'appealed')) = (due_at IS NOT NULL)",
            name="due_while_somebody_decides",
        ),
        CheckConstraint(
            "(state IN ('confirmed', 'appealed', 'restored', 'stands'))"
            " = (confirmed_by IS NOT NULL)",
            name="confirmed_by_whom",
        ),
        CheckConstraint(
            "(state IN ('restored', 'stands')) = (judged_by IS NOT NULL)", name="judged_by_whom"
        ),
        Index(
            "ux_reversal_request_one_open",
            "community_id",
            "transfer_id",
            unique=True,
            postgresql_where=text("state <> 'dropped'"),
        ),
        Index("ix_reversal_request_of_holder", "community_id", "holder_id", "id"),
        Index(
            "ix_reversal_request_waiting",
            "answer_until",
            postgresql_where=text("state = 'requested'"),
        ),
        Index(
            "ix_reversal_request_due",
            "due_at",
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )
