"""A resident's orders over HTTP: placing, one's own, another code, taking back."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, PageArguments, key_of_request, page, page_of, shown_once
from backend.residents.identity import current_caller, permitted, require_caller
from backend.virtue_bank.actions import orders as actions
from backend.virtue_bank.actions import showing_shop as showing
from backend.virtue_bank.actions.orders import Line, Placed
from backend.virtue_bank.schemas.orders import (
    NewShopOrderSchema,
    PlacedOrdersSchema,
    ShopOrderSchema,
)

shop_orders = Blueprint(
    "shop_orders", __name__, url_prefix="/api/v1/virtue-bank", description="积分兑换"
)
shop_orders.before_request(require_caller)


@shop_orders.post("/shop/orders")
@shown_once
@permitted("points.redeem")
@shop_orders.arguments(NewShopOrderSchema)
@shop_orders.response(201, PlacedOrdersSchema)
def place_order(new: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Order: points and pieces are held, and the answer has the code to fetch them with.

    The same Idempotency-Key with the same lines answers as before, with the header
    `Idempotent-Replay`.
    """
    lines = [Line(**line) for line in new["lines"]]
    placed = actions.place(
        current_caller(), lines, key=key_of_request(), from_family=new["from_family"]
    )
    return _told(placed), 201, {"Idempotent-Replay": "true"} if placed.is_replay else {}


@shop_orders.get("/me/orders")
@permitted("points.own")
@shop_orders.arguments(PageArguments, location="query")
@shop_orders.response(200, page_of(ShopOrderSchema))
def own_orders(asked: dict[str, Any]) -> dict[str, Any]:
    """List one's own orders, newest first; without codes."""
    found = showing.own_orders(current_caller(), **asked)
    return page(found, asked["limit"], key=lambda row: row["id"])


@shop_orders.get("/me/orders/<uuid:shop_order_id>")
@permitted("points.own")
@shop_orders.response(200, ShopOrderSchema)
def own_order(shop_order_id: UUID) -> dict[str, Any]:
    """Show one of one's own orders."""
    return showing.own_order(current_caller(), shop_order_id)


@shop_orders.post("/shop/orders/<uuid:shop_order_id>/code")
@shown_once
@permitted("points.redeem")
@shop_orders.response(201, PlacedOrdersSchema)
def new_code(shop_order_id: UUID) -> dict[str, Any]:
    """Give out another code for all that was ordered together; the old one is void."""
    return _told(actions.new_code(current_caller(), shop_order_id))


@shop_orders.post("/shop/orders/<uuid:shop_order_id>/cancellation")
@permitted("points.redeem")
@shop_orders.response(200, ShopOrderSchema)
def cancel_order(shop_order_id: UUID) -> dict[str, Any]:
    """Take one's own order back while it waits; the points are free again."""
    actions.cancel(current_caller(), shop_order_id)
    return showing.own_order(current_caller(), shop_order_id)


def _told(placed: Placed) -> dict[str, Any]:
    orders = showing.these_orders(current_caller(), placed.order_ids)
    return {"code": placed.code, "orders": orders}
