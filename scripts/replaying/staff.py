"""Signing in as the demonstration's staff, from the sheet that lies in var/demo.json."""

import json
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyotp

from backend.clock import utc_now
from scripts.replaying.line import Line, Refused

SESSIONS = "/api/v1/sessions/staff"
STEP_SECONDS = 30
TRIES = 3
IN_THE_FIELD = {"grid_worker", "service_worker"}


def sign_in(line: Line, person: dict[str, Any], at: datetime) -> Any:
    """Password, then the authenticator's code of `at`; one code opens one session.

    A password that has become too old is replaced; `person` then holds the new one.
    """
    ticket = line.ask(
        "POST", SESSIONS, {"login_name": person["login"], "password": person["password"]}
    )
    given = {
        "ticket": ticket["ticket"],
        "code": pyotp.TOTP(person["totp_secret"]).at(at),
        "kind": "field" if person["code"] in IN_THE_FIELD else "console",
    }
    if ticket["must_change_password"]:
        given["new_password"] = f"{person['password']}{at:%m%d}"
    session = line.ask("POST", f"{SESSIONS}/code", given)
    person["password"] = given.get("new_password", person["password"])
    return session


def keep(people: Sequence[dict[str, Any]], sheet: Path) -> None:
    """Passwords grow old in moved time; who chose a new one must find it again."""
    scratch = sheet.with_suffix(".new")
    scratch.touch(0o600)
    scratch.write_text(json.dumps(people, ensure_ascii=False, indent=1))
    scratch.replace(sheet)


class Desk:
    """Sessions of staff, opened with what `scripts/serve` wrote about its demonstration."""

    def __init__(self, line: Line, sheet: Path) -> None:
        if not sheet.exists():
            raise SystemExit(f"{sheet} is not there: start scripts/serve first.")
        self._line = line
        self._sheet = sheet
        self._people: list[dict[str, Any]] = json.loads(sheet.read_text())
        self._tokens: dict[str, str] = {}
        self.community_id = ""

    def token_of(self, *roles: str) -> str:
        """A session of the first of the staff who holds one of `roles`."""
        person = next(
            (each for role in roles for each in self._people if each.get("code") == role),
            None,
        )
        if person is None:
            raise SystemExit(f"Nobody in the demonstration is {' or '.join(roles)}.")
        if person["login"] not in self._tokens:
            session = self._signed_in(person)
            keep(self._people, self._sheet)
            self._tokens[person["login"]] = session["token"]
            self.community_id = session["community_id"] or self.community_id
        return self._tokens[person["login"]]

    def _signed_in(self, person: dict[str, Any]) -> Any:
        """A one-time code works once: if it was just used, wait for the next."""
        for attempt in range(1, TRIES + 1):
            now = utc_now()
            try:
                return sign_in(self._line, person, now)
            except Refused:
                if attempt == TRIES:
                    raise
                time.sleep(STEP_SECONDS - now.timestamp() % STEP_SECONDS + 1)
        raise AssertionError("unreachable")
