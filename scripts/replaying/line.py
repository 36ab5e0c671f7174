"""One keep-alive connection to the API that outlives restarts of the server."""

import http.client
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE_SECONDS = 300.0
LONGEST_PAUSE_SECONDS = 2.0
ASK_AGAIN = {429, 502, 503, 504}


class Refused(Exception):
    """The server understood and said no."""

    def __init__(self, status: int, path: str, problem: Any) -> None:
        super().__init__(f"{status} {path}: {problem}")
        self.status = status
        self.problem = problem


class Line:
    """Sends one request at a time, again and again until the server answers it.

    A request whose answer was lost is sent again, so whatever is not a GET must be one that
    the server recognises: a vote by its client_key, anything else by `key` (Idempotency-Key).
    """

    def __init__(self, url: str, *, patience: float = PATIENCE_SECONDS) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._patience = patience
        self._connection: http.client.HTTPConnection | None = None
        self.repeats = 0

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """The JSON of the answer.

        Raises:
            Refused: the server said no.
            TimeoutError: it has not answered for as long as our patience lasts.
        """
        sent = None if body is None else json.dumps(body).encode()
        given = dict(headers or {})
        if sent is not None:
            given["Content-Type"] = "application/json"
        if token:
            given["Authorization"] = f"Bearer {token}"
        if key:
            given["Idempotency-Key"] = key
        deadline, pause = time.monotonic() + self._patience, 0.05
        while True:
            answer = self._once(method, path, sent, given)
            if answer is not None and answer[0] not in ASK_AGAIN:
                break
            if time.monotonic() > deadline:
                raise TimeoutError(f"{method} {path}: no answer for {self._patience:.0f} s")
            self.repeats += 1
            time.sleep(answer[2] if answer and answer[2] else pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        status, text, _ = answer
        found = json.loads(text) if text else None
        if status >= http.client.BAD_REQUEST:
            raise Refused(status, path, found)
        return found

    def pages(self, path: str, *, token: str, **query: Any) -> Iterator[Any]:
        """Every item of a list, over all its pages."""
        after: str | None = None
        while True:
            asked = query | {"limit": 100} | ({"after": after} if after else {})
            page = self.ask("GET", f"{path}?{urlencode(asked)}", token=token)
            yield from page["items"]
            after = page["next"]
            if after is None:
                return

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes, float] | None:
        """Status, body and the pause asked for; None where the connection broke."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(self._host, self._port, timeout=60)
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read(), float(answer.headers.get("Retry-After", 0))
        except (OSError, http.client.HTTPException):
            self.close()
            return None


def phones_of(url: str) -> str:
    """WeChat's double stands on the port after the server's."""
    parts = urlsplit(url)
    return f"http://{parts.hostname}:{(parts.port or 80) + 1}"
