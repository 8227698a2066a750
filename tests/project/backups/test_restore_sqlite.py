"""What is restored is what was kept; what was there stays aside; nothing is ever left half."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command

from project.backups import make_backup, restore_sqlite
from project.backups.sqlite import check_sqlite
from project.models import BackupRun
from project.running.preflight import claim_folder
from tests.factories import make_member
from tests.project.backups.test_damage import flip

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def leave_wal(path) -> None:
    """A database as a killed process leaves it: its last transactions only in the log."""
    script = (
        "import os, sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "database.execute('PRAGMA journal_mode=WAL')\n"
        "database.execute('PRAGMA wal_autocheckpoint=0')\n"
        "database.execute('CREATE TABLE present (id INTEGER)')\n"
        "database.execute('INSERT INTO present VALUES (4711)')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)])
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0


def read_present(path) -> list[tuple[int]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT id FROM present").fetchall()


def test_on_top_of_a_live_log_the_log_goes_aside_and_not_into_what_is_restored(live, tmp_path):
    make_member(points=70)
    make_backup()
    path = live()
    leave_wal(path)

    call_command("restore", "latest")

    held = check_sqlite(path)
    assert (held.members, held.points) == (1, 70)
    with closing(sqlite3.connect(path)) as restored:
        assert not restored.execute("SELECT 1 FROM sqlite_master WHERE name = 'present'").fetchall()
    (run,) = BackupRun.objects.all()
    assert (run.state, run.points) == ("good", 70)
    (aside,) = (p for p in tmp_path.glob("live.sqlite3.before-*Z"))
    assert read_present(aside) == [(4711,)]


def test_a_named_backup_is_restored_and_the_difference_is_said(live, capsys):
    make_member(points=70)
    older = make_backup()
    make_member(points=5)
    newer = make_backup()
    live()
    call_command("restore", newer.name)
    capsys.readouterr()

    call_command("restore", older.name)

    said = capsys.readouterr().out
    rows = {line.split()[0]: line.split()[1:] for line in said.splitlines() if line.strip()}
    assert rows["members"] == ["2", "1"]
    assert rows["points"] == ["75", "70"]
    assert rows["entries"] == ["2", "1"]
    assert "Telegram sends again" in said


def test_updates_that_are_gone_and_messages_that_go_out_again_are_said(live, capsys):
    from botrunner.models import InboxUpdate

    InboxUpdate.objects.create(update_id=100, chat_id=1, payload={})
    older = make_backup()
    InboxUpdate.objects.create(update_id=107, chat_id=1, payload={}, state="answered")
    newer = make_backup()
    live()
    call_command("restore", newer.name)
    capsys.readouterr()

    call_command("restore", older.name)

    said = capsys.readouterr().out
    assert "1 updates that were not answered then are answered again" in said
    assert "Updates after number 100 (up to 7 of them) are gone" in said


@pytest.mark.parametrize(
    "broken",
    [
        "project.backups.restore_sqlite.copy_out",
        "project.backups.restore_sqlite._keep_aside",
        "pathlib.Path.replace",
    ],
)
def test_a_restore_that_breaks_off_leaves_the_present_database(broken, live, monkeypatch):
    make_member(points=70)
    make_backup()
    path = live()
    leave_wal(path)

    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(broken, fail)
    with pytest.raises(CommandError, match="No space left"):
        call_command("restore", "latest")

    assert read_present(path) == [(4711,)]
    assert not path.with_name("live.sqlite3.restoring").exists()


def test_it_refuses_while_another_process_has_the_database_open(live):
    make_member(points=70)
    make_backup()
    path = live()
    leave_wal(path)
    script = (
        "import sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1])\n"
        "database.execute('SELECT * FROM present').fetchall()\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        with pytest.raises(CommandError, match=f"in use: process {other.pid}"):
            call_command("restore", "latest")
        assert read_present(path) == [(4711,)]

        call_command("restore", "latest", "--force")

        assert check_sqlite(path).points == 70
        other.stdin.close()


def test_two_at_once_do_not_write_into_each_others_draft(live, monkeypatch):
    """Also forced: the second begins when the first has checked what it is to put in place."""
    make_member(points=70)
    older = make_backup()
    make_member(points=5)
    newer = make_backup()
    path = live()

    def check_and_be_overtaken(draft):
        held = check_sqlite(draft)
        with pytest.raises(CommandError, match="Another restore is under way"):
            call_command("restore", older.name, "--force")
        return held

    monkeypatch.setattr(restore_sqlite, "check_sqlite", check_and_be_overtaken)
    call_command("restore", newer.name, "--force")
    assert check_sqlite(path).points == 75

    monkeypatch.setattr(restore_sqlite, "check_sqlite", check_sqlite)
    call_command("restore", older.name, "--force")
    assert check_sqlite(path).points == 70


def test_where_the_system_names_no_processes_the_database_itself_tells(live, monkeypatch):
    make_backup()
    path = live()
    leave_wal(path)
    monkeypatch.setattr("project.backups.restore_sqlite.list_users", lambda live: [])
    with closing(sqlite3.connect(path)) as other:
        other.execute("SELECT * FROM present").fetchall()

        with pytest.raises(CommandError, match="in use: database is locked"):
            call_command("restore", "latest")

    assert read_present(path) == [(4711,)]


def test_it_refuses_while_tallyhouse_runs_on_the_folder(live, settings):
    make_backup()
    live()
    with claim_folder(settings.VAR_DIR), pytest.raises(CommandError, match="already running"):
        call_command("restore", "latest")


def test_latest_passes_over_what_is_damaged_and_says_so(live, capsys):
    make_member(points=70)
    make_backup()
    make_member(points=5)
    newer = make_backup()
    flip(newer.folder / newer.database.path, 5_000)
    path = live()

    call_command("restore", "latest")

    assert check_sqlite(path).points == 70
    assert f"{newer.name} in the primary place is no good" in capsys.readouterr().err


def test_a_damaged_backup_is_not_restored_by_its_name_either(live):
    backup = make_backup()
    flip(backup.folder / backup.database.path, 5_000)
    live()

    with pytest.raises(CommandError, match="None of the 1 copies tried is good"):
        call_command("restore", backup.name)


def test_uploaded_files_come_back_and_those_that_are_there_stay(live, settings):
    settings.MEDIA_ROOT.mkdir()
    for name in ("a.csv", "b.csv"):
        (settings.MEDIA_ROOT / name).write_text(name)
    make_backup()
    (settings.MEDIA_ROOT / "a.csv").unlink()
    (settings.MEDIA_ROOT / "b.csv").write_text("newer")
    live()

    call_command("restore", "latest")

    texts = {path.name: path.read_text() for path in settings.MEDIA_ROOT.iterdir()}
    assert texts == {"a.csv": "a.csv", "b.csv": "newer"}


def test_a_sealed_backup_is_restored_with_its_passphrase_and_refused_without(live, settings):
    settings.BACKUP_PASSPHRASE = "correct horse"
    make_member(points=70)
    make_backup()
    path = live()
    leave_wal(path)
    settings.BACKUP_PASSPHRASE = "another"
    with pytest.raises(CommandError, match="None of the 1 copies"):
        call_command("restore", "latest")
    assert read_present(path) == [(4711,)]
    settings.BACKUP_PASSPHRASE = "correct horse"

    call_command("restore", "latest")

    assert check_sqlite(path).points == 70


def test_what_is_restored_is_nobody_elses_to_read(live):
    make_backup()
    path = live()

    call_command("restore")

    assert path.stat().st_mode & 0o077 == 0


def test_a_name_that_is_not_there(live):
    with pytest.raises(CommandError, match="no backup 'yesterday'"):
        call_command("restore", "yesterday")


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(6))
def test_killed_at_any_step_there_is_a_whole_database(live, tmp_path, settings, moment):
    """Killed at the n-th change of a name in the folder: the old one or the new one."""
    make_member(points=70)
    backup = make_backup()
    path = live()
    leave_wal(path)
    script = f"""
import os, sys, django; django.setup()
from pathlib import Path
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
left = {moment}
def stop(event, args):
    global left
    names = ("os.rename", "os.link", "os.remove", "shutil.copyfile")
    if event in names and sys.argv[1] in str(args):
        if left == 0:
            os.kill(os.getpid(), 9)
        left -= 1
sys.addaudithook(stop)
from project.backups.restore_sqlite import put_in_place
put_in_place(Path(sys.argv[2]), is_forced=False)
"""
    subprocess.run(
        [sys.executable, "-c", script, str(path), str(backup.folder / backup.database.path)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR)},
    )

    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        names = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
    if "present" in names:
        assert read_present(path) == [(4711,)]
    else:
        assert check_sqlite(path).points == 70
