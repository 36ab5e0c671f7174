"""What the desk's forms ask for, where a form is told otherwise than JSON."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from backend.api import IN_OUR_TIME, MAX_PAGE, DuePlaceOrId, PageArguments, Text
from backend.virtue_bank.models import BATCH_STATES, CASE_STATES
from backend.virtue_bank.models.words import READ_REASONS
from backend.virtue_bank.schemas.accounts import NUMBER
from backend.virtue_bank.schemas.batches import MOST_LINES as MOST_BATCH
from backend.virtue_bank.schemas.batches import NewBatchSchema
from backend.virtue_bank.schemas.budgets import MOST_QUOTA
from backend.virtue_bank.schemas.freezings import NewFreezingSchema
from backend.virtue_bank.schemas.orders import MOST_LINES, MOST_PIECES, PickUpCodeSchema
from backend.virtue_bank.schemas.points_sheets import HeadPageArguments
from backend.virtue_bank.schemas.reversals import NewReversalSchema
from backend.virtue_bank.schemas.sheets import ROW_VERSION, RuleCapSchema, RuleItemSchema
from backend.virtue_bank.schemas.shop import MOST_PIECES as MOST_ON_SHELF

ROWS = 20
MOST_AT_ONCE = 40  # chosen one by one, in an address


class NothingSchema(Schema):
    """A button that asks for nothing more."""


class RowsArguments(PageArguments):
    """A list of the desk, page by page."""

    limit = fields.Integer(load_default=ROWS, validate=validate.Range(1, MAX_PAGE))


class CodeFormSchema(PickUpCodeSchema):
    """The code alone: the counter stands in the address."""

    class Meta:
        exclude = ("counter_id",)


class StockFormSchema(Schema):
    """What came in, perhaps as a gift, or was written off."""

    kind = fields.String(required=True, validate=validate.OneOf(["received", "written_off"]))
    quantity = fields.Integer(required=True, validate=validate.Range(1, MOST_ON_SHELF))
    reason = Text(most=100, least=0, load_default="")
    is_gift = fields.Boolean(load_default=False)
    may_be_named = fields.Boolean(load_default=False)
    donor_name = Text(most=60, least=0, load_default="")


class HandOutLineSchema(Schema):
    """None: it stays waiting."""

    order_id = fields.UUID(required=True)
    quantity = fields.Integer(load_default=0, validate=validate.Range(0, MOST_PIECES))


class HandOutFormSchema(Schema):
    code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    lines = fields.List(
        fields.Nested(HandOutLineSchema), required=True, validate=validate.Length(1, MOST_LINES)
    )
    brought_by = Text(most=20, least=0, load_default="")

    @validates_schema
    def _something_goes_out(self, told: dict[str, Any], **_options: Any) -> None:
        if not any(line["quantity"] for line in told["lines"]):
            raise ValidationError("至少发一样；都发不了的，请写明原因退还积分。", "lines")

    @post_load
    def _without_what_stays(self, told: dict[str, Any], **_options: Any) -> dict[str, Any]:
        pieces = [(line["order_id"], line["quantity"]) for line in told["lines"]]
        return told | {"lines": [each for each in pieces if each[1]]}


class CounterRowsArguments(RowsArguments):
    view = fields.String(load_default="waiting", validate=validate.OneOf(["waiting", "given"]))


class ItemFormSchema(RuleItemSchema):
    """One item of a draft; the others stay as they are."""

    row_version = fields.Integer(required=True, validate=ROW_VERSION)


class CapsFormSchema(Schema):
    row_version = fields.Integer(required=True, validate=ROW_VERSION)
    caps = fields.List(
        fields.Nested(RuleCapSchema), load_default=list, validate=validate.Length(max=120)
    )


class QuotaLineSchema(Schema):
    """None: this approver gets none in that month."""

    holder_id = fields.UUID(required=True)
    points = fields.Integer(load_default=0, validate=validate.Range(0, MOST_QUOTA))


class QuotasFormSchema(Schema):
    """`month`: 2026-12, as browsers give it."""

    month = fields.Date(required=True, format="%Y-%m")
    quotas = fields.List(
        fields.Nested(QuotaLineSchema), required=True, validate=validate.Length(1, 200)
    )

    @validates_schema
    def _somebody_gets_some(self, told: dict[str, Any], **_options: Any) -> None:
        if not any(line["points"] for line in told["quotas"]):
            raise ValidationError("至少给一个人额度。", "quotas")

    @post_load
    def _without_nothing(self, told: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return told | {"quotas": [line for line in told["quotas"] if line["points"]]}


class PlacedRowsArguments(Schema):
    """Rows of which some are due first and others are not."""

    limit = fields.Integer(load_default=ROWS, validate=validate.Range(1, MAX_PAGE))
    after = DuePlaceOrId(load_default=None)


class DeedRowsArguments(PlacedRowsArguments):
    view = fields.String(load_default=None, validate=validate.OneOf(["waiting", "scope", "board"]))


class ObjectionRowsArguments(PlacedRowsArguments):
    view = fields.String(load_default="deeds", validate=validate.OneOf(["deeds", "thanks"]))


class ReversalArguments(Schema):
    transfer = fields.Integer(load_default=None, validate=validate.Range(1, 2**62))


class NewReversalFormSchema(NewReversalSchema):
    transfer_id = fields.Integer(required=True, validate=validate.Range(1, 2**62))


class PeopleArguments(Schema):
    """Whom one looks for by name, and who is chosen already."""

    q = fields.String(load_default="", validate=validate.Length(max=60))
    person = fields.List(
        fields.UUID(), load_default=list, validate=validate.Length(max=MOST_AT_ONCE)
    )


class FreezingArguments(PeopleArguments):
    """Whose account it is, by name or by the number of the account."""

    account = fields.Integer(load_default=None, validate=validate.Range(1, 2**62))


class NewFreezingFormSchema(NewFreezingSchema):
    account_id = fields.Integer(required=True, validate=validate.Range(1, 2**62))


class HeadRowsArguments(HeadPageArguments):
    limit = fields.Integer(load_default=ROWS, validate=validate.Range(1, MAX_PAGE))


class CaseRowsArguments(RowsArguments):
    state = fields.String(load_default="open", validate=validate.OneOf(tuple(CASE_STATES)))


class BatchRowsArguments(RowsArguments):
    state = fields.String(load_default=None, validate=validate.OneOf(list(BATCH_STATES)))


class StatementFormSchema(Schema):
    """One account's lines of some days, and why somebody else reads them."""

    person_id = fields.UUID(required=True)
    account_id = fields.Integer(required=True, validate=NUMBER)
    reason = fields.String(required=True, validate=validate.OneOf(list(READ_REASONS)))
    since = fields.Date(required=True, data_key="from", validate=IN_OUR_TIME)
    until = fields.Date(required=True, data_key="to", validate=IN_OUR_TIME)


class DutyMonthFormSchema(Schema):
    month = fields.Date(required=True, format="%Y-%m")


class NewBatchFormSchema(NewBatchSchema):
    period = fields.Date(required=True, format="%Y-%m")


class StrikeLineSchema(Schema):
    """A reason strikes the line; without one it stays."""

    line_id = fields.UUID(required=True)
    reason = Text(most=200, least=0, load_default="")


class ReviewFormSchema(Schema):
    row_version = fields.Integer(required=True, validate=ROW_VERSION)
    strikes = fields.List(
        fields.Nested(StrikeLineSchema), load_default=list, validate=validate.Length(max=MOST_BATCH)
    )

    @post_load
    def _only_the_struck(self, told: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return told | {"strikes": [line for line in told["strikes"] if line["reason"]]}
