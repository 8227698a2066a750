"""Work that is too much for one transaction: done step by step, whoever dies meanwhile.

Each step is a transaction of the job's own app that locks its row and notes how far it came.
Each try at a step is counted before it begins, in a transaction of its own, so that one that
takes its process down with it is counted too. A step that is done sets the count to nothing.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django_rq import get_queue
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

TASK_SECONDS_MAX = 600
# A step takes a second or two: after this nobody is at the job any more.
QUIET_AFTER = timedelta(minutes=1)
# So long a worker stays at a job before others' jobs have their turn.
TURN_SECONDS = 15.0
# Between two steps on SQLite, which has one writer at a time and queues nobody.
PAUSE_SECONDS = 0.15
PROCESS_ENDED = "the process was ended"


class LongJob(models.Model):
    """Its row is the lock. A job may be drafted before it is started; it ends once."""

    # So often in a row a step is tried, a minute apart, before the job stops.
    ATTEMPTS_MAX = 5

    actor_user_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    actor_origin = models.CharField(max_length=8, default="system")
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True, help_text="When somebody last worked on it.")
    done_at = models.DateTimeField(null=True)
    is_cancelled = models.BooleanField(default=False, help_text="The rest was left undone.")
    # Tries at the next step that did not come to its end: raised before each, and nothing
    # again after one that did, so a process that is killed counts as well as an error.
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=100, blank=True, help_text="What the last try failed of.")
    stopped_at = models.DateTimeField(null=True, help_text="Nobody tries any more until asked to.")

    class Meta:
        abstract = True

    @property
    def is_unfinished(self) -> bool:
        """Begun, and neither done nor cancelled: it runs, or has stopped."""
        return self.started_at is not None and self.done_at is None

    @property
    def is_running(self) -> bool:
        return self.is_unfinished and self.stopped_at is None

    @property
    def way(self) -> tuple[int, int]:
        """How much is done, of how much, in any one unit."""
        raise NotImplementedError

    @property
    def percent(self) -> int:
        """100 only when it is over."""
        if self.done_at and not self.is_cancelled:
            return 100
        done, total = self.way
        return min(done * 100 // total, 99) if total else 0

    @property
    def seconds_spent(self) -> float:
        """From the start to the last step."""
        if self.started_at is None or self.beat_at is None:
            return 0.0
        return max((self.beat_at - self.started_at).total_seconds(), 0.0)

    @property
    def time_left(self) -> timedelta | None:
        """At the speed so far; None while that is not known."""
        done, total = self.way
        if not done or not self.seconds_spent:
            return None
        return timedelta(seconds=round(max(total - done, 0) * self.seconds_spent / done))

    def note_step(self, now: datetime) -> None:
        """A step came to its end; does not save it."""
        self.beat_at, self.attempts, self.fault = now, 0, ""

    def end(self, now: datetime, *, is_cancelled: bool = False) -> None:
        """It is over; does not save it."""
        self.done_at, self.stopped_at, self.is_cancelled = now, None, is_cancelled


Job = TypeVar("Job", bound=LongJob)


def begin_attempt(
    jobs: type[Job], pk: int, now: datetime, on_stop: Callable[[Job], None] | None = None
) -> bool:
    """Counts a try at the next step; False when there is none to make."""
    running = _running(jobs).filter(pk=pk)
    if running.filter(attempts__lt=jobs.ATTEMPTS_MAX).update(attempts=F("attempts") + 1):
        return True
    if running.exists():
        # None of the tries lived to say what it failed of.
        end_attempt(jobs, pk, PROCESS_ENDED, now, on_stop)
    return False


@transaction.atomic
def end_attempt(
    jobs: type[Job],
    pk: int,
    fault: str,
    now: datetime,
    on_stop: Callable[[Job], None] | None = None,
) -> Job:
    """Notes what a try failed of. After ATTEMPTS_MAX in a row the job stops."""
    logger.error("%s %s: a step failed of %s", jobs.__name__, pk, fault)
    job = lock_job(jobs, pk)
    if not (job.is_running and job.attempts):
        # Over, or another worker has got past this step meanwhile.
        return job
    job.fault = fault[:100]
    if job.attempts >= jobs.ATTEMPTS_MAX:
        job.stopped_at = now
        if on_stop:
            on_stop(job)
    job.save(update_fields=["fault", "stopped_at"])
    return job


def resume(job: LongJob, now: datetime) -> bool:
    """A locked, stopped job is tried again from where it is; False when it has not stopped."""
    if job.stopped_at is None:
        return False
    job.stopped_at, job.attempts, job.beat_at = None, 0, now
    job.save(update_fields=["stopped_at", "attempts", "beat_at"])
    return True


def lock_job(jobs: type[Job], pk: int) -> Job:
    return jobs._default_manager.select_for_update(of=("self",)).get(pk=pk)


def claim_quiet(jobs: type[LongJob], now: datetime) -> list[int]:
    """Jobs that nobody works on any more; each is claimed by one caller.

    Wants a partial index on beat_at. A beat that lies ahead is from before the clock was
    set back: it says nothing.
    """
    quiet = _running(jobs).filter(
        Q(beat_at__lt=now - QUIET_AFTER) | Q(beat_at__gt=now + QUIET_AFTER)
    )
    ids = list(quiet.values_list("pk", flat=True))
    return [pk for pk in ids if quiet.filter(pk=pk).update(beat_at=now)]


def enqueue_job(task: str, pk: int) -> None:
    """Queues the work, `task` by its dotted name. Without Redis the sweep finds it later."""
    try:
        get_queue("low").enqueue(task, pk, job_timeout=TASK_SECONDS_MAX, result_ttl=0)
    except (RedisError, OSError):
        logger.warning("Redis does not answer: %s %s waits for the sweep", task, pk)


def take_turn(
    begin: Callable[[datetime], bool],
    step: Callable[[datetime], LongJob],
    fail: Callable[[str, datetime], object],
) -> bool:
    """Goes on step by step; True when work is left after the turn, to be queued again.

    What fails is left to the sweep, which tries so often and no more.
    """
    end = time.monotonic() + TURN_SECONDS
    while begin(timezone.now()):
        try:
            if not step(timezone.now()).is_running:
                return False
        except Exception as error:  # noqa: BLE001  whatever it is, it is counted and told
            # Its words may quote what people wrote: the kind is enough to go by.
            fail(type(error).__name__, timezone.now())
            return False
        if time.monotonic() > end:
            return True
        if connection.vendor == "sqlite":
            time.sleep(PAUSE_SECONDS)
    return False


def _running(jobs: type[Job]) -> "models.QuerySet[Job]":
    return jobs._default_manager.filter(
        started_at__isnull=False, done_at__isnull=True, stopped_at__isnull=True
    )
