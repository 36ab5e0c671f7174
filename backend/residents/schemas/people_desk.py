"""What the pages about people ask for, where it is not what JSON asks."""

from typing import Any

from marshmallow import fields, post_load, validate

from backend.api import MAX_PAGE, PageArguments, Text
from backend.residents.schemas.homes import ResidenceDecisionSchema

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


class NewProxyArguments(DeskPageArguments):
    """Whom one looks for by name, and who of the two is chosen already."""

    class Meta:
        exclude = ("limit", "after")

    q = Text(most=60, least=0, load_default="")
    principal = fields.UUID(load_default=None)
    proxy = fields.UUID(load_default=None)


class RoleHolderArguments(DeskPageArguments):
    state = fields.String(
        load_default="live", validate=validate.OneOf(["live", "proposed", "ended"])
    )


class DecisionFormSchema(ResidenceDecisionSchema):
    """In a form nothing chosen is no answer, never a no."""

    class Meta:
        exclude = ("confirmed",)

    lives_there = fields.String(
        required=True, data_key="confirmed", validate=validate.OneOf(["true", "false"])
    )

    @post_load
    def _told(self, data: dict[str, Any], **_options: object) -> dict[str, Any]:
        return data | {"confirmed": data.pop("lives_there") == "true"}
