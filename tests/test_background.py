from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest
from flask import Flask
from prometheus_client import REGISTRY
from rq import SimpleWorker
from rq.job import JobStatus
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from sqlalchemy import text

from backend.background import alone, job, queue, steps
from backend.database import db, in_transaction
from backend.days import SHANGHAI
from backend.timetable import Run, look
from backend.worker import CommunityWorker

heard: list[str] = []
outages: list[int] = []


@pytest.fixture(autouse=True)
def in_context(context: Flask) -> Iterator[None]:
    heard.clear()
    outages.clear()
    yield
    db.session.remove()


@job
def write_and_fail() -> None:
    db.session.execute(text("CREATE TEMPORARY TABLE draft (no int) ON COMMIT PRESERVE ROWS"))
    raise RuntimeError


@job
def lose_the_database_once() -> None:
    if not outages:
        outages.append(1)
        db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    heard.append("after the outage")


@job
def collide_once() -> None:
    """PostgreSQL asks for a repetition, as it does when two transactions meet."""
    if not outages:
        outages.append(1)
        db.session.execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))
    heard.append("the second time")


@job
def fail_twice() -> None:
    if len(outages) < 2:
        outages.append(1)
        raise RuntimeError
    heard.append("at last")


def work() -> None:
    worker = CommunityWorker([queue()], serializer=JSONSerializer, log_job_description=False)
    worker.work(burst=True, logging_level="CRITICAL")


def test_what_travels_is_json_never_pickle() -> None:
    Run(work=tell_the_time, every_seconds=60).put_on_queue(100)

    [waiting] = queue().jobs
    assert b'"tests.test_background.tell_the_time"' in waiting.data


def test_a_failing_job_keeps_nothing() -> None:
    with pytest.raises(RuntimeError):
        write_and_fail()

    assert db.session.scalar(text("SELECT to_regclass('draft')")) is None


def test_a_job_meeting_another_transaction_is_done_again_at_once() -> None:
    collide_once()

    assert heard == ["the second time"]


def test_a_job_whose_time_is_over_ends_whatever_it_was_about() -> None:
    left = REGISTRY.get_sample_value("job_rows_left_total") or 0
    with alone(uuid4()):
        raise RuntimeError
    assert REGISTRY.get_sample_value("job_rows_left_total") == left + 1

    with pytest.raises(JobTimeoutException), alone(uuid4()):
        raise JobTimeoutException


def test_a_worker_outlives_an_outage_of_the_database() -> None:
    for task in (lose_the_database_once, tell_the_time):
        Run(work=task, every_seconds=60).put_on_queue(100)

    work()

    assert sorted(heard) == ["after the outage", "it is time"]


def test_no_session_outlives_its_job() -> None:
    for slot in (100, 101):
        Run(work=remember_session, every_seconds=60).put_on_queue(slot)

    work()

    assert len(set(heard)) == 2


@steps
def remember_session() -> None:
    in_transaction(lambda: heard.append(str(db.session().info.setdefault("no", uuid4()))))


def test_a_run_nobody_took_is_not_queued_again() -> None:
    run = Run(work=tell_the_time, every_seconds=1)

    for slot in range(100, 105):
        run.put_on_queue(slot)

    assert len(queue().job_ids) == 1


def test_what_runs_once_a_day_runs_at_night() -> None:
    daily = Run(work=tell_the_time, every_seconds=24 * 3600)
    at_three = datetime(2026, 12, 3, 3, tzinfo=SHANGHAI).timestamp()

    assert daily.slot(at_three - 1) + 1 == daily.slot(at_three) == daily.slot(at_three + 86_399)


def test_what_comes_once_a_day_is_tried_again_if_it_failed() -> None:
    day = Run(work=fail_twice, every_seconds=24 * 3600)
    at_three = datetime(2026, 12, 3, 3, tzinfo=SHANGHAI).timestamp()
    done: dict[str, tuple[int, int]] = {}

    tried = []
    for minutes in (0, 5, 10, 20, 30, 40):
        look((day,), done, at_three + 60 * minutes)
        work()
        tried.append(len(outages))

    assert tried == [1, 1, 2, 2, 2, 2]
    assert heard == ["at last"]


def test_what_comes_again_soon_is_not_repeated() -> None:
    minute = Run(work=fail_twice, every_seconds=60)

    assert {minute.attempt(1000.0 + second) for second in range(60)} == {0}


def test_two_timetables_do_one_run() -> None:
    for _ in range(2):
        Run(work=tell_the_time, every_seconds=60).put_on_queue(100)

    work()

    assert heard == ["it is time"]


def test_a_run_comes_again_when_the_one_before_was_done() -> None:
    run = Run(work=tell_the_time, every_seconds=60)
    run.put_on_queue(100)
    work()
    run.put_on_queue(101)
    work()

    assert heard == ["it is time"] * 2


def test_a_run_whose_worker_was_killed_does_not_hold_up_the_next() -> None:
    run = Run(work=tell_the_time, every_seconds=60)
    run.put_on_queue(100)
    [taken] = queue().jobs
    SimpleWorker([queue()], serializer=JSONSerializer).prepare_execution(taken)
    taken.set_status(JobStatus.STARTED)
    queue().remove(taken)

    run.put_on_queue(101)

    assert [each.rsplit("-", 1)[1] for each in queue().job_ids] == ["101"]


@job
def tell_the_time() -> None:
    heard.append("it is time")
