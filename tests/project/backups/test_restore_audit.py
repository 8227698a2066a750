"""What is restored knows of it: who, which backup, and what was there before."""

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import AuditEntry
from project.backups import make_backup
from tests.factories import make_member

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def made(live):
    make_member(points=70)
    made = make_backup()
    live()
    call_command("restore", "latest")
    return made


def restored():
    return AuditEntry.objects.filter(action="backup.restore").latest("pk")


def test_a_persons_restore_names_him_the_backup_and_the_difference(made, monkeypatch, tmp_path):
    monkeypatch.setenv("SUDO_USER", "olga")
    make_member(points=5)
    connection.close()

    call_command("restore", made.name)

    entry = restored()
    assert (entry.origin, entry.actor_label) == ("command", "command line (olga)")
    assert (entry.target, entry.details["place"]) == (made.name, "primary")
    assert (entry.details["before"]["members"], entry.details["now"]["members"]) == (2, 1)
    assert (entry.details["before"]["points"], entry.details["now"]["points"]) == (75, 70)
    assert entry.details["kept_as"].startswith("live.sqlite3.before-")
    assert str(tmp_path) not in str(entry.details)


def test_the_start_names_itself(made, tmp_path):
    connection.close()
    (tmp_path / "live.sqlite3").write_bytes(b"x" * 10_000)

    call_command("bootstrap", "--no-demo")

    entry = restored()
    assert (entry.origin, entry.actor_label) == ("system", "start")
    assert entry.details["before"] is None


def test_a_backup_of_an_older_release_is_restored_all_the_same(live, monkeypatch, caplog):
    """Its audit may have other columns until it is migrated."""
    make_member(points=70)
    made = make_backup()
    live()
    call_command("restore", "latest")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry RENAME COLUMN target TO aim")
    older = make_backup()
    connection.close()

    call_command("restore", older.name)

    assert "in no audit: migrate first" in caplog.text
    assert made.name != older.name
