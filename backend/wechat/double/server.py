"""Serves the double on this machine's loopback, a connection and a thread for each request."""

from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from backend.wechat.double.app import Double


class _Quiet(WSGIRequestHandler):
    """Writes no request lines: they would hold tokens and codes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def bound(app: Double, port: int = 0) -> Iterator[BaseWSGIServer]:
    """The server on 127.0.0.1, not yet serving; port 0 takes a free one."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    try:
        yield server
    finally:
        server.server_close()
        app.pushes.close()
