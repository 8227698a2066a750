"""A bucket as a place: written, read back and rotated, and its failures told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from project.backups import make_backup, s3
from project.backups.check import check_backup, verify_again
from project.backups.places import choose_kept
from project.incidents import list_open
from project.models import BackupCheck, BackupRun
from tests.factories import make_member

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("store")]


def upload(settings, name, content):
    settings.MEDIA_ROOT.mkdir(exist_ok=True)
    (settings.MEDIA_ROOT / name).write_bytes(content)


def causes():
    return {incident.cause: incident.words for incident in list_open()}


def in_bucket():
    return [stored.name for stored in s3.list_stored()]


def test_what_is_made_lies_there_too_and_is_whole(store, settings):
    make_member(points=70)
    upload(settings, "pool.csv", b"Number\n+971500000001\n")

    made = make_backup()

    assert in_bucket() == [made.name]
    with s3.fetched(made.name) as fetched:
        assert fetched.holdings == made.holdings
        check_backup(fetched)
        assert (fetched.folder / "uploads/pool.csv").read_bytes().startswith(b"Number")
        folder = fetched.folder
    assert not folder.exists()
    assert causes() == {}
    assert all(key.startswith("here/it is/") for key in store.list_keys())


def test_off_by_default_nobody_asks_for_it(store, settings):
    settings.BACKUP_S3_BUCKET = ""

    make_backup()

    assert store.requests == []


def test_an_uploaded_file_is_sent_once_for_all_backups(store, settings):
    upload(settings, "pool.csv", b"Number\n")
    first, second = make_backup(), make_backup()

    assert set(in_bucket()) == {first.name, second.name}
    assert store.count("PUT", "/files/") == 1


@pytest.mark.parametrize("fault", ["flip", "lose"])
@pytest.mark.parametrize("part", ["database.", "/files/", "backup.json"])
def test_what_does_not_come_back_as_written_does_not_count(store, settings, fault, part):
    make_member(points=70)
    upload(settings, "pool.csv", b"Number\n")
    store.fault = lambda method, key: fault if method == "PUT" and part in key else ""

    made = make_backup()

    assert made.place == "primary"
    assert in_bucket() == []
    assert list(causes()) == ["backup.s3"]
    assert not [key for key in store.list_keys() if "/backups/" in key]


@pytest.mark.parametrize(
    ("method", "fault", "words"),
    [
        ("PUT", "403", "403 AccessDenied"),
        ("PUT", "500", "500 InternalError"),
        ("PUT", "hang", "ReadTimeoutError"),
        ("GET", "403", "403 AccessDenied"),
        ("GET", "cut", "The bucket"),
    ],
)
def test_a_failure_is_told_and_ends_and_the_folders_have_their_backup(store, method, fault, words):
    def fail(verb, key):
        return fault if verb == method and (key or fault != "cut") else ""

    store.fault = fail
    made = make_backup()

    assert made.place == "primary"
    check_backup(made)
    assert BackupRun.objects.get().state == "good"
    assert words in causes()["backup.s3"]
    assert "127.0.0.1" not in causes()["backup.s3"]
    store.released.set()
    store.fault = lambda *_: ""
    make_backup()
    assert causes() == {}


def test_a_server_that_is_gone_is_told(settings):
    settings.BACKUP_S3_ENDPOINT = "http://127.0.0.1:9"

    make_backup()

    assert "cannot be reached" in causes()["backup.s3"]


def test_an_object_that_was_cut_or_changed_later_is_found(store):
    made = make_backup()
    now = timezone.now()
    assert verify_again(made.name, now) == ""
    (key,) = [key for key in store.list_keys() if "database." in key]
    content = store.path(key).read_bytes()

    store.path(key).write_bytes(content[: len(content) // 2])

    assert "was changed or damaged" in verify_again(made.name, now)
    found = dict(BackupCheck.objects.values_list("place", "words"))
    assert found["primary"] == "" and "damaged" in found["s3"]


def test_a_bucket_that_is_away_says_nothing_of_what_lies_there(store):
    made = make_backup()
    store.fault = lambda *_: "403"

    assert "403" in verify_again(made.name, timezone.now())

    assert not BackupCheck.objects.filter(place="s3").exists()


def test_when_no_folder_takes_one_the_bucket_does(store, settings, tmp_path):
    (tmp_path / "file").write_text("no folder")
    settings.BACKUP_DIR = tmp_path / "file" / "primary"
    settings.BACKUP_EMERGENCY_DIR = tmp_path / "file" / "emergency"
    make_member(points=70)

    made = make_backup()

    assert made.place == "s3"
    assert in_bucket() == [made.name]
    assert BackupRun.objects.get().state == "good"
    with s3.fetched(made.name) as fetched:
        check_backup(fetched)
    assert not list(settings.BACKUP_WORK_DIR.iterdir())


def test_a_sealed_one_lies_there_sealed(store, settings):
    settings.BACKUP_PASSPHRASE = "of this test alone"
    make_member(first_name="Annabelle-canary")

    made = make_backup()

    assert not any(b"Annabelle-canary" in store.path(key).read_bytes() for key in store.list_keys())
    with s3.fetched(made.name) as fetched:
        check_backup(fetched)


def test_what_rotation_drops_goes_with_the_files_nobody_holds(store, settings, monkeypatch):
    settings.BACKUP_KEEP_LAST = 1
    settings.BACKUP_KEEP_HOURLY = settings.BACKUP_KEEP_DAILY = 0
    monkeypatch.setattr(s3, "choose_kept", lambda stored, now: choose_kept(stored, now)[:1])
    upload(settings, "gone.csv", b"old\n")
    upload(settings, "stays.csv", b"stays\n")
    older = make_backup()
    (settings.MEDIA_ROOT / "gone.csv").unlink()

    newer = make_backup()
    # Of two in one second either is the newer one by its name.
    (kept,) = in_bucket()

    assert kept in (older.name, newer.name)
    assert len([key for key in store.list_keys() if "/backups/" in key]) == 2
    with s3.fetched(kept) as fetched:
        check_backup(fetched)


def test_what_a_killed_process_left_goes_after_a_day(store, settings):
    make_backup()
    left = "here/it is/backups/20260101T000000Z-abcd/database.sqlite3"
    store.path(left).write_bytes(b"half")
    make_backup()
    assert left in store.list_keys()

    store.age = timedelta(days=2)
    make_backup()

    assert left not in store.list_keys()
    assert len(in_bucket()) == 3
