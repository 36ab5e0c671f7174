"""委托代办: whom somebody lets act for them, in what, and until when."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from backend.database import TenantRecord, one_of

PROXY_SCOPES: Mapping[str, str] = {
    "virtue_bank": "美德银行：报善行、证明善行、提异议、看积分",
}
PROXY_STATES: Mapping[str, str] = {"offered": "等对方接受", "live": "可以代办", "ended": "已结束"}
MADE: Mapping[str, str] = {"app": "手机上", "paper": "纸质委托书", "counter": "窗口当面"}
ENDINGS: Mapping[str, str] = {
    "declined": "对方没有接受",
    "lapsed": "七天内没有接受",
    "revoked": "委托人收回了",
    "resigned": "代办人不再代办",
    "expired": "到期了",
    "moved": "有一方搬走了",
    "erased": "有一方注销了账号",
    "died": "有一方去世了",
    "incapable": "委托人或代办人不能再办理",
}


class ProxyGrant(TenantRecord):
    """That one resident may act for another here; offered, then live, then ended for good.

    `valid` begins on the day it was offered, or, of one on paper, keyed.
    """

    __tablename__ = "proxy_grant"

    principal_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    proxy_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    made: Mapped[str]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    state: Mapped[str] = mapped_column(default="offered")
    paper_serial: Mapped[str | None] = mapped_column(default=None)
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    offer_until: Mapped[datetime | None] = mapped_column(default=None)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    ending_told_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    ended_because: Mapped[str | None] = mapped_column(default=None)

    @property
    def until_on(self) -> date:
        """The first day on which it counts no more."""
        if self.valid.upper is None:
            raise AssertionError
        return self.valid.upper

    @property
    def last_on(self) -> date:
        """The last day on which it counts."""
        return self.until_on - timedelta(days=1)

    __table_args__ = (
        one_of("state", tuple(PROXY_STATES)),
        one_of("made", tuple(MADE)),
        one_of("ended_because", tuple(ENDINGS)),
        CheckConstraint("principal_id <> proxy_id", name="two_people"),
        CheckConstraint("cardinality(scopes) > 0", name="some_scope"),
        CheckConstraint(
            "recorded_by <> principal_id AND recorded_by <> proxy_id",
            name="not_recorded_by_oneself",
        ),
        CheckConstraint("(made = 'app') = (recorded_by IS NULL)", name="keyed_by_somebody"),
        CheckConstraint("(made = 'paper') = (paper_serial IS NOT NULL)", name="paper_is_numbered"),
        CheckConstraint("upper(valid) IS NOT NULL AND NOT isempty(valid)", name="ends_some_day"),
        CheckConstraint("(state = 'offered') = (offer_until IS NOT NULL)", name="offered_until"),
        CheckConstraint("state <> 'live' OR accepted_at IS NOT NULL", name="live_once_accepted"),
        CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)"
            " AND (state = 'ended') = (ended_because IS NOT NULL)",
            name="ended_somehow",
        ),
        UniqueConstraint("community_id", "paper_serial"),
        Index(
            "ux_proxy_grant_one_of_a_pair",
            "community_id",
            "principal_id",
            "proxy_id",
            unique=True,
            postgresql_where=text("state <> 'ended'"),
        ),
        Index("ix_proxy_grant_of_proxy", "community_id", "proxy_id", "id"),
        Index("ix_proxy_grant_of_principal", "community_id", "principal_id", "id"),
        Index("ix_proxy_grant_open", "state", postgresql_where=text("state <> 'ended'")),
    )
