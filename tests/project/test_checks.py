import pytest
from django.core.checks import run_checks

READY = {
    "TELEGRAM_TOKEN": "123456:" + "x" * 35,
    "EMBEDDED_QUEUE": False,
    "ALLOWED_HOSTS": ["tally.example.org"],
    "SERVED_OVER_TLS": True,
    "BACKUP_SECOND_DIR": "/mnt/backup",
}


def list_ours() -> set[str]:
    findings = run_checks(include_deployment_checks=True)
    return {finding.id for finding in findings if finding.id.startswith("tallyhouse.")}


@pytest.fixture
def ready(settings, monkeypatch):
    for name, value in READY.items():
        setattr(settings, name, value)
    monkeypatch.setattr("project.checks.connection", type("Postgres", (), {"vendor": "postgresql"}))
    return settings


def test_nothing_is_said_when_all_is_set(ready):
    assert list_ours() == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"TELEGRAM_TOKEN": ""}, {"tallyhouse.W001"}),
        ({"EMBEDDED_QUEUE": True}, {"tallyhouse.W003"}),
        ({"ALLOWED_HOSTS": ["localhost"]}, {"tallyhouse.W004"}),
        ({"SERVED_OVER_TLS": False}, {"tallyhouse.W005"}),
        ({"BACKUP_SECOND_DIR": ""}, {"tallyhouse.W006"}),
        ({"BACKUP_S3_BUCKET": "tally"}, {"tallyhouse.W007"}),
        ({"BACKUP_SECOND_DIR": "", "BACKUP_S3_BUCKET": "b", "BACKUP_PASSPHRASE": "x"}, set()),
    ],
)
def test_what_is_missing_is_named(ready, changes, expected):
    for name, value in changes.items():
        setattr(ready, name, value)

    assert list_ours() == expected


@pytest.mark.sqlite
def test_sqlite_is_named(ready, monkeypatch):
    monkeypatch.undo()

    assert "tallyhouse.W002" in list_ours()


def test_a_bucket_without_its_libraries_stops_the_start(ready, monkeypatch):
    ready.BACKUP_S3_BUCKET, ready.BACKUP_PASSPHRASE = "tally", "of this test alone"
    monkeypatch.setattr("project.backups.bucket.is_installed", lambda: False)

    (finding,) = [found for found in run_checks() if found.id == "tallyhouse.E001"]

    assert finding.is_serious() and "requirements-s3.txt" in finding.hint
