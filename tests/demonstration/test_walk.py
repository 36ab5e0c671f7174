"""The walk as scripts/walk does it, on a real server with the jobs run in between."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from backend.clock import utc_now
from backend.database import transaction
from backend.timetable import TIMETABLE
from scripts.demonstration.seeding import seed
from scripts.demonstration.walk import Step, walk
from scripts.replaying.line import Line
from scripts.replaying.staff import Desk, keep
from tests.doubles import RunningDouble


class Jobs:
    """The timetable in this thread: whatever is due in our time is done, in its order."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._slots: dict[str, int] = {}

    def run(self) -> None:
        now = utc_now().timestamp()
        for due in sorted(TIMETABLE, key=lambda each: -each.every_seconds):
            if self._slots.get(due.name) != due.slot(now):
                self._slots[due.name] = due.slot(now)
                with self._app.app_context():
                    due.work()


@pytest.fixture
def people(context: Flask) -> list[dict[str, Any]]:
    with transaction():
        return seed(lambda *_: None, matters=())


@pytest.fixture
def server(app: Flask, double: RunningDouble) -> Iterator[str]:
    """The application on a port of its own, to which the double pushes."""
    serving = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{serving.port}"
    double.do("config", push_url=f"{url}/wechat/push", latency_ms=0)
    yield url
    serving.shutdown()
    thread.join()
    serving.server_close()


def test_a_matter_walks_from_filing_to_closing(
    app: Flask, server: str, double: RunningDouble, people: list[dict[str, Any]], tmp_path: Path
) -> None:
    steps: list[Step] = []

    walked = walk(server, double.url, people, steps.append, breathe=Jobs(app).run)

    assert walked.statuses == [
        "submitted",
        "inquiring",
        "queued",
        "scheduled",
        "deliberating",
        "resolved",
        "publicized",
        "acting",
        "inspecting",
        "appraising",
        "outcome_publicized",
        "closed",
    ]
    assert walked.closed_as == "satisfied"
    assert walked.cards >= 5
    assert (steps[-1].now - steps[0].now).days > 30

    # Months later the staff still find their way in with what the walk left on the sheet.
    keep(people, tmp_path / "demo.json")
    desk = Desk(Line(server), tmp_path / "demo.json")
    assert desk.token_of("nobody", "chair") != desk.token_of("grid_worker")
    assert desk.community_id
