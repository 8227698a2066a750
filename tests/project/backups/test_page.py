"""The page of backups: for superusers, with what they need to see and do."""

import asyncio
import io
import tarfile

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from project.backups import make_backup
from project.backups.manifest import read_manifest
from project.incidents import list_open, open_incident
from project.jobs import verify_backup
from project.models import BackupRun
from tests.factories import make_member
from tests.project.backups.test_damage import flip

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.valkey]


async def collect(answer) -> bytes:
    """As the server sends it: a plain iterator it would take into memory whole."""
    return b"".join([block async for block in answer])


@pytest.fixture
def root(client):
    client.force_login(User.objects.create_superuser("root"))
    return client


def page(client) -> str:
    return client.get(reverse("backups")).content.decode()


def test_the_button_orders_one_and_the_page_follows_it(root):
    answer = root.post(reverse("backups"), follow=True).content.decode()

    assert "A worker takes it up in a moment" in answer
    assert 'http-equiv="refresh"' in answer
    assert AuditEntry.objects.get().action == "backup.order"
    run = BackupRun.objects.get()
    run.state, run.stage, run.started_at = "running", "Copying the database: 40 %", timezone.now()
    run.save()
    assert "Copying the database: 40 %" in page(root)
    run.state = "good"
    run.save()
    assert 'http-equiv="refresh"' not in page(root)


def test_each_backup_with_its_figures_and_verdict(root, second):
    make_member(points=1_234)
    backup = make_backup()

    text = page(root)

    assert backup.name in text
    assert "1,234" in text
    assert text.count("th-badge-good") == 3
    assert "primary" in text and "second" in text


def test_verify_again_shows_what_it_found(root):
    backup = make_backup()
    flip(backup.folder / backup.database.path, 5_000)
    answer = root.post(reverse("backup_verify", args=[backup.name]), follow=True)
    assert "is being read again" in answer.content.decode()

    verify_backup(backup.name)

    text = page(root)
    assert "Damaged" in text
    assert f"{backup.database.path} was changed or damaged." in text


def test_one_whose_description_is_damaged_is_shown_as_such(root):
    backup = make_backup()
    flip(backup.folder / "backup.json", 40)

    text = page(root)

    assert backup.name in text
    assert "Its description" in text


def test_download_gives_the_whole_backup_and_is_in_the_audit(root, settings, tmp_path):
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / ("long" * 40 + "é.csv")).write_text("Number\n")
    backup = make_backup()

    answer = root.get(reverse("backup_download", args=["primary", backup.name]))
    content = asyncio.run(collect(answer))

    assert int(answer["Content-Length"]) == len(content)
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        tar.extractall(tmp_path / "away", filter="data")
    away = read_manifest(tmp_path / "away" / backup.name, "primary")
    assert away.files == backup.files
    for file in backup.files:
        assert (away.folder / file.path).read_bytes() == (backup.folder / file.path).read_bytes()
    entry = AuditEntry.objects.get(action="backup.download")
    assert (entry.actor_label, entry.target) == ("root", f"{backup.name} (primary)")


@pytest.mark.parametrize("name", ["..", "%2e%2e", "nothing"])
def test_there_is_nothing_to_download_outside_the_places(root, name):
    make_backup()

    assert root.get(reverse("backup_download", args=["primary", name])).status_code == 404
    assert not AuditEntry.objects.exists()


def test_a_restored_database_is_told_until_somebody_has_seen_it(root):
    open_incident("backup.restored", "The database was damaged at the start.", timezone.now())
    assert "The database was damaged at the start." in page(root)

    root.post(reverse("incident_dismiss", args=[list_open()[0].pk]))

    assert "The database was damaged" not in page(root)
    assert AuditEntry.objects.get().action == "incident.dismiss"


def test_alarms_of_sms_providers_are_none_of_its_business(root):
    open_incident("sms.7.connection", "acme: no answer in time.", timezone.now())

    assert "acme" not in page(root)


@pytest.mark.parametrize("group", ["", "Junior", "Senior", "Chief", "Creator"])
def test_staff_who_are_no_superusers_get_none_of_it(client, group):
    from tests.factories.staff import make_staff_user

    client.force_login(make_staff_user(group))
    backup = make_backup()
    open_incident("backup.late", "x", timezone.now())
    before = BackupRun.objects.count()

    for address in (
        reverse("backups"),
        reverse("backup_verify", args=[backup.name]),
        reverse("backup_download", args=["primary", backup.name]),
        reverse("incident_dismiss", args=[list_open()[0].pk]),
    ):
        assert client.get(address).status_code == 403, address
        assert client.post(address).status_code == 403, address
    assert BackupRun.objects.count() == before
    assert len(list_open()) == 1


def test_what_changes_something_is_not_done_by_a_link(root):
    backup = make_backup()
    open_incident("backup.restored", "x", timezone.now())

    for address in (
        reverse("backup_verify", args=[backup.name]),
        reverse("incident_dismiss", args=[list_open()[0].pk]),
    ):
        assert root.get(address).status_code == 405
    assert len(list_open()) == 1
