import os
import pwd
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from backend.local import NotStarted, Postgres, Valkey

SOMEBODY = pwd.getpwnam("games")  # any account but root's and nobody's
DEBIANS = Path("/usr/lib/postgresql/15/bin/postgres")
NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path / "postgres", fast=True)
    yield server
    server.stop()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "valkey")
    yield server
    server.stop()


def test_what_was_committed_survives_a_killed_server(postgres: Postgres) -> None:
    postgres.start()
    with postgres.connect("linli") as connection:
        connection.execute("CREATE TABLE visit (no int)")
        connection.execute("INSERT INTO visit VALUES (7)")
    first = postgres.pids[0]
    os.kill(first, signal.SIGKILL)

    postgres.start()

    assert postgres.pids[0] != first
    with postgres.connect("linli") as connection:
        assert connection.execute("SELECT no FROM visit").fetchall() == [(7,)]


def test_a_running_server_is_used_not_started_twice(postgres: Postgres) -> None:
    postgres.start()
    again = Postgres(postgres.directory, fast=True)
    again.start()

    assert again.pids[0] == postgres.pids[0]


def test_a_pid_file_left_by_another_machine_is_no_obstacle(postgres: Postgres) -> None:
    postgres.start()
    pid_file = postgres.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    postgres.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    postgres.start()

    assert postgres.answers()


def test_a_broken_first_attempt_is_made_anew(postgres: Postgres) -> None:
    (postgres.directory / "data.new" / "base").mkdir(parents=True)

    postgres.start()

    assert postgres.answers()


def test_stopping_leaves_no_process(postgres: Postgres, valkey: Valkey) -> None:
    postgres.start()
    valkey.start()

    postgres.stop()
    valkey.stop()

    assert postgres.pids == valkey.pids == []
    assert not postgres.sockets.exists()
    assert not valkey.sockets.exists()


def test_chinese_has_trigrams(postgres: Postgres) -> None:
    postgres.start()
    with postgres.connect("linli") as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        found = connection.execute("SELECT cardinality(show_trgm('社区议事'))").fetchone()

    assert found == (5,)


def test_the_application_cannot_create_or_own(postgres: Postgres) -> None:
    postgres.start()
    with (
        postgres.connect("linli", "linli_app") as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine (no int)")


def test_nobody_else_can_reach_the_socket(postgres: Postgres) -> None:
    postgres.start()

    assert postgres.sockets.stat().st_mode & 0o077 == 0
    with postgres.connect("linli") as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_socket_directory_somebody_else_made_is_refused(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path / "valkey")
    valkey.sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(NotStarted, match="belongs to somebody else"):
            valkey.start()
    finally:
        valkey.sockets.unlink()


def test_what_redis_was_told_survives_a_kill(valkey: Valkey) -> None:
    valkey.start()
    with Redis.from_url(valkey.url) as redis:
        redis.set("seat", "7")
        redis.execute_command("WAITAOF", 1, 0, 5000)
        assert redis.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    os.kill(valkey.pids[0], signal.SIGKILL)

    valkey.start()

    with Redis.from_url(valkey.url) as redis:
        assert redis.get("seat") == b"7"


@NEEDS_ROOT
def test_an_ordinary_user_needs_nothing_of_root(someones_home: Path) -> None:
    with ordinary_user():
        with Postgres(someones_home / "postgres", fast=True) as postgres:
            uid = Path(f"/proc/{postgres.pids[0]}").stat().st_uid
        with Valkey(someones_home / "valkey") as valkey:
            assert valkey.answers()

    assert uid == SOMEBODY.pw_uid


@NEEDS_ROOT
def test_root_continues_what_an_ordinary_user_began(someones_home: Path) -> None:
    with ordinary_user(), Postgres(someones_home / "postgres", fast=True) as begun:
        begun.create_database("walk")

    with Postgres(someones_home / "postgres", fast=True) as postgres:
        assert Path(f"/proc/{postgres.pids[0]}").stat().st_uid == SOMEBODY.pw_uid
        with postgres.connect("walk") as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.skipif(not DEBIANS.exists(), reason="no PostgreSQL 15 of Debian's here")
def test_debians_postgresql_serves_as_well(someones_home: Path) -> None:
    server = Postgres(someones_home / "postgres", fast=True, binaries=DEBIANS.parent)
    with server, server.connect("linli") as connection:
        [version] = connection.execute("SHOW server_version").fetchone() or [""]

    assert version.startswith("15")


@NEEDS_ROOT
def test_an_ordinary_user_is_told_whose_data_it_is(someones_home: Path) -> None:
    with Postgres(someones_home / "postgres", fast=True):
        pass
    with ordinary_user(), pytest.raises(NotStarted, match="belongs to another user"):
        Postgres(someones_home / "postgres").start()


@NEEDS_ROOT
def test_root_may_keep_its_data_behind_a_closed_door(postgres: Postgres) -> None:
    """A checkout below a home of mode 0700, which the server's account cannot enter."""
    postgres.directory.parent.chmod(0o700)
    postgres.start()

    assert postgres.answers()
    assert Path(f"/proc/{postgres.pids[0]}").stat().st_uid != 0


@pytest.fixture
def someones_home() -> Iterator[Path]:
    """A folder of an ordinary user; pytest's own lie behind root's closed door."""
    home = Path(tempfile.mkdtemp(prefix="linli-home-"))
    if os.geteuid() == 0:
        os.chown(home, SOMEBODY.pw_uid, SOMEBODY.pw_gid)
        home.chmod(0o711)
    yield home
    shutil.rmtree(home)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Be somebody in the block; the programs it starts can never become root again."""
    groups = os.getgroups()
    os.setgroups([])
    os.setresgid(SOMEBODY.pw_gid, SOMEBODY.pw_gid, 0)
    os.setresuid(SOMEBODY.pw_uid, SOMEBODY.pw_uid, 0)
    try:
        if not os.access(Path(__file__), os.R_OK, effective_ids=True):
            pytest.skip("this checkout lies where ordinary users cannot read it")
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        os.setgroups(groups)
