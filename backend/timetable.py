"""What runs when: `python -m backend.timetable` puts each run on its queue in time."""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from redis.exceptions import RedisError
from rq.exceptions import DuplicateJobError, InvalidJobOperation
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from backend.assembly import deployed_in_background
from backend.audit.jobs import seal_audit, verify_audit
from backend.background import DEFAULT, TIMEOUT_SECONDS, queue
from backend.clock import utc_now
from backend.complaints.jobs import tell_overdue_complaints
from backend.deliberation.jobs.matters import (
    move_due_matters,
    remind_appraisers,
    remind_of_what_waits,
)
from backend.deliberation.jobs.meetings import close_agendas, plan_sessions
from backend.files.jobs import forget_unattached_files, sweep_files
from backend.ledger.jobs import check_ledger, seal_ledger
from backend.moderation.jobs import check_texts, tell_overdue_reviews
from backend.notifications import jobs as notifications
from backend.publication.jobs import end_displays, tell_overdue_publications
from backend.residents.jobs import (
    end_proxies,
    end_terms,
    enter_holidays,
    forget_kept_answers,
    forget_sessions,
    forget_slips,
    lapse_verifications,
)
from backend.virtue_bank.jobs.batches import (
    draft_duty_batches,
    pay_due_batches,
    tell_overdue_batches,
)
from backend.virtue_bank.jobs.deeds import forget_old_deeds, lapse_due_deeds, post_due_awards
from backend.virtue_bank.jobs.freezings import lapse_freezings
from backend.virtue_bank.jobs.honours import move_due_honour_rounds
from backend.virtue_bank.jobs.integrity import open_integrity_cases
from backend.virtue_bank.jobs.monthly_statements import tell_months
from backend.virtue_bank.jobs.points_sheets import draft_points_sheets
from backend.virtue_bank.jobs.settlements import run_settlements, tell_settlements
from backend.virtue_bank.jobs.sheets import close_answers, freeze_quotas, turn_rule_sheets
from backend.virtue_bank.jobs.shop import check_stock, open_months, void_due_orders
from backend.virtue_bank.jobs.thanks_objections import move_due_objections

AHEAD_SECONDS = 5 * 3600  # a day of ours begins at 19:00 UTC, when it is 3:00 in Shanghai
LONGEST_WAIT_SECONDS = 60  # after this a run that nobody took is forgotten; another one is due
# What comes again soon need not be repeated; what comes once an hour or a day is, if it failed.
REPEATED_FROM_SECONDS = 3600
AGAIN_AFTER_SECONDS = 600
MOST_TRIES = 6

log = structlog.get_logger("timetable")


