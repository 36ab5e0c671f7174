"""What the pages about people ask for after the question mark."""

from marshmallow import fields, validate

from backend.api import MAX_PAGE, PageArguments, Text

ROWS = 20


class DeskPageArguments(PageArguments):
    limit = fields.Integer(load_default=ROWS, validate=validate.Range(1, MAX_PAGE))


class TreeArguments(DeskPageArguments):
    """`on`: the tree as it stood on another day."""

    class Meta:
        exclude = ("limit", "after")

    on = fields.Date(load_default=None)


class HouseholdArguments(DeskPageArguments):
    building_id = fields.UUID(load_default=None, data_key="building")


class SearchArguments(DeskPageArguments):
    name = Text(most=20, least=0, load_default="", data_key="who")


class RoleHolderArguments(DeskPageArguments):
    state = fields.String(
        load_default="live", validate=validate.OneOf(["live", "proposed", "ended"])
    )
