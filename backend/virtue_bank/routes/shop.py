"""The shelves over HTTP: what there is, and what the committee puts there."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, PageArguments, page, page_of
from backend.residents.identity import current_caller, permitted, require_caller
from backend.virtue_bank.actions import shop as actions
from backend.virtue_bank.actions import showing_shop as showing
from backend.virtue_bank.actions.shop import Gift
from backend.virtue_bank.schemas.shop import (
    ChangedCounterSchema,
    ChangedItemSchema,
    CountersSchema,
    NewCounterSchema,
    NewItemSchema,
    NewStockMovementSchema,
    ShopItemSchema,
    StaffCounterSchema,
    StaffCountersSchema,
    StockItemSchema,
    StockMovementSchema,
)

points_shop = Blueprint(
    "points_shop", __name__, url_prefix="/api/v1/virtue-bank", description="积分商店"
)
points_shop.before_request(require_caller)


@points_shop.get("/shop/items")
@permitted("points.read")
@points_shop.arguments(PageArguments, location="query")
@points_shop.response(200, page_of(ShopItemSchema))
def list_shop_items(asked: dict[str, Any]) -> dict[str, Any]:
    """List what points can be turned into, newest first, with how much is left."""
    return page(showing.shelves(current_caller(), **asked), asked["limit"], key=_id)


@points_shop.get("/shop/counters")
@permitted("points.read")
@points_shop.response(200, CountersSchema)
def list_counters() -> dict[str, Any]:
    """List where things are fetched, and when."""
    return {"items": showing.counters(current_caller())}


@points_shop.get("/shop/stock")
@permitted("points.shop")
@points_shop.arguments(PageArguments, location="query")
@points_shop.response(200, page_of(StockItemSchema))
def list_stock(asked: dict[str, Any]) -> dict[str, Any]:
    """List all items, also those off the shelf, with what is on hand and held."""
    return page(showing.stock(current_caller(), **asked), asked["limit"], key=_id)


@points_shop.post("/shop/items")
@permitted("points.shop")
@points_shop.arguments(NewItemSchema)
@points_shop.response(201, StockItemSchema)
def add_shop_item(new: dict[str, Any]) -> dict[str, Any]:
    """Put something on the shelf; nothing that is as good as money."""
    item = actions.add_item(current_caller(), **new)
    return showing.stock_item(item.community_id, item.id)


@points_shop.put("/shop/items/<uuid:shop_item_id>")
@permitted("points.shop")
@points_shop.arguments(ChangedItemSchema)
@points_shop.response(200, StockItemSchema)
def change_shop_item(changed: dict[str, Any], shop_item_id: UUID) -> dict[str, Any]:
    """Change an item; open orders keep their points and their place."""
    item = actions.change_item(current_caller(), shop_item_id, **changed)
    return showing.stock_item(item.community_id, item.id)


@points_shop.get("/shop/items/<uuid:shop_item_id>/movements")
@permitted("points.shop")
@points_shop.arguments(PageArguments, location="query")
@points_shop.response(200, page_of(StockMovementSchema))
def list_movements(asked: dict[str, Any], shop_item_id: UUID) -> dict[str, Any]:
    """List what came and went of an item, newest first."""
    found = showing.movements(current_caller(), shop_item_id, **asked)
    return page(found, asked["limit"], key=_id)


@points_shop.post("/shop/items/<uuid:shop_item_id>/movements")
@permitted("points.shop")
@points_shop.arguments(NewStockMovementSchema)
@points_shop.response(201, StockMovementSchema)
def move_stock(moved: dict[str, Any], shop_item_id: UUID) -> dict[str, Any]:
    """Note pieces that came in, perhaps as a gift, or write some off."""
    gift = moved.pop("gift")
    movement = actions.move_stock(
        current_caller(), shop_item_id, gift=None if gift is None else _gift(gift), **moved
    )
    return showing.movement(current_caller(), shop_item_id, movement.id)


@points_shop.delete("/shop/donations/<uuid:donation_id>/name")
@permitted("points.shop")
@points_shop.response(204)
def forget_donor(donation_id: UUID) -> None:
    """Stop naming somebody who gave goods; what they gave stays counted."""
    actions.forget_donor(current_caller(), donation_id)


@points_shop.get("/counters")
@permitted("points.return")
@points_shop.response(200, StaffCountersSchema)
def list_staff_counters() -> dict[str, Any]:
    """List all counters with their clerks."""
    return {"items": showing.staff_counters(current_caller())}


@points_shop.post("/counters")
@permitted("points.shop")
@points_shop.arguments(NewCounterSchema)
@points_shop.response(201, StaffCounterSchema)
def add_counter(new: dict[str, Any]) -> dict[str, Any]:
    """Open a counter with its clerks."""
    return showing.staff_counter(current_caller(), actions.add_counter(current_caller(), **new))


@points_shop.put("/counters/<uuid:counter_id>")
@permitted("points.shop")
@points_shop.arguments(ChangedCounterSchema)
@points_shop.response(200, StaffCounterSchema)
def change_counter(changed: dict[str, Any], counter_id: UUID) -> dict[str, Any]:
    """Change a counter: its words, its clerks, whether it is open."""
    counter = actions.change_counter(current_caller(), counter_id, **changed)
    return showing.staff_counter(current_caller(), counter)


def _gift(told: dict[str, Any]) -> Gift:
    return Gift(donor_name=(told["may_be_named"] and told["donor_name"]) or None)


def _id(row: Any) -> UUID:
    found: UUID = row["id"]
    return found
