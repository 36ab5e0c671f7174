"""Signing in as the demonstration's staff."""

import json
import time
from pathlib import Path
from typing import Any

import pyotp

from scripts.replaying.conversation import API
from scripts.replaying.line import Line, Refused

STEP_SECONDS = 30
TRIES = 3
KINDS = {"grid_worker": "field"}


class Desk:
    """Sessions of staff, opened with what `scripts/serve` wrote about its demonstration."""

    def __init__(self, line: Line, people: Path) -> None:
        if not people.exists():
            raise SystemExit(f"{people} is not there: start scripts/serve first.")
        self._line = line
        self._people: list[dict[str, Any]] = json.loads(people.read_text())
        self._tokens: dict[str, str] = {}
        self.community_id = ""

    def token_of(self, *roles: str) -> str:
        """A session of the first of the staff who holds one of `roles`."""
        person = next(
            (each for role in roles for each in self._people if each["role"] == role),
            None,
        )
        if person is None:
            raise SystemExit(f"Nobody in the demonstration is {' or '.join(roles)}.")
        if person["login"] not in self._tokens:
            session = self._signed_in(person, KINDS.get(person["role"], "console"))
            self._tokens[person["login"]] = session["token"]
            self.community_id = session["community_id"] or self.community_id
        return self._tokens[person["login"]]

    def _signed_in(self, person: dict[str, Any], kind: str) -> Any:
        """A one-time code works once: if it was just used, wait for the next."""
        for attempt in range(1, TRIES + 1):
            ticket = self._line.ask(
                "POST",
                f"{API}/sessions/staff",
                {"login_name": person["login"], "password": person["password"]},
            )["ticket"]
            code = pyotp.TOTP(person["totp_secret"]).now()
            try:
                return self._line.ask(
                    "POST",
                    f"{API}/sessions/staff/code",
                    {"ticket": ticket, "code": code, "kind": kind},
                )
            except Refused:
                if attempt == TRIES:
                    raise
                time.sleep(STEP_SECONDS - time.time() % STEP_SECONDS + 1)
        raise AssertionError("unreachable")
