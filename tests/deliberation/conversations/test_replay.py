"""The whole of a real deliberation through our API: every cell as it was published."""

import base64
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.dialects.postgresql import Range

from backend.database import db, transaction
from backend.residents.identity import open_session
from backend.residents.models import Residency, Resident
from backend.settings import Settings
from scripts.replaying import history
from scripts.replaying.conversation import Cast, Replay
from tests.factories import LONG_AGO, Neighbourhood, a_neighbourhood

MAIN = Path(__file__).parents[3]
RECORD = MAIN.parent / "shared" / "data" / "vtaiwan-uberx"
READY_SECONDS = 60


@pytest.mark.skipif(not history.is_there(RECORD), reason="the published record is not here")
def test_a_real_deliberation_comes_to_the_published_counts(app: Flask, settings: Settings) -> None:
    record = history.read(RECORD)
    place = a_neighbourhood(app)
    cast = Cast(
        organiser=place.a_worker("committee_member").token,
        moderator=place.a_worker("moderator").token,
        people=everybody(place, record.people),
    )

    with served(settings) as url:
        replay = Replay(url, record, cast, told=lambda *_: None)
        report = replay.run(replay.open(key="once"))

    assert report.agrees, report.differences[:5]
    assert (report.events, report.latest) == (49_997, 49_443)
    assert report.decisions == {"accepted": 99, "rejected": 78, "pending": 20}


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


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The application on a real web server of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    key = base64.b64encode(settings.field_keys[settings.field_key_active]).decode()
    environment = {
        "LINLI_ENV": "development",
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "FIELD_KEYS": f"{settings.field_key_active}:{key}",
        "FIELD_KEY_ACTIVE": settings.field_key_active,
        "INDEX_KEYS": base64.b64encode(settings.index_keys[0]).decode(),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "REQUESTS_PER_MINUTE": "0",
        "WECHAT_API_BASE": settings.wechat.api_base,
        "WECHAT_APP_ID": settings.wechat.app_id,
        "WECHAT_APP_SECRET": settings.wechat.app_secret,
        "WECHAT_PUSH_TOKEN": settings.wechat.push_token,
        "WECHAT_PUSH_AES_KEY": settings.wechat.push_aes_key,
        "WECHAT_ENV": settings.wechat.env,
        "WECHAT_TEMPLATES": str(settings.wechat.templates),
    }
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("backend.app:deployed", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "error"),
    ]
    process = subprocess.Popen(  # noqa: S603 - our own server
        command,
        cwd=MAIN,
        env=dict(os.environ) | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until_ready(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(url) as answer:  # noqa: S310
            if answer.status == 200:
                return
    pytest.fail("the web server does not answer")
