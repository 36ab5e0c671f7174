"""Background jobs: the queues, and what it means to be a job."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast
from uuid import UUID

from flask import current_app
from redis import Redis
from rq import Queue, Retry
from rq.serializers import JSONSerializer

from backend.database import in_transaction

P = ParamSpec("P")

DEFAULT = "default"
TIMEOUT_SECONDS = 60
TRIES_AGAIN = 3
FAILURE_KEPT_SECONDS = 24 * 3600


def queue(name: str = DEFAULT) -> Queue:
    redis = cast("Redis", current_app.extensions["redis"])
    return Queue(name, connection=redis, serializer=JSONSerializer)


def enqueue(
    work: Callable[P, None],
    *ids: UUID | str | int,
    to: str = DEFAULT,
    timeout_seconds: int = TIMEOUT_SECONDS,
) -> None:
    """Have a worker do it soon; what it needs to know is in the database, so only ids travel.

    Redis may be flushed at any time: what must happen is found again by a run of the timetable.
    """
    queue(to).enqueue_call(
        work,
        args=[str(each) if isinstance(each, UUID) else each for each in ids],
        timeout=timeout_seconds,
        result_ttl=0,
        failure_ttl=FAILURE_KEPT_SECONDS,
        retry=Retry(max=TRIES_AGAIN),
    )


def job(work: Callable[P, None]) -> Callable[P, None]:
    """Mark a function that workers run: one job is one transaction."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        in_transaction(lambda: work(*args, **kwargs))

    return run


def steps(work: Callable[P, None]) -> Callable[P, None]:
    """Mark a job that talks to the world between transactions of its own.

    It claims in one transaction, calls the network in none, records in another. Architecture
    rule 3 allows this only where marked; `tests/test_architecture.py` lists the places.
    """
    work.has_steps = True  # type: ignore[attr-defined]
    return work
