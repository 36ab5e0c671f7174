"""Orders of the points shop: one item each; those ordered together share one pick-up code."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord, within_community

ORDER_STATES: Mapping[str, str] = {
    "awaiting_family": "等家人确认",
    "placed": "待领取",
    "picked_up": "已领取",
    "cancelled": "已取消",
    "expired": "已过期",
    "refused": "没有领成",
    "returned": "已退回",
}
OPEN = ("awaiting_family", "placed")
"""While an order is in one of these its points and its pieces are held."""

WAITS = "state IN ('awaiting_family', 'placed')"
COUNTED = (*OPEN, "picked_up")
"""What counts towards a person's limit of the month."""


class ShopOrder(TenantRecord):
    """So many of one item, for points that stay held on `account_id` until it is handed out.

    The code itself is kept nowhere: `code_mac` finds it, `code_issue` says which one counts.
    """

    __tablename__ = "shop_order"

    item_id: Mapped[UUID]
    counter_id: Mapped[UUID]
    quantity: Mapped[int]
    points_each: Mapped[int]
    account_id: Mapped[int] = mapped_column(BigInteger)
    placed_by: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    hold_id: Mapped[int] = mapped_column(BigInteger)
    basket: Mapped[UUID]
    code_mac: Mapped[str]
    expires_at: Mapped[datetime]
    idem_key: Mapped[UUID]
    body_sha256: Mapped[str]
    code_issue: Mapped[int] = mapped_column(SmallInteger, default=1)
    state: Mapped[str] = mapped_column(default="placed")
    allowed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    given: Mapped[int | None] = mapped_column(default=None)
    posted_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    brought_by: Mapped[str] = mapped_column(default="")  # empty: the holder came in person
    reason: Mapped[str] = mapped_column(default="")
    return_asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    return_asked_at: Mapped[datetime | None] = mapped_column(default=None)
    returned_by: Mapped[UUID | None] = mapped_column(ForeignKey("resident.id"), default=None)
    reversal_id: Mapped[int | None] = mapped_column(BigInteger, default=None)

    @property
    def points(self) -> int:
        """What is held, or what was paid in the end."""
        return self.points_each * (self.quantity if self.given is None else self.given)

    @property
    def state_label(self) -> str:
        return ORDER_STATES[self.state]

    __table_args__ = (
        within_community("item_id", "shop_item"),
        within_community("counter_id", "counter"),
        UniqueConstraint("community_id", "idem_key"),
        UniqueConstraint("community_id", "basket", "item_id"),
        CheckConstraint(
            "state IN ('awaiting_family', 'placed', 'picked_up', 'cancelled', 'expired',"
            " 'refused', 'returned')",
            name="known_state",
        ),
        CheckConstraint("quantity > 0 AND points_each > 0", name="some_for_something"),
        CheckConstraint("given BETWEEN 1 AND quantity", name="given_of_what_was_ordered"),
        CheckConstraint(
            "(state IN ('picked_up', 'returned')) = (given IS NOT NULL) AND"
            " (given IS NULL) = (posted_id IS NULL)",
            name="paid_when_given",
        ),
        CheckConstraint(
            "(state IN ('awaiting_family', 'placed')) = (closed_at IS NULL)", name="closed_some_day"
        ),
        CheckConstraint("allowed_by <> placed_by", name="allowed_by_another"),
        CheckConstraint(
            "state NOT IN ('picked_up', 'refused', 'returned') OR"
            " (closed_by IS NOT NULL AND closed_by <> placed_by)",
            name="nobody_serves_oneself",
        ),
        CheckConstraint("state <> 'refused' OR reason <> ''", name="refused_for_a_reason"),
        CheckConstraint(
            "(return_asked_by IS NULL) = (return_asked_at IS NULL) AND"
            " (state = 'returned') = (returned_by IS NOT NULL) AND"
            " (state = 'returned') = (reversal_id IS NOT NULL)",
            name="returned_wholly",
        ),
        CheckConstraint(
            "returned_by IS NULL OR (returned_by <> return_asked_by AND returned_by <> placed_by)",
            name="returned_by_two",
        ),
        Index("ix_shop_order_own", "community_id", "placed_by", "id"),
        Index(
            "ix_shop_order_code",
            "community_id",
            "code_mac",
            postgresql_where=sql("state = 'placed'"),
        ),
        Index(
            "ix_shop_order_waiting",
            "community_id",
            "counter_id",
            "expires_at",
            "id",
            postgresql_where=sql("state = 'placed'"),
        ),
        Index("ix_shop_order_due", "expires_at", "id", postgresql_where=sql(WAITS)),
        Index(
            "ix_shop_order_held",
            "community_id",
            "item_id",
            postgresql_where=sql("state = 'placed'"),
        ),
        Index(
            "ix_shop_order_return_asked",
            "community_id",
            "return_asked_at",
            postgresql_where=sql("state = 'picked_up' AND return_asked_at IS NOT NULL"),
        ),
    )
