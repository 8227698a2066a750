"""A backup counts once its copy was reopened and adds up; a failed one loses nothing."""

import os
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from project.backups import BackupFailed, last_failure, list_backups, make_backup
from project.backups.databases import _postgresql_environment, check_sqlite
from project.backups.figures import last_backup
from project.backups.store import Backup, choose_kept
from tests.factories import make_member


@pytest.fixture(autouse=True)
def _own_backup_folder(settings, tmp_path):
    settings.BACKUP_DIR = tmp_path / "backups"


def test_pg_dump_connects_as_django_does(monkeypatch):
    ours = {"HOST": "db.example.org", "PORT": "", "USER": "tally", "PASSWORD": "secret"}
    options = {"host": "/run/postgresql", "sslmode": "verify-full", "prepare_threshold": 2}
    for name, value in {**ours, "OPTIONS": options}.items():
        monkeypatch.setitem(connection.settings_dict, name, value)

    assert _postgresql_environment() == {
        "PGHOST": "db.example.org",
        "PGUSER": "tally",
        "PGPASSWORD": "secret",
        "PGSSLMODE": "verify-full",
    }


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
class TestSqlite:
    def test_holds_every_member_point_and_uploaded_file(self, settings):
        make_member(points=70)
        make_member(points=30)
        upload = settings.MEDIA_ROOT / "uploads" / "pool.csv"
        upload.parent.mkdir(parents=True)
        upload.write_text("Number\n")

        backup = make_backup()

        assert (backup.members, backup.points, backup.uploads) == (2, 100, 1)
        assert check_sqlite(backup.folder / backup.database) == (2, 100)
        assert (backup.folder / "uploads/uploads/pool.csv").read_text() == "Number\n"
        assert list_backups() == [backup]

    def test_an_upload_that_goes_meanwhile_is_left_out(self, settings, monkeypatch):
        make_member(points=70)
        for name in ("a.draft", "b.csv"):
            settings.MEDIA_ROOT.mkdir(exist_ok=True)
            (settings.MEDIA_ROOT / name).write_text("Number\n")

        def link(path, place):
            (settings.MEDIA_ROOT / "a.draft").unlink(missing_ok=True)
            os_link(path, place)

        os_link = os.link
        monkeypatch.setattr("project.backups.make.os.link", link)

        assert make_backup().uploads == 1

    def test_a_ledger_that_does_not_add_up_makes_no_backup(self, monkeypatch):
        member = make_member(points=70)
        monkeypatch.setattr(
            "project.backups.databases.FAULTS",
            f"SELECT COUNT(*) FROM points_wallet WHERE member_id = {member.pk}",
        )

        with pytest.raises(BackupFailed, match="does not add up in 1 wallets"):
            make_backup()

        assert list_backups() == []
        assert "does not add up" in last_failure()["words"]

    def test_a_full_disk_leaves_the_older_backup_and_no_draft(self, settings, monkeypatch):
        older = make_backup()

        def fail(*args):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("project.backups.make.store.keep", fail)
        with pytest.raises(BackupFailed, match="No space left"):
            make_backup()

        assert list_backups() == [older]
        assert [path.name for path in settings.BACKUP_DIR.glob(".draft-*")] == []

    def test_a_damaged_copy_is_told_from_a_good_one(self, tmp_path):
        make_member(points=70)
        backup = make_backup()
        file = tmp_path / "damaged.sqlite3"
        content = bytearray((backup.folder / backup.database).read_bytes())
        content[4096:40960] = bytes(36864)
        file.write_bytes(content)

        with pytest.raises(BackupFailed):
            check_sqlite(file)

    def test_a_success_forgets_the_failure_before_it(self, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr("project.backups.databases.FAULTS", "SELECT 1")
            with pytest.raises(BackupFailed):
                make_backup()

        make_backup()

        assert last_failure() is None

    def test_restore_brings_back_the_data_and_keeps_what_was_there(
        self, settings, tmp_path, monkeypatch
    ):
        make_member(points=70)
        backup = make_backup()
        live = tmp_path / "live.sqlite3"
        with sqlite3.connect(live) as other:
            other.execute("CREATE TABLE present (id INTEGER)")
        settings.VAR_DIR = tmp_path
        monkeypatch.setitem(connection.settings_dict, "NAME", str(live))

        call_command("restore", "latest")

        assert check_sqlite(live) == (1, 70)
        (aside,) = tmp_path.glob("live.sqlite3.before-*")
        with sqlite3.connect(aside) as kept:
            assert kept.execute("SELECT name FROM sqlite_master").fetchall() == [("present",)]
        assert (backup.folder / backup.database).exists()

    @pytest.mark.parametrize("broken", ["shutil.copyfile", "pathlib.Path.replace"])
    def test_a_restore_that_breaks_off_leaves_the_present_database_in_place(
        self, broken, settings, tmp_path, monkeypatch
    ):
        make_member(points=70)
        make_backup()
        live = tmp_path / "live.sqlite3"
        with sqlite3.connect(live) as other:
            other.execute("PRAGMA journal_mode=WAL")
            other.execute("CREATE TABLE present (id INTEGER)")
        settings.VAR_DIR = tmp_path
        monkeypatch.setitem(connection.settings_dict, "NAME", str(live))

        def fail(*args):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(broken, fail)
        with pytest.raises(CommandError, match="No space left"):
            call_command("restore", "latest")

        with sqlite3.connect(live) as kept:
            assert kept.execute("SELECT name FROM sqlite_master").fetchall() == [("present",)]
        assert not live.with_name("live.sqlite3.restoring").exists()

    def test_what_is_restored_is_nobody_elses_to_read(self, settings, tmp_path, monkeypatch):
        make_backup()
        live = tmp_path / "live.sqlite3"
        settings.VAR_DIR = tmp_path
        monkeypatch.setitem(connection.settings_dict, "NAME", str(live))

        call_command("restore", "latest")

        assert live.stat().st_mode & 0o077 == 0

    def test_restore_refuses_a_name_that_is_not_there(self):
        with pytest.raises(CommandError, match="no backup 'yesterday'"):
            call_command("restore", "yesterday")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_postgresql_is_dumped_with_the_sums_of_that_moment():
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    make_member(points=70)
    try:
        backup = make_backup()
    except BackupFailed as error:
        if "server version mismatch" in str(error):
            pytest.skip("pg_dump is older than the server")
        raise

    assert (backup.members, backup.points) == (1, 70)
    assert (backup.folder / backup.database).read_bytes()[:5] == b"PGDMP"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_postgresql_without_pg_dump_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(BackupFailed, match="pg_dump is not installed"):
        make_backup()


def _backup(moment: datetime) -> Backup:
    return Backup(
        name=f"{moment:%Y%m%dT%H%M%S}",
        made_at=moment.isoformat(),
        database="database.sqlite3",
        bytes=1,
        seconds=0.1,
        members=1,
        points=1,
        uploads=0,
    )


def test_keeps_twelve_then_one_an_hour_then_one_a_day():
    newest = datetime(2030, 5, 20, 12, 55, tzinfo=UTC)
    backups = [_backup(newest - timedelta(minutes=5 * index)) for index in range(20 * 288)]

    kept = choose_kept(backups)

    moments = [backup.moment for backup in kept]
    assert moments[:12] == [newest - timedelta(minutes=5 * index) for index in range(12)]
    assert len({f"{moment:%d%H}" for moment in moments[:35]}) == 24
    assert len({moment.date() for moment in moments}) == 14
    assert len(kept) <= 12 + 24 + 14


def test_the_card_warns_once_the_newest_is_over_ten_minutes_old(settings):
    now = timezone.now()
    for minutes, state in ((9, "good"), (11, "warn")):
        shutil.rmtree(settings.BACKUP_DIR, ignore_errors=True)
        backup = _backup(now - timedelta(minutes=minutes))
        _write(settings.BACKUP_DIR, backup)

        assert last_backup(now).state == state


def test_the_card_warns_when_there_is_none():
    assert last_backup(timezone.now()).state == "warn"


@pytest.mark.django_db
def test_only_a_superuser_sees_the_page_and_orders_one(client, valkey):
    User.objects.create_user("staff", password="pw", is_staff=True)
    client.force_login(User.objects.get())

    assert client.get(reverse("backups")).status_code == 403
    assert client.post(reverse("backups")).status_code == 403

    client.force_login(User.objects.create_superuser("root"))
    page = client.post(reverse("backups"), follow=True)
    assert "A backup is being made" in page.content.decode()


def _write(folder: Path, backup: Backup) -> None:
    import json
    from dataclasses import asdict

    (folder / backup.name).mkdir(parents=True)
    (folder / backup.name / "backup.json").write_text(json.dumps(asdict(backup)))
