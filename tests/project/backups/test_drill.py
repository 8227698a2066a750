"""The drill restores where nobody works, says what came of it, and leaves nothing behind."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from project.backups import make_backup
from project.backups.check import list_good, verify_again
from project.backups.drill import drill
from project.incidents import list_open
from project.models import RestoreDrill
from tests.factories import make_member
from tests.project.backups.test_damage import flip

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(settings):
    make_member(points=70)
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "pool.csv").write_text("Number\n")
    return make_backup()


@pytest.mark.parametrize("passphrase", ["", "correct horse"])
def test_it_restores_the_newest_and_changes_nothing(settings, passphrase, capsys):
    settings.BACKUP_PASSPHRASE = passphrase
    make_member(points=70)
    backup = make_backup()
    make_member(points=5)

    call_command("restore_drill")

    assert f"{backup.name} was restored in" in capsys.readouterr().out
    done = RestoreDrill.objects.get()
    assert (done.members, done.points, done.entries, done.error) == (1, 70, 1, "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM accounts_member")
        assert cursor.fetchone() == (2,)
    assert list(settings.BACKUP_WORK_DIR.iterdir()) == []


def test_a_backup_that_cannot_be_restored_is_told_until_one_can(backup):
    flip(backup.folder / "uploads/pool.csv", 2)

    with pytest.raises(CommandError, match=r"uploads/pool.csv was changed or damaged"):
        call_command("restore_drill")

    assert [incident.cause for incident in list_open()] == ["backup.drill"]

    assert list_good(timezone.now()) == []

    flip(backup.folder / "uploads/pool.csv", 2)
    verify_again(backup.name, timezone.now())
    assert drill().error == ""
    assert list_open() == []


def test_what_is_known_to_be_damaged_is_passed_over(backup):
    newer = make_backup()
    flip(newer.folder / newer.database.path, 5_000)
    verify_again(newer.name, timezone.now())

    assert drill().name == backup.name


def test_without_a_backup_it_says_so():
    with pytest.raises(CommandError, match="There is no good backup to restore"):
        call_command("restore_drill")


@pytest.mark.postgres
def test_no_scratch_database_is_left(backup):
    drill()
    flip(backup.folder / backup.database.path, 9)
    drill()

    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE '%%_drill'")
        assert cursor.fetchall() == []
