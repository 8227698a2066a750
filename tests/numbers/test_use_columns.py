"""The lists of pools and files say how each is used, and the files of a pool are paged."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from numbers.models import Batch, BatchJob, Number
from tests.factories.numbers import make_batch, make_lease, make_pool
from tests.queries import at_most

pytestmark = pytest.mark.django_db


def rows_of(page):
    """The words of each cell, row by row."""
    body = re.search(r'id="result_list".*', page, re.DOTALL)[0]
    rows = re.findall(r"<tr\b.*?</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[dh]\b.*?</t[dh]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def get_list(client, name, **query):
    return client.get(reverse(f"admin:numbers_{name}_changelist"), query).content.decode()


@pytest.mark.parametrize("name", ["pool", "batch"])
def test_a_row_has_its_numbers_what_is_free_and_what_is_used(staff, name):
    pool = make_pool(name="Emirates", free=8)
    Number.objects.filter(pk__in=pool.numbers.values("pk")[:2]).update(state="used")
    make_lease(pool=pool)

    cells = next(row for row in rows_of(get_list(staff("Junior"), name)) if "25.0%" in row)

    assert [cell for cell in cells if cell in ("8", "5", "25.0%")] == ["8", "5", "25.0%"]


def test_a_pool_says_when_a_number_of_it_was_leased_last(staff):
    make_pool(name="Empty")
    day = make_lease(pool=make_pool(name="Emirates", free=1)).started_at

    page = get_list(staff("Junior"), "pool")

    assert f"{day.day} {day:%b %Y}" in page and "–" in page


def test_a_file_says_when_and_by_whom_it_was_imported(staff):
    batch = make_batch(make_pool(), free=1)
    Batch.objects.update(uploader_label="<b>vera", rejected_count=12_345)

    page = get_list(staff("Junior"), "batch")

    assert "by <bdi>&lt;b&gt;vera</bdi>" in page and "12,345" in page
    assert f"{batch.created_at.day} {batch.created_at:%b %Y, %H:%M}" in page


def test_an_import_that_has_stopped_is_not_called_running(staff):
    now = timezone.now()
    batch = make_batch(make_pool())
    BatchJob.objects.create(batch=batch, total=9, started_at=now, beat_at=now, stopped_at=now)

    words = [cell for row in rows_of(get_list(staff("Junior"), "batch")) for cell in row]

    assert "Stopped" in words and "Importing" not in words


def test_the_columns_take_as_many_queries_for_many_rows(staff):
    client, pool = staff("Junior"), make_pool()
    for _ in range(12):
        make_batch(pool, free=1)
    get_list(client, "batch")

    with at_most(16):
        get_list(client, "batch")


def test_the_files_of_a_pool_are_paged(staff, monkeypatch):
    client, pool = staff("Junior"), make_pool()
    names = [f"list-{n:02}.csv" for n in range(55)]
    for name in names:
        batch = make_batch(pool)
        Batch.objects.filter(pk=batch.pk).update(original_name=name)
    url = reverse("admin:numbers_pool_statistics", args=[pool.pk])

    def list_names(query=""):
        page = client.get(url + query).content.decode()
        return re.findall(r"list-\d\d\.csv", page), page

    first, page = list_names()
    assert len(first) == 50 and "Older files" in page and "Newer files" not in page
    second, page = list_names("?page=1")
    assert len(second) == 5 and "Newer files" in page and "Older files" not in page
    assert sorted(first + second) == names
    assert list_names("?page=-1")[0] == list_names("?page=x")[0] == first
    assert list_names("?page=99")[0] == []
