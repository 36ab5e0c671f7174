"""Orders as JSON: to their holder, and to the counter."""

from marshmallow import Schema, fields, validate

from backend.api import PageArguments, Text
from backend.virtue_bank.schemas.shop import MOST_POINTS, CounterPlaceSchema

MOST_PIECES = 99
MOST_LINES = 20


class ShopOrderLineSchema(Schema):
    item_id = fields.UUID(required=True)
    quantity = fields.Integer(load_default=1, validate=validate.Range(1, MOST_PIECES))
    points = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MOST_POINTS),
        metadata={"description": "What one cost on the screen; another cost now is refused"},
    )


class NewShopOrderSchema(Schema):
    """All lines are fetched at one counter, with one code."""

    lines = fields.List(
        fields.Nested(ShopOrderLineSchema), required=True, validate=validate.Length(1, MOST_LINES)
    )
    from_family = fields.Boolean(
        load_default=False, metadata={"description": "Paid from the family's account"}
    )


class ShopOrderSchema(Schema):
    id = fields.UUID(required=True)
    basket = fields.UUID(
        required=True, metadata={"description": "Shared by what was ordered together"}
    )
    item_id = fields.UUID(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    quantity = fields.Integer(required=True)
    given = fields.Integer(required=True, allow_none=True)
    points = fields.Integer(
        required=True, metadata={"description": "What is held, or what was paid in the end"}
    )
    state = fields.String(required=True)
    state_label = fields.String(required=True)
    expires_at = fields.DateTime(required=True)
    last_day = fields.Date(required=True)
    counter = fields.Nested(CounterPlaceSchema, required=True)
    brought_by = fields.String(required=True)
    reason = fields.String(required=True)
    closed_at = fields.DateTime(required=True, allow_none=True)
    return_asked_at = fields.DateTime(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)


class PlacedOrdersSchema(Schema):
    """`code` is shown in this answer and never again; null where nothing waits at the counter."""

    code = fields.String(required=True, allow_none=True)
    orders = fields.List(fields.Nested(ShopOrderSchema), required=True)


class PickUpCodeSchema(Schema):
    counter_id = fields.UUID(required=True)
    code = fields.String(required=True, validate=validate.Length(min=1, max=40))


class PickUpLineSchema(Schema):
    order_id = fields.UUID(required=True)
    quantity = fields.Integer(required=True, validate=validate.Range(1, MOST_PIECES))


class PickUpSchema(PickUpCodeSchema):
    """`lines` only where less goes out than was ordered; what is not named stays waiting."""

    lines = fields.List(
        fields.Nested(PickUpLineSchema), load_default=list, validate=validate.Length(max=MOST_LINES)
    )
    brought_by = Text(most=20, least=0, load_default="")


class BehindCodeSchema(Schema):
    """What a code stands for, or what was handed out for it."""

    holder = fields.String(required=True, metadata={"description": "Masked"})
    orders = fields.List(fields.Nested(ShopOrderSchema), required=True)


class ShopReasonSchema(Schema):
    reason = Text(required=True, most=100)


class ReturnDecisionSchema(Schema):
    """`reason` where it is not accepted."""

    accepted = fields.Boolean(required=True)
    reason = Text(most=100, least=0, load_default="")


class CounterOrdersArguments(PageArguments):
    view = fields.String(load_default="waiting", validate=validate.OneOf(["waiting", "given"]))
