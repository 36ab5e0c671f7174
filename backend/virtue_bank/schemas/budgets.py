"""Budgets and quotas as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import IN_OUR_TIME, Text

MOST_BUDGET = 100_000_000
MOST_QUOTA = 1_000_000


class NewBudgetSchema(Schema):
    since = fields.Date(required=True, data_key="from", validate=IN_OUR_TIME)
    until = fields.Date(
        required=True,
        data_key="to",
        validate=IN_OUR_TIME,
        metadata={"description": "The last day of a month"},
    )
    points = fields.Integer(required=True, validate=validate.Range(1, MOST_BUDGET))
    resolution_ref = Text(required=True, most=100)
    coverage_reason = Text(load_default=None, most=300, allow_none=True)


class BudgetSchema(Schema):
    id = fields.UUID(required=True, attribute="budget.id")
    since = fields.Date(required=True, data_key="from")
    until = fields.Date(required=True, data_key="to")
    points = fields.Integer(required=True, attribute="budget.points")
    resolution_ref = fields.String(required=True, attribute="budget.resolution_ref")
    state = fields.String(required=True, attribute="budget.state")
    shelf = fields.Integer(required=True, attribute="budget.shelf")
    circulation = fields.Integer(required=True, attribute="budget.circulation")
    coverage_percent = fields.Integer(required=True)
    coverage_reason = fields.String(
        required=True, allow_none=True, attribute="budget.coverage_reason"
    )
    left = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "What no quota has been given yet; none before it is funded"},
    )


class NewQuotaSchema(Schema):
    holder_id = fields.UUID(required=True)
    points = fields.Integer(required=True, validate=validate.Range(1, MOST_QUOTA))


class NewQuotasSchema(Schema):
    month = fields.Date(
        required=True, validate=IN_OUR_TIME, metadata={"description": "Any day of the month"}
    )
    quotas = fields.List(
        fields.Nested(NewQuotaSchema), required=True, validate=validate.Length(1, 200)
    )


class QuotaSchema(Schema):
    id = fields.UUID(required=True, attribute="quota.id")
    holder_id = fields.UUID(required=True, attribute="quota.holder_id")
    holder_kind = fields.String(required=True, attribute="quota.holder_kind")
    month = fields.Date(required=True, attribute="quota.month")
    points = fields.Integer(required=True, attribute="quota.points")
    state = fields.String(required=True, attribute="quota.state")
    account_id = fields.Integer(required=True, allow_none=True, attribute="quota.account_id")
    available = fields.Integer(required=True, allow_none=True)
    held = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "What decisions still in their window have set aside"},
    )


class AllotmentSchema(Schema):
    id = fields.UUID(required=True, attribute="allotment.id")
    budget_id = fields.UUID(required=True, attribute="allotment.budget_id")
    month = fields.Date(required=True, attribute="allotment.month")
    state = fields.String(required=True, attribute="allotment.state")
    quotas = fields.List(fields.Nested(QuotaSchema), required=True)


class OwnQuotaSchema(Schema):
    quota = fields.Nested(QuotaSchema, required=True, allow_none=True)
