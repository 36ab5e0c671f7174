"""One request is one transaction, whatever happens to the servers behind it."""

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError

from backend.app import create_app
from backend.database import db, forget_connections, in_transaction
from backend.errors import Conflict
from backend.residents.identity import current_caller, require_caller
from backend.residents.models import Resident
from backend.settings import Settings
from tests.factories import a_neighbourhood

FILING: dict[str, Any] = {
    "title": "楼道灯不亮",
    "body": "三层到四层的楼道灯坏了一周，晚上老人上下楼看不清台阶。",
    "place": "3号楼一单元",
    "category": "facilities",
}


class NotYet(Conflict):
    title = "还没到时候"
    kept = True


@pytest.fixture
def tries(fresh_app: Flask) -> list[int]:
    """`POST /tries` writes something and refuses the first time; what it writes is kept."""
    made: list[int] = []
    blueprint = Blueprint("tries", __name__)
    blueprint.before_request(require_caller)

    @blueprint.post("/api/v1/tries")
    def refuse_once() -> ResponseReturnValue:
        made.append(1)
        if len(made) == 1:
            raise NotYet
        return {"tries": len(made)}, 201

    @blueprint.post("/api/v1/cut")
    def lose_the_connection_once() -> ResponseReturnValue:
        resident = db.session.get_one(Resident, current_caller().resident_id)
        resident.born_year = (resident.born_year or 0) + 1
        db.session.flush()
        made.append(1)
        if len(made) == 1:
            db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return {"born_year": resident.born_year}, 201

    fresh_app.register_blueprint(blueprint)
    return made


def cut_every_connection(settings: Settings) -> None:
    """As a restart of PostgreSQL does: what lies in the pools is dead, and nobody knows yet."""
    engine = create_engine(settings.database_url_owner or "", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE usename = 'linli_app' AND datname = current_database()"
            )
        )
    engine.dispose()


def test_a_kept_refusal_leaves_no_empty_answer_under_its_key(
    fresh_app: Flask, tries: list[int]
) -> None:
    person = a_neighbourhood(fresh_app).a_resident()
    key = {"Idempotency-Key": "the same each time"}

    answers = [person.post("/tries", None, **key) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [409, 201, 201]
    assert [answer.get_json().get("tries") for answer in answers] == [None, 2, 2]


def test_readers_do_not_notice_that_postgresql_restarted(app: Flask, settings: Settings) -> None:
    person = a_neighbourhood(app).a_resident()
    assert person.get("/proposals").status_code == 200
    cut_every_connection(settings)

    assert person.get("/proposals").status_code == 200


def test_writers_do_not_notice_that_postgresql_restarted(app: Flask, settings: Settings) -> None:
    person = a_neighbourhood(app).a_resident()
    assert person.post("/proposals", FILING).status_code == 201
    cut_every_connection(settings)

    assert person.post("/proposals", FILING | {"title": "电梯门关不上"}).status_code == 201
    assert len(person.get("/proposals", mine="true").get_json()["items"]) == 2


def test_a_connection_lost_half_way_is_done_again_whole(fresh_app: Flask, tries: list[int]) -> None:
    person = a_neighbourhood(fresh_app).a_resident()

    assert person.post("/cut").get_json() == {"born_year": 1971}
    assert len(tries) == 2


def test_what_may_have_been_committed_is_never_done_again(
    context: Flask, settings: Settings
) -> None:
    """COMMIT was sent and its answer lost: only the client may decide what to do."""
    done: list[int] = []

    def work() -> None:
        done.append(1)
        db.session.execute(text("SELECT 1"))
        event.listen(db.session(), "before_commit", lambda _: cut_every_connection(settings))

    with pytest.raises(OperationalError):
        in_transaction(work)

    assert done == [1]


@pytest.fixture
def app_with_silent_redis(
    settings: Settings, tables: Engine, app: Flask, tmp_path: Path
) -> Iterator[Flask]:
    """An application whose Redis takes connections and never says a word."""
    path = tmp_path / "silent.sock"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen(64)
        changed = create_app(replace(settings, redis_url=f"unix://{path}", requests_per_minute=120))
        yield changed
        with changed.app_context():
            forget_connections()


def test_a_redis_that_hangs_does_not_stop_residents_from_reading(
    app: Flask, app_with_silent_redis: Flask
) -> None:
    person = a_neighbourhood(app).a_resident()
    person.app = app_with_silent_redis
    began = time.monotonic()

    answer = person.get("/proposals")

    assert answer.status_code == 200
    assert time.monotonic() - began < 5
