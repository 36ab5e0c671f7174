"""What the points shop has: counters, items, and every piece that came, went or was given."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import TenantRecord, within_community

ITEM_KINDS: Mapping[str, str] = {
    "goods": "实物",
    "service": "服务",
    "room": "场地",
    "thanks": "感谢",
}
BY_THE_MONTH = ("service", "room")
MOVEMENT_KINDS: Mapping[str, str] = {
    "received": "入库",
    "given": "领出",
    "returned": "退回",
    "written_off": "报损",
}


class Counter(TenantRecord):
    """A place where things are handed out, by the clerks that belong to it.

    `tries` counts wrong codes since `tries_since`; the row is held while one is tried.
    """

    __tablename__ = "counter"

    title: Mapped[str]
    place: Mapped[str]
    hours: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open")
    row_version: Mapped[int] = mapped_column(default=1)
    tries: Mapped[int] = mapped_column(default=0)
    tries_since: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        UniqueConstraint("community_id", "title"),
        CheckConstraint("state IN ('open', 'closed')", name="known_state"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
    )


class CounterClerk(TenantRecord):
    """Somebody of the staff who hands out at a counter."""

    __tablename__ = "counter_clerk"

    counter_id: Mapped[UUID]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))

    __table_args__ = (
        within_community("counter_id", "counter"),
        UniqueConstraint("community_id", "resident_id", "counter_id"),
        Index("ix_counter_clerk_of", "community_id", "counter_id"),
    )


class ShopItem(TenantRecord):
    """Something points can be turned into: goods by the piece, services and rooms by the month.

    `held` is what open orders wait for. Of what goes by the month, `slots` come each month anew
    and the rest of the old month is written off; `slots_month` is the month that stands now.
    """

    __tablename__ = "shop_item"

    title: Mapped[str]
    description: Mapped[str]
    kind: Mapped[str]
    points: Mapped[int]
    counter_id: Mapped[UUID]
    funded_by: Mapped[str] = mapped_column(default="")
    per_person_month: Mapped[int | None] = mapped_column(default=None)
    slots: Mapped[int | None] = mapped_column(default=None)
    slots_month: Mapped[date | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default="on")
    on_hand: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    row_version: Mapped[int] = mapped_column(default=1)

    @property
    def available(self) -> int:
        return self.on_hand - self.held

    @property
    def kind_label(self) -> str:
        return ITEM_KINDS[self.kind]

    __table_args__ = (
        within_community("counter_id", "counter"),
        CheckConstraint("kind IN ('goods', 'service', 'room', 'thanks')", name="known_kind"),
        CheckConstraint("state IN ('on', 'off')", name="known_state"),
        CheckConstraint("points > 0", name="costs_something"),
        CheckConstraint("held >= 0 AND held <= on_hand", name="held_is_there"),
        CheckConstraint("per_person_month > 0", name="limit_allows_one"),
        CheckConstraint(
            "(kind IN ('service', 'room')) = (slots IS NOT NULL) AND slots > 0",
            name="by_the_month",
        ),
        Index("ix_shop_item_shown", "community_id", "state", "id"),
        Index("ix_shop_item_counter", "community_id", "counter_id"),
    )


class StockMovement(TenantRecord):
    """Pieces that came or went; on hand = received - given + returned - written off."""

    __tablename__ = "stock_movement"

    item_id: Mapped[UUID]
    kind: Mapped[str]
    quantity: Mapped[int]
    on_hand_after: Mapped[int]
    order_id: Mapped[UUID | None] = mapped_column(default=None)
    by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("resident.id"), default=None
    )  # none: the first of the month
    reason: Mapped[str] = mapped_column(default="")

    @property
    def kind_label(self) -> str:
        return MOVEMENT_KINDS[self.kind]

    __table_args__ = (
        within_community("item_id", "shop_item"),
        within_community("order_id", "shop_order"),
        CheckConstraint(
            "kind IN ('received', 'given', 'returned', 'written_off')", name="known_kind"
        ),
        CheckConstraint("quantity > 0", name="some"),
        CheckConstraint("on_hand_after >= 0", name="never_below_nothing"),
        CheckConstraint(
            "(kind IN ('given', 'returned')) = (order_id IS NOT NULL)", name="given_for_an_order"
        ),
        CheckConstraint("kind <> 'written_off' OR reason <> ''", name="written_off_for_a_reason"),
        Index("ix_stock_movement_of", "community_id", "item_id", "id"),
        {"info": {"append_only": True}},
    )


class StockDonation(TenantRecord):
    """That received goods were a gift, and by whom, where the giver agreed to be named.

    Beside the movement and not in it: the consent may be taken back, the pieces stay counted.
    """

    __tablename__ = "stock_donation"

    movement_id: Mapped[UUID]
    item_id: Mapped[UUID]
    donor_name: Mapped[str | None] = mapped_column(default=None)

    __table_args__ = (
        within_community("movement_id", "stock_movement"),
        within_community("item_id", "shop_item"),
        UniqueConstraint("community_id", "movement_id"),
        CheckConstraint("donor_name <> ''", name="named_or_not"),
        Index("ix_stock_donation_of", "community_id", "item_id"),
    )
