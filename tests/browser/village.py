"""The demo community the browsers visit, and who is who there."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import StorageState

from scripts.demonstration.visitors import World
from tests.processes import House


@dataclass
class Village:
    """The house with the demo community in it, and who is who there."""

    house: House
    world: World
    people: list[dict[str, Any]]
    known: dict[str, StorageState] = field(default_factory=dict)  # for Browsers

    @property
    def url(self) -> str:
        return self.house.url

    def person(self, code: str) -> dict[str, Any]:
        """The demo person with this name, role code, login name or openid."""
        keys = ("name", "code", "login", "openid")
        return next(p for p in self.people if code in map(p.get, keys))
