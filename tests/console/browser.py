"""A browser at the desk, without script or, for `swap`, as HTMX asks."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.tokens import DESK_COOKIE
from tests.factories import Person

MAIN = re.compile(r'<main id="main" tabindex="-1">\s*(.*?)\s*</main>', re.DOTALL)
TOKEN = re.compile(r'"X-CSRFToken": "([^"]+)"')
FORM = re.compile(r"<form[^>]*?action=\"([^\"]*)\"[^>]*>(.*?)</form>", re.DOTALL)
FIELD = re.compile(
    r"<(?:input[^>]*?name=\"(?P<name>[^\"]+)\"[^>]*?value=\"(?P<value>[^\"]*)\"[^>]*>)"
    r"|<textarea[^>]*?name=\"(?P<area>[^\"]+)\"[^>]*>(?P<text>[^<]*)</textarea>"
)


@dataclass(kw_only=True)
class Browser:
    app: Flask
    client: FlaskClient
    token: str = field(default="", repr=False)

    def get(self, path: str, **query: Any) -> TestResponse:
        return self._kept(self.client.get(path, query_string=query or None))

    def swap(self, path: str, *, into: str = "main", **query: Any) -> TestResponse:
        return self.client.get(path, query_string=query or None, headers=_htmx(path, into))

    def send(self, path: str, **values: str) -> TestResponse:
        """Send a form as a browser without script does."""
        return self._kept(self.client.post(path, data=self._with_token(values)))

    def send_swap(
        self, path: str, *, stands_on: str = "/console", into: str = "main", **values: str
    ) -> TestResponse:
        """Send a form as HTMX does; it follows redirects by itself."""
        return self.client.post(
            path,
            data=self._with_token(values),
            headers=_htmx(stands_on, into),
            follow_redirects=True,
        )

    def _with_token(self, values: dict[str, str]) -> dict[str, str]:
        if not self.token:
            self.get("/console/account" if self.client.get_cookie(*COOKIE) else "/console/sign-in")
        return {"csrf_token": self.token} | {k.replace("__", "."): v for k, v in values.items()}

    def _kept(self, answer: TestResponse) -> TestResponse:
        found = TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        if found:
            self.token = found[1]
        return answer


COOKIE = (DESK_COOKIE, "localhost", "/console")


def a_browser(app: Flask, person: Person | None = None) -> Browser:
    """A browser of its own; with a person, one who has signed in at the desk."""
    client = app.test_client()
    if person is not None:
        client.set_cookie(DESK_COOKIE, person.token, path="/console")
    return Browser(app=app, client=client)


def main_of(answer: TestResponse) -> str:
    found = MAIN.search(answer.text)
    assert found, answer.text[:500]
    return found[1]


def swapped_main(answer: TestResponse) -> str:
    """What a swap puts into the main part: all but title and notice."""
    _, _, after_title = answer.text.partition("</title>")
    return re.sub(r"^\s*<div id=\"notice\".*?</div>\s*\n", "", after_title, flags=re.DOTALL).strip()


def form_of(answer: TestResponse, action: str) -> dict[str, str]:
    """What the form with this action holds."""
    for found, inside in FORM.findall(answer.text):
        if unescape(found) == action:
            return {
                (m["name"] or m["area"]): unescape(m["value"] or m["text"] or "")
                for m in FIELD.finditer(inside)
            }
    raise AssertionError(f"no form to {action}")


def _htmx(stands_on: str, into: str) -> dict[str, str]:
    return {
        "HX-Request": "true",
        "HX-Target": into,
        "HX-Current-URL": f"http://localhost{stands_on}",
    }
