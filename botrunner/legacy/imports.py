"""Imports from the dashboard: a look at a file, its confirmation, and each step of both."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from accounts.services import Actor, record, remembered_actor
from botrunner.models import LegacyImport
from project import long_jobs

from . import uploads
from .kinds import CSV_FILES, Kind
from .load import read_totals
from .steps import read_file, work_through
from .uploads import UploadRefused

KEPT_FOR = timedelta(seconds=uploads.KEPT_SECONDS)
# So many uploads may wait to be confirmed: each may be as large as an upload can be.
WAITING_MAX = 10
TASK = "botrunner.jobs.work_on_import"


def begin_look(
    *, kind: Kind, ids: str, token: str, size: int, name: str, actor: Actor, now: datetime
) -> LegacyImport:
    """Opens the job that reads an upload through and writes nothing. Raises UploadRefused."""
    with transaction.atomic():
        if (
            LegacyImport.objects.filter(is_dry=True, act=None, is_cancelled=False).count()
            >= WAITING_MAX
        ):
            raise UploadRefused(
                f"{WAITING_MAX} uploads wait to be imported: import or discard one of them first."
            )
        job = LegacyImport.objects.create(
            kind=kind.code,
            ids=ids,
            is_dry=True,
            token=token,
            original_name=name,
            bytes=size,
            actor_user_id=actor.user_id,
            actor_label=actor.label[:150],
            actor_origin=actor.origin,
            started_at=now,
            beat_at=now,
        )
        transaction.on_commit(partial(wake_import_worker, job.pk))
    return job


@transaction.atomic
def confirm_import(
    *, look_id: int, actor: Actor, rights_confirmed: bool, now: datetime
) -> LegacyImport:
    """Opens the import of what was looked at; confirmed twice it is one. Raises UploadRefused."""
    look = LegacyImport.objects.select_for_update().get(pk=look_id)
    begun = LegacyImport.objects.filter(look=look).first()
    if begun:
        return begun
    if not look.is_dry or look.done_at is None or look.is_cancelled:
        raise UploadRefused("There is nothing to import yet.")
    if not uploads.is_there(look.token):
        raise UploadRefused("The file was removed after a day. Upload it again.")
    if look.kind == CSV_FILES and not rights_confirmed:
        raise UploadRefused("Confirm that you have the right to use these numbers.")
    job = LegacyImport.objects.create(
        kind=look.kind,
        ids=look.ids,
        is_dry=False,
        look=look,
        token=look.token,
        original_name=look.original_name,
        bytes=look.bytes,
        is_read=True,
        total=look.total,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:150],
        actor_origin=actor.origin,
        started_at=now,
        beat_at=now,
        before=read_totals(),
        faults_count=look.tally.get("bad_in_file", 0),
        tally={name: look.tally[name] for name in ("notes", "bad_in_file") if name in look.tally},
    )
    _record("legacy.import.begin", job, actor)
    transaction.on_commit(partial(wake_import_worker, job.pk))
    return job


def take_import_step(job_id: int, now: datetime) -> LegacyImport:
    """Reads the file, or works through the next pieces."""
    job = LegacyImport.objects.get(pk=job_id)
    if not job.is_running:
        return job
    if not job.is_read:
        read_file(job, now)
    else:
        work_through(job, now)
    job.refresh_from_db()
    if job.is_running and job.is_read and job.done >= job.total:
        job = finish_import(job_id, now)
    return job


@transaction.atomic
def finish_import(job_id: int, now: datetime) -> LegacyImport:
    job = long_jobs.lock_job(LegacyImport, job_id)
    if job.is_running and job.is_read and job.done >= job.total:
        job.after = read_totals()
        job.note_step(now)
        job.end(now)
        job.save()
        if not job.is_dry:
            actor = remembered_actor(job.actor_origin, job.actor_label, job.actor_user_id)
            _record("legacy.import", job, actor)
            transaction.on_commit(partial(uploads.remove_upload, job.token))
    return job


@transaction.atomic
def cancel_import(*, job_id: int, actor: Actor, now: datetime) -> LegacyImport:
    """Leaves undone what is not done yet; waits for the step that is being done.

    A look that is over is dropped with its file.
    """
    job = long_jobs.lock_job(LegacyImport, job_id)
    if job.is_unfinished:
        job.end(now, is_cancelled=True)
        job.save(update_fields=["is_cancelled", "stopped_at", "done_at"])
        if not job.is_dry:
            _record("legacy.import.cancel", job, actor)
        transaction.on_commit(partial(uploads.remove_upload, job.token))
    elif job.is_dry and not LegacyImport.objects.filter(look=job).exists():
        transaction.on_commit(partial(uploads.remove_upload, job.token))
        LegacyImport.objects.filter(pk=job.pk).delete()
    return job


@transaction.atomic
def retry_import(*, job_id: int, actor: Actor, now: datetime) -> LegacyImport:
    """A stopped one goes on from where it is; one that has not stopped is left as it is."""
    job = long_jobs.lock_job(LegacyImport, job_id)
    if long_jobs.resume(job, now):
        _record("legacy.import.retry", job, actor)
        transaction.on_commit(partial(wake_import_worker, job.pk))
    return job


def begin_attempt(job_id: int, now: datetime) -> bool:
    return long_jobs.begin_attempt(LegacyImport, job_id, now)


def end_attempt(job_id: int, fault: str, now: datetime) -> LegacyImport:
    return long_jobs.end_attempt(LegacyImport, job_id, fault, now)


def claim_quiet_imports(now: datetime) -> list[int]:
    """By the index legacy_import_running."""
    return long_jobs.claim_quiet(LegacyImport, now)


def wake_import_worker(job_id: int) -> None:
    long_jobs.enqueue_job(TASK, job_id)


def drop_old_imports(now: datetime) -> int:
    """Looks that nobody confirmed for a day go with their files; what was imported stays."""
    looks = LegacyImport.objects.filter(is_dry=True, act=None, beat_at__lt=now - KEPT_FOR)
    old = looks.exclude(done_at=None, stopped_at=None)
    tokens = list(old.values_list("token", flat=True))
    dropped, _ = old.delete()
    for token in tokens:
        uploads.remove_upload(token)
    unfinished = LegacyImport.objects.filter(done_at=None) | LegacyImport.objects.filter(
        is_dry=True, act=None
    )
    uploads.remove_old_uploads(set(unfinished.values_list("token", flat=True)))
    return dropped


def count_gained(job: LegacyImport) -> int:
    """Pieces that were new: nothing the second time."""
    return sum(sum(job.tally.get(name, {}).values()) for name in ("given", "held"))


def _record(action: str, job: LegacyImport, actor: Actor) -> None:
    told = {name: job.tally.get(name, {}) for name in ("given", "held")}
    record(
        action,
        actor=actor,
        target=f"{job.kind}: {job.original_name}",
        number=job.pk,
        percent=job.percent,
        bad=job.faults_count,
        **told,
    )
