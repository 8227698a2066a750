"""A large file loaded block by block: what it brings, however often it is interrupted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.services import COMMAND
from numbers.errors import BatchBusy, FileRefused
from numbers.importing import reader
from numbers.importing.parse import Parsed
from numbers.importing.reader import Place
from numbers.jobs import wake_quiet_batches, work_on_batch
from numbers.models import Batch, BatchJob, Number, Pool, Rejection
from numbers.services import (
    background,
    cancel_job,
    claim_quiet_jobs,
    disable_batch,
    enable_batch,
    retry_job,
    undo_batch,
)
from numbers.services.background import continue_import
from numbers.services.imports import preview_file
from tests.factories.numbers import make_lease, make_pool
from tests.numbers.csv_corpus import CORPUS
from tests.numbers.imports import BYTES_MAX, begin, counts_of, finish, mixed_lines, numbered

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(reader, "BLOCK_BYTES", 512)
    monkeypatch.setattr("project.long_jobs.PAUSE_SECONDS", 0)


def test_a_file_of_many_blocks_is_counted_exactly():
    job = finish(begin(mixed_lines()))

    rejected = Rejection.objects.values_list("line", "reason")
    assert counts_of(job) == (270, 8, 30)
    assert Number.objects.filter(batch=job.batch_id).count() == 270
    assert list(rejected[:4]) == [
        (10, "invalid"),
        (20, "duplicate_in_file"),
        (30, "scientific"),
        (40, "empty"),
    ]
    assert (job.done, job.line, job.percent) == (job.total, 300, 100)
    assert AuditEntry.objects.get(action="numbers.import").details["accepted"] == 270


@pytest.mark.parametrize("name", sorted(name for name in CORPUS if CORPUS[name][2]))
def test_the_corpus_comes_to_the_same_in_the_background(name):
    content, country, accepted, rejected = CORPUS[name]
    content = content if isinstance(content, bytes) else content.encode()

    job = finish(begin(content, pool=make_pool(country=country)))

    found = list(Rejection.objects.order_by("line").values_list("line", "reason"))
    assert (Number.objects.count(), found) == (accepted, rejected)
    assert counts_of(job)[::2] == (accepted, len(rejected))


def test_what_is_in_stock_already_stays_the_other_batchs():
    first = finish(begin(numbered(1_000_000, 100)))

    job = finish(begin(numbered(1_000_050, 100)))

    assert counts_of(job) == (50, 50, 50)
    assert Number.objects.filter(batch=first.batch_id).count() == 100
    assert set(Rejection.objects.values_list("reason", flat=True)) == {"duplicate_in_stock"}


@pytest.mark.parametrize("steps", [0, 1, 4])
def test_an_interrupted_block_is_read_again_and_counted_once(steps, monkeypatch):
    job = begin(mixed_lines())
    for _ in range(steps):
        continue_import(job_id=job.pk, now=timezone.now())
    save = BatchJob.save
    with monkeypatch.context() as patch:
        # All is written but the place: the process dies before its commit.
        patch.setattr(BatchJob, "save", lambda *args, **options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            continue_import(job_id=job.pk, now=timezone.now())
    assert BatchJob.save is save

    job = finish(job)

    assert counts_of(job) == (270, 8, 30)
    assert (Number.objects.count(), Rejection.objects.count()) == (270, 30)


def test_a_block_that_another_worker_stored_meanwhile_is_not_counted_again():
    job = continue_import(job_id=begin(mixed_lines()).pk, now=timezone.now())
    before = counts_of(job), job.done
    stale = Parsed(Place(job.done, job.line), numbers={971_555_555_555: (1, "x")})

    job = background._store(job.pk, Place(), stale, timezone.now())

    assert (counts_of(job), job.done) == before
    assert not Number.objects.filter(e164=971_555_555_555).exists()


def test_its_numbers_can_be_leased_before_its_end():
    job = begin(numbered(1_000_000, 200))
    continue_import(job_id=job.pk, now=timezone.now())

    lease = make_lease(pool=Pool.objects.get())

    assert BatchJob.objects.get().is_running
    assert lease.number.batch_id == job.batch_id
    assert counts_of(finish(job)) == (200, 0, 0)


def test_a_batch_disabled_half_way_stays_out_of_the_draw():
    job = begin(numbered(1_000_000, 200))
    continue_import(job_id=job.pk, now=timezone.now())

    disable_batch(batch_id=job.batch_id, actor=COMMAND)
    finish(job)

    assert set(Number.objects.values_list("state", flat=True)) == {"disabled"}
    assert enable_batch(batch_id=job.batch_id, actor=COMMAND) == 200


def test_cancelled_it_keeps_what_it_has_and_can_be_begun_anew_once_undone():
    job = begin(numbered(1_000_000, 200))
    continue_import(job_id=job.pk, now=timezone.now())
    cancel_job(job_id=job.pk, actor=COMMAND, now=timezone.now())

    continue_import(job_id=job.pk, now=timezone.now())
    kept = Number.objects.count()
    with pytest.raises(FileRefused, match="half-way"):
        begin(numbered(1_000_000, 200))
    removed = undo_batch(batch_id=job.batch_id, actor=COMMAND)

    assert 0 < kept < 200
    assert removed == kept
    assert counts_of(finish(begin(numbered(1_000_000, 200)))) == (200, 0, 0)


def test_while_it_runs_the_batch_is_neither_undone_nor_imported_again():
    job = begin(mixed_lines())

    with pytest.raises(BatchBusy):
        undo_batch(batch_id=job.batch_id, actor=COMMAND)
    with pytest.raises(FileRefused, match="being imported") as refused:
        begin(mixed_lines())

    assert refused.value.params["batch_id"] == job.batch_id
    assert (Batch.objects.count(), BatchJob.objects.count()) == (1, 1)


def test_cancelling_what_is_over_changes_nothing():
    job = finish(begin(mixed_lines()))

    assert not cancel_job(job_id=job.pk, actor=COMMAND, now=timezone.now()).is_cancelled


def test_without_the_declaration_nothing_is_kept():
    with pytest.raises(FileRefused, match="right to use"):
        begin(mixed_lines(), rights_confirmed=False)

    assert not Batch.objects.exists()


def test_a_preview_of_a_large_file_shows_its_beginning(monkeypatch, tmp_path):
    monkeypatch.setattr("numbers.services.imports.AT_ONCE_BYTES_MAX", 1000)
    path = tmp_path / "large.csv"
    path.write_text("\n".join(numbered(1_000_000, 500)), encoding="utf-8")

    with path.open("rb") as file:
        outcome = preview_file(file, country="", bytes_max=BYTES_MAX)

    assert outcome.is_beginning
    assert 0 < outcome.accepted < 500


# Who works on it


def test_a_worker_works_until_the_end():
    job = begin(mixed_lines())

    work_on_batch(job.pk)

    assert BatchJob.objects.get().percent == 100
    assert counts_of(job) == (270, 8, 30)


def test_a_step_that_fails_again_and_again_stops_the_job_until_asked_to(tmp_path):
    job = begin(mixed_lines())
    path = job.batch.file.path
    aside = tmp_path / "aside.csv"
    aside.write_bytes(job.batch.file.open().read())
    job.batch.file.close()
    job.batch.file.storage.delete(job.batch.file.name)

    for _ in range(BatchJob.ATTEMPTS_MAX + 2):
        work_on_batch(job.pk)
    job.refresh_from_db()
    assert (job.stopped_at is None, job.fault) == (False, "FileNotFoundError")
    assert claim_quiet_jobs(timezone.now() + 2 * MINUTE) == []

    aside.rename(path)
    retry_job(job_id=job.pk, actor=COMMAND, now=timezone.now())
    work_on_batch(job.pk)
    assert counts_of(job) == (270, 8, 30)


def test_the_sweep_finds_quiet_jobs_once_and_leaves_busy_ones():
    now = timezone.now()
    job = begin(mixed_lines(), now=now)

    assert claim_quiet_jobs(now + 0.9 * MINUTE) == []
    assert claim_quiet_jobs(now + 1.1 * MINUTE) == [job.pk]
    assert claim_quiet_jobs(now + 1.2 * MINUTE) == []


def test_a_clock_set_back_does_not_hide_a_quiet_job():
    now = timezone.now()
    job = begin(mixed_lines(), now=now)

    assert claim_quiet_jobs(now - 5 * MINUTE) == [job.pk]


@pytest.mark.valkey
def test_the_start_and_the_sweep_wake_a_worker(django_capture_on_commit_callbacks):
    from django_rq import get_queue

    with django_capture_on_commit_callbacks(execute=True):
        job = begin(mixed_lines(), is_watched=False)
        wake_quiet_batches(timezone.now() + 2 * MINUTE)

    jobs = get_queue("low").jobs
    assert [(found.func_name, found.args) for found in jobs] == [
        ("numbers.jobs.work_on_batch", (job.pk,))
    ] * 2
