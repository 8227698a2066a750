"""The dashboard's import of an older bot's files: look, confirm, progress, report."""

import csv
import io
import json

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry, LegacyRecord
from botrunner.jobs import work_on_import
from botrunner.legacy.uploads import folder_of, is_there
from botrunner.models import LegacyImport
from numbers.models import Number
from tests.botrunner.legacy.files import balances, state
from tests.botrunner.legacy.zips import make_zip
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr("project.long_jobs.PAUSE_SECONDS", 0)


@pytest.fixture
def committing(django_capture_on_commit_callbacks, monkeypatch):
    """The tests call the worker themselves."""
    monkeypatch.setattr("project.long_jobs.get_queue", lambda name: NoQueue())
    return django_capture_on_commit_callbacks


class NoQueue:
    def enqueue(self, *args, **kwargs):
        pass


@pytest.fixture
def root(client):
    client.force_login(User.objects.create_superuser("root"))
    return client


def send(client, kind, name, content, ids="telegram"):
    """The page after the upload."""
    if not isinstance(content, bytes | str):
        content = json.dumps(content)
    data = content if isinstance(content, bytes) else content.encode()
    form = {"kind": kind, "ids": ids, "file": SimpleUploadedFile(name, data)}
    return client.post(reverse("admin:legacy_upload"), form, follow=True).content.decode()


def look(client, kind, name, content, ids="telegram") -> LegacyImport:
    send(client, kind, name, content, ids)
    job = LegacyImport.objects.latest("pk")
    work_on_import(job.pk)
    job.refresh_from_db()
    return job


def page(client, job, view="botrunner_legacyimport_change") -> str:
    return client.get(reverse(f"admin:{view}", args=[job.pk])).content.decode()


def confirm(client, job, **fields) -> LegacyImport:
    client.post(reverse("admin:legacy_confirm", args=[job.pk]), fields)
    act = LegacyImport.objects.latest("pk")
    work_on_import(act.pk)
    act.refresh_from_db()
    return act


def bring(client, *words, **fields) -> LegacyImport:
    return confirm(client, look(client, *words), **fields)


def test_an_upload_is_looked_through_in_the_background_and_writes_nothing(root):
    before = state()

    shown = send(root, "points_json", "points.json", {"7001": 5, "7002": -1})
    job = LegacyImport.objects.get()
    assert 'http-equiv="refresh"' in shown and "The file is being read" in shown
    work_on_import(job.pk)

    shown = page(root, job)
    assert "This is what the file would bring" in shown and "points.json was read" in shown
    assert "below 0" in shown and "Import it" in shown
    assert state() == before
    assert not LegacyRecord.objects.exists()


def test_confirmed_it_comes_in_and_the_report_stays(root, committing):
    with committing(execute=True):
        job = bring(root, "points_json", "points.json", {"7001": 5, "7002": -1, "7003": 7})

    assert balances() == {7001: 5, 7003: 7}
    shown = page(root, job)
    assert "Imported. The same file again would change nothing." in shown
    assert "below 0" in shown and "2 new, 0 known" in shown and "root" in shown
    assert (job.after["points"] - job.before["points"], job.faults_count) == (12, 1)
    acts = AuditEntry.objects.filter(action__startswith="legacy.import").order_by("pk")
    assert list(acts.values_list("action", "actor_label", "origin")) == [
        ("legacy.import.begin", "root", "web"),
        ("legacy.import", "root", "web"),
    ]
    assert acts[1].details["given"] == {"points": 2}
    assert not folder_of(job.token).exists()


def test_a_second_import_changes_nothing_and_says_so(root):
    words = ("points_json", "points.json", {"7001": 5, "7003": 7})
    bring(root, *words)
    before = balances(), LegacyRecord.objects.count()

    job = look(root, *words)
    shown = page(root, job)
    assert "There is nothing new in this file" in shown and "Import it" not in shown
    act = confirm(root, job)

    assert "Nothing was new" in page(root, act)
    assert (balances(), LegacyRecord.objects.count()) == before


def test_confirmed_twice_it_is_one_import(root):
    job = look(root, "points_json", "points.json", {"7001": 5})

    first, second = confirm(root, job), confirm(root, job)

    assert first == second and balances() == {7001: 5}
    assert "The import" in page(root, job)


def test_main_unreadable_backup_emergency_is_said_aloud(root):
    files = {
        "points.json": '{"7001": 5, "70',
        "points-backup.json": "[" * 9,
        "points-emergency.json": "[[7001, 4], [7002, 6]]",
    }

    job = look(root, "points_json", "points.zip", make_zip(files))

    shown = page(root, job)
    assert "points-emergency.json was read" in shown
    assert "damaged at line 1" in shown
    act = confirm(root, job)
    assert balances() == {7001: 4, 7002: 6}
    assert "points-emergency.json was read" in page(root, act)


