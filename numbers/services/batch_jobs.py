"""Jobs on a batch: who works on them, and what becomes of those that fail or are cancelled.

Each try at a step is counted before it begins, in a transaction of its own, so that one
that takes its process down with it is counted too. A step that is done sets the count to
nothing.
"""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q
from django_rq import get_queue
from redis.exceptions import RedisError

from accounts.services import Actor, record
from numbers.errors import BatchBusy
from numbers.models import Batch, BatchJob

logger = logging.getLogger(__name__)

JOB_SECONDS_MAX = 600
# A step takes a second or two: after this nobody is at the job any more.
QUIET_AFTER = timedelta(minutes=1)
PROCESS_ENDED = "the process was ended"


def open_job(
    batch: Batch, kind: BatchJob.Kind, *, total: int, actor: Actor, now: datetime, is_watched: bool
) -> BatchJob:
    """Needs a transaction that holds the batch. Raises BatchBusy.

    A worker goes on with it, unless the caller does so himself (`is_watched`).
    """
    refuse_busy(batch)
    job = BatchJob.objects.create(
        batch=batch,
        kind=kind,
        total=total,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:150],
        actor_origin=actor.origin,
        started_at=now,
        beat_at=now,
    )
    if not is_watched:
        transaction.on_commit(partial(wake_batch_worker, job.pk))
    return job


def refuse_busy(batch: Batch) -> None:
    """Raises BatchBusy while a job on the batch is unfinished. Index batch_job_of_batch."""
    job = BatchJob.objects.filter(batch=batch, done_at=None).first()
    if job:
        raise BatchBusy(kind=job.get_kind_display(), percent=job.percent)


def begin_attempt(*, job_id: int, now: datetime) -> bool:
    """Counts a try at the next step; False when there is none to make."""
    running = BatchJob.objects.filter(pk=job_id, done_at=None, stopped_at=None)
    if running.filter(attempts__lt=BatchJob.ATTEMPTS_MAX).update(attempts=F("attempts") + 1):
        return True
    if running.exists():
        # None of the tries lived to say what it failed of.
        end_attempt(job_id=job_id, fault=PROCESS_ENDED, now=now)
    return False


@transaction.atomic
def end_attempt(*, job_id: int, fault: str, now: datetime) -> BatchJob:
    """Notes what a try failed of. After ATTEMPTS_MAX in a row the job stops."""
    job = BatchJob.objects.select_for_update().get(pk=job_id)
    if job.is_running and job.attempts:
        job.fault = fault[:100]
        if job.attempts >= BatchJob.ATTEMPTS_MAX:
            job.stopped_at = now
        job.save(update_fields=["fault", "stopped_at"])
    return job


@transaction.atomic
def retry_job(*, job_id: int, actor: Actor, now: datetime) -> BatchJob:
    """A stopped job goes on from where it is; one that has not stopped is left as it is."""
    job = _lock(job_id)
    if job.stopped_at is not None:
        job.stopped_at, job.attempts, job.beat_at = None, 0, now
        job.save(update_fields=["stopped_at", "attempts", "beat_at"])
        _record("numbers.job.retry", job, actor)
        transaction.on_commit(partial(wake_batch_worker, job.pk))
    return job


@transaction.atomic
def cancel_job(*, job_id: int, actor: Actor, now: datetime) -> BatchJob:
    """Leaves undone what is not done yet; a job that is over is returned as it ended.

    Waits for the step that is being done.
    """
    job = _lock(job_id)
    if job.is_unfinished:
        job.is_cancelled, job.stopped_at = True, None
        job.done_at = job.beat_at = now
        job.save(update_fields=["is_cancelled", "stopped_at", "done_at", "beat_at"])
        _record("numbers.job.cancel", job, actor)
    return job


def claim_quiet_jobs(now: datetime) -> list[int]:
    """Jobs that nobody works on any more; each is claimed by one caller.

    By the index batch_job_running. A beat that lies ahead is from before the clock was
    set back: it says nothing.
    """
    is_quiet = Q(beat_at__lt=now - QUIET_AFTER) | Q(beat_at__gt=now + QUIET_AFTER)
    quiet = BatchJob.objects.filter(is_quiet, done_at=None, stopped_at=None)
    ids = list(quiet.values_list("pk", flat=True))
    return [pk for pk in ids if quiet.filter(pk=pk).update(beat_at=now)]


def wake_batch_worker(job_id: int) -> None:
    """Queues the work. Without Redis the sweep finds it later."""
    try:
        get_queue("low").enqueue(
            "numbers.jobs.work_on_batch", job_id, job_timeout=JOB_SECONDS_MAX, result_ttl=0
        )
    except (RedisError, OSError):
        logger.warning("Redis does not answer: job %s on a batch waits for the sweep", job_id)


def _lock(job_id: int) -> BatchJob:
    jobs = BatchJob.objects.select_for_update(of=("self",)).select_related("batch__pool")
    return jobs.get(pk=job_id)


def _record(action: str, job: BatchJob, actor: Actor) -> None:
    record(
        action,
        actor=actor,
        target=f"{job.batch.pool}: {job.batch.original_name}",
        batch_id=job.batch_id,
        job=job.get_kind_display(),
        percent=job.percent,
    )
