"""Where a printed code leads, and the code as a picture; open to everybody."""

from typing import Any, cast

from flask import Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields
from werkzeug.wrappers import Response as Redirection

from backend.api import Blueprint
from backend.documents import qr_svg
from backend.errors import NotFound
from backend.links.queries import find_code
from backend.links.rules import address, as_typed, page_of_object, target
from backend.problems import problem_of
from backend.settings import Settings

NOTHING_THERE = {"content": {"text/html": {}}, "description": "没有对应的内容"}

links = Blueprint(
    "links",
    __name__,
    url_prefix="/q",
    description="短码：印在纸上的二维码",
    template_folder="templates",
)


class LinkSchema(Schema):
    page = fields.String(required=True, metadata={"example": "matter/detail"})
    id = fields.UUID(required=True)


@links.get("/<code>")
@links.doc(responses={"302": {"description": "Where the code leads"}, "404": NOTHING_THERE})
def follow(code: str) -> Redirection:
    """Lead from a printed code to the page of the client."""
    found = find_code(as_typed(code))
    answer = redirect(target(_public_url(), found.object_type, found.object_id))
    answer.headers["Cache-Control"] = "no-store"  # what is behind the code may move
    return answer


@links.get("/<code>.json")
@links.response(200, LinkSchema)
def read_code(code: str) -> dict[str, Any]:
    """Tell the mini program, which cannot be led to another page, what a code stands for."""
    found = find_code(as_typed(code))
    return {"page": page_of_object(found.object_type), "id": found.object_id}


@links.get("/<code>.svg")
@links.doc(
    responses={
        "200": {"content": {"image/svg+xml": {}}, "description": "The picture"},
        "404": NOTHING_THERE,
    }
)
def picture(code: str) -> Response:
    """Draw the QR code to print."""
    found = find_code(as_typed(code))
    svg = qr_svg(address(_public_url(), found.code))
    standing_alone = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return Response(standing_alone, mimetype="image/svg+xml")


@links.errorhandler(NotFound)
def nothing_there(refusal: NotFound) -> ResponseReturnValue:
    """People with a paper in their hand read a page, not JSON."""
    if request.endpoint == "links.read_code":
        return problem_of(refusal)
    return render_template("links/nothing.html"), 404


def _public_url() -> str:
    return cast("Settings", current_app.extensions["settings"]).public_url
