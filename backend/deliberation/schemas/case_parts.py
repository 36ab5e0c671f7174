"""What hangs on one matter, as its page shows it: rows that PostgreSQL has put into JSON."""

from typing import Any

from marshmallow import Schema, fields

DAY, MOMENT = {"format": "date"}, {"format": "date-time"}
COUNTS: dict[str, Any] = {
    "keys": fields.String(),
    "values": fields.Integer(),
    "required": True,
    "allow_none": True,
}


class CaseTriageSchema(Schema):
    """What the matter was found to be, and why."""

    class_ = fields.String(required=True, data_key="class", attribute="class")
    basis_code = fields.String(required=True)
    reason = fields.String(required=True)
    owner_role = fields.String(required=True)
    due_at = fields.String(required=True, metadata=MOMENT)
    decided_at = fields.String(required=True, metadata=MOMENT)


class CaseReferralSchema(Schema):
    """To which department a major matter went, and what it answered."""

    department = fields.String(required=True)
    receipt_no = fields.String(required=True, allow_none=True)
    sent_at = fields.String(required=True, metadata=MOMENT)
    due_on = fields.String(required=True, metadata=DAY)
    replied_at = fields.String(required=True, allow_none=True, metadata=MOMENT)
    reply = fields.String(required=True, allow_none=True)


class CaseResolutionSchema(Schema):
    """What the table came to."""

    id = fields.UUID(required=True)
    outcome = fields.String(required=True)
    text = fields.String(required=True)
    result_sentence = fields.String(required=True)
    dissent = fields.String(required=True)
    decided_at = fields.String(required=True, metadata=MOMENT)
    meeting_id = fields.UUID(required=True, allow_none=True)


class CaseTaskSchema(Schema):
    """Who does what by when."""

    id = fields.UUID(required=True)
    party = fields.String(required=True)
    assignee_id = fields.UUID(required=True)
    title = fields.String(required=True)
    due_on = fields.String(required=True, metadata=DAY)
    percent = fields.Integer(required=True)
    state = fields.String(required=True)
    budget_fen = fields.Integer(required=True, allow_none=True)
    spent_fen = fields.Integer(required=True, allow_none=True)


class CaseRatingSchema(Schema):
    """What may be told of an appraisal; of too few answers only that they were too few."""

    invited = fields.Integer(required=True)
    answered = fields.Integer(required=True, allow_none=True)
    spread = fields.Dict(**COUNTS)
    channels = fields.Dict(**COUNTS)
    text = fields.String(required=True)


class CaseAppraisalResultSchema(Schema):
    next = fields.String(required=True)
    published = fields.Nested(CaseRatingSchema, required=True)


class CaseAppraisalSchema(Schema):
    """When people are asked how well it was done, and afterwards what they said together."""

    id = fields.UUID(required=True)
    state = fields.String(required=True)
    opens_at = fields.String(required=True, metadata=MOMENT)
    closes_at = fields.String(required=True, metadata=MOMENT)
    result = fields.Nested(CaseAppraisalResultSchema, required=True, allow_none=True)


class CaseBulletinSchema(Schema):
    """A public notice about the matter, and how long it hangs."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    online_at = fields.String(required=True, allow_none=True, metadata=MOMENT)
    board_posted_at = fields.String(required=True, allow_none=True, metadata=MOMENT)
    until_at = fields.String(required=True, allow_none=True, metadata=MOMENT)


class CaseObjectionSchema(Schema):
    """An objection the reader filed or decides about."""

    id = fields.UUID(required=True)
    target = fields.String(required=True)
    text = fields.String(required=True)
    due_at = fields.String(required=True, metadata=MOMENT)
    decision = fields.String(required=True, allow_none=True)
    reply = fields.String(required=True, allow_none=True)
    decided_at = fields.String(required=True, allow_none=True, metadata=MOMENT)
    mine = fields.Boolean(required=True)
