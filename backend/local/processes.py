"""One server process of ours: found again, started once, stopped with all its children."""

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Self

SOCKETS_IN = Path("/tmp")  # noqa: S108 - a socket's path must stay under 100 bytes
CLEAN_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin", "TZ": "UTC"}
START_SECONDS = 60  # recovery after a crash reads the log again before it answers
STOP_SECONDS = 15
LOG_BYTES = 10_000_000


class NotStarted(RuntimeError):
    """A server that cannot run here; the message says why, in one sentence."""


class Server:
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
            private_directory(self.sockets, account)
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
                send(pid, request)
            if within(STOP_SECONDS, lambda: not self.pids):
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
        if not within(STOP_SECONDS, lambda: not self.pids):
            for pid in self.pids:
                send(pid, signal.SIGKILL)
            within(STOP_SECONDS, lambda: not self.pids)

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


def private_directory(path: Path, account: dict[str, Any]) -> None:
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


def folders_of_wheel(name: str) -> list[Path]:
    """Where a package lies; it is not imported, we only carry its programs."""
    found = find_spec(name)
    return [Path(place) for place in (found and found.submodule_search_locations) or []]


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


def send(pid: int, request: signal.Signals) -> None:
    try:
        os.kill(pid, request)
    except ProcessLookupError:
        return


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return " ".join(lines[-3:]) or "it wrote nothing."
