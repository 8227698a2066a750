"""Places of each test's own."""

import pytest
from django.db import connection

from project.backups import bucket, places
from tests.project.backups import s3_server

S3_KEY, S3_SECRET = "AKIATALLYCANARY00001", "s3-secret-canary-91/x+y"


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_SECOND_DIR = ""
    settings.BACKUP_EMERGENCY_DIR = tmp_path / "emergency"
    settings.BACKUP_WORK_DIR = tmp_path / "work"


@pytest.fixture
def second(settings, tmp_path):
    """The second place."""
    settings.BACKUP_SECOND_DIR = str(tmp_path / "second")
    return places.regular_places()[1]


@pytest.fixture
def live(tmp_path, transactional_db):
    """Called, it moves the database to a path where nothing is yet."""
    path, tests_own = tmp_path / "live.sqlite3", connection.settings_dict["NAME"]

    def move():
        connection.settings_dict["NAME"] = str(path)
        connection.close()
        return path

    yield move
    connection.settings_dict["NAME"] = tests_own
    connection.close()


@pytest.fixture
def store(settings, tmp_path, monkeypatch):
    """A bucket on loopback that backups are brought to."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(bucket, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(bucket, "SILENCE_SECONDS", 0.5)
    monkeypatch.setattr(bucket, "ATTEMPTS", 1)
    with s3_server.serve(tmp_path / "bucket") as store:
        settings.BACKUP_S3_BUCKET = s3_server.BUCKET
        settings.BACKUP_S3_ENDPOINT = store.url
        settings.BACKUP_S3_REGION = "eu-test-1"
        settings.BACKUP_S3_PREFIX = "here/it is"
        settings.BACKUP_S3_ACCESS_KEY = S3_KEY
        settings.BACKUP_S3_SECRET_KEY = S3_SECRET
        yield store
