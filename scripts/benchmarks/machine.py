"""The servers a benchmark runs on: started fresh, stopped at the end."""

import base64
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from backend.local import Postgres, Valkey
from backend.wechat.double import account
from scripts.benchmarks.load import is_web

ROOT = Path(__file__).resolve().parent.parent.parent
WAIT_SECONDS = 60
THREADS = 4


@dataclass
class Machine:
    """PostgreSQL, Valkey and the double, and what a process needs to know to use them."""

    postgres: Postgres
    valkey: Valkey
    folder: Path
    double_port: int
    environment: dict[str, str]

    def connect(self) -> psycopg.Connection:
        return self.postgres.connect("linli")

    def is_ours(self, command: str) -> bool:
        """PostgreSQL and web server processes of this benchmark."""
        return self.postgres.name in command or is_web(command)

    def pgbench(
        self, script: str, *, seconds: int = 4, clients: int = 8, database: str = "linli"
    ) -> float:
        """Transactions a second of `script`, prepared, from as many clients as the load has."""
        file = self.folder / "pgbench.sql"
        file.write_text(script)
        binary = next(
            Path(path).parent / "pgbench"
            for path in self._commands()
            if Path(path).name == "postgres"
        )
        done = subprocess.run(
            [
                str(binary),
                *("-h", str(self.postgres.sockets), "-U", "linli_app", "-n", "-M", "prepared"),
                *("-c", str(clients), "-j", "2", "-T", str(seconds), "-f", str(file), database),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        if done.returncode or not found:
            raise SystemExit(f"pgbench failed: {done.stderr[-600:]}")
        return float(found[1])

    def _commands(self) -> Iterator[str]:
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    words = (folder / "cmdline").read_bytes().split(b"\0")
                except OSError:
                    continue
                if words and self.postgres.name.encode() in b" ".join(words):
                    yield words[0].decode()

    @contextmanager
    def web(self, application: str, *options: str) -> Iterator[int]:
        """The web server with `application`; gives its port."""
        port = free_port()
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)),
            *("--workers", str(os.cpu_count() or 2), "--blocking-threads", str(THREADS)),
            *(*options, "--no-access-log", "--log-level", "error", application),
        ]
        with self.process(command, f"http://127.0.0.1:{port}/"):
            yield port

    @contextmanager
    def process(self, command: list[str], wait_for: str | None = None) -> Iterator[None]:
        log = (self.folder / "processes.log").open("ab")
        running = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            if wait_for:
                _until_it_answers(wait_for)
            yield
        finally:
            running.terminate()
            running.wait(20)


@contextmanager
def a_machine() -> Iterator[Machine]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-bench-")))
        folder.chmod(0o755)
        postgres = stack.enter_context(Postgres(folder / "pg"))
        valkey = stack.enter_context(Valkey(folder / "valkey"))
        double_port = free_port()
        machine = Machine(
            postgres, valkey, folder, double_port, _environment(postgres, valkey, double_port)
        )
        double = [sys.executable, "-m", "backend.wechat.double", "--port", str(double_port)]
        stack.enter_context(machine.process(double, f"http://127.0.0.1:{double_port}/_double/"))
        _make_tables(machine)
        yield machine


def _make_tables(machine: Machine) -> None:
    flask = [sys.executable, "-m", "flask", "--app", "backend.commands:administered"]
    done = subprocess.run(
        [*flask, "db", "upgrade"],
        cwd=ROOT,
        env=machine.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"The tables could not be made: {done.stderr[-600:]}")


def _environment(postgres: Postgres, valkey: Valkey, double_port: int) -> dict[str, str]:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return os.environ | {  # noqa: TID251 - handed on whole
        "LINLI_ENV": "development",
        "DATABASE_URL": postgres.url(),
        "DATABASE_URL_OWNER": postgres.url(role="linli_owner"),
        "REDIS_URL": valkey.url,
        "SECRET_KEY": secrets.token_urlsafe(32),
        "FIELD_KEYS": f"k1:{key()}",
        "FIELD_KEY_ACTIVE": "k1",
        "INDEX_KEYS": key(),
        "PUBLIC_URL": "http://127.0.0.1",
        "WECHAT_API_BASE": f"http://127.0.0.1:{double_port}",
        "WECHAT_APP_ID": account.APP_ID,
        "WECHAT_APP_SECRET": account.APP_SECRET,
        "WECHAT_PUSH_TOKEN": account.PUSH_TOKEN,
        "WECHAT_PUSH_AES_KEY": account.PUSH_AES_KEY,
        "WECHAT_ENV": "develop",
        "WECHAT_TEMPLATES": str(account.TEMPLATES_FILE),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _until_it_answers(url: str) -> None:
    give_up = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < give_up:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own loopback
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"Nothing answers at {url}.")