def test_held_is_kept_for_a_claim_and_a_list_of_claims_gives_it(root):
    held = bring(root, "points_json", "points.json", {"55": 100, "56": 20}, "legacy")
    assert held.tally["held"] == {"points": 2} and balances() == {}

    job = look(root, "claims", "list.csv", "legacy id,telegram id\n55,7001\n55,7002\nx,1\n")
    assert job.tally["given"] == {"points": 2}
    act = confirm(root, job)

    assert balances() == {7001: 100}
    assert act.tally["given"] == {"points": 1}
    assert act.faults_count == 2
    reasons = page(root, act)
    assert "another member has claimed" in reasons and "no user id" in reasons


def test_a_folder_of_numbers_needs_the_declaration(root):
    content = make_zip(
        {
            "csv_files/UAE_20240101_101010.csv": "number\n+971501234567\n+971501234568\nx\n",
            "csv_files/metadata.json": '{"UAE_20240101_101010.csv": {"country_name": "Emirates"}}',
            "csv_files/usage_tracking.json": "{}",
        }
    )
    job = look(root, "csv_files", "csv_files.zip", content)
    assert job.tally["given"] == {"files": 1, "numbers": 2}

    client_answer = root.post(reverse("admin:legacy_confirm", args=[job.pk]), follow=True)
    assert "Confirm that you have the right" in client_answer.content.decode()
    assert LegacyImport.objects.filter(is_dry=False).count() == 0
    act = confirm(root, job, rights="on")

    assert Number.objects.count() == 2 and act.faults_count == 1
    again = bring(root, "csv_files", "csv_files.zip", content, rights="on")
    assert (again.tally["known"], Number.objects.count()) == ({"files": 1}, 2)


def test_the_tables_of_the_community_bot_as_a_zip(root):
    make_member(telegram_id=7001)
    content = make_zip(
        {
            "users.csv": "user_id,balance,xp\n7001,100,350\n7002,30,0\n",
            "user_inventory.csv": "id,user_id,item_type,quantity\n1,7001,jackpot,2\n",
        }
    )

    job = bring(root, "community_csv", "tables.zip", content)

    assert balances() == {7001: 100, 7002: 30}
    assert (job.tally["members_new"], job.tally["members_known"]) == (1, 1)
    shown = page(root, job)
    assert "Items in bags" in shown and "XP and voice time" in shown


def test_bad_rows_have_pages_and_a_csv_that_runs_no_formula(root):
    rows = {f"=cmd|' /C calc'!A{number}": 1 for number in range(130)}
    job = look(root, "points_json", "points.json", rows)

    first = page(root, job, "legacy_faults")
    assert first.count("no user id") == 100 and "Next 100" in first
    last = job.faults.order_by("pk")[99].pk
    url = reverse("admin:legacy_faults", args=[job.pk])
    assert root.get(url, {"after": last}).content.decode().count("no user id") == 30
    for odd in ("x", "-1", "٣", "9" * 30):
        assert root.get(url, {"after": odd}).status_code == 200
    answer = root.get(reverse("admin:legacy_faults_csv", args=[job.pk]))
    text = b"".join(answer.streaming_content).decode()
    cells = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(cells) == 131 and all(row[1].startswith("'=") for row in cells[1:])


def test_a_file_of_which_nothing_can_be_read_says_why(root):
    job = look(root, "user_states", "user_states.json", b"\x00\xff\xfe garbage")

    shown = page(root, job)
    assert "Nothing in this file can be imported" in shown and "Import it" not in shown


def test_a_bad_upload_is_refused_on_the_form(root):
    shown = send(root, "community_csv", "tables.zip", make_zip({"../users.csv": "1"}))

    assert "lead out" in shown
    assert not LegacyImport.objects.exists()


def test_a_discarded_look_leaves_no_file(root, committing):
    job = look(root, "points_json", "points.json", {"7001": 5})
    assert is_there(job.token)

    with committing(execute=True):
        root.post(reverse("admin:legacy_cancel", args=[job.pk]))

    assert not is_there(job.token) and not LegacyImport.objects.exists()


@pytest.mark.parametrize("group", ["Junior", "Senior", "Chief"])
def test_only_who_may_import_sees_and_does_it(root, staff, group):
    job = look(root, "points_json", "points.json", {"7001": 5})
    client = staff(group)

    for view in (
        "legacy_confirm",
        "legacy_cancel",
        "legacy_retry",
        "legacy_faults",
        "legacy_faults_csv",
        "botrunner_legacyimport_change",
    ):
        url = reverse(f"admin:{view}", args=[job.pk])
        assert client.get(url).status_code == client.post(url).status_code == 403
    assert client.get(reverse("admin:legacy_upload")).status_code == 403
    assert client.get(reverse("admin:botrunner_legacyimport_changelist")).status_code == 403
    assert not LegacyImport.objects.filter(is_dry=False).exists()


def test_the_list_asks_no_question_for_each_row(root, django_assert_max_num_queries):
    job = look(root, "points_json", "points.json", {"7001": 5})
    for _ in range(12):
        job.pk = None
        job.save()

    with django_assert_max_num_queries(8):
        root.get(reverse("admin:botrunner_legacyimport_changelist"))
