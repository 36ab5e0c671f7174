"""Bulletins as members and strangers see them, and what staff send."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, post_load, validate

from backend.api import Text
from backend.publication.models import Bulletin
from backend.publication.rules.board import objection_until_on
from backend.publication.rules.catalogue import CATALOGUE, public_fields
from backend.publication.rules.corrections import GROUNDS
from backend.residents.queries.holidays import holidays

SHA256_CHARACTERS = 64


def _objection_until_on(bulletin: Bulletin) -> Any:
    if bulletin.until_at is None:
        return None
    if "days_off" not in g:  # read once for all bulletins of a page
        g.days_off = holidays()
    return objection_until_on(
        bulletin.until_at,
        min_days=bulletin.min_days,
        objection_days=bulletin.objection_days,
        holidays=g.days_off,
    ).isoformat()


class NewBulletinSchema(Schema):
    """A notice of common interest (P7), typed by hand."""

    title = Text(most=60, required=True)
    text = Text(most=5000, required=True, lines=True)
    held_on = fields.Date(load_default=None)
    place = Text(most=60, least=0, load_default="")
    contact = Text(most=60, least=0, load_default="")
    audience = fields.String(load_default="open", validate=validate.OneOf(["open", "community"]))


class PublishSchema(Schema):
    content_sha256 = fields.String(
        required=True,
        validate=validate.Length(equal=SHA256_CHARACTERS),
        metadata={"description": "The hash of the preview the publisher has read"},
    )


class PostingSchema(Schema):
    up_on = fields.Date(required=True)
    place = Text(most=60, load_default=None, allow_none=True)


class PosterArguments(Schema):
    size = fields.String(load_default="A3", validate=validate.OneOf(["A3", "A4"]))


class NewErratumSchema(Schema):
    text = Text(most=500, required=True, lines=True)


class ErratumSchema(Schema):
    """A correction of a published notice, as everybody reads it."""

    no = fields.Integer(required=True, allow_none=True)
    text = fields.String(required=True)
    published_at = fields.DateTime(required=True, allow_none=True, attribute="online_at")


class ErratumDraftSchema(ErratumSchema):
    id = fields.UUID(required=True)


class ErratumDraftsSchema(Schema):
    items = fields.List(fields.Nested(ErratumDraftSchema), required=True)


class WithdrawalSchema(Schema):
    ground = fields.String(required=True, validate=validate.OneOf(GROUNDS))
    reason = Text(
        most=500,
        required=True,
        lines=True,
        metadata={"description": "Shown to everybody in place of the notice"},
    )


class WaiverSchema(Schema):
    reason = Text(most=500, required=True)


class WaiverAnswerSchema(Schema):
    agreed = fields.Boolean(required=True)


class WaiverAnswerFormSchema(Schema):
    """As the page asks it: nothing chosen is no answer, never a no."""

    answer = fields.String(
        required=True, data_key="agreed", validate=validate.OneOf(["true", "false"])
    )

    @post_load
    def _told(self, data: dict[str, str], **_options: object) -> dict[str, bool]:
        return {"agreed": data["answer"] == "true"}


class PublicationSchema(Schema):
    """What strangers may read, and nothing else: an allow-list."""

    id = fields.UUID(required=True)
    number = fields.String(required=True, allow_none=True)
    item_code = fields.String(required=True)
    item_title = fields.Function(lambda bulletin: CATALOGUE[bulletin.item_code].title)
    basis = fields.Function(lambda bulletin: CATALOGUE[bulletin.item_code].basis)
    kind = fields.String(required=True)
    title = fields.String(required=True, attribute="shown_title")
    plain_text = fields.String(required=True, attribute="shown_text")
    fields_ = fields.Function(
        lambda bulletin: public_fields(bulletin.item_code, bulletin.shown_fields),
        data_key="fields",
    )
    errata = fields.List(fields.Nested(ErratumSchema), required=True)
    withdrawn_at = fields.DateTime(required=True, allow_none=True)
    withdrawal_ground = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    online_at = fields.DateTime(required=True, allow_none=True)
    board_posted_at = fields.DateTime(required=True, allow_none=True)
    until_at = fields.DateTime(required=True, allow_none=True)
    objection_until_on = fields.Function(_objection_until_on)
    content_sha256 = fields.String(required=True)


class BulletinSchema(PublicationSchema):
    """What members of the community and its staff see besides."""

    audience = fields.String(required=True)
    version = fields.Integer(required=True)
    source_type = fields.String(allow_none=True)
    source_id = fields.UUID(allow_none=True)
    source_round = fields.Integer(required=True)


class DueItemSchema(Schema):
    id = fields.UUID(required=True)
    item_code = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    source_type = fields.String(required=True)
    source_id = fields.UUID(required=True)
    happened_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    waiver_reason = fields.String(required=True, allow_none=True)
    waived_at = fields.DateTime(required=True, allow_none=True)
