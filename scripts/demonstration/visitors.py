"""People with phones and desks who ask over HTTP, in time that can be moved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from backend.clock import SHANGHAI
from scripts.replaying.line import Line, Refused
from scripts.replaying.staff import STEP_SECONDS, sign_in

API = "/api/v1"
CLOCK = f"{API}/development/clock"
TRIES = 4
SECONDS_A_BREATH = 6  # jobs run every five; so each of them is due once a breath
NOT_SIGNED_IN = 401

Breathe = Callable[[], None]


class Late(Exception):
    """What the jobs should have brought about has not come."""


class World:
    """The server, the double beside it, and the time both live in."""

    def __init__(self, base_url: str, double_url: str, breathe: Breathe) -> None:
        self.line = Line(base_url)
        self.phones = Line(double_url)
        self._breathe = breathe

    def now(self) -> datetime:
        told = self.line.ask("GET", CLOCK)
        return datetime.fromisoformat(told["now"]).astimezone(SHANGHAI)

    def pass_time(self, by: timedelta) -> None:
        """Every process sees it; what has come due is done at once."""
        seconds = max(0, int(by.total_seconds()))
        for start in range(0, seconds, 300 * 86400):
            self.line.ask("POST", CLOCK, {"seconds": min(seconds - start, 300 * 86400)})

    def go_to(self, moment: datetime) -> None:
        self.pass_time(moment - self.now() + timedelta(seconds=1))

    def wait_for(self, what: str, holds: Callable[[], bool], *, breaths: int = 100) -> None:
        """Let the jobs run until it holds.

        Raises:
            Late: it does not, after all these breaths.
        """
        for _ in range(breaths):
            if holds():
                return
            self.breathe()
        raise Late(what)

    def breathe(self) -> None:
        self.pass_time(timedelta(seconds=SECONDS_A_BREATH))
        self._breathe()

    def cards(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.phones.ask("GET", "/_double/sent")
        return found

    def close(self) -> None:
        self.line.close()
        self.phones.close()


@dataclass
class Visitor:
    """One of the people of var/demo.json, and what they have seen so far."""

    world: World
    sheet: dict[str, Any]
    token: str = ""
    id: str = ""
    seen: set[str] = field(default_factory=set)  # messages of the inbox
    _last_step: int = 0

    @property
    def name(self) -> str:
        return str(self.sheet["name"])

    @property
    def openid(self) -> str | None:
        return self.sheet.get("openid")

    def get(self, path: str) -> Any:
        return self._ask("GET", path)

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._ask("POST", path, body or {})

    def put(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._ask("PUT", path, body or {})

    def news(self) -> list[dict[str, Any]]:
        """New lines of the inbox, oldest first."""
        items = self.get("/me/inbox?limit=50")["items"]
        fresh = [item for item in reversed(items) if item["id"] not in self.seen]
        self.seen.update(item["id"] for item in fresh)
        return fresh

    def has_news(self) -> bool:
        items = self.get("/me/inbox?limit=50")["items"]
        return any(item["id"] not in self.seen for item in items)

    def sign_in(self) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                told = self._by_phone() if self.openid else self._at_desk()
            except Refused:
                if attempt == TRIES:
                    raise
                self.world.pass_time(timedelta(seconds=STEP_SECONDS + 1))
            else:
                self.token, self.id = told["token"], told["resident_id"]
                return

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        """As somebody signed in; a session that ended meanwhile is opened anew."""
        if not self.token:
            self.sign_in()
        key = None if method == "GET" else str(uuid4())
        for attempt in range(1, TRIES + 1):
            try:
                return self.world.line.ask(method, f"{API}{path}", body, token=self.token, key=key)
            except Refused as refusal:
                if refusal.status != NOT_SIGNED_IN or attempt == TRIES:
                    raise
                self.sign_in()
        raise AssertionError

    def _by_phone(self) -> Any:
        code = self.world.phones.ask("POST", "/_double/login", {"openid": self.openid})["code"]
        return self.world.line.ask("POST", f"{API}/sessions/wechat", {"code": code})

    def _at_desk(self) -> Any:
        """Password, then the authenticator's code; one code opens one session."""
        if int(self.world.now().timestamp()) // STEP_SECONDS <= self._last_step:
            self.world.pass_time(timedelta(seconds=STEP_SECONDS))
        now = self.world.now()
        self._last_step = int(now.timestamp()) // STEP_SECONDS
        return sign_in(self.world.line, self.sheet, now)
