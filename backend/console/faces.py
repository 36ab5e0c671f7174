"""One route, two faces: a whole page, or for HTMX the part of it that is swapped in."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, make_response, redirect, render_template, request

from backend.tokens import DESK_PATH

SIGN_IN = f"{DESK_PATH}/sign-in"
SIGN_OUT = f"{DESK_PATH}/sign-out"


def is_swap() -> bool:
    """Whether HTMX asks, to put the answer into the page that is already there."""
    return request.headers.get("HX-Request") == "true"


def show(
    fragment: str, *, title: str, parts: Mapping[str, str] | None = None, **told: Any
) -> Response:
    """The page whose main part is the template `fragment`.

    `parts` names templates for smaller places: the id of the place that HTMX fills → template.
    A part gets the same values, so it is what the whole page would show there.
    """
    if not is_swap():
        return make_response(
            render_template("console/page.html", fragment=fragment, title=title, **told)
        )
    part = (parts or {}).get(request.headers.get("HX-Target", ""))
    if part is not None:
        return make_response(render_template(part, **told))
    html = render_template("console/swapped.html", fragment=fragment, title=title, **told)
    answer = make_response(html)
    if urlsplit(request.headers.get("HX-Current-URL", "")).path != request.path:
        answer.headers["HX-Push-Url"] = request.full_path.rstrip("?")
    return answer


def done(said: str, *, to: str, part: str | None = None, **told: Any) -> Response:
    """It is done: `said` tells who does what next by when.

    The browser goes on to the page `to`, swapped in or whole. With `part`, HTMX puts that
    template where the form was instead, and `said` stands above it.
    """
    if part is not None and is_swap():
        return make_response(render_template("console/part.html", part=part, said=said, **told))
    flash(said)
    return make_response(redirect(to, 303))


def leave(to: str) -> Response:
    """Send the browser to another page, whole, whatever asked."""
    if not is_swap():
        return make_response(redirect(to, 303))
    answer = make_response("")
    answer.headers["HX-Redirect"] = to
    return answer
