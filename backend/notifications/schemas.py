"""Messages, subscriptions and preferences as JSON."""

from marshmallow import Schema, fields, validate

from backend.notifications.rules import DIGEST, INBOX, NOW, RESULTS, TOPICS

TOPIC = validate.OneOf(list(TOPICS))


class MessageSchema(Schema):
    id = fields.UUID(required=True)
    community_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=TOPIC)
    headline = fields.String(required=True)
    body = fields.String(required=True)
    page = fields.String(required=True)
    urgency = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)


class AskResultsSchema(Schema):
    """What `wx.requestSubscribeMessage` answered, template by template."""

    results = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 100)),
        values=fields.String(validate=validate.OneOf(list(RESULTS))),
        required=True,
        validate=validate.Length(1, 5),
    )


class SubscriptionSchema(Schema):
    topic = fields.String(required=True, validate=TOPIC)
    title = fields.String(required=True)
    template_id = fields.String(required=True)
    left = fields.Integer(required=True)
    long_term = fields.Boolean(required=True)
    muted = fields.Boolean(required=True)
    ask_again_at = fields.AwareDateTime(required=True, allow_none=True)


class SubscriptionsSchema(Schema):
    items = fields.List(fields.Nested(SubscriptionSchema), required=True)


class PreferenceSchema(Schema):
    topic = fields.String(required=True, validate=TOPIC)
    title = fields.String(required=True)
    mode = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([NOW, DIGEST, INBOX])
    )
    default = fields.String(required=True)
    modes = fields.List(fields.String(), required=True)


class PreferencesSchema(Schema):
    items = fields.List(fields.Nested(PreferenceSchema), required=True)


class NewPreferencesSchema(Schema):
    """Only the named topics change."""

    modes = fields.Dict(
        keys=fields.String(validate=TOPIC),
        values=fields.String(validate=validate.OneOf([NOW, DIGEST, INBOX])),
        required=True,
    )
