"""Where a printed code leads, and the code as a picture; open to everybody."""

from typing import cast

from flask import Response, current_app, redirect, render_template
from werkzeug.wrappers import Response as Redirection

from backend.api import Blueprint
from backend.documents import qr_svg
from backend.errors import NotFound
from backend.links.queries import find_code
from backend.links.rules import address, as_typed, target
from backend.settings import Settings

NOTHING_THERE = {"content": {"text/html": {}}, "description": "没有对应的内容"}

links = Blueprint(
    "links",
    __name__,
    url_prefix="/q",
    description="短码：印在纸上的二维码",
    template_folder="templates",
)


@links.get("/<code>")
@links.doc(responses={"302": {"description": "Where the code leads"}, "404": NOTHING_THERE})
def follow(code: str) -> Redirection:
    """Lead from a printed code to the page of the client."""
    found = find_code(as_typed(code))
    answer = redirect(target(_public_url(), found.object_type, found.object_id))
    answer.headers["Cache-Control"] = "no-store"  # what is behind the code may move
    return answer


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
def nothing_there(_refusal: NotFound) -> tuple[str, int]:
    """People with a paper in their hand read a page, not JSON."""
    return render_template("links/nothing.html"), 404


def _public_url() -> str:
    return cast("Settings", current_app.extensions["settings"]).public_url
