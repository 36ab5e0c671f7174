"""核销: a code is typed, things go out, or do not, or come back."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from backend.api import page
from backend.console import done, show
from backend.residents.identity import (
    current_caller,
    current_community_id,
    may,
    permitted,
)
from backend.residents.queries.people import masked_names, names
from backend.virtue_bank.actions import counter as actions
from backend.virtue_bank.actions import showing_shop as showing
from backend.virtue_bank.models.shop import Counter
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.queries import orders as queries
from backend.virtue_bank.queries.shop import counters as all_counters
from backend.virtue_bank.queries.shop import counters_served_by, find_counter
from backend.virtue_bank.schemas.forms import (
    CodeFormSchema,
    CounterRowsArguments,
    HandOutFormSchema,
)
from backend.virtue_bank.schemas.orders import ReturnDecisionSchema, ShopReasonSchema

TONES = {
    "placed": "info",
    "awaiting_family": "info",
    "picked_up": "ok",
    "refused": "warn",
}


@points_desk.get("/points/counter")
@permitted("points.counter")
def counters() -> Response:
    """The counter at which one hands out; to choose from, where there are several."""
    mine = _mine()
    if len(mine) == 1:
        return _counter(mine[0], {"view": "waiting", "limit": 20, "after": None})
    return show("virtue_bank/counters.html", title="核销", counters=mine)


@points_desk.get("/points/counter/<uuid:counter_id>")
@permitted("points.counter")
@points_desk.asked(CounterRowsArguments)
def counter(asked: dict[str, Any], counter_id: UUID) -> Response:
    """Where a code is typed, and what waits or went out there."""
    return _counter(find_counter(current_community_id(), counter_id), asked)


def _counter(this: Counter, asked: dict[str, Any]) -> Response:
    found = showing.counter_orders(current_caller(), this.id, **asked)
    return show(
        "virtue_bank/counter.html",
        title="核销",
        parts={"more": "virtue_bank/counter_rows.html"},
        counter=this,
        is_one_of_many=len(_mine()) > 1,
        view=asked["view"],
        tones=TONES,
        **page(found, asked["limit"], key=lambda row: row["id"]),
    )


def counter_again(counter_id: UUID) -> Response:
    here = find_counter(current_community_id(), counter_id)
    return _counter(here, {"view": "waiting", "limit": 20, "after": None})


@points_desk.post("/points/counter/<uuid:counter_id>/code")
@permitted("points.counter")
@points_desk.form(CodeFormSchema, again=counter_again)
def look_up(given: dict[str, str], counter_id: UUID) -> Response:
    """Show what is behind a code; the code goes on in the form, never into an address."""
    behind = actions.look_up(current_caller(), counter_id, **given)
    return _behind(counter_id, behind.order_ids, behind.holder, given["code"])


def hand_out_again(counter_id: UUID) -> Response:
    """What was to go out, as it stands now; the code is not tried again for that."""
    typed = request.form
    ids = [typed.get(key, type=UUID) for key in typed if key.endswith(".order_id")]
    rows = showing.these_orders(current_caller(), [each for each in ids if each])
    here = [row for row in rows if row["counter"]["id"] == counter_id and row["state"] == "placed"]
    holder = masked_names([row["placed_by"] for row in here])
    return _behind(
        counter_id,
        [row["id"] for row in here],
        next(iter(holder.values()), ""),
        typed.get("code", ""),
    )


@points_desk.post("/points/counter/<uuid:counter_id>/pick-ups")
@permitted("points.counter")
@points_desk.form(HandOutFormSchema, again=hand_out_again)
def hand_out(given: dict[str, Any], counter_id: UUID) -> Response:
    """Hand out: points go for what went out, the rest is free again."""
    behind = actions.hand_out(current_caller(), counter_id, **given)
    if len(behind.order_ids) == 1:
        to = url_for(".order", shop_order_id=behind.order_ids[0])
    else:
        to = url_for(".counter", counter_id=counter_id, view="given")
    return done(f"发给了{behind.holder}，积分已经扣了。", to=to)


@points_desk.get("/points/orders/<uuid:shop_order_id>")
@permitted("points.shop.read")
def order(shop_order_id: UUID) -> Response:
    """One order, and what can be done about it now: refuse it, take it back, confirm that."""
    here, caller = current_community_id(), current_caller()
    this = queries.find_order(here, shop_order_id)
    told = showing.these_orders(caller, [shop_order_id])[0]
    serves = this.counter_id in counters_served_by(here, caller.resident_id)
    is_asked = this.return_asked_at is not None and this.state == "picked_up"
    return show(
        "virtue_bank/order.html",
        title=told["title"],
        order=told,
        holder=masked_names([this.placed_by]).get(this.placed_by, ""),
        people=names([this.closed_by, this.return_asked_by, this.returned_by]),
        this=this,
        tones=TONES,
        is_own=this.placed_by == caller.resident_id,
        may_hand_out=may("points.counter") and serves,
        is_asked=is_asked,
        may_decide=may("points.shop") and is_asked and this.return_asked_by != caller.resident_id,
    )


@points_desk.post("/points/orders/<uuid:shop_order_id>/refusal")
@permitted("points.counter")
@points_desk.form(ShopReasonSchema, again=order)
def refuse(given: dict[str, str], shop_order_id: UUID) -> Response:
    """It cannot be handed out; the points are free again."""
    actions.refuse(current_caller(), shop_order_id, **given)
    return done(
        "记下了。积分退还给本人，本人会收到原因。",
        to=url_for(".order", shop_order_id=shop_order_id),
    )


@points_desk.post("/points/orders/<uuid:shop_order_id>/return")
@permitted("points.counter")
@points_desk.form(ShopReasonSchema, again=order)
def ask_return(given: dict[str, str], shop_order_id: UUID) -> Response:
    """Take the whole order back; another person confirms."""
    actions.ask_return(current_caller(), shop_order_id, **given)
    return done(
        "收下了。请一位委员确认，确认后积分退还给本人。",
        to=url_for(".order", shop_order_id=shop_order_id),
    )


@points_desk.post("/points/orders/<uuid:shop_order_id>/return-decision")
@permitted("points.shop")
@points_desk.form(ReturnDecisionSchema, again=order)
def decide_return(given: dict[str, Any], shop_order_id: UUID) -> Response:
    """Confirm it, which reverses the payment, or say why not."""
    actions.decide_return(current_caller(), shop_order_id, **given)
    said = "确认了，积分已退还给本人。" if given["accepted"] else "没有确认，本人会收到原因。"
    return done(said, to=url_for(".order", shop_order_id=shop_order_id))


def _behind(counter_id: UUID, order_ids: list[UUID], holder: str, code: str) -> Response:
    return show(
        "virtue_bank/behind_code.html",
        title="发东西",
        counter=find_counter(current_community_id(), counter_id),
        orders=showing.these_orders(current_caller(), order_ids),
        holder=holder,
        code=code,
    )


def _mine() -> list[Counter]:
    here = current_community_id()
    served = counters_served_by(here, current_caller().resident_id)
    return [each for each in all_counters(here) if each.id in served]
