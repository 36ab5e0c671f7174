"""A real deliberation through our API, every cell as it was then.

Its first votes, in a few seconds; `scripts/replay` casts all 49,997.
"""

import base64
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest
from flask import Flask
from sqlalchemy.dialects.postgresql import Range

from backend.database import db, transaction
from backend.deliberation.rules.conversation import checksum
from backend.residents.identity import open_session
from backend.residents.models import Residency, Resident
from backend.settings import Settings
from scripts.replaying import history
from scripts.replaying.conversation import Cast, Replay
from scripts.replaying.line import Line
from scripts.replaying.onboarding import Onboarding
from tests.doubles import RunningDouble
from tests.factories import LONG_AGO, Neighbourhood, a_neighbourhood

MAIN = Path(__file__).parents[3]
RECORD = MAIN.parent / "shared" / "data" / "vtaiwan-uberx"
READY_SECONDS = 60
VOTES = 1500

pytestmark = pytest.mark.long
needs_the_record = pytest.mark.skipif(
    not history.is_there(RECORD), reason=f"the published record is not at {RECORD}"
)


@needs_the_record
def test_the_record_comes_to_the_published_counts() -> None:
    record = history.read(RECORD)
    events, latest = record.events().values(), record.latest().values()

    assert (checksum(events), checksum(latest)) == history.PUBLISHED_SHA256
    assert sum(tally.total for tally in events) == 49_997
    assert sum(tally.total for tally in latest) == 49_443


@needs_the_record
def test_killing_the_server_in_the_middle_loses_and_doubles_nothing(
    app: Flask, settings: Settings
) -> None:
    record = history.read(RECORD).beginning(votes=VOTES)
    place = a_neighbourhood(app)
    cast = Cast(
        organiser=place.a_worker("committee_member").token,
        moderator=place.a_worker("moderator").token,
        people=everybody(place, record.people),
    )
    killed: list[int] = []

    with WebServer(settings) as server:

        def told(what: str, done: int, _total: int) -> None:
            if what == "Votes" and done > VOTES // 3 * (len(killed) + 1) and len(killed) < 2:
                killed.append(done)
                server.kill()
                server.start()

        replay = Replay(server.url, record, cast, told=told)
        conversation = replay.open(key="once")
        report = replay.run(conversation)
        again = Replay(server.url, record, cast, told=lambda *_: None)
        assert again.open(key="once") == conversation
        second = again.run(conversation)

    assert len(killed) == 2
    assert report.repeats > 0
    assert report.differences == second.differences == []
    assert report.events == second.events == VOTES


def test_newcomers_sign_in_ask_and_are_verified(
    app: Flask, settings: Settings, double: RunningDouble
) -> None:
    place = a_neighbourhood(app)
    with WebServer(settings) as server:
        onboarding = Onboarding(
            server.url,
            double.url,
            community_id=str(place.id),
            arranger=place.a_worker("committee_member").token,
            verifier=place.a_worker("grid_worker").token,
            told=lambda *_: None,
        )
        first = onboarding.everybody(["0", "7", "4413"])
        second = onboarding.everybody(["0", "7", "4413"])
        line = Line(server.url)
        people = [
            line.ask("GET", "/api/v1/me", token=token)
            for token in (*first.values(), *second.values())
        ]
        line.close()

    assert [person["level"] for person in people] == [2] * 6
    assert len({person["id"] for person in people}) == 3


def everybody(place: Neighbourhood, people: list[str]) -> dict[str, str]:
    """A verified resident with a session for each; their tokens."""
    with place.app.app_context():
        household = place.a_household()
        with transaction():
            residents = {
                person: Resident(name=f"居民{person}", home_community_id=place.id, born_year=1980)
                for person in people
            }
            db.session.add_all(residents.values())
            db.session.flush()
            db.session.add_all(
                Residency(
                    community_id=place.id,
                    resident_id=resident.id,
                    household_id=household,
                    relation="other",
                    valid=Range(LONG_AGO, None),
                )
                for resident in residents.values()
            )
            return {
                person: open_session(resident.id, "resident")
                for person, resident in residents.items()
            }


class WebServer:
    """The application on a real web server of its own, which can be killed and come back."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._environment = dict(os.environ) | environment(settings) | {"PUBLIC_URL": self.url}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill(signal.SIGTERM)

    def start(self) -> None:
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
            *("backend.app:deployed", "--host", "127.0.0.1", "--port", str(self._port)),
            *("--workers", "1", "--blocking-threads", "8", "--no-ws", "--log-level", "error"),
        ]
        self._process = process = subprocess.Popen(  # noqa: S603 - our own server
            command,
            cwd=MAIN,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/readyz"):  # noqa: S310
                return
        pytest.fail("the web server does not answer")

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, how)
            self._process.wait(30)


def environment(settings: Settings) -> dict[str, str]:
    key = base64.b64encode(settings.field_keys[settings.field_key_active]).decode()
    return {
        "LINLI_ENV": "development",
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "FIELD_KEYS": f"{settings.field_key_active}:{key}",
        "FIELD_KEY_ACTIVE": settings.field_key_active,
        "INDEX_KEYS": base64.b64encode(settings.index_keys[0]).decode(),
        "REQUESTS_PER_MINUTE": "0",
        "WECHAT_API_BASE": settings.wechat.api_base,
        "WECHAT_APP_ID": settings.wechat.app_id,
        "WECHAT_APP_SECRET": settings.wechat.app_secret,
        "WECHAT_PUSH_TOKEN": settings.wechat.push_token,
        "WECHAT_PUSH_AES_KEY": settings.wechat.push_aes_key,
        "WECHAT_ENV": settings.wechat.env,
        "WECHAT_TEMPLATES": str(settings.wechat.templates),
    }
