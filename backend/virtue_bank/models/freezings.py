"""Accounts that stand still 冻结: asked by the chair, confirmed by a supervisor; freed likewise."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord, one_of, within_community
from backend.residents.models import CHANNELS
from backend.virtue_bank.models.awaited import Awaited

FREEZING_AIMS: Mapping[str, str] = {"freeze": "冻结", "unfreeze": "解冻"}
FREEZING_STATES = (
    "requested",
    "withdrawn",
    "lapsed",
    "declined",
    "confirmed",
    "appealed",
    "stands",
    "lifted",
)
IN_FORCE = ("confirmed", "appealed", "stands")
"""Of a freezing: the account stands still for it."""


class FreezingRequest(Awaited, TenantRecord):
    """One wish to freeze an account or to free it, and what became of it.

    The account is a person's (`holder_id`) or a family's. Whether it is frozen now, only the
    ledger says; this row says why, who decided and what its holder had to say. A freezing ends
    (`lifted`) by an appeal or by another row whose aim is to free. By `due_at` the appeal
    should be judged. What a supervisor would not confirm is `declined`, with a reason.
    """

    __tablename__ = "freezing_request"

    account_id: Mapped[int] = mapped_column(BigInteger)
    aim: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    reason: Mapped[str]
    decision_ref: Mapped[str]
    confirm_until: Mapped[datetime]
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    family_id: Mapped[UUID | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default="requested")
    declined_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    declined_reason: Mapped[str | None] = mapped_column(default=None)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    appeal_until: Mapped[datetime | None] = mapped_column(default=None)
    appeal: Mapped[str | None] = mapped_column(default=None)
    appealed_at: Mapped[datetime | None] = mapped_column(default=None)
    appealed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    appeal_channel: Mapped[str | None] = mapped_column(default=None)
    appeal_recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    judged_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    judged_at: Mapped[datetime | None] = mapped_column(default=None)
    judged_reason: Mapped[str | None] = mapped_column(default=None)
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def aim_label(self) -> str:
        return FREEZING_AIMS[self.aim]

    __table_args__ = (
        within_community("family_id", "family"),
        one_of("aim", tuple(FREEZING_AIMS)),
        one_of("state", FREEZING_STATES),
        one_of("appeal_channel", CHANNELS),
        CheckConstraint("(holder_id IS NULL) <> (family_id IS NULL)", name="of_one_or_a_family"),
        CheckConstraint(
            "aim = 'freeze'"
            " OR state IN ('requested', 'withdrawn', 'lapsed', 'declined', 'confirmed')",
            name="only_a_freezing_is_appealed",
        ),
        CheckConstraint("confirmed_by <> asked_by", name="two_people"),
        CheckConstraint("judged_by NOT IN (asked_by, confirmed_by)", name="judged_by_a_third"),
        CheckConstraint("asked_by <> holder_id", name="not_of_the_own_account"),
        CheckConstraint("confirmed_by <> holder_id", name="not_by_the_holder"),
        CheckConstraint("appeal_recorded_by <> holder_id", name="appeal_typed_by_another"),
        CheckConstraint(
            "(state IN ('requested', 'withdrawn', 'lapsed', 'declined')) = (confirmed_by IS NULL)"
            " AND (confirmed_by IS NULL) = (confirmed_at IS NULL)",
            name="confirmed_by_whom",
        ),
        CheckConstraint(
            "(state = 'declined') = (declined_by IS NOT NULL)"
            " AND (declined_by IS NULL) = (declined_reason IS NULL)",
            name="declined_by_whom",
        ),
        CheckConstraint("declined_by <> asked_by", name="declined_by_another"),
        CheckConstraint("declined_by <> holder_id", name="not_declined_by_the_holder"),
        CheckConstraint("(state = 'lifted') = (lifted_at IS NOT NULL)", name="lifted_when"),
        CheckConstraint("state <> 'stands' OR judged_by IS NOT NULL", name="stands_by_whom"),
        CheckConstraint("(state = 'appealed') = (due_at IS NOT NULL)", name="due_while_appealed"),
        Index(
            "ux_freezing_request_one_open",
            *("community_id", "account_id"),
            unique=True,
            postgresql_where=text("state = 'requested'"),
        ),
        Index(
            "ux_freezing_request_one_in_force",
            *("community_id", "account_id"),
            unique=True,
            postgresql_where=text(
                "aim = 'freeze' AND state IN ('confirmed', 'appealed', 'stands')"
            ),
        ),
        Index("ix_freezing_request_of_holder", "community_id", "holder_id", "id"),
        Index("ix_freezing_request_of_family", "community_id", "family_id", "id"),
        Index(
            "ix_freezing_request_waiting",
            "confirm_until",
            postgresql_where=text("state = 'requested'"),
        ),
        Index("ix_freezing_request_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )
