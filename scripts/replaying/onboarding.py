"""Everybody of the record becomes a resident: signs in by WeChat, asks, is verified."""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from scripts.replaying.conversation import API, THREADS, Told
from scripts.replaying.line import Line, Refused

BUILDING = "回放楼"
UNITS = 50
ROOMS_A_FLOOR = 4
CONFLICT = 409
TRIES = 3


@dataclass(frozen=True)
class Room:
    """One dwelling of the building that stands for the record's people."""

    number: int

    @property
    def unit_no(self) -> str:
        return str(self.number % UNITS + 1)

    @property
    def floor(self) -> int:
        return self.number // UNITS // ROOMS_A_FLOOR + 1

    @property
    def room_no(self) -> str:
        return f"{self.floor}0{self.number // UNITS % ROOMS_A_FLOOR + 1}"


class Onboarding:
    """Brings people in as they would come; whoever is here already only signs in again.

    `arranger` may add buildings, `verifier` is the grid worker who meets the newcomers.
    """

    def __init__(
        self,
        url: str,
        double: str,
        *,
        community_id: str,
        arranger: str,
        verifier: str,
        told: Told,
    ) -> None:
        self._url = url
        self._double = double
        self._community_id = community_id
        self._arranger = arranger
        self._verifier = verifier
        self._told = told

    def everybody(self, people: Sequence[str]) -> Mapping[str, str]:
        """The tokens of verified residents, by the record's number of a person."""
        line = Line(self._url)
        building_id = self._building(line)
        line.close()
        tokens: dict[str, str] = {}
        guard = threading.Lock()

        def bring(share: Sequence[tuple[int, str]]) -> None:
            line, double = Line(self._url), Line(self._double)
            for number, person in share:
                token = self._signed_in(line, double, f"o_replay_{int(person):05d}")
                self._housed(line, token, building_id, Room(number))
                with guard:
                    tokens[person] = token
                    self._told("People", len(tokens), len(people))
            line.close()
            double.close()

        numbered = list(enumerate(people))
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(bring, (numbered[share::THREADS] for share in range(THREADS))))
        return tokens

    def _building(self, line: Line) -> str:
        """The building, in a grid of the verifier; added when it is missing."""
        path = f"{API}/communities/{self._community_id}"
        buildings = line.ask("GET", f"{path}/buildings", token=self._arranger)["items"]
        for building in buildings:
            if building["name"] == BUILDING:
                return str(building["id"])
        me = line.ask("GET", f"{API}/me", token=self._verifier)
        tree = line.ask("GET", f"{path}/grid", token=self._arranger)
        grid_id = next(
            grid["id"]
            for grid in _small_grids(tree["grids"])
            if any(worker["resident_id"] == me["id"] for worker in grid["workers"])
        )
        added = line.ask(
            "POST",
            f"{API}/buildings",
            {"name": BUILDING, "units": UNITS, "grid_id": grid_id},
            token=self._arranger,
            key=f"replay-{BUILDING.encode().hex()}",
        )
        return str(added["id"])

    def _signed_in(self, line: Line, double: Line, openid: str) -> str:
        """A session of this phone; a code whose answer was lost is used up, so take another."""
        for attempt in range(1, TRIES + 1):
            double.ask("POST", "/_double/person", {"openid": openid})
            code = double.ask("POST", "/_double/login", {"openid": openid})["code"]
            try:
                session = line.ask(
                    "POST",
                    f"{API}/sessions/wechat",
                    {"code": code, "community_id": self._community_id},
                )
            except Refused:
                if attempt == TRIES:
                    raise
            else:
                return str(session["token"])
        raise AssertionError("unreachable")

    def _housed(self, line: Line, token: str, building_id: str, room: Room) -> None:
        """A verified home in the room: asked for by the person, confirmed by the worker."""
        standing = line.ask("GET", f"{API}/me/residence", token=token)
        if standing["homes"]:
            return
        waiting = [claim for claim in standing["requests"] if claim["state"] == "requested"]
        claim = waiting[0] if waiting else self._asked(line, token, building_id, room)
        self._once(
            line,
            f"{API}/verifications/{claim['id']}/decision",
            {"confirmed": True, "evidence_kind": "known_in_person"},
            token=self._verifier,
        )

    def _asked(self, line: Line, token: str, building_id: str, room: Room) -> Any:
        place = {"building_id": building_id, "unit_no": room.unit_no, "room_no": room.room_no}
        self._once(line, f"{API}/dwellings", place | {"floor": room.floor}, token=self._arranger)
        wish = place | {"community_id": self._community_id, "relation": "head", "tenure": "owner"}
        return line.ask("POST", f"{API}/me/residence", wish, token=token, key="replay-residence")

    def _once(self, line: Line, path: str, body: Any, *, token: str) -> None:
        """Do what may have been done by an earlier run."""
        try:
            line.ask("POST", path, body, token=token)
        except Refused as refusal:
            if refusal.status != CONFLICT:
                raise


def _small_grids(grids: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for grid in grids:
        found += [grid, *_small_grids(grid.get("grids", ()))]
    return [grid for grid in found if grid["level"] == 3]  # noqa: PLR2004, the smallest
