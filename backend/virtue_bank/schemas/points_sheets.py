"""Points sheets and the ledger's heads as JSON: sums of many, never of one."""

from marshmallow import Schema, fields, validate

from backend.api import ShortPageArguments
from backend.virtue_bank.models import PERIOD_KINDS

SHA256 = validate.Length(equal=64)


class SheetPageArguments(ShortPageArguments):
    kind = fields.String(load_default=None, validate=validate.OneOf(tuple(PERIOD_KINDS)))


class PointsSheetLineSchema(Schema):
    id = fields.UUID(required=True, attribute="sheet.id")
    kind = fields.String(required=True, attribute="sheet.kind")
    title = fields.String(required=True, attribute="body.title")
    since = fields.String(required=True, attribute="body.since")
    through = fields.String(
        required=True, attribute="body.through", metadata={"description": "The last day"}
    )
    checked_at = fields.DateTime(required=True, allow_none=True, attribute="sheet.checked_at")
    bulletin_id = fields.UUID(required=True, allow_none=True, attribute="sheet.bulletin_id")
    number = fields.String(
        required=True, allow_none=True, metadata={"description": "Given when it is published"}
    )
    sha256 = fields.String(required=True, attribute="sheet.sha256")


class PointsSumSchema(Schema):
    points = fields.Integer(required=True)
    times = fields.Integer(required=True)


class PointsCellSchema(Schema):
    """A row; without figures where fewer than `fewest_people` would show, or to cover those."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    points = fields.Integer(required=True, allow_none=True)
    times = fields.Integer(required=True, allow_none=True)
    partly = fields.Boolean(
        load_default=False,
        dump_default=False,
        metadata={"description": "Some month of the period withheld its part"},
    )


class PointsTableSchema(Schema):
    rows = fields.List(fields.Nested(PointsCellSchema), required=True)
    together = fields.Nested(
        PointsSumSchema,
        required=True,
        allow_none=True,
        metadata={"description": "The sum of the rows withheld, where it tells of enough people"},
    )
    total = fields.Nested(PointsSumSchema, required=True, allow_none=True)
    months_withheld = fields.Integer(dump_default=0)


class PointsMovesSchema(Schema):
    items = fields.Nested(PointsTableSchema, required=True)
    grids = fields.Nested(PointsTableSchema, required=True)


class PointsExpiredSchema(Schema):
    grids = fields.Nested(PointsTableSchema, required=True)


class SheetBudgetSchema(Schema):
    points = fields.Integer(required=True)
    allotted = fields.Integer(required=True)
    rest = fields.Integer(required=True)


class SheetCoverageSchema(Schema):
    shelf = fields.Integer(required=True)
    percent = fields.Integer(required=True)


class SheetObjectionsSchema(Schema):
    raised = fields.Integer(required=True)
    upheld = fields.Integer(required=True)
    dismissed = fields.Integer(required=True)
    dropped = fields.Integer(
        required=True,
        dump_default=0,
        metadata={"description": "Nobody had to answer it any more"},
    )
    open = fields.Integer(required=True)


class SheetReversalsSchema(Schema):
    count = fields.Integer(required=True)
    numbers = fields.List(fields.Integer, required=True)


class SheetSealSchema(Schema):
    block = fields.Integer(required=True, allow_none=True)
    hash = fields.String(required=True, allow_none=True)


class SheetMonthSchema(Schema):
    title = fields.String(required=True)
    since = fields.String(required=True)
    sha256 = fields.String(required=True)


class PointsSheetSchema(PointsSheetLineSchema):
    """The whole sheet, as its hash stands for it."""

    text = fields.String(required=True, metadata={"description": "The sheet in sentences"})
    fewest_people = fields.Integer(required=True, attribute="body.fewest_people")
    issued = fields.Nested(PointsMovesSchema, required=True, attribute="body.issued")
    redeemed = fields.Nested(PointsMovesSchema, required=True, attribute="body.redeemed")
    expired = fields.Nested(PointsExpiredSchema, required=True, attribute="body.expired")
    budget = fields.Nested(
        SheetBudgetSchema, required=True, allow_none=True, attribute="body.budget"
    )
    coverage = fields.Nested(SheetCoverageSchema, required=True, attribute="body.coverage")
    objections = fields.Nested(SheetObjectionsSchema, required=True, attribute="body.objections")
    reversals = fields.Nested(SheetReversalsSchema, required=True, attribute="body.reversals")
    seal = fields.Nested(SheetSealSchema, required=True, attribute="body.seal")
    months = fields.List(
        fields.Nested(SheetMonthSchema),
        attribute="body.months",
        metadata={"description": "Of a quarter or a year: the sheets it adds up"},
    )


class SheetCheckSchema(Schema):
    sha256 = fields.String(
        required=True,
        validate=SHA256,
        metadata={"description": "The hash of the sheet whose figures were checked"},
    )


class HeadPageArguments(Schema):
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 50))
    before = fields.Integer(load_default=None, validate=validate.Range(1, 2**62))


class LedgerBlockSchema(Schema):
    block = fields.Integer(required=True, attribute="seq")
    hash = fields.String(required=True)
    prev = fields.String(required=True, metadata={"description": "Empty for the first block"})
    transfers = fields.Integer(required=True, attribute="n")
    sealed_at = fields.DateTime(required=True)


class LedgerHeadsSchema(Schema):
    items = fields.List(fields.Nested(LedgerBlockSchema), required=True)
    next = fields.Integer(required=True, allow_none=True)


class LedgerVerificationSchema(Schema):
    head = fields.Nested(LedgerBlockSchema, required=True, allow_none=True)
    first_bad_block = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The first block that is not what was sealed; null: all are"},
    )
    altered_sheets = fields.List(
        fields.UUID,
        required=True,
        metadata={"description": "Points sheets whose body or printed head is another now"},
    )
    verified_at = fields.DateTime(required=True)
