"""The parts as real processes on servers of their own, which can be killed and come back."""

import base64
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask

from backend.app import create_app
from backend.commands import with_commands
from backend.database import forget_connections
from backend.local import Postgres, Valkey
from backend.settings import Settings, WeChatSettings

MAIN = Path(__file__).parent.parent
READY_SECONDS = 30
STOP_SECONDS = 20
FIELD_KEY, INDEX_KEY = b"0123456789abcdef0123456789abcdef", b"fedcba9876543210fedcba9876543210"


def until(holds: Callable[[], bool], what: str, *, seconds: float = READY_SECONDS) -> None:
    """Ask again and again, and fail in words when it takes too long."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"After {seconds} s still not so: {what}")
        time.sleep(0.05)


@dataclass
class Child:
    """One program of ours with its own process group."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, *self.command],
                cwd=MAIN,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the program and all it has started."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(STOP_SECONDS)
        self.process = None


@dataclass
class House:
    """PostgreSQL, Valkey, web server, worker and timetable; `app` looks at the same data."""

    folder: Path
    postgres: Postgres
    valkey: Valkey
    settings: Settings
    app: Flask
    port: int
    children: dict[str, Child] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2):  # noqa: S310 - loopback
                return True
        except OSError:
            return False

    def start(self, name: str) -> None:
        self.children[name].start()

    def kill(self, name: str) -> None:
        """As the kernel does when memory runs out: nobody is asked."""
        if name == "postgres":
            os.kill(self.postgres.pids[0], signal.SIGKILL)
        else:
            self.children[name].kill()

    def start_again(self, name: str) -> None:
        if name == "postgres":
            self.postgres.start()
        else:
            self.start(name)
        until(self.is_ready, f"{name} is back and the web server ready; see {self.words()}")

    def words(self) -> str:
        """What the processes said last, for whoever reads the failed test."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-600:]}" for log in logs)


@contextmanager
def a_house(wechat: WeChatSettings) -> Iterator[House]:
    """All of it running on an empty database, below a temporary directory."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-h-")))
        folder.chmod(0o711)
        postgres = stack.enter_context(Postgres(folder / "pg", fast=True))
        valkey = stack.enter_context(Valkey(folder / "valkey"))
        port = _free_port()
        settings = _settings(folder, postgres, valkey, wechat, port)
        app = with_commands(create_app(settings))
        with app.app_context():
            flask_migrate.upgrade(str(MAIN / "backend" / "migrations"))
        house = House(folder, postgres, valkey, settings, app, port)
        environment = os.environ | environment_of(settings)
        for name, command in _commands(port).items():
            house.children[name] = Child(name, command, environment, folder / f"{name}.log")
            stack.callback(house.children[name].kill, signal.SIGTERM)
            house.start(name)
        stack.callback(_forget, app)
        until(house.is_ready, "the web server is ready")
        yield house


def _forget(app: Flask) -> None:
    with app.app_context():
        forget_connections()


def _commands(port: int) -> dict[str, list[str]]:
    return {
        "web": [
            *("-m", "granian", "--interface", "wsgi", "--factory", "backend.app:deployed"),
            *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
            *("--blocking-threads", "4", "--no-ws", "--log-level", "error"),
        ],
        "worker": ["-m", "backend.worker", "default", "courier"],
        "timetable": ["-m", "backend.timetable"],
    }


def _settings(
    folder: Path, postgres: Postgres, valkey: Valkey, wechat: WeChatSettings, port: int
) -> Settings:
    return Settings(
        environment="development",
        database_url=postgres.url(),
        database_url_owner=postgres.url(role="linli_owner"),
        redis_url=valkey.url,
        secret_key="not a secret",
        field_keys={"test": FIELD_KEY},
        field_key_active="test",
        index_keys=(INDEX_KEY,),
        crypto_suite="std",
        public_url=f"http://127.0.0.1:{port}",
        trusted_proxies=0,
        requests_per_minute=0,
        movable_clock=folder / "clock",
        word_list=None,
        metrics_directory=None,
        files_directory=folder / "files",
        wechat=wechat,
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """What makes `read_settings` come to the same settings."""
    wechat = settings.wechat
    return {
        "LINLI_ENV": settings.environment,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "FIELD_KEYS": f"test:{base64.b64encode(FIELD_KEY).decode()}",
        "FIELD_KEY_ACTIVE": settings.field_key_active,
        "INDEX_KEYS": base64.b64encode(INDEX_KEY).decode(),
        "PUBLIC_URL": settings.public_url,
        "MOVABLE_CLOCK": str(settings.movable_clock),
        "WECHAT_API_BASE": wechat.api_base,
        "WECHAT_APP_ID": wechat.app_id,
        "WECHAT_APP_SECRET": wechat.app_secret,
        "WECHAT_PUSH_TOKEN": wechat.push_token,
        "WECHAT_PUSH_AES_KEY": wechat.push_aes_key,
        "WECHAT_ENV": wechat.env,
        "WECHAT_TEMPLATES": str(wechat.templates),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
