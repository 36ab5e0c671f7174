"""商店: what is on the shelves, what came and went, where it is fetched; returns to confirm."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from backend.api import page
from backend.console import done, show
from backend.residents.identity import (
    current_caller,
    current_community_id,
    may,
    permitted,
)
from backend.residents.queries.holders import holder_ids
from backend.residents.queries.people import names
from backend.virtue_bank.actions import shop as actions
from backend.virtue_bank.actions import showing_shop as showing
from backend.virtue_bank.actions.shop import CLERK, Gift
from backend.virtue_bank.models import BY_THE_MONTH, ITEM_KINDS
from backend.virtue_bank.pages.desk import points_desk
from backend.virtue_bank.schemas.forms import NothingSchema, RowsArguments, StockFormSchema
from backend.virtue_bank.schemas.shop import (
    ChangedCounterSchema,
    ChangedItemSchema,
    NewCounterSchema,
    NewItemSchema,
)

TONES = {"on": ("在架", "ok"), "off": ("下架", "plain")}


@points_desk.get("/points/shop")
@permitted("points.shop.read")
@points_desk.asked(RowsArguments)
def stock(asked: dict[str, Any]) -> Response:
    """Every item, newest first, with what is there and what is held."""
    found = showing.stock(current_caller(), **asked)
    return show(
        "virtue_bank/stock.html",
        title="商店",
        parts={"rows": "virtue_bank/stock_rows.html", "more": "virtue_bank/stock_rows.html"},
        may_keep=may("points.shop"),
        tones=TONES,
        **page(found, asked["limit"], key=lambda row: row["id"]),
    )


@points_desk.get("/points/shop/new")
@permitted("points.shop")
def new_item() -> Response:
    """An empty item."""
    return show("virtue_bank/new_item.html", title="上架一样东西", **_choices())


@points_desk.post("/points/shop/new")
@permitted("points.shop")
@points_desk.form(NewItemSchema, again=new_item)
def add_item(given: dict[str, Any]) -> Response:
    """Put it on the shelf."""
    item = actions.add_item(current_caller(), **given)
    said = "上架了。" if item.slots else "上架了，入库以后居民就能换。"
    return done(said, to=url_for(".item", shop_item_id=item.id))


@points_desk.get("/points/shop/<uuid:shop_item_id>")
@permitted("points.shop.read")
@points_desk.asked(RowsArguments)
def item(asked: dict[str, Any], shop_item_id: UUID) -> Response:
    """One item: its words, and every piece that came and went."""
    return _item(asked, shop_item_id)


def _item(asked: dict[str, Any], shop_item_id: UUID) -> Response:
    this = showing.stock_item(current_community_id(), shop_item_id)
    found = showing.movements(current_caller(), shop_item_id, **asked)
    told = page(found, asked["limit"], key=lambda row: row["id"])
    return show(
        "virtue_bank/item.html",
        title=this["title"],
        parts={"more": "virtue_bank/movement_rows.html"},
        item=this,
        tones=TONES,
        people=names([row["by_id"] for row in told["items"]]),
        may_keep=may("points.shop"),
        **_choices(),
        **told,
    )


def item_again(shop_item_id: UUID) -> Response:
    return _item({"limit": 20, "after": None}, shop_item_id)


@points_desk.post("/points/shop/<uuid:shop_item_id>")
@permitted("points.shop")
@points_desk.form(ChangedItemSchema, again=item_again)
def change_item(given: dict[str, Any], shop_item_id: UUID) -> Response:
    """Change its words, points or place; open orders keep theirs."""
    actions.change_item(current_caller(), shop_item_id, **given)
    said = "改好了。已经预约的，积分和领取点不变。"
    return done(said, to=url_for(".item", shop_item_id=shop_item_id))


@points_desk.post("/points/shop/<uuid:shop_item_id>/movements")
@permitted("points.shop")
@points_desk.form(StockFormSchema, again=item_again)
def move_stock(given: dict[str, Any], shop_item_id: UUID) -> Response:
    """Note what came in or must be written off."""
    name = given["donor_name"] if given.pop("may_be_named") else ""
    given.pop("donor_name")
    gift = Gift(donor_name=name or None) if given.pop("is_gift") else None
    made = actions.move_stock(current_caller(), shop_item_id, gift=gift, **given)
    return done(
        f"记下了，现有{made.on_hand_after}份。", to=url_for(".item", shop_item_id=shop_item_id)
    )


def _donor_again(shop_item_id: UUID, donation_id: UUID) -> Response:  # noqa: ARG001, named so
    return item_again(shop_item_id)


@points_desk.post("/points/shop/<uuid:shop_item_id>/donations/<uuid:donation_id>/name")
@permitted("points.shop")
@points_desk.form(NothingSchema, again=_donor_again)
def forget_donor(_given: dict[str, Any], shop_item_id: UUID, donation_id: UUID) -> Response:
    """Whoever gave no longer wants to be named."""
    actions.forget_donor(current_caller(), donation_id)
    return done("不再写捐赠人的名字。", to=url_for(".item", shop_item_id=shop_item_id))


@points_desk.get("/points/shop/counters")
@permitted("points.shop.read")
def shop_counters() -> Response:
    """Where things are fetched, with the clerks of each place."""
    found = showing.staff_counters(current_caller())
    clerks = holder_ids(current_community_id(), CLERK)
    return show(
        "virtue_bank/shop_counters.html",
        title="领取点",
        counters=found,
        people=names([*clerks, *(each for row in found for each in row["clerk_ids"])]),
        clerks=clerks,
        may_keep=may("points.shop"),
    )


@points_desk.post("/points/shop/counters")
@permitted("points.shop")
@points_desk.form(NewCounterSchema, again=shop_counters)
def add_counter(given: dict[str, Any]) -> Response:
    """Open a counter."""
    actions.add_counter(current_caller(), **given)
    return done("领取点开好了。", to=url_for(".shop_counters"))


def _counters_again(counter_id: UUID) -> Response:  # noqa: ARG001, named so
    return shop_counters()


@points_desk.post("/points/shop/counters/<uuid:counter_id>")
@permitted("points.shop")
@points_desk.form(ChangedCounterSchema, again=_counters_again)
def change_counter(given: dict[str, Any], counter_id: UUID) -> Response:
    """Change a counter and its clerks."""
    actions.change_counter(current_caller(), counter_id, **given)
    return done("改好了。", to=url_for(".shop_counters"))


@points_desk.get("/points/shop/returns")
@permitted("points.shop.read")
@points_desk.asked(RowsArguments)
def returns(asked: dict[str, Any]) -> Response:
    """Returns that wait for a second person, oldest first."""
    found = showing.returns_asked(current_caller(), **asked)
    return show(
        "virtue_bank/returns.html",
        title="退回",
        parts={"more": "virtue_bank/return_rows.html"},
        **page(found, asked["limit"], key=lambda row: row["id"]),
    )


def _choices() -> dict[str, Any]:
    open_counters = showing.counters(current_caller())
    return {
        "kinds": list(ITEM_KINDS.items()),
        "by_the_month": BY_THE_MONTH,
        "counters": [(each.id, f"{each.title}（{each.place}）") for each in open_counters],
    }
