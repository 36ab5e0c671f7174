"""Conversations, statements and votes as JSON."""

from marshmallow import Schema, fields, validate

from backend.api import PageArguments, Text

TOPIC_LETTERS, STATEMENT_LETTERS, MOST_SEEDS = 100, 140, 50
CLIENT_KEY = validate.Regexp(r"^[\x21-\x7e]{1,64}$", error="须为1到64个可见字符")
VALUE = validate.OneOf([-1, 0, 1], error="同意记为1，略过记为0，不同意记为-1")
STANDINGS = ("accepted", "pending", "rejected")


class NewConversationSchema(Schema):
    topic = Text(required=True, most=TOPIC_LETTERS)
    proposal_id = fields.UUID(load_default=None, allow_none=True)
    meeting_id = fields.UUID(load_default=None, allow_none=True)
    moderation = fields.String(
        load_default="strict",
        validate=validate.OneOf(["strict", "permissive"]),
        metadata={"description": "strict: shown once accepted; permissive: shown unless rejected"},
    )
    closes_at = fields.AwareDateTime(load_default=None, allow_none=True)
    statements = fields.List(
        Text(most=STATEMENT_LETTERS),
        required=True,
        validate=validate.Length(max=MOST_SEEDS),
        metadata={"description": "At least five, covering differing views"},
    )


class ConversationSchema(Schema):
    id = fields.UUID(required=True)
    topic = fields.String(required=True)
    proposal_id = fields.UUID(required=True, allow_none=True)
    meeting_id = fields.UUID(required=True, allow_none=True)
    moderation = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": ["open", "closed"]})
    closes_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class NewStatementSchema(Schema):
    text = Text(required=True, most=STATEMENT_LETTERS)


class WrittenStatementSchema(Schema):
    """As its author gets it back."""

    id = fields.UUID(required=True)
    no = fields.Integer(required=True)
    text = fields.String(required=True)
    moderation = fields.String(required=True, metadata={"enum": list(STANDINGS)})


class StatementSchema(WrittenStatementSchema):
    is_seed = fields.Boolean(required=True)
    is_mine = fields.Boolean(required=True)
    my_vote = fields.Integer(required=True, allow_none=True)
    reason_code = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class StatementPageArguments(PageArguments):
    moderation = fields.String(load_default=None, validate=validate.OneOf(STANDINGS))


class StatementDecisionSchema(Schema):
    decision = fields.String(required=True, validate=validate.OneOf(["accept", "reject"]))
    reason_code = fields.String(load_default=None, allow_none=True, validate=CLIENT_KEY)
    reason = Text(load_default="", most=200, least=0)


class NextStatementSchema(Schema):
    id = fields.UUID(required=True)
    no = fields.Integer(required=True)
    text = fields.String(required=True)
    is_seed = fields.Boolean(required=True)


class OneMoreSchema(Schema):
    statement = fields.Nested(NextStatementSchema, required=True, allow_none=True)
    left = fields.Integer(
        required=True, metadata={"description": "statements not yet voted on, this one included"}
    )


class StatementVoteSchema(Schema):
    value = fields.Integer(required=True, strict=True, validate=VALUE)
    client_key = fields.String(
        load_default=None,
        allow_none=True,
        validate=CLIENT_KEY,
        metadata={"description": "Chosen by the client: sent again, it is the same vote"},
    )


class KeyedStatementVoteSchema(StatementVoteSchema):
    resident_id = fields.UUID(required=True)
    channel = fields.String(
        required=True, validate=validate.OneOf(["phone", "home_visit", "walk_in", "paper"])
    )


class TallySchema(Schema):
    agree = fields.Integer(required=True)
    disagree = fields.Integer(required=True)
    passed = fields.Integer(required=True)


class StatementVoteResultSchema(TallySchema):
    """The counts of the statement, the vote included."""

    value = fields.Integer(required=True)


class StatementTallySchema(TallySchema):
    statement_id = fields.UUID(required=True)
    no = fields.Integer(required=True)


class OwnStatementVotesArguments(PageArguments):
    conversation = fields.UUID(required=True)


class OwnStatementVoteSchema(Schema):
    statement_id = fields.UUID(required=True)
    no = fields.Integer(required=True)
    value = fields.Integer(required=True)
    cast_at = fields.AwareDateTime(required=True)
