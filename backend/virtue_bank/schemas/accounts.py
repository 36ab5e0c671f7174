"""Accounts and statements as JSON and CSV."""

import csv
import io
from collections.abc import Iterable
from typing import cast

from flask import Response, current_app
from marshmallow import Schema, fields, validate

from backend.api import IN_OUR_TIME
from backend.clock import SHANGHAI
from backend.documents import PDF, a4, fonts_at
from backend.ledger.models import Asset, OwnerKind
from backend.ledger.queries import Line
from backend.settings import Settings
from backend.virtue_bank.models.words import CODE_NAMES, KIND_NAMES, READ_REASONS
from backend.virtue_bank.rules.statement_papers import Told, file_name, laid_out

MOST_LINES_OF_A_FILE = 5000
FORMATS = ("json", "csv", "pdf")
NUMBER = validate.Range(1, 2**63 - 1)
ASSETS = {Asset.POINTS: "points", Asset.MINUTES: "minutes"}
OWNERS = {
    OwnerKind.PERSON: "person",
    OwnerKind.FAMILY: "family",
    OwnerKind.QUOTA: "quota",
    OwnerKind.BUDGET: "budget",
}
KINDS = {1: "single", 2: "hold", 3: "post", 4: "void", 5: "reversal"}


class PointsAccountSchema(Schema):
    id = fields.Integer(required=True, attribute="account.id")
    asset = fields.Function(lambda told: ASSETS[told["account"].asset], metadata={"type": "string"})
    owner = fields.Function(
        lambda told: OWNERS[told["account"].owner_kind], metadata={"type": "string"}
    )
    available = fields.Integer(required=True, attribute="balance.available")
    pending = fields.Integer(
        required=True,
        attribute="balance.pending",
        metadata={"description": "Set aside for open orders or decisions"},
    )
    debt = fields.Integer(required=True, attribute="balance.debt")
    frozen = fields.Boolean(required=True, attribute="balance.frozen")


class OwnPointsAccountSchema(PointsAccountSchema):
    on_board = fields.Integer(
        required=True, metadata={"description": "Of deeds that hang; theirs without an objection"}
    )
    hung = fields.Integer(
        required=True,
        metadata={
            "description": "Of deeds that hung their days: soon, or once the account is free"
        },
    )


class PointsAccountsSchema(Schema):
    items = fields.List(fields.Nested(OwnPointsAccountSchema), required=True)


class StatementArguments(Schema):
    since = fields.Date(load_default=None, data_key="from", validate=IN_OUR_TIME)
    until = fields.Date(
        load_default=None, data_key="to", validate=IN_OUR_TIME, metadata={"description": "Included"}
    )
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 50))
    before = fields.Integer(
        load_default=None,
        validate=NUMBER,
        metadata={"description": "Lines older than this one: the `next` of the page before"},
    )
    format = fields.String(load_default="json", validate=validate.OneOf(FORMATS))


class ReadingSchema(Schema):
    reason = fields.String(required=True, validate=validate.OneOf(list(READ_REASONS)))
    since = fields.Date(load_default=None, data_key="from", validate=IN_OUR_TIME)
    until = fields.Date(load_default=None, data_key="to", validate=IN_OUR_TIME)
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 50))
    before = fields.Integer(load_default=None, validate=NUMBER, allow_none=True)
    format = fields.String(load_default="json", validate=validate.OneOf(FORMATS))


class StatementLineSchema(Schema):
    id = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True, attribute="created_at")
    kind = fields.Function(lambda line: KINDS[line.kind], metadata={"type": "string"})
    code = fields.Integer(required=True)
    title = fields.Function(lambda line: CODE_NAMES[line.code], metadata={"type": "string"})
    amount = fields.Integer(required=True)
    change = fields.Integer(
        required=True, metadata={"description": "Nothing for what is only set aside or freed"}
    )
    balance = fields.Integer(required=True, allow_none=True)
    reverses_id = fields.Integer(required=True, allow_none=True)
    source_id = fields.UUID(required=True)
    block = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The sealed block it stands in; none until it is sealed"},
    )


class AccountStatementSchema(Schema):
    account = fields.Nested(PointsAccountSchema, required=True, attribute="of")
    since = fields.Date(required=True, data_key="from")
    until = fields.Date(required=True, data_key="to")
    lines = fields.List(fields.Nested(StatementLineSchema), required=True)
    next = fields.Integer(required=True, allow_none=True)


def statement_as_csv(lines: Iterable[Line]) -> str:
    """One line a posting, oldest first; for Excel, hence the BOM."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("编号", "时间", "事由", "方式", "数额", "变动", "余额", "存证区块"))
    for line in reversed(list(lines)):
        writer.writerow(
            (
                line.id,
                f"{line.created_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
                CODE_NAMES[line.code],
                KIND_NAMES[line.kind],
                line.amount,
                line.change,
                "" if line.balance is None else line.balance,
                "" if line.block is None else line.block,
            )
        )
    return "\ufeff" + out.getvalue()


def as_pdf(told: Told) -> Response:
    """The statement as a file to look at, keep or print; no cache on the way keeps it."""
    settings = cast("Settings", current_app.extensions["settings"])
    paper = laid_out(told, settings.public_url)
    response = current_app.response_class(a4(paper, fonts_at(settings.paper_fonts)), mimetype=PDF)
    response.headers.set("Content-Disposition", "inline", filename=file_name(told))
    response.headers["Cache-Control"] = "no-store"
    return response
