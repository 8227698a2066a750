"""What lies in a bucket brings everything back, and nothing outside of its place."""

import json
import shutil

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Member
from project.backups import BackupFailed, make_backup, s3
from project.backups.drill import drill
from project.backups.manifest import _sum_of
from tests.factories import make_member
from tests.project.backups.test_damage import flip
from tests.project.backups.test_s3 import causes, upload

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("store")]


def lose_all_folders(settings):
    shutil.rmtree(settings.BACKUP_DIR)
    shutil.rmtree(settings.BACKUP_EMERGENCY_DIR, ignore_errors=True)


@pytest.mark.sqlite
def test_it_is_restored_when_every_folder_is_lost(store, settings, live, capsys):
    make_member(points=70, first_name="Ann")
    upload(settings, "pool.csv", b"Number\n")
    made = make_backup()
    lose_all_folders(settings)
    shutil.rmtree(settings.MEDIA_ROOT)
    live()

    call_command("restore", "latest")

    assert Member.objects.get().first_name == "Ann"
    assert (settings.MEDIA_ROOT / "pool.csv").read_bytes() == b"Number\n"
    assert made.name in capsys.readouterr().out
    assert not list(settings.BACKUP_WORK_DIR.glob("opened-*"))


@pytest.mark.sqlite
def test_a_damaged_one_there_is_passed_over_for_an_older(store, settings, live, capsys):
    make_member(points=70)
    older, newer = make_backup(), make_backup()
    lose_all_folders(settings)
    names = sorted((older.name, newer.name))
    (key,) = [key for key in store.list_keys() if names[1] in key and "database." in key]
    flip(store.path(key), -1)
    live()

    call_command("restore", "latest")

    said = capsys.readouterr()
    assert f"{names[1]} in the s3 place is no good" in said.err
    assert f"Restored {names[0]}" in said.out


@pytest.mark.sqlite
def test_with_the_bucket_away_a_folder_is_restored_from(store, live, capsys):
    make_member(points=70)
    make_backup()
    store.fault = lambda *_: "hang"
    live()

    call_command("restore", "latest")

    assert "The S3 place is passed over" in capsys.readouterr().err
    assert Member.objects.count() == 1


def test_with_neither_it_says_so_and_changes_nothing(store, settings):
    make_backup()
    lose_all_folders(settings)
    store.fault = lambda *_: "403"

    with pytest.raises(CommandError, match="no backup 'latest'"):
        call_command("restore", "latest")


def test_a_description_that_names_files_outside_writes_nothing_there(store, settings, tmp_path):
    upload(settings, "pool.csv", b"Number\n")
    made = make_backup()
    (key,) = [key for key in store.list_keys() if key.endswith("backup.json")]
    content = json.loads(store.path(key).read_bytes())
    content.pop("sha256")
    content["uploads"][0]["path"] = "../../../outside.csv"
    content["sha256"] = _sum_of(content)
    store.path(key).write_text(json.dumps(content))

    with pytest.raises(BackupFailed, match="outside"):
        s3.fetch(made.name)

    assert not list(tmp_path.rglob("outside.csv"))


def test_the_drill_tries_the_bucket_too(store, settings):
    make_member(points=70)
    make_backup()
    assert drill().error == ""

    store.fault = lambda method, key: "cut" if method == "GET" and "database." in key else ""

    assert "The bucket" in drill().error
    assert list(causes()) == ["backup.drill"]
