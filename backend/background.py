"""Background jobs: the queues, and what it means to be a job."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, cast
from uuid import UUID

import structlog
from flask import current_app
from prometheus_client import Counter
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from rq.timeouts import BaseTimeoutException

from backend.database import in_transaction

P = ParamSpec("P")

DEFAULT = "default"
TIMEOUT_SECONDS = 60

LEFT = Counter("job_rows_left", "Rows that jobs left for their next run because of a fault of ours")

log = structlog.get_logger("background")


def queue(name: str = DEFAULT) -> Queue:
    redis = cast("Redis", current_app.extensions["redis"])
    return Queue(name, connection=redis, serializer=JSONSerializer)


def job(work: Callable[P, None]) -> Callable[P, None]:
    """Mark a function that workers run: one job is one transaction."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        in_transaction(lambda: work(*args, **kwargs))

    return run


def steps(work: Callable[P, None]) -> Callable[P, None]:
    """Mark a job that has transactions of its own: a step, a block or an item each.

    Who calls the network claims in one, calls in none, records in another; elsewhere none shall
    hold up the next. `tests/test_architecture.py` lists the places and why.
    """
    work.has_steps = True  # type: ignore[attr-defined]
    return work


@contextmanager
def alone(about: UUID | None) -> Iterator[None]:
    """A fault of ours in what is done here holds up nothing else.

    It is logged with the id of the row it is about, and the job's next run tries again. That
    the job's time is over is no fault of this row: it ends the job.
    """
    try:
        yield
    except BaseTimeoutException:
        raise
    except Exception:
        LEFT.inc()
        log.exception("left for the next run", row_id=str(about))
