"""Where a request says who asks: the desk by a cookie, everybody else by a header."""

from flask import request

DESK_PATH = "/console"  # where a browser asks for pages, and sends the cookie
DESK_COOKIE = "desk"


def is_at_the_desk() -> bool:
    """Whether who asks is shown pages, not JSON."""
    return request.path == DESK_PATH or request.path.startswith(f"{DESK_PATH}/")


def token_sent() -> str:
    """What will say who asks, and nothing else the client may send beside it; empty if nothing."""
    return desk_token() if is_at_the_desk() else bearer_token()


def desk_token() -> str:
    return request.cookies.get(DESK_COOKIE, "")


def bearer_token() -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
