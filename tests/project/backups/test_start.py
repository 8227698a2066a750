"""./run on a damaged SQLite database: the newest good backup takes its place, loudly."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Member, OutboxMessage
from accounts.services import tell_of_backups
from project.backups import make_backup
from project.incidents import list_open
from tests.factories import make_member
from tests.factories.staff import make_staff_member
from tests.project.backups.test_damage import flip

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def start() -> str:
    out, said = io.StringIO(), io.StringIO()
    call_command("bootstrap", "--no-demo", stdout=out, stderr=said)
    assert isinstance(json.loads(out.getvalue()), dict)
    return said.getvalue()


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"not a database at all, but long enough for one" * 100),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(
            path.read_bytes()[:4096] + bytes(40_960) + path.read_bytes()[45_056:]
        ),
        lambda path: path.write_bytes(path.read_bytes()[:100_000]),
    ],
    ids=["foreign", "empty", "zeros", "cut off"],
)
def test_a_damaged_database_is_set_aside_and_the_newest_good_backup_restored(
    live,
    damage,
    caplog,
    tmp_path,
):
    make_staff_member("Chief", first_name="Ann")
    make_backup()
    newer = make_backup()
    path = live()
    call_command("restore", "latest")
    connection.close()
    damage(path)
    content = path.read_bytes()

    said = start()

    assert "THE DATABASE IS DAMAGED" in said
    assert f"Restored {newer.name}" in said
    assert "The database is damaged" in caplog.text
    assert Member.objects.get().first_name == "Ann"
    (incident,) = list_open()
    assert incident.cause == "backup.restored"
    kept = max(tmp_path.glob("live.sqlite3.before-*Z"))
    # But for the mark of its journal in the header.
    assert kept.read_bytes()[100:] == content[100:]
    assert kept.name in incident.words
    assert str(tmp_path) not in incident.words
    tell_of_backups(now=incident.opened_at)
    assert OutboxMessage.objects.get().kind == "incident.begun"


def test_a_damaged_newest_backup_is_passed_over(live):
    make_member(points=70)
    older = make_backup()
    newer = make_backup()
    flip(newer.folder / newer.database.path, 5_000)
    live().write_bytes(b"x" * 10_000)

    said = start()

    assert f"Restored {older.name}" in said


def test_without_a_good_backup_it_does_not_start_and_touches_nothing(live):
    path = live()
    path.write_bytes(b"x" * 10_000)

    with pytest.raises(CommandError, match="no backup 'latest'"):
        start()

    assert path.read_bytes() == b"x" * 10_000


def test_a_sound_database_is_left_alone(live):
    make_member(points=70)
    make_backup()
    path = live()
    call_command("restore", "latest")
    make_member(points=5)
    connection.close()

    assert "DAMAGED" not in start()

    assert Member.objects.count() == 2
    assert path.exists()


@pytest.mark.slow
def test_a_missing_database_is_not_restored_and_the_backup_is_named(live):
    """Somebody may have moved it away to start afresh."""
    make_member(points=70)
    make_backup()
    live()

    said = start()

    assert "manage.py restore latest" in said
    assert not Member.objects.exists()
