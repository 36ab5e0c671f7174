"""What browsers may make of an answer, whoever gives it."""

from flask import Flask, Response, request

from backend.settings import Settings

YEAR_SECONDS = 365 * 24 * 3600


def guard_answers(app: Flask, settings: Settings) -> None:
    """Put on every answer what its own room has not said.

    Nothing of ours is shown inside another site, what one person asked over JSON stays in no
    cache, and who came by HTTPS once comes by nothing else.
    """
    has_https = settings.public_url.startswith("https://")

    @app.after_request
    def guard(answer: Response) -> Response:
        headers = answer.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Content-Security-Policy", "frame-ancestors 'none'")
        if request.path.startswith("/api/"):
            headers.setdefault("Cache-Control", "no-store")
        if has_https:
            headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}"
        return answer
