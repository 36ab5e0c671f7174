"""What the server says about itself: JSON log lines and metrics, without personal data."""

import ipaddress
import logging
import re
import secrets
import sys
import time
from collections.abc import MutableMapping
from typing import Any

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
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")

log = structlog.get_logger("http")


def configure_logging() -> None:
    """One JSON object a line on standard error; never bodies, query strings or names."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            without_numbers_of_people,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def without_numbers_of_people(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _PHONE.sub("[phone]", _ID_NUMBER.sub("[id]", value))
    return event


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
    return address is not None and ipaddress.ip_address(address).is_private
