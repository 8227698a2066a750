"""A large batch leaves the stock, chunk by chunk.

Its numbers stay in the draw until they are gone: taking millions out of it first would
leave every draw to step over them. One that a member takes meanwhile stays his, and stays
for the history.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.services import Actor, record, remembered_actor
from numbers.errors import BatchUsed
from numbers.models import Batch, BatchJob, Lease, Number

from .batch_jobs import open_job
from .batches import lock_batch, refuse_leased, was_leased
from .job_ends import tell_end

# Larger batches leave by a job, in chunks of so many.
REMOVED_AT_ONCE_MAX = 10_000


@transaction.atomic
def begin_removal(
    *, batch_id: int, is_undo: bool, actor: Actor, now: datetime, is_watched: bool = False
) -> BatchJob:
    """Raises BatchBusy, and BatchLeased while a member holds a number.

    For an undo BatchUsed once a member has held one: to wait does not help there.
    """
    batch = lock_batch(batch_id)
    if not is_undo:
        refuse_leased(batch, now)
    elif used := Number.objects.filter(was_leased(), batch=batch).count():
        raise BatchUsed(count=used)
    total = max(batch.accepted_count, 1)
    kind = BatchJob.Kind.REMOVE
    return open_job(batch, kind, total=total, actor=actor, now=now, is_watched=is_watched)


@transaction.atomic
def continue_removal(*, job_id: int, now: datetime) -> BatchJob:
    """Removes the next numbers, if any are left. Locks the job, the batch, then the numbers."""
    job = BatchJob.objects.select_for_update().get(pk=job_id)
    if not job.is_running:
        return job
    batch = (
        Batch.objects.select_for_update(of=("self",)).select_related("pool").get(pk=job.batch_id)
    )
    removed = _remove_some(batch)
    job.done = min(job.done + removed, job.total)
    job.note_step(now)
    if not removed:
        _finish(job, batch, now)
    job.save()
    return job


def _remove_some(batch: Batch) -> int:
    """By the index number_of_batch. Rows that members are taking at this moment are theirs."""
    of_number = Lease.objects.filter(number_id=OuterRef("pk"))
    unused = Number.objects.filter(
        ~Exists(of_number), batch=batch, state__in=(Number.State.FREE, Number.State.DISABLED)
    )
    locked = unused.select_for_update(skip_locked=True, of=("self",))
    pks = list(locked.values_list("pk", flat=True)[:REMOVED_AT_ONCE_MAX])
    chosen = Number.objects.filter(pk__in=pks)
    return chosen._raw_delete(chosen.db) if pks else 0


def _finish(job: BatchJob, batch: Batch, now: datetime) -> None:
    # What members have held, and hold no more: out of every draw.
    Number.objects.filter(batch=batch, state=Number.State.FREE).update(state=Number.State.DISABLED)
    batch.state = Batch.State.DELETED
    batch.save(update_fields=["state"])
    job.done_at = now
    record(
        "numbers.delete_batch",
        actor=remembered_actor(job.actor_origin, job.actor_label, job.actor_user_id),
        target=f"{batch.pool}: {batch.original_name}",
        batch_id=batch.pk,
        count=job.done,
    )
    tell_end(job, now)
