"""The counter over HTTP: codes, handing out, refusing, taking back."""

from typing import Any
from uuid import UUID

from backend.api import Blueprint, PageArguments, page, page_of
from backend.residents.identity import current_caller, permitted, require_caller
from backend.virtue_bank.actions import counter as actions
from backend.virtue_bank.actions import showing_shop as showing
from backend.virtue_bank.actions.counter import Behind
from backend.virtue_bank.schemas.orders import (
    BehindCodeSchema,
    CounterOrdersArguments,
    PickUpCodeSchema,
    PickUpSchema,
    ReturnDecisionSchema,
    ShopOrderSchema,
    ShopReasonSchema,
)

shop_counter = Blueprint(
    "shop_counter", __name__, url_prefix="/api/v1/virtue-bank", description="积分核销"
)
shop_counter.before_request(require_caller)


@shop_counter.get("/counters/<uuid:counter_id>/orders")
@permitted("points.counter")
@shop_counter.arguments(CounterOrdersArguments, location="query")
@shop_counter.response(200, page_of(ShopOrderSchema, "CounterOrderPage"))
def list_counter_orders(asked: dict[str, Any], counter_id: UUID) -> dict[str, Any]:
    """List what waits at one's counter, oldest first, or what went out there, newest first."""
    found = showing.counter_orders(current_caller(), counter_id, **asked)
    return page(found, asked["limit"], key=lambda row: row["id"])


@shop_counter.post("/counter/codes")
@permitted("points.counter")
@shop_counter.arguments(PickUpCodeSchema)
@shop_counter.response(200, BehindCodeSchema)
def look_up_code(asked: dict[str, Any]) -> dict[str, Any]:
    """Show what is to be handed out for a code; a wrong one counts as a try."""
    return _told(actions.look_up(current_caller(), **asked))


@shop_counter.post("/counter/pick-ups")
@permitted("points.counter")
@shop_counter.arguments(PickUpSchema)
@shop_counter.response(200, BehindCodeSchema)
def hand_out(asked: dict[str, Any]) -> dict[str, Any]:
    """Hand out against a code: the answer is the receipt."""
    pieces = [(line["order_id"], line["quantity"]) for line in asked.pop("lines")]
    return _told(actions.hand_out(current_caller(), **asked, lines=pieces))


@shop_counter.post("/shop/orders/<uuid:shop_order_id>/refusal")
@permitted("points.counter")
@shop_counter.arguments(ShopReasonSchema)
@shop_counter.response(200, ShopOrderSchema)
def refuse_order(said: dict[str, Any], shop_order_id: UUID) -> dict[str, Any]:
    """Say why an order cannot be handed out; the holder has the points again."""
    actions.refuse(current_caller(), shop_order_id, **said)
    return _one(shop_order_id)


@shop_counter.post("/shop/orders/<uuid:shop_order_id>/return")
@permitted("points.counter")
@shop_counter.arguments(ShopReasonSchema)
@shop_counter.response(200, ShopOrderSchema)
def ask_return(said: dict[str, Any], shop_order_id: UUID) -> dict[str, Any]:
    """Take a whole order back; a committee member confirms before the points move."""
    actions.ask_return(current_caller(), shop_order_id, **said)
    return _one(shop_order_id)


@shop_counter.get("/shop/returns")
@permitted("points.shop")
@shop_counter.arguments(PageArguments, location="query")
@shop_counter.response(200, page_of(ShopOrderSchema, "ReturnPage"))
def list_returns(asked: dict[str, Any]) -> dict[str, Any]:
    """List returns that wait for a second person, oldest first."""
    found = showing.returns_asked(current_caller(), **asked)
    return page(found, asked["limit"], key=lambda row: row["id"])


@shop_counter.post("/shop/orders/<uuid:shop_order_id>/return-decision")
@permitted("points.shop")
@shop_counter.arguments(ReturnDecisionSchema)
@shop_counter.response(200, ShopOrderSchema)
def decide_return(said: dict[str, Any], shop_order_id: UUID) -> dict[str, Any]:
    """Confirm a return, which reverses the payment, or decline it for a reason."""
    actions.decide_return(current_caller(), shop_order_id, **said)
    return _one(shop_order_id)


def _told(behind: Behind) -> dict[str, Any]:
    orders = showing.these_orders(current_caller(), behind.order_ids)
    return {"holder": behind.holder, "orders": orders}


def _one(order_id: UUID) -> dict[str, Any]:
    return showing.these_orders(current_caller(), [order_id])[0]
