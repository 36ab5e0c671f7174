"""What the server says about itself: JSON log lines and metrics, without personal data."""

import ipaddress
import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from backend.errors import NotFound
from backend.settings import Settings

REQUESTS = Counter("http_requests", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram("http_seconds", "Seconds until the answer", ["route"])
# Last resort: 18-digit IDs and 11-digit phones never leave through a log line.
# What stands among hexadecimal digits is part of an id of ours.
_ID_NUMBER = re.compile(r"(?<![0-9a-f])\d{17}[\dXx](?![0-9a-f])")
_PHONE = re.compile(r"(?<![0-9a-f])1[3-9]\d{9}(?![0-9a-f])")
_OURS = str(Path(__file__).parent)

log = structlog.get_logger("http")


def configure_logging() -> None:
    """One JSON object a line on standard error; never bodies, query strings or names."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_rendered),
            without_numbers_of_people,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _rendered(event: MutableMapping[str, Any], **_options: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def without_numbers_of_people(_logger: Any, _method: str, line: Any) -> str:
    """A rendered line as it may leave."""
    return _PHONE.sub("[phone]", _ID_NUMBER.sub("[id]", line))


def told_of(error: BaseException) -> dict[str, Any]:
    """What a log may hold of an error: its kind and our lines on the way to it, never its message.

    Messages quote values: PostgreSQL's name the failing row, Python's the argument.
    """
    diagnosis = getattr(getattr(error, "orig", None), "diag", None)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames[:-1] if frame.filename.startswith(_OURS)]
    told = {
        "error": type(error).__name__,
        "cause": type(error.__cause__).__name__ if error.__cause__ else None,
        "sqlstate": getattr(diagnosis, "sqlstate", None),
        "constraint": getattr(diagnosis, "constraint_name", None),
        "where": [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in [*ours, *frames[-1:]]
        ],
    }
    return {name: value for name, value in told.items() if value is not None}


def observe(app: Flask, settings: Settings) -> None:
    """Log and count every request, and answer `/metrics` to whoever runs the machine."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def finish(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        route = request.url_rule.rule if request.url_rule else "unknown"
        REQUESTS.labels(route, request.method, response.status_code).inc()
        SECONDS.labels(route).observe(seconds)
        caller = g.get("caller")
        log.info(
            "request",
            request_id=g.get("request_id"),
            route=route,
            method=request.method,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            actor=str(caller.resident_id) if caller else None,
            community=str(caller.community_id) if caller else None,
        )
        response.headers["X-Request-Id"] = g.get("request_id", "")
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        if not _is_near(request.remote_addr):
            raise NotFound
        registry = REGISTRY
        if settings.metrics_directory is not None:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, str(settings.metrics_directory))  # type: ignore[no-untyped-call]
        return Response(generate_latest(registry), mimetype=CONTENT_TYPE_LATEST.split(";")[0])


def _is_near(address: str | None) -> bool:
    """Metrics are for the machine and its private network, never for the internet."""
    try:
        return address is not None and ipaddress.ip_address(address).is_private
    except ValueError:  # whatever the proxy made of a header
        return False
