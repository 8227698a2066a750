"""A backup counts once its copy was reopened and adds up; it holds what was there."""

import os
import re
import stat

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from project.backups import BackupFailed, deliver, list_backups, make_backup
from project.backups.check import check_backup, check_database, opened
from project.backups.ledger import Holdings
from project.models import BackupRun, Incident
from tests.factories import make_member
from tests.project.backups.ledgers import without_triggers

pytestmark = pytest.mark.django_db(transaction=True)


def upload(settings, name: str, text: str) -> None:
    path = settings.MEDIA_ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_holds_every_member_point_and_uploaded_file(settings):
    make_member(points=70)
    make_member(points=30)
    upload(settings, "uploads/pool.csv", "Number\n")

    backup = make_backup()

    held = backup.holdings
    assert (held.members, held.points, held.entries) == (2, 100, 2)
    assert [file.path for file in backup.uploads] == ["uploads/uploads/pool.csv"]
    assert (backup.folder / backup.uploads[0].path).read_text() == "Number\n"
    assert list_backups() == [backup]
    with opened(backup) as file:
        found = check_database(file, connection.vendor)
    assert (found.members, found.points, found.entries) == (2, 100, 2)


def test_the_time_of_the_last_entry_is_kept():
    make_member(points=70)
    before = timezone.now().isoformat()[:16]

    last = make_backup().holdings.last_entry_at

    assert last.startswith(before[:13])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00", last)


def test_an_empty_database_makes_a_backup():
    assert make_backup().holdings == Holdings(members=0, points=0, entries=0, last_entry_at="")


def test_the_copies_in_both_places_are_good_and_share_no_file(settings, second):
    upload(settings, "pool.csv", "Number\n")

    make_backup()

    backups = list_backups()
    assert [backup.place for backup in backups] == ["primary", "second"]
    files = [backup.folder / file.path for backup in backups for file in backup.files]
    assert len({file.stat().st_ino for file in files}) == 4
    for backup in backups:
        check_backup(backup)


def test_what_was_uploaded_before_is_not_stored_again(settings):
    upload(settings, "old.csv", "Number\n")
    first = make_backup()
    upload(settings, "new.csv", "Number\n1\n")

    later = make_backup()

    kept = {file.path: (later.folder / file.path).stat().st_ino for file in later.uploads}
    assert set(kept) == {"uploads/old.csv", "uploads/new.csv"}
    assert kept["uploads/old.csv"] == (first.folder / "uploads/old.csv").stat().st_ino
    check_backup(later)


def test_an_upload_that_changed_is_stored_anew(settings):
    upload(settings, "pool.csv", "Number\n")
    make_backup()
    upload(settings, "pool.csv", "NUMBER\n")
    os.utime(settings.MEDIA_ROOT / "pool.csv", ns=(0, 1))

    later = make_backup()

    assert (later.folder / "uploads/pool.csv").read_text() == "NUMBER\n"
    check_backup(later)


def test_an_upload_that_goes_meanwhile_is_left_out(settings, monkeypatch):
    for name in ("a.draft", "b.csv"):
        upload(settings, name, "Number\n")

    def copy_in(source, *args):
        (settings.MEDIA_ROOT / "a.draft").unlink(missing_ok=True)
        return really(source, *args)

    really = deliver.copy_in
    monkeypatch.setattr(deliver, "copy_in", copy_in)

    backup = make_backup()

    assert [file.path for file in backup.uploads] == ["uploads/b.csv"]
    check_backup(backup)


def test_a_ledger_that_does_not_add_up_makes_no_backup():
    member = make_member(points=70)
    with without_triggers("points_wallet") as cursor:
        cursor.execute("UPDATE points_wallet SET balance = 71 WHERE member_id = %s", [member.pk])

    with pytest.raises(BackupFailed, match="does not add up in 1 wallets"):
        make_backup()

    assert list_backups() == []
    assert "does not add up" in BackupRun.objects.get().error
    assert Incident.objects.get(closed_at=None).cause == "backup.failed"


def test_a_success_ends_what_the_failure_before_it_began(settings, tmp_path):
    (tmp_path / "file").write_text("")
    good, emergency = settings.BACKUP_DIR, settings.BACKUP_EMERGENCY_DIR
    settings.BACKUP_DIR = settings.BACKUP_EMERGENCY_DIR = tmp_path / "file" / "none"
    with pytest.raises(BackupFailed, match="primary: Not a directory; emergency"):
        make_backup()
    settings.BACKUP_DIR, settings.BACKUP_EMERGENCY_DIR = good, emergency

    make_backup()

    assert not Incident.objects.filter(closed_at=None).exists()
    states = BackupRun.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["failed", "good"]


def test_what_is_kept_is_nobody_elses_to_read(settings):
    upload(settings, "deep/pool.csv", "Number\n")

    backup = make_backup()

    files = (path for path in backup.folder.rglob("*") if path.is_file())
    for path in (backup.folder.parent, backup.folder, *files):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_the_command_says_what_it_made_and_why_it_did_not(capsys, settings, tmp_path):
    make_member(points=70)
    call_command("backup")
    assert "1 members, 70 points, 0 uploaded files" in capsys.readouterr().out

    (tmp_path / "file").write_text("")
    settings.BACKUP_WORK_DIR = tmp_path / "file" / "none"
    with pytest.raises(CommandError, match="cannot be used"):
        call_command("backup")
