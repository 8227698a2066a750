"""What the bucket is asked: in parts, with an end to all patience, and without a word of keys."""

import logging
import tracemalloc

import pytest

from project.backups import bucket, make_backup
from project.backups.bucket import PART_BYTES, Bucket
from project.backups.errors import BucketAway
from project.backups.files import sum_file
from tests.project.backups.conftest import S3_KEY, S3_SECRET
from tests.project.backups.test_s3 import causes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("store")]


def test_a_large_database_goes_in_parts_and_through_little_memory(store, tmp_path):
    large, back = tmp_path / "large", tmp_path / "back"
    size = 12 * PART_BYTES + 1
    with large.open("wb") as file:
        file.truncate(size)
        file.write(b"beginning")
    away = Bucket(patience_seconds=10)
    tracemalloc.start()
    try:
        away.put(large, "large")
        found = away.copy_out("large", back)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert store.count("PUT", "large") == 13
    assert found == sum_file(large) and away.sum("large") == found
    assert peak < 4 * PART_BYTES


def test_a_part_that_fails_leaves_no_parts(store, tmp_path):
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(2 * PART_BYTES)
    store.fault = lambda method, key: (
        "500" if method == "PUT" and store.count("PUT", "large") == 2 else ""
    )

    with pytest.raises(BucketAway, match="500"):
        Bucket().put(large, "large")

    assert list(store.folder.iterdir()) == []


def test_there_is_an_end_to_its_patience(store, tmp_path, monkeypatch):
    monkeypatch.setattr(bucket, "SECONDS_MAX", -1.0)

    make_backup()

    assert "took longer than" in causes()["backup.s3"]


@pytest.mark.parametrize("fault", ["", "403", "hang", "cut"])
def test_keys_are_in_no_log_and_no_words(store, caplog, fault):
    caplog.set_level(logging.DEBUG, logger="project")
    store.fault = lambda method, key: fault if method == "PUT" else ""

    make_backup()

    assert S3_SECRET not in caplog.text and S3_KEY not in caplog.text
    assert S3_SECRET not in "".join(store.headers)
    assert not any(S3_SECRET in words or S3_KEY in words for words in causes().values())


def test_without_the_libraries_it_says_how_to_install_them(store, monkeypatch):
    monkeypatch.setattr(bucket, "is_installed", lambda: False)

    made = make_backup()

    assert made.place == "primary"
    assert "requirements-s3.txt" in causes()["backup.s3"]


def test_the_libraries_keep_their_requests_to_themselves():
    """Their DEBUG lines hold what is signed, whatever LOG_LEVEL says."""
    from project.settings import LOGGING

    for name in ("boto3", "botocore", "s3transfer", "urllib3"):
        assert LOGGING["loggers"][name]["level"] == "WARNING"
