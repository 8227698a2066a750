"""One flipped byte anywhere, and a backup is not called good any more."""

from dataclasses import replace

import pytest
from django.utils import timezone

from project.backups import BackupFailed, deliver, list_backups, make_backup
from project.backups.check import check_backup, list_good, verify_again
from project.backups.places import list_damaged
from project.models import BackupCheck
from tests.factories import make_member

pytestmark = pytest.mark.django_db(transaction=True)


def flip(path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


@pytest.fixture
def backup(settings):
    make_member(points=70)
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "pool.csv").write_text("Number\n")
    return make_backup()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.8, 0.999999])
def test_a_flipped_byte_of_the_database_is_found(backup, share):
    path = backup.folder / backup.database.path
    flip(path, int(backup.database.bytes * share))

    with pytest.raises(BackupFailed, match="was changed or damaged"):
        check_backup(backup)


def test_a_flipped_byte_of_an_uploaded_file_is_found(backup):
    flip(backup.folder / "uploads/pool.csv", 3)

    with pytest.raises(BackupFailed, match=r"uploads/pool.csv was changed"):
        check_backup(backup)


def test_a_flipped_byte_of_the_description_takes_it_off_the_list(backup):
    path = backup.folder / "backup.json"
    for position in range(0, path.stat().st_size, 7):
        flip(path, position)

        assert list_backups() == []
        (damaged,) = list_damaged()
        assert damaged.name == backup.name
        flip(path, position)
    assert list_backups() == [backup]


def test_a_file_that_is_gone_is_found(backup):
    (backup.folder / backup.database.path).unlink()

    with pytest.raises(BackupFailed, match="cannot be read"):
        check_backup(backup)


def test_figures_that_are_not_those_of_the_database_are_found(backup):

    wrong = replace(backup, holdings=replace(backup.holdings, points=71))

    with pytest.raises(BackupFailed, match="holds 70 points and should hold 71"):
        check_backup(wrong)


def test_a_disk_that_lies_is_found_out_at_once(monkeypatch, settings):
    """What is read back differs from what was written: it never becomes a backup."""

    really = deliver.copy_in

    def copy_in(source, target, *args):
        found = really(source, target, *args)
        flip(target, 100)
        return found

    monkeypatch.setattr(deliver, "copy_in", copy_in)

    with pytest.raises(BackupFailed, match="does not give back what was written"):
        make_backup()

    assert list_backups() == []


def test_what_was_looked_at_again_is_remembered_and_passed_over(backup, second):
    newer = make_backup()
    now = timezone.now()
    assert verify_again(newer.name, now) == ""
    flip(newer.folder / newer.database.path, 5_000)

    assert "was changed or damaged" in verify_again(newer.name, now)

    assert set(BackupCheck.objects.values_list("place", "words")) == {
        ("primary", f"{newer.database.path} was changed or damaged."),
        ("second", ""),
    }
    assert [(good.name, good.place) for good in list_good(now)] == [
        (newer.name, "second"),
        (backup.name, "primary"),
    ]
