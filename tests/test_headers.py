"""What browsers are told about every answer."""

from dataclasses import replace

import pytest
from flask import Flask

from backend.app import create_app
from backend.settings import Settings


@pytest.mark.parametrize(
    "url", ["/api/v1/policy", "/api/v1/me", "/q/00000000", "/docs/", "/nowhere"]
)
def test_no_answer_is_guessed_at_or_shown_inside_another_site(fresh_app: Flask, url: str) -> None:
    headers = fresh_app.test_client().get(url).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_what_was_asked_over_json_stays_in_no_cache(fresh_app: Flask) -> None:
    assert fresh_app.test_client().get("/api/v1/me").headers["Cache-Control"] == "no-store"


def test_who_came_by_https_comes_by_nothing_else(fresh_app: Flask, settings: Settings) -> None:
    redis = fresh_app.extensions["redis"]
    told = []
    for address in ("https://linli.example", "http://127.0.0.1:8000"):
        app = create_app(replace(settings, public_url=address), redis=redis)
        told.append(app.test_client().get("/healthz").headers.get("Strict-Transport-Security"))

    assert told == ["max-age=31536000", None]
