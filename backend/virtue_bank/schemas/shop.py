"""Counters, items and stock as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import Text
from backend.virtue_bank.models.shop import ITEM_KINDS

MOST_POINTS = 100_000
MOST_PIECES = 100_000


class NewCounterSchema(Schema):
    title = Text(required=True, most=30)
    place = Text(required=True, most=60)
    hours = Text(most=60, least=0, load_default="")
    clerk_ids = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=30),
        metadata={"description": "Who hands out here: holders of the office of clerk"},
    )


class ChangedCounterSchema(NewCounterSchema):
    row_version = fields.Integer(required=True, validate=validate.Range(1, 2**31 - 1))
    state = fields.String(required=True, validate=validate.OneOf(["open", "closed"]))


class CounterSchema(Schema):
    id = fields.UUID(required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    hours = fields.String(required=True)
    state = fields.String(required=True)


class StaffCounterSchema(CounterSchema):
    """With its clerks, for those who arrange it; `is_mine`: the reader hands out here."""

    row_version = fields.Integer(required=True)
    clerk_ids = fields.List(fields.UUID(), required=True)
    is_mine = fields.Boolean(required=True)


class CountersSchema(Schema):
    items = fields.List(fields.Nested(CounterSchema), required=True)


class StaffCountersSchema(Schema):
    items = fields.List(fields.Nested(StaffCounterSchema), required=True)


class ItemWordsSchema(Schema):
    """`slots`: so many a month, of a service or a room and of nothing else."""

    title = Text(required=True, most=30)
    description = Text(most=200, least=0, load_default="", lines=True)
    points = fields.Integer(required=True, validate=validate.Range(1, MOST_POINTS))
    counter_id = fields.UUID(required=True)
    funded_by = Text(most=60, least=0, load_default="")
    per_person_month = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1, MOST_PIECES)
    )
    slots = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1, MOST_PIECES)
    )


class NewItemSchema(ItemWordsSchema):
    kind = fields.String(required=True, validate=validate.OneOf(list(ITEM_KINDS)))


class ChangedItemSchema(ItemWordsSchema):
    row_version = fields.Integer(required=True, validate=validate.Range(1, 2**31 - 1))
    state = fields.String(required=True, validate=validate.OneOf(["on", "off"]))


class StockGiftSchema(Schema):
    """Goods somebody gave. `donor_name` only with the giver's consent to be named."""

    may_be_named = fields.Boolean(required=True)
    donor_name = Text(most=60, least=0, load_default="")


class NewStockMovementSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(["received", "written_off"]))
    quantity = fields.Integer(required=True, validate=validate.Range(1, MOST_PIECES))
    reason = Text(most=100, least=0, load_default="")
    gift = fields.Nested(StockGiftSchema, load_default=None, allow_none=True)


class StockMovementSchema(Schema):
    id = fields.UUID(required=True)
    item_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    kind_label = fields.String(required=True)
    quantity = fields.Integer(required=True)
    on_hand_after = fields.Integer(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    reason = fields.String(required=True)
    is_gift = fields.Boolean(required=True)
    donation_id = fields.UUID(required=True, allow_none=True)
    donor_name = fields.String(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)


class CounterPlaceSchema(Schema):
    """Where it is fetched."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    hours = fields.String(required=True)


class ShopItemSchema(Schema):
    id = fields.UUID(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    kind = fields.String(required=True)
    kind_label = fields.String(required=True)
    points = fields.Integer(required=True, metadata={"description": "What one costs"})
    available = fields.Integer(required=True)
    per_person_month = fields.Integer(required=True, allow_none=True)
    left_this_month = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "How many the reader may still order; null: no limit"},
    )
    funded_by = fields.String(required=True)
    donors = fields.List(
        fields.String(), required=True, metadata={"description": "Givers who agreed to be named"}
    )
    counter = fields.Nested(CounterPlaceSchema, required=True)


class StockItemSchema(ShopItemSchema):
    """As those who keep the shelves see it."""

    class Meta:
        exclude = ("left_this_month",)

    on_hand = fields.Integer(required=True)
    held = fields.Integer(required=True)
    slots = fields.Integer(required=True, allow_none=True)
    slots_month = fields.Date(required=True, allow_none=True)
    state = fields.String(required=True)
    row_version = fields.Integer(required=True)
