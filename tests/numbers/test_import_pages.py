"""The dashboard's pages of a large import: preview, progress, rejected lines, removal."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.services import COMMAND
from numbers.importing import reader
from numbers.jobs import work_on_batch
from numbers.models import Batch, BatchJob, Number
from numbers.services import FORM_BYTES_MAX, REMOVED_AT_ONCE_MAX, disable_batch, imports, take_step
from tests.factories.numbers import make_lease, make_pool
from tests.numbers.imports import begin, finish, mixed_lines, numbered

pytestmark = pytest.mark.django_db
LEVELS = ["Nobody", "Junior", "Senior", "Chief"]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(reader, "BLOCK_BYTES", 2_048)
    monkeypatch.setattr("project.long_jobs.PAUSE_SECONDS", 0)


@pytest.fixture
def anything_is_large(monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE_BYTES_MAX", 1_000)
    monkeypatch.setattr("numbers.admin.import_page.AT_ONCE_BYTES_MAX", 1_000)


def get(client, view, *args, **query):
    return client.get(reverse(f"admin:{view}", args=args), query).content.decode()


def upload(client, lines, pool, name="large.csv"):
    file = SimpleUploadedFile(name, "\n".join(lines).encode())
    data = {"file": file, "pool": pool.pk, "rights": "on"}
    return client.post(reverse("admin:numbers_import"), data, follow=True).content.decode()


@pytest.mark.usefixtures("anything_is_large")
def test_a_large_file_shows_its_beginning_and_goes_on_in_the_background(staff):
    client = staff("Senior")

    page = upload(client, mixed_lines(), make_pool(name="Emirates"))
    assert "This is what the first lines bring" in page
    assert "Import the whole file" in page
    assert not Batch.objects.exists()

    answer = client.post(reverse("admin:numbers_import_preview"), {"confirm": "1"})
    job = BatchJob.objects.get()
    assert answer.url == reverse("admin:numbers_batch_job", args=[job.pk])
    assert (job.actor_label, Number.objects.count()) == ("vera", 0)
    page = get(client, "numbers_batch_job", job.pk)
    assert 'http-equiv="refresh"' in page and "0 lines read" in page

    take_step(job.pk, timezone.now())
    page = get(client, "numbers_batch_job", job.pk)
    assert "lines read" in page and "a second, about" in page

    work_on_batch(job.pk)
    page = get(client, "numbers_batch_job", job.pk)
    assert "300 lines read" in page and "100%" in page and "refresh" not in page
    assert re.search(r"Accepted</dt><dd>270<.*30, 8 of them duplicates", page, re.DOTALL)


def test_an_import_is_cancelled_from_its_page(staff):
    client, job = staff("Senior"), begin(mixed_lines())
    take_step(job.pk, timezone.now())

    assert "stays as it is" in get(client, "numbers_batch_job_cancel", job.pk)
    url = reverse("admin:numbers_batch_job_cancel", args=[job.pk])
    page = client.post(url, follow=True).content.decode()

    assert "The rest is left undone" in page and "Cancelled" in page
    assert "Undo the import to take it out" in page
    page = client.post(url, follow=True).content.decode()
    assert BatchJob.objects.get().is_cancelled


def test_a_stopped_import_is_tried_again_from_its_page(staff):
    client, job = staff("Senior"), begin(mixed_lines())
    now = timezone.now()
    BatchJob.objects.update(stopped_at=now, attempts=5, fault="OSError")
    page = get(client, "numbers_batch_job", job.pk)
    assert "failed 5 times in a row (OSError)" in page and "refresh" not in page

    client.post(reverse("admin:numbers_batch_job_retry", args=[job.pk]))

    assert BatchJob.objects.get().is_running


def test_a_worker_that_died_is_told_on_the_page(staff):
    job = begin(mixed_lines())
    BatchJob.objects.update(beat_at=timezone.now() - timezone.timedelta(seconds=45))

    assert "once a worker runs" in get(staff("Junior"), "numbers_batch_job", job.pk)


def test_the_lists_state_says_what_is_being_done(staff):
    client, job = staff("Junior"), begin(mixed_lines())

    assert "Importing<" in re.sub(r"\s+", "", get(client, "numbers_batch_changelist"))
    finish(job)
    assert "Active<" in re.sub(r"\s+", "", get(client, "numbers_batch_changelist"))
    progress = reverse("admin:numbers_batch_open_progress", args=[job.batch_id])
    assert client.get(progress).url == reverse("admin:numbers_batch_job", args=[job.pk])


def test_the_same_file_is_refused_with_a_link_to_the_first(staff):
    client, lines = staff("Senior"), numbered(1_000_000, 5)
    upload(client, lines, make_pool(), "<b>.csv")
    client.post(reverse("admin:numbers_import_preview"), {"confirm": "1"})
    batch = Batch.objects.get()

    page = upload(client, lines, batch.pool)

    assert "imported already" in page and "&lt;b&gt;.csv" in page
    assert f'href="{reverse("admin:numbers_batch_change", args=[batch.pk])}"' in page


# The rejected lines


def lines_of(page):
    return [int(line) for line in re.findall(r'<th class="th-num">([\d,]+)</th>', page)]


def test_rejected_lines_are_paged_from_line_to_line(staff):
    client = staff("Junior")
    job = finish(begin(["broken"] * 250 + ["+971501234567"]))

    page = get(client, "numbers_batch_report", job.batch_id)
    assert lines_of(page) == list(range(1, 101))
    page = get(client, "numbers_batch_report", job.batch_id, after=100)
    assert lines_of(page) == list(range(101, 201)) and "after=200" in page
    page = get(client, "numbers_batch_report", job.batch_id, after=200)

    assert lines_of(page) == list(range(201, 251))
    assert "Next 100" not in page and "First page" in page


def test_rejected_lines_are_found_by_value_line_and_reason(staff):
    client = staff("Junior")
    lines = ["+971501234567", "<i>x</i>", "9.7E+11", "50%", "12", "abc_d"]
    job = finish(begin(lines))

    def find(**query):
        return lines_of(get(client, "numbers_batch_report", job.batch_id, **query))

    assert find(q="<I>") == [2]
    assert find(q="%") == [4]
    assert find(q="_") == [6]
    assert find(q="6") == [6]
    assert find(q="12") == [5]
    assert find(reason="scientific") == [3]
    assert find(q="x", reason="scientific") == []
    assert find(q="9" * 30) == []
    assert find(after="-1") == find(after="x") == find(reason="x") == find()
    assert "<i>x</i>" not in get(client, "numbers_batch_report", job.batch_id)


# Removal


def test_a_large_batch_is_removed_in_the_background(staff, monkeypatch):
    client = staff("Chief")
    batch = make_pool(free=3).batches.get()
    Batch.objects.update(accepted_count=REMOVED_AT_ONCE_MAX + 1)

    url = reverse("admin:numbers_batch_act", args=[batch.pk, "undo"])
    answer = client.post(url)

    job = BatchJob.objects.get()
    assert answer.url == reverse("admin:numbers_batch_job", args=[job.pk])
    work_on_batch(job.pk)
    assert "3 numbers removed" in get(client, "numbers_batch_job", job.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.numbers.count()) == ("deleted", 0)


def test_a_large_batch_in_use_is_refused_in_words(staff):
    client = staff("Chief")
    batch = make_pool(free=3).batches.get()
    make_lease(pool=batch.pool)
    Batch.objects.update(accepted_count=REMOVED_AT_ONCE_MAX + 1)

    url = reverse("admin:numbers_batch_act", args=[batch.pk, "remove"])
    page = client.post(url, follow=True).content.decode()

    assert "Members hold 1 of its numbers" in page
    assert not BatchJob.objects.exists()


def test_while_an_import_runs_an_undo_is_refused_in_words(staff):
    client, job = staff("Chief"), begin(mixed_lines())
    disable_batch(batch_id=job.batch_id, actor=COMMAND)

    url = reverse("admin:numbers_batch_act", args=[job.batch_id, "undo"])
    page = client.post(url, follow=True).content.decode()

    assert "Import is under way (0 %)" in page


PAGES = [
    ("numbers_batch_job", False, "Junior"),
    ("numbers_batch_report", True, "Junior"),
    ("numbers_batch_job_cancel", False, "Senior"),
]


@pytest.mark.parametrize(("page", "is_of_batch", "lowest"), PAGES)
def test_each_page_opens_from_its_group_on(as_group, page, is_of_batch, lowest):
    job = begin(mixed_lines())
    url = reverse(f"admin:{page}", args=[job.batch_id if is_of_batch else job.pk])

    statuses = [as_group(name).get(url).status_code for name in LEVELS]

    start = LEVELS.index(lowest)
    assert statuses == [403] * start + [200] * (4 - start)


def test_who_may_import_may_not_stop_a_removal(as_group):
    job = begin(mixed_lines())
    BatchJob.objects.update(kind=BatchJob.Kind.REMOVE)
    urls = [reverse(f"admin:numbers_batch_job_{act}", args=[job.pk]) for act in ("cancel", "retry")]

    senior = as_group("Senior")
    assert [senior.post(url).status_code for url in urls] == [403, 403]
    chief = as_group("Chief")
    assert [chief.post(url).status_code for url in urls] == [302, 302]
    assert BatchJob.objects.get().is_cancelled


@pytest.mark.usefixtures("anything_is_large")
def test_a_large_file_whose_beginning_is_in_stock_can_be_imported_all_the_same(staff):
    client, lines = staff("Senior"), numbered(1_000_000, 600)
    finish(begin(lines[:500]))

    page = upload(client, lines, make_pool())

    assert "0 accepted" in page and "Import the whole file" in page


def test_the_largest_file_the_form_takes_is_let_in():
    bounds = settings.REQUEST_BYTES_MAX_BY_PATH

    assert bounds[reverse("admin:numbers_import")] > FORM_BYTES_MAX
