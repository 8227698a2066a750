"""An import whose process is killed: whoever goes on brings the rest, and nothing twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from threading import Event

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from accounts.models import AuditEntry, LegacyRecord
from accounts.services import COMMAND
from botrunner.jobs import work_on_import
from botrunner.legacy import imports, steps
from botrunner.legacy.imports import begin_look, cancel_import, confirm_import, retry_import
from botrunner.legacy.kinds import KINDS
from botrunner.legacy.uploads import folder_of, keep_upload
from botrunner.models import LegacyImport
from points.models import Entry, Progress, Wallet
from tests.botrunner.engine.bots import ROOT, database_url
from tests.botrunner.legacy.files import run, state, write
from tests.concurrency import run_together

USERS = 450
POINTS, XP = sum(range(1, USERS + 1)), 3 * USERS
PATIENCE_SECONDS = 60
CONTENT = "user_id,balance,xp\n" + "".join(f"{10**6 + n},{n},3\n" for n in range(1, USERS + 1))


def spawn(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "DATABASE_URL": database_url(),
            "SECRET_KEY": settings.SECRET_KEY,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_in_the_middle(process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    try:
        while not Entry.objects.filter(kind="legacy_import").exists():
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert 0 < Entry.objects.filter(kind="legacy_import").count() < USERS


def assert_all_came_once() -> None:
    assert Wallet.objects.aggregate(Sum("balance"))["balance__sum"] == POINTS
    assert Progress.objects.aggregate(Sum("xp"))["xp__sum"] == XP
    assert Entry.objects.filter(kind="legacy_import").count() == USERS
    assert LegacyRecord.objects.filter(member=None).count() == 0


def look(name="users.csv", content=CONTENT) -> LegacyImport:
    kind = KINDS["community_csv"]
    token, size = keep_upload([content.encode()], name=name, kind=kind)
    now = timezone.now()
    job = begin_look(
        kind=kind, ids="telegram", token=token, size=size, name=name, actor=COMMAND, now=now
    )
    work_on_import(job.pk)
    return job


def confirmed() -> LegacyImport:
    return confirm_import(
        look_id=look().pk, actor=COMMAND, rights_confirmed=False, now=timezone.now()
    )


@pytest.fixture(autouse=True)
def no_queue(monkeypatch):
    class NoQueue:
        def enqueue(self, *args, **kwargs):
            pass

    monkeypatch.setattr("project.long_jobs.get_queue", lambda name: NoQueue())
    monkeypatch.setattr("project.long_jobs.PAUSE_SECONDS", 0)
    monkeypatch.setattr("project.long_jobs.TURN_SECONDS", 600)


@pytest.mark.django_db(transaction=True)
def test_the_command_killed_in_the_middle_and_run_again_brings_each_piece_once(tmp_path):
    path = write(tmp_path, "users.csv", CONTENT)
    kill_in_the_middle(spawn("import_legacy", "community_csv", str(path), "--ids=telegram"))

    run("community_csv", path, "--ids=telegram")

    assert_all_came_once()
    before = state()
    run("community_csv", path, "--ids=telegram")
    assert state() == before


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_is_followed_by_one_that_counts_exactly():
    job = confirmed()
    uploads = f"from django.conf import settings; settings.LEGACY_UPLOADS = '{folder_of('')}'"
    work = f"from botrunner.jobs import work_on_import; work_on_import({job.pk})"
    kill_in_the_middle(spawn("shell", "-c", f"{uploads}; {work}"))
    job.refresh_from_db()
    assert job.is_running and 0 < job.done < job.total

    LegacyImport.objects.update(beat_at=timezone.now() - timedelta(minutes=2))
    assert imports.claim_quiet_imports(timezone.now()) == [job.pk]
    work_on_import(job.pk)

    assert_all_came_once()
    job.refresh_from_db()
    assert job.tally["given"] == {"profile": USERS, "points": USERS, "progress": USERS}
    assert job.tally["amounts"] == {"points": POINTS, "xp": XP}
    assert (job.tally["members_new"], job.tally["members_known"]) == (USERS, 0)
    assert AuditEntry.objects.filter(action="legacy.import").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_several_workers_at_the_same_import_bring_each_piece_once():
    job = confirmed()

    assert run_together(*[lambda: work_on_import(job.pk)] * 4) == [None] * 4

    assert_all_came_once()
    job.refresh_from_db()
    assert job.tally["amounts"] == {"points": POINTS, "xp": XP}


def overtake(job: LegacyImport, monkeypatch, rest_seconds: float) -> None:
    """A worker begins a step and rests; another one does, if it can, all the rest meanwhile."""
    begun, over, bring = Event(), Event(), steps._bring

    def rest_at_first(*words):
        if not begun.is_set():
            begun.set()
            over.wait(rest_seconds)
        bring(*words)

    def follow():
        begun.wait(PATIENCE_SECONDS)
        work_on_import(job.pk)
        over.set()

    monkeypatch.setattr(steps, "_bring", rest_at_first)
    run_together(lambda: imports.take_import_step(job.pk, timezone.now()), follow)
    job.refresh_from_db()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_worker_waits_for_the_step_of_another(monkeypatch):
    job = confirmed()

    overtake(job, monkeypatch, 2)

    assert job.done == job.total and job.done_at
    assert job.tally["given"]["points"] == USERS


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_late_worker_would_take_the_report_back(monkeypatch):
    job = confirmed()
    monkeypatch.setattr(steps.long_jobs, "lock_job", lambda jobs, pk: jobs.objects.get(pk=pk))

    overtake(job, monkeypatch, PATIENCE_SECONDS / 2)

    assert job.done < job.total or not job.done_at


@pytest.mark.django_db(transaction=True)
def test_cancelled_on_the_way_it_keeps_what_came_and_the_file_brings_the_rest(monkeypatch):
    job = confirmed()
    imports.take_import_step(job.pk, timezone.now())
    token = job.token

    cancel_import(job_id=job.pk, actor=COMMAND, now=timezone.now())
    work_on_import(job.pk)

    came = Entry.objects.filter(kind="legacy_import").count()
    assert 0 < came < USERS and not folder_of(token).exists()
    work_on_import(confirmed().pk)
    assert_all_came_once()


@pytest.mark.django_db(transaction=True)
def test_a_step_that_fails_stops_the_import_and_it_goes_on_when_asked(monkeypatch):
    job = confirmed()

    def fail(*args, **kwargs):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(steps, "bring_pieces", fail)
        for _ in range(LegacyImport.ATTEMPTS_MAX + 1):
            work_on_import(job.pk)
    job.refresh_from_db()
    assert job.stopped_at and job.fault == "ZeroDivisionError" and job.done == 0

    retry_import(job_id=job.pk, actor=COMMAND, now=timezone.now())
    work_on_import(job.pk)

    assert_all_came_once()


@pytest.mark.django_db(transaction=True)
def test_a_file_read_by_a_worker_that_died_is_read_again(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(steps, "_note_read", lambda *words: 1 / 0)
        job = look()
    job.refresh_from_db()
    assert not job.is_read and job.is_running

    work_on_import(job.pk)

    job.refresh_from_db()
    assert (job.total, job.tally["given"]["points"]) == (3 * USERS, USERS)
    assert sorted(path.name for path in folder_of(job.token).iterdir()) == ["files", "pieces.db"]
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_nobody_confirmed_goes_after_a_day_and_what_was_imported_stays():
    work_on_import(confirmed().pk)
    waiting = look()

    assert imports.drop_old_imports(timezone.now()) == 0
    assert imports.drop_old_imports(timezone.now() + timedelta(days=2)) == 1
    assert not folder_of(waiting.token).exists()
    assert LegacyImport.objects.filter(is_dry=False).count() == 1
    assert LegacyImport.objects.filter(is_dry=True).count() == 1
