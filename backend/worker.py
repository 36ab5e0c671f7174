"""The worker process: `python -m backend.worker [queue …]`."""

import sys
import time
from contextlib import suppress
from typing import Any

import structlog
from flask import current_app
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import DeserializationError, StopRequested
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from backend.assembly import deployed_in_background
from backend.background import DEFAULT, queue
from backend.telemetry import told_of

MAINTENANCE_SECONDS = 60  # how soon a killed worker's job is found and done again
PAUSE_SECONDS = 2

log = structlog.get_logger("worker")


class CommunityWorker(SimpleWorker):
    """Runs jobs one after another in this process; a failing job or server never ends it."""

    max_connection_wait_time = 5.0
    told_to_stop = False

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        # A context of its own: no database session outlives its job.
        with current_app.app_context():
            return super().perform_job(job, queue, execution)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Without the error's message: it may quote somebody's words."""
        work: str | None = None
        with suppress(DeserializationError):
            work = job.func_name
        log.error("job failed", job=job.id, work=work, **told_of(exc_info[1]))

    def handle_warm_shutdown_request(self) -> None:
        self.told_to_stop = True
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]


def main(names: list[str]) -> None:
    with deployed_in_background().app_context(), suppress(StopRequested):
        while not _work_until_it_ends(names):
            time.sleep(PAUSE_SECONDS)


def _work_until_it_ends(names: list[str]) -> bool:
    """Work; True if somebody asked us to stop, False if a server went away."""
    worker = CommunityWorker(
        [queue(name) for name in names],
        serializer=JSONSerializer,
        maintenance_interval=MAINTENANCE_SECONDS,
        log_job_description=False,
    )
    try:
        worker.work(logging_level="WARNING")
    except RedisError as trouble:
        log.warning("redis went away", because=type(trouble).__name__)
    return worker.told_to_stop


if __name__ == "__main__":
    main(sys.argv[1:] or [DEFAULT])
