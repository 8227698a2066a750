"""Whatever happens to a disk or to the process: the last good backup is untouched."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings as live_settings
from django.db import connection

from project.backups import BackupBusy, BackupFailed, list_backups, make, make_backup
from project.backups.check import check_backup
from project.models import BackupRun, Incident
from tests.factories import make_member
from tests.project.backups.disks import files_at_most, mounted, read_only

pytestmark = pytest.mark.django_db(transaction=True)

MEGABYTE = 1024 * 1024


def fill(settings, megabytes: int) -> None:
    settings.MEDIA_ROOT.mkdir(exist_ok=True)
    (settings.MEDIA_ROOT / "large.csv").write_bytes(os.urandom(megabytes * MEGABYTE))


def everything_below(folder) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_full_disk_leaves_the_older_backup_whole_and_the_new_one_goes_to_the_second_place(
    settings, second
):
    with mounted(settings.BACKUP_DIR, "size=20m"):
        make_member(points=70)
        older = make_backup()
        fill(settings, 30)

        newer = make_backup()

        assert newer.place == "second"
        in_primary = [b for b in list_backups() if b.place == "primary"]
        assert in_primary == [older]
        check_backup(older)
        assert list(settings.BACKUP_DIR.glob(".draft-*")) == []
        incident = Incident.objects.get(closed_at=None)
        assert (incident.cause, incident.words) == ("backup.primary", "No space left on device")


def test_with_both_places_full_it_goes_to_the_emergency_place(settings, second, tmp_path):
    with mounted(settings.BACKUP_DIR, "size=100k"), mounted(second.folder, "size=100k"):
        backup = make_backup()

        assert backup.place == "emergency"
        check_backup(backup)
        causes = Incident.objects.order_by("cause").values_list("cause", flat=True)
        assert list(causes) == ["backup.primary", "backup.second"]


def test_with_all_places_full_there_is_none_and_the_older_ones_stay(settings):
    with (
        mounted(settings.BACKUP_DIR, "size=20m"),
        mounted(settings.BACKUP_EMERGENCY_DIR, "size=100k"),
    ):
        older = make_backup()
        fill(settings, 30)

        with pytest.raises(BackupFailed, match="primary: No space left .*; emergency: No space"):
            make_backup()

        assert list_backups() == [older]
        check_backup(older)
        assert everything_below(settings.BACKUP_EMERGENCY_DIR) == []
        assert everything_below(settings.BACKUP_WORK_DIR) == []


def test_a_read_only_place_is_said_and_the_other_takes_it(settings, second):
    with read_only(settings.BACKUP_DIR):
        backup = make_backup()

        assert backup.place == "second"
        assert Incident.objects.get().cause == "backup.primary"


def test_a_second_place_that_is_given_up_is_no_incident_any_more(settings, second):
    with read_only(second.folder):
        make_backup()
    assert Incident.objects.get(closed_at=None).cause == "backup.second"
    settings.BACKUP_SECOND_DIR = ""

    make_backup()

    assert not Incident.objects.filter(closed_at=None).exists()


def test_without_room_to_work_it_works_in_a_place(settings):
    """Where the copy is made and where it is kept may be two disks."""
    with mounted(settings.BACKUP_WORK_DIR, "size=100k"):
        backup = make_backup()

        check_backup(backup)
        assert everything_below(settings.BACKUP_WORK_DIR) == []
        assert list(settings.BACKUP_DIR.glob(".draft-*")) == []


def test_sealed_backups_are_never_worked_at_in_their_place(settings):
    settings.BACKUP_PASSPHRASE = "correct horse"
    with mounted(settings.BACKUP_WORK_DIR, "size=100k"):
        with pytest.raises(BackupFailed):
            make_backup()

        assert everything_below(settings.BACKUP_DIR) == []


def test_a_full_disk_without_a_disk_of_its_own(settings, second):
    """The same by the limit of a process: what a user that is not root can try."""
    older = make_backup()
    size = older.database.bytes

    with files_at_most(size // 2), pytest.raises(BackupFailed):
        make_backup()

    assert {backup.name for backup in list_backups()} == {older.name}
    for backup in list_backups():
        check_backup(backup)
    assert everything_below(settings.BACKUP_WORK_DIR) == []


MAKE = """
import django, sys; django.setup()
from django.conf import settings
from pathlib import Path
from django.db import connection
folder = Path(sys.argv[1])
settings.BACKUP_DIR, settings.BACKUP_WORK_DIR = folder / "backups", folder / "work"
settings.BACKUP_EMERGENCY_DIR, settings.BACKUP_SECOND_DIR = folder / "emergency", ""
settings.MEDIA_ROOT = folder / "media"
connection.settings_dict["NAME"] = sys.argv[2]
from project.backups import make_backup
while True:
    make_backup()
    print("made", flush=True)
"""


def start_making(folder) -> subprocess.Popen:
    database = str(connection.settings_dict["NAME"])
    return subprocess.Popen(
        [sys.executable, "-c", MAKE, str(folder), database],
        cwd=live_settings.BASE_DIR,
        env={**os.environ, "LOG_LEVEL": "ERROR", "PYTHONPATH": str(live_settings.BASE_DIR)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_killed_at_any_moment_what_is_listed_is_good(settings, tmp_path):
    make_member(points=70)
    fill(settings, 3)
    for made, pause in enumerate((0.0, 0.02, 0.05, 0.1, 0.2, 0.4), start=1):
        process = start_making(tmp_path)
        assert process.stdout.readline() == "made\n"
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        backups = list_backups()
        assert len(backups) >= made
        for backup in backups:
            check_backup(backup)

    newest = make_backup()

    check_backup(newest)
    assert list(settings.BACKUP_DIR.glob(".draft-*")) == []
    assert everything_below(settings.BACKUP_WORK_DIR) == []
    assert not BackupRun.objects.filter(state=BackupRun.State.RUNNING).exists()


def test_one_at_a_time_and_the_second_fails_nobody(monkeypatch):
    seen = []

    def meanwhile(*args):
        with pytest.raises(BackupBusy):
            make_backup()
        seen.append(args)
        return really(*args)

    really = make.deliver
    monkeypatch.setattr(make, "deliver", meanwhile)

    make_backup()

    assert len(seen) == 1
    assert len(list_backups()) == 1
    assert set(BackupRun.objects.values_list("state", flat=True)) == {"good"}
    assert not Incident.objects.exists()