@dataclass(kw_only=True)
class Run:
    """A job without arguments, done every so many seconds; it looks up itself what is due.

    `rq cron` would write its runs with pickle and lets them pile up behind a busy worker.
    """

    work: Callable[[], None]
    every_seconds: int
    to: str = DEFAULT
    timeout_seconds: int = TIMEOUT_SECONDS
    _last: Job | None = field(default=None, init=False, repr=False)

    @property
    def name(self) -> str:
        return f"{self.work.__module__}-{self.work.__name__}".replace(".", "-")

    def slot(self, now: float) -> int:
        """Every timetable process counts the same slots, so two of them do one run.

        What is done once a day is done at three in the night of Shanghai.
        """
        return int((now + AHEAD_SECONDS) // self.every_seconds)

    def attempt(self, now: float) -> int:
        """How many times its slot may have been tried by now, beside the first."""
        if self.every_seconds < REPEATED_FROM_SECONDS:
            return 0
        within = (now + AHEAD_SECONDS) % self.every_seconds
        return min(int(within // AGAIN_AFTER_SECONDS), MOST_TRIES - 1)

    def put_on_queue(self, slot: int, attempt: int = 0) -> None:
        if self._is(JobStatus.QUEUED):
            return
        job_id = f"{self.name}-{slot}" + (f"-{attempt}" if attempt else "")
        try:
            self._last = queue(self.to).enqueue_call(
                self.work,
                timeout=self.timeout_seconds,
                ttl=max(self.every_seconds, LONGEST_WAIT_SECONDS),
                result_ttl=self.every_seconds,
                failure_ttl=max(self.every_seconds, LONGEST_WAIT_SECONDS),
                job_id=job_id,
                unique=True,
            )
        except DuplicateJobError:
            self._last = Job(
                job_id, connection=queue(self.to).connection, serializer=JSONSerializer
            )

    def has_failed(self) -> bool:
        """Whether the last run ended with an error, or with its worker."""
        return self._is(JobStatus.FAILED)

    def _is(self, status: JobStatus) -> bool:
        """Whether the last run is still untouched on the queue, or has failed."""
        try:
            return self._last is not None and self._last.get_status() == status
        except InvalidJobOperation:
            return False  # done and forgotten


TIMETABLE: tuple[Run, ...] = (
    Run(work=seal_audit, every_seconds=10),
    Run(work=lapse_verifications, every_seconds=3600, timeout_seconds=600),
    Run(work=end_terms, every_seconds=3600, timeout_seconds=600),
    Run(work=end_proxies, every_seconds=3600, timeout_seconds=600),
    Run(work=forget_kept_answers, every_seconds=6 * 3600),
    Run(work=forget_slips, every_seconds=24 * 3600),
    Run(work=forget_sessions, every_seconds=24 * 3600, timeout_seconds=600),
    Run(work=enter_holidays, every_seconds=24 * 3600),
    Run(work=verify_audit, every_seconds=24 * 3600, timeout_seconds=3600),
    Run(work=seal_ledger, every_seconds=60, timeout_seconds=600),
    Run(work=check_ledger, every_seconds=24 * 3600, timeout_seconds=4 * 3600),
    Run(work=check_texts, every_seconds=2),
    Run(work=tell_overdue_reviews, every_seconds=600),
    Run(work=tell_overdue_complaints, every_seconds=600),
    Run(work=forget_unattached_files, every_seconds=3600),
    Run(work=sweep_files, every_seconds=24 * 3600, timeout_seconds=600),
    Run(work=post_due_awards, every_seconds=300, timeout_seconds=240),
    Run(work=lapse_due_deeds, every_seconds=300, timeout_seconds=240),
    Run(work=forget_old_deeds, every_seconds=24 * 3600, timeout_seconds=600),
    Run(work=void_due_orders, every_seconds=300),
    Run(work=open_months, every_seconds=300),
    Run(work=check_stock, every_seconds=24 * 3600, timeout_seconds=600),
    Run(work=draft_duty_batches, every_seconds=6 * 3600, timeout_seconds=600),
    Run(work=pay_due_batches, every_seconds=300, timeout_seconds=600),
    Run(work=tell_overdue_batches, every_seconds=3600),
    Run(work=move_due_objections, every_seconds=300),
    Run(work=move_due_honour_rounds, every_seconds=300),
    Run(work=end_displays, every_seconds=60),
    Run(work=tell_overdue_publications, every_seconds=3600),
    Run(work=close_agendas, every_seconds=60),
    Run(work=move_due_matters, every_seconds=60),
    Run(work=remind_appraisers, every_seconds=3600),
    Run(work=remind_of_what_waits, every_seconds=24 * 3600, timeout_seconds=600),
    Run(work=plan_sessions, every_seconds=24 * 3600, timeout_seconds=600),
    Run(work=turn_rule_sheets, every_seconds=60),
    Run(work=freeze_quotas, every_seconds=300, timeout_seconds=600),
    Run(work=close_answers, every_seconds=600),
    Run(work=lapse_freezings, every_seconds=600),
    Run(work=draft_points_sheets, every_seconds=3600, timeout_seconds=600),
    Run(work=tell_months, every_seconds=3600, timeout_seconds=600),
    Run(work=tell_settlements, every_seconds=300, timeout_seconds=600),
    Run(work=run_settlements, every_seconds=300, timeout_seconds=600),
    Run(work=open_integrity_cases, every_seconds=24 * 3600, timeout_seconds=600),
    Run(work=notifications.expand_notices, every_seconds=5),
    Run(work=notifications.run_courier, every_seconds=5, to="courier", timeout_seconds=180),
    Run(work=notifications.handle_push_events, every_seconds=5),
    Run(work=notifications.make_digests, every_seconds=60),
    Run(work=notifications.measure_outbox, every_seconds=300),
    Run(work=notifications.forget_old_pushes, every_seconds=6 * 3600),
    Run(work=notifications.forget_old_deliveries, every_seconds=24 * 3600, timeout_seconds=3600),
)


def keep(timetable: tuple[Run, ...], told_to_stop: threading.Event) -> None:
    """Put every run on its queue when its slot begins, until told to stop.

    Slots are counted in our time: who moves the clock finds every run due at once.
    """
    done: dict[str, tuple[int, int]] = {}
    while not told_to_stop.is_set():
        look(timetable, done, utc_now().timestamp())
        told_to_stop.wait(1 - time.time() % 1)


def look(timetable: tuple[Run, ...], done: dict[str, tuple[int, int]], now: float) -> None:
    """Queue what is due by now and not `done`; what failed of a long slot comes again in it."""
    for run in timetable:
        slot, attempt = due = run.slot(now), run.attempt(now)
        before = done.get(run.name)
        if due == before:
            continue
        done[run.name] = due
        try:
            if before is None or slot != before[0]:
                run.put_on_queue(slot)
            elif run.has_failed():
                run.put_on_queue(slot, attempt)
        except RedisError as trouble:  # its next slot comes
            log.warning("run skipped", run=run.name, because=type(trouble).__name__)


def main() -> None:
    told_to_stop = threading.Event()
    for request in (signal.SIGTERM, signal.SIGINT):
        signal.signal(request, lambda *_: told_to_stop.set())
    with deployed_in_background().app_context():
        keep(TIMETABLE, told_to_stop)


if __name__ == "__main__":
    main()
