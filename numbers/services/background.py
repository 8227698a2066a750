"""A large file becomes a batch block by block: begun here, and continued by whoever is at it.

Its numbers can be leased as soon as their block is in stock; a file of millions would
otherwise need each of its rows written twice.
"""

from dataclasses import asdict
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from accounts.services import Actor, remembered_actor
from numbers.importing import faults
from numbers.importing.originals import put_original, refusing_when_full, remove_original
from numbers.importing.parse import Parsed, parse_next
from numbers.importing.reader import Place
from numbers.importing.sniff import Dialect, sniff
from numbers.importing.store import store_block
from numbers.models import Batch, BatchJob, Pool

from .batch_jobs import open_job
from .imports import check_file, create_batch, record_import
from .job_ends import tell_end
from .removal import continue_removal
from .upkeep import save_upkeep


def begin_import(
    file: BinaryIO,
    *,
    pool: Pool,
    original_name: str,
    actor: Actor,
    rights_confirmed: bool,
    now: datetime,
    bytes_max: int,
    is_watched: bool = False,
) -> BatchJob:
    """Keeps the file and opens the job that loads it, or does nothing at all.

    A pool that is not stored yet is made with it. A worker does the job, unless the caller
    does so himself (`is_watched`) by continue_import. Raises FileRefused.
    """
    if not rights_confirmed:
        raise faults.refuse(faults.RIGHTS)
    facts = check_file(file, bytes_max)
    dialect = sniff(facts, pool.country)
    name = ""
    try:
        with refusing_when_full():
            # Before the transaction, which on SQLite keeps all other writers waiting.
            name = put_original(file, now)
            with transaction.atomic():
                if pool.pk is None:
                    save_upkeep(pool, actor=actor)
                batch = create_batch(pool, facts, original_name, actor, now, name)
                kind = BatchJob.Kind.LOAD
                job = open_job(
                    batch, kind, total=facts.size, actor=actor, now=now, is_watched=is_watched
                )
                job.dialect, job.done = asdict(dialect), dialect.begin
                job.save(update_fields=["dialect", "done"])
    except BaseException:
        remove_original(name)
        raise
    return job


def take_step(job_id: int, now: datetime) -> BatchJob:
    """The next block of an import, or the next numbers of a removal."""
    kind = BatchJob.objects.values_list("kind", flat=True).get(pk=job_id)
    if kind == BatchJob.Kind.LOAD:
        return continue_import(job_id=job_id, now=now)
    return continue_removal(job_id=job_id, now=now)


def continue_import(*, job_id: int, now: datetime) -> BatchJob:
    """Loads the next block, if any is left. Reading comes before the transaction."""
    job = BatchJob.objects.select_related("batch__pool").get(pk=job_id)
    if not job.is_running:
        return job
    place = Place(job.done, job.line)
    with job.batch.file.open("rb") as file:
        parsed = parse_next(file.file, Dialect(**job.dialect), job.batch.pool.country, place)
    return _store(job_id, place, parsed or Parsed(place), now)


@transaction.atomic
def _store(job_id: int, place: Place, parsed: Parsed, now: datetime) -> BatchJob:
    """Locks the job, then the batch: two that read the same block store it once."""
    job = BatchJob.objects.select_for_update().get(pk=job_id)
    if not job.is_running or Place(job.done, job.line) != place:
        return job
    batches = Batch.objects.select_for_update(of=("self",)).select_related("pool")
    batch = batches.get(pk=job.batch_id)
    store_block(batch, parsed)
    batch.save(update_fields=["accepted_count", "duplicate_count", "rejected_count"])
    job.note_step(now)
    if parsed.end == place or parsed.end.offset >= job.total:
        job.done, job.line, job.done_at = job.total, parsed.end.line, now
        record_import(batch, remembered_actor(job.actor_origin, job.actor_label, job.actor_user_id))
        tell_end(job, now)
    else:
        job.done, job.line = parsed.end.offset, parsed.end.line
    job.save()
    return job
