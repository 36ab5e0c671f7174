"""A worker's desk in tests: an account, an authenticator, and the way in over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pyotp
from flask import Flask
from werkzeug.test import TestResponse

from backend.app import create_app
from backend.clock import utc_now
from backend.database import forget_connections
from backend.settings import Settings
from tests.factories import Neighbourhood, Person


@contextmanager
def another_process(settings: Settings, **parts: Any) -> Iterator[Flask]:
    """A second application on the same database, closed at the end."""
    app = create_app(settings, **parts)
    try:
        yield app
    finally:
        with app.app_context():
            forget_connections()


PASSWORD = "Gui-Hua-Kai-Le-8"


@dataclass(kw_only=True)
class Desk:
    """Somebody with an account: knows the password, holds the authenticator."""

    app: Flask
    login_name: str
    password: str = PASSWORD
    id: UUID | None = None
    resident_id: UUID | None = None
    secret: str = ""
    recovery_codes: list[str] = field(default_factory=list)

    def code(self, *, steps: int = 0) -> str:
        """What the authenticator shows, or showed or will show some half minutes from now."""
        return str(pyotp.TOTP(self.secret).at(utc_now() + timedelta(seconds=30 * steps)))

    def set_up(self, setup_code: str) -> TestResponse:
        """Both calls of the enrolment."""
        given = {"login_name": self.login_name, "setup_code": setup_code, "password": self.password}
        begun = self.post("/staff-setup", given)
        assert begun.status_code == 200, begun.get_json()
        self.secret = secret_of(begun)
        done = self.post("/staff-setup", given | {"codes": [self.code(steps=-1), self.code()]})
        self.recovery_codes = done.get_json().get("recovery_codes", [])
        return done

    def type_password(self, password: str | None = None) -> TestResponse:
        return self.post(
            "/sessions/staff",
            {"login_name": self.login_name, "password": password or self.password},
        )

    def type_code(self, ticket: str, code: str, kind: str = "console", **more: str) -> TestResponse:
        return self.post(
            "/sessions/staff/code", {"ticket": ticket, "code": code, "kind": kind} | more
        )

    def sign_in(self, *, steps: int = 1, kind: str = "console") -> Person:
        """Both steps; `steps` ahead because the enrolment used up the present code."""
        ticket = self.type_password().get_json()["ticket"]
        answer = self.type_code(ticket, self.code(steps=steps), kind)
        assert answer.status_code == 201, answer.get_json()
        told = answer.get_json()
        return Person(app=self.app, id=UUID(told["resident_id"]), token=told["token"])

    def post(self, path: str, body: dict[str, Any]) -> TestResponse:
        client = self.app.test_client(use_cookies=False)
        return client.post(f"/api/v1{path}", json=body)


def secret_of(begun: TestResponse) -> str:
    return str(parse_qs(urlsplit(begun.get_json()["otpauth_uri"]).query)["secret"][0])


def an_invited_desk(
    app: Flask, place: Neighbourhood, login_name: str = "chair.zhao"
) -> tuple[Desk, str]:
    """An account made by the security administrator, and its set-up code."""
    admin = place.a_worker("sec_admin")
    answer = admin.post("/staff-accounts", {"login_name": login_name, "name": "赵主任"})
    assert answer.status_code == 201, answer.get_json()
    told = answer.get_json()
    desk = Desk(
        app=app,
        login_name=login_name,
        id=UUID(told["account"]["id"]),
        resident_id=UUID(told["account"]["resident_id"]),
    )
    return desk, told["setup_code"]


def a_desk(app: Flask, place: Neighbourhood, login_name: str = "chair.zhao") -> Desk:
    """An account that has been set up."""
    desk, setup_code = an_invited_desk(app, place, login_name)
    assert desk.set_up(setup_code).status_code == 200
    return desk
