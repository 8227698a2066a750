"""A dump is restored beside the present database, proven there, and takes its place."""

import shutil

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Member
from project.backups import BackupFailed, make_backup, restore_postgresql
from project.backups.restore_postgresql import _connect, _server
from project.models import BackupRun
from tests.factories import make_member
from tests.project.backups.test_damage import flip

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def list_databases() -> set[str]:
    """Those of this test's database."""
    with _server() as server:
        rows = server.execute("SELECT datname FROM pg_database").fetchall()
    name = connection.settings_dict["NAME"]
    return {row[0] for row in rows if row[0].startswith(name)}


@pytest.fixture(autouse=True)
def _drop_what_was_kept_aside(transactional_db):
    yield
    connection.close()
    name = connection.settings_dict["NAME"]
    with _server() as server:
        for other in list_databases() - {name}:
            server.execute(f'DROP DATABASE "{other}" WITH (FORCE)')


def test_what_was_kept_comes_back_and_what_was_there_stays_aside(capsys):
    make_member(points=70, first_name="Ann")
    make_backup()
    make_member(points=5)
    (before,) = list_databases()

    call_command("restore", "latest")

    assert list(Member.objects.values_list("first_name", flat=True)) == ["Ann"]
    (aside,) = list_databases() - {before}
    with _connect(aside) as kept:
        assert kept.execute("SELECT COUNT(*) FROM accounts_member").fetchone() == (2,)
    said = capsys.readouterr().out
    rows = {line.split()[0]: line.split()[1:] for line in said.splitlines() if line.strip()}
    assert rows["points"] == ["75", "70"]
    assert aside in said
    assert (BackupRun.objects.get().state, BackupRun.objects.get().points) == ("good", 70)


def test_the_rules_of_the_ledger_come_back_with_it():
    from django.db import DatabaseError

    member = make_member(points=70)
    make_backup()

    call_command("restore", "latest")

    with pytest.raises(DatabaseError, match="a balance moves only together with an entry"):
        member.wallet.__class__.objects.filter(pk=member.pk).update(balance=1)
    make_member(points=3)


def test_it_refuses_while_others_are_connected_unless_forced():
    make_member(points=70)
    make_backup()
    make_member(points=5)
    name = connection.settings_dict["NAME"]
    with _connect(name) as other:
        other.execute("SELECT 1")
        with pytest.raises(CommandError, match=r"in use: connection \d+"):
            call_command("restore", "latest")
        assert Member.objects.count() == 2
        assert list_databases() == {name}

        call_command("restore", "latest", "--force")

    assert Member.objects.count() == 1


def test_two_at_once_do_not_fill_each_others_draft(monkeypatch):
    """Also forced: the second begins when the first has proven what it is to put in place."""
    make_member(points=70)
    make_backup()
    swap = restore_postgresql._swap

    def be_overtaken_and_swap(*args, **kwargs):
        with pytest.raises(CommandError, match="Another restore is under way"):
            call_command("restore", "latest", "--force")
        swap(*args, **kwargs)

    monkeypatch.setattr(restore_postgresql, "_swap", be_overtaken_and_swap)
    call_command("restore", "latest", "--force")

    assert Member.objects.count() == 1


def test_a_restore_of_another_database_is_in_nobodys_way():
    make_member(points=70)
    make_backup()
    with _server() as another:
        restore_postgresql._lock_out_others(another, "another_community")

        call_command("restore", "latest")

    assert Member.objects.count() == 1


def test_a_damaged_dump_changes_nothing():
    make_member(points=70)
    backup = make_backup()
    flip(backup.folder / backup.database.path, backup.database.bytes // 2)
    databases = list_databases()

    with pytest.raises(CommandError, match="None of the 1 copies"):
        call_command("restore", "latest")

    assert list_databases() == databases
    assert Member.objects.count() == 1


def test_a_dump_that_holds_something_else_never_takes_the_place(monkeypatch):
    """Past the check of its files: what was restored is summed up before it is put in place."""
    from dataclasses import replace

    make_member(points=70)
    backup = make_backup()
    make_member(points=5)
    databases = list_databases()
    wrong = replace(backup.holdings, points=71)

    with pytest.raises(BackupFailed, match="holds 70 points and should hold 71"):
        restore_postgresql.put_in_place(
            backup.folder / backup.database.path, wrong, is_forced=False
        )

    assert list_databases() == databases
    assert Member.objects.count() == 2


def test_a_restore_that_breaks_off_before_the_swap_leaves_the_present_database(monkeypatch):
    make_member(points=70)
    make_backup()
    make_member(points=5)
    databases = list_databases()

    def fail(*args, **kwargs):
        raise BackupFailed("The power went.")

    monkeypatch.setattr(restore_postgresql, "_swap", fail)
    with pytest.raises(CommandError, match="The power went"):
        call_command("restore", "latest")

    assert list_databases() == databases
    assert Member.objects.count() == 2


def test_a_user_who_may_not_make_databases_is_told_what_to_do(monkeypatch):
    make_backup()
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS humble")
        cursor.execute("CREATE ROLE humble LOGIN")
    monkeypatch.setitem(connection.settings_dict, "USER", "humble")
    connection.close()
    try:
        with pytest.raises(CommandError, match="ALTER ROLE humble CREATEDB"):
            call_command("restore", "latest")
    finally:
        monkeypatch.undo()
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("DROP ROLE humble")
    assert list_databases() == {name}


def test_no_dump_without_pg_dump_and_it_says_how_to_get_it(monkeypatch):
    from project.backups import pg_tools

    monkeypatch.setattr(pg_tools, "FOLDERS", ())
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(BackupFailed, match=r"not installed: apt install postgresql-client-\d+"):
        make_backup()


def test_a_pg_dump_older_than_the_server_is_not_used(monkeypatch, tmp_path):
    from project.backups import pg_tools

    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    monkeypatch.setattr(pg_tools, "FOLDERS", (str(tmp_path),))
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(BackupFailed, match="pg_dump is of version 9 and the server of version"):
        make_backup()


def test_a_password_is_no_argument_and_in_no_log(monkeypatch, caplog):
    """A process list shows arguments to everybody."""
    from project.backups import pg_tools

    commands = []
    really = pg_tools.subprocess.run

    def run(command, **kwargs):
        commands.append(" ".join(map(str, command)))
        return really(command, **kwargs)

    monkeypatch.setattr(pg_tools.subprocess, "run", run)
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "hunter2-canary")

    make_backup()

    assert any("pg_dump" in command for command in commands)
    assert not any("hunter2-canary" in command for command in commands)
    assert "hunter2-canary" not in caplog.text
