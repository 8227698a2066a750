"""Imports with a process that is killed, and several at the same time, on PostgreSQL."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from numbers.importing import reader, store
from numbers.jobs import work_on_batch
from numbers.models import Batch, BatchJob, Number, Rejection
from tests.botrunner.engine.bots import ROOT, database_url
from tests.concurrency import run_together
from tests.factories.numbers import make_pool
from tests.numbers.imports import begin, counts_of, mixed_lines, numbered

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
LINES = 250_000
# Every tenth line of `mixed_lines` is bad, one in four of those a repeat.
EXACT = (225_000, 6_250, 25_000)
PATIENCE_SECONDS = 60


def test_killed_in_the_middle_every_line_counts_once(tmp_path, capsys):
    path = tmp_path / "large.csv"
    path.write_text("\n".join(mixed_lines(LINES)) + "\n", encoding="utf-8")
    words = ["import_numbers", str(path), "--pool=UAE", "--country=AE", "--rights-confirmed"]
    killed = subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "DATABASE_URL": database_url(),
            "SECRET_KEY": settings.SECRET_KEY,
            # Where this process looks for it.
            "MEDIA_ROOT": str(Path(Batch._meta.get_field("file").storage.location).parent),
        },
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for_first_block()
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    job = BatchJob.objects.get()
    assert job.is_running
    assert Number.objects.count() == counts_of(job)[0] < EXACT[0]

    call_command(*words, "--json")

    assert '"accepted": 225000' in capsys.readouterr().out
    assert counts_of(job) == EXACT
    assert (Number.objects.count(), Rejection.objects.count()) == (EXACT[0], EXACT[2])


def wait_for_first_block() -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not BatchJob.objects.filter(line__gt=0).exists():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_several_workers_at_the_same_file_count_each_line_once(monkeypatch):
    monkeypatch.setattr(reader, "BLOCK_BYTES", 2_000)
    job = begin(mixed_lines(3_000))

    assert run_together(*[lambda: work_on_batch(job.pk)] * 4) == [None] * 4

    assert counts_of(job) == (2_700, 75, 300)
    assert (Number.objects.count(), Rejection.objects.count()) == (2_700, 300)


@pytest.fixture
def slow_inserts():
    """So that two imports at the same time are in the middle of it together."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION tests_nap() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(0.003); RETURN NEW; END $$;"
            "CREATE TRIGGER tests_nap BEFORE INSERT ON numbers_number"
            " FOR EACH ROW EXECUTE FUNCTION tests_nap()"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION tests_nap CASCADE")


def import_against_each_other(count):
    """Two files of the same numbers, one from the first to the last, one from the last on."""
    pool, lines = make_pool(), numbered(1_000_000, count)
    jobs = [begin(lines, pool=pool), begin(lines[::-1], pool=pool)]
    run_together(*[lambda job=job: work_on_batch(job.pk) for job in jobs])
    return jobs


def share_out(jobs):
    """Accepted, duplicates and rejected of all."""
    return tuple(map(sum, zip(*map(counts_of, jobs), strict=True)))


def list_faults():
    return sorted(BatchJob.objects.values_list("fault", flat=True))


def test_two_files_of_the_same_numbers_in_opposite_order_share_them_out(monkeypatch):
    monkeypatch.setattr(reader, "BLOCK_BYTES", 20_000)

    jobs = import_against_each_other(8_000)

    assert share_out(jobs) == (8_000, 8_000, 8_000)
    assert BatchJob.objects.filter(done_at=None).count() == 0
    assert list_faults() == ["", ""]


@pytest.mark.usefixtures("slow_inserts")
def test_two_blocks_in_opposite_order_wait_for_each_other_and_not_for_good():
    jobs = import_against_each_other(300)

    assert (share_out(jobs), list_faults()) == ((300, 300, 300), ["", ""])


@pytest.mark.usefixtures("slow_inserts")
def test_without_their_order_the_two_blocks_lock_each_other_out(monkeypatch):
    """The control: what the order of the numbers keeps from happening."""
    unordered = store._INSERT_POSTGRESQL.replace("ORDER BY e164", "")
    assert unordered != store._INSERT_POSTGRESQL
    monkeypatch.setattr(store, "_INSERT_POSTGRESQL", unordered)
    monkeypatch.setattr(store, "sorted", list, raising=False)

    jobs = import_against_each_other(300)

    # PostgreSQL ends one of the two; the sweep would try it again.
    assert list_faults() == ["", "OperationalError"]
    assert share_out(jobs) == (300, 0, 0)


def test_a_number_deleted_while_it_is_in_the_way_is_still_counted(monkeypatch):
    """Between the insert, which steps over it, and the look at what was left out."""
    first = begin(numbered(1_000_000, 10))
    work_on_batch(first.pk)
    execute = store._LEFT_OUT

    class Deleting(str):
        pass

    monkeypatch.setattr(store, "_LEFT_OUT", Deleting(execute))

    def delete_first(run, sql, params, many, context):
        if isinstance(sql, Deleting):
            run_together(lambda: Number.objects.filter(batch=first.batch_id).delete())
        return run(str(sql), params, many, context)

    job = begin(numbered(1_000_005, 10))
    with connection.execute_wrapper(delete_first):
        work_on_batch(job.pk)

    assert counts_of(job) == (5, 5, 5)
