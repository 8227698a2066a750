"""Jobs on a batch: who works on them, and what becomes of those that fail or are cancelled."""

from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.services import Actor, record
from numbers.errors import BatchBusy
from numbers.models import Batch, BatchJob
from project import long_jobs

from .job_ends import tell_end, tell_stop


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
    return long_jobs.begin_attempt(BatchJob, job_id, now, tell_stop)


def end_attempt(*, job_id: int, fault: str, now: datetime) -> BatchJob:
    """Notes what a try failed of. After ATTEMPTS_MAX in a row the job stops."""
    return long_jobs.end_attempt(BatchJob, job_id, fault, now, tell_stop)


@transaction.atomic
def retry_job(*, job_id: int, actor: Actor, now: datetime) -> BatchJob:
    """A stopped job goes on from where it is; one that has not stopped is left as it is."""
    job = long_jobs.lock_job(BatchJob, job_id)
    if long_jobs.resume(job, now):
        _record("numbers.job.retry", job, actor)
        transaction.on_commit(partial(wake_batch_worker, job.pk))
    return job


@transaction.atomic
def cancel_job(*, job_id: int, actor: Actor, now: datetime) -> BatchJob:
    """Leaves undone what is not done yet; a job that is over is returned as it ended.

    Waits for the step that is being done.
    """
    job = long_jobs.lock_job(BatchJob, job_id)
    if job.is_unfinished:
        job.end(now, is_cancelled=True)
        job.beat_at = now
        job.save(update_fields=["is_cancelled", "stopped_at", "done_at", "beat_at"])
        _record("numbers.job.cancel", job, actor)
        tell_end(job, now, by=actor)
    return job


def claim_quiet_jobs(now: datetime) -> list[int]:
    """Jobs that nobody works on any more. By the index batch_job_running."""
    return long_jobs.claim_quiet(BatchJob, now)


def wake_batch_worker(job_id: int) -> None:
    """Queues the work. Without Redis the sweep finds it later."""
    long_jobs.enqueue_job("numbers.jobs.work_on_batch", job_id)


def _record(action: str, job: BatchJob, actor: Actor) -> None:
    record(
        action,
        actor=actor,
        target=f"{job.batch.pool}: {job.batch.original_name}",
        batch_id=job.batch_id,
        job=job.get_kind_display(),
        percent=job.percent,
    )
