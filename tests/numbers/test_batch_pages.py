"""A batch in the dashboard: its files, what can be done with it, and by whom."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from numbers.models import Batch
from numbers.services import release_lease
from tests.factories.numbers import make_lease
from tests.numbers.imports import make_import

pytestmark = pytest.mark.django_db
LEVELS = ["Nobody", "Junior", "Senior", "Chief"]


def test_the_rejected_lines_can_be_downloaded_and_run_nothing(senior):
    batch = make_import()

    response = senior.get(reverse("admin:numbers_batch_rejections", args=[batch.pk]))

    text = b"".join(response.streaming_content).decode()
    assert "3,bad,invalid,Not a valid number" in text
    assert "4,'=cmd(),invalid" in text


def test_the_original_file_is_given_to_who_may(chief):
    batch = make_import()

    response = chief.get(reverse("admin:numbers_batch_original", args=[batch.pk]))

    assert b"".join(response.streaming_content).startswith(b"+971501234567\n")
    assert "pool_20260501_120000" in response["Content-Disposition"]
    assert AuditEntry.objects.filter(action="numbers.download_batch").exists()


def act(client, batch, name):
    url = reverse("admin:numbers_batch_act", args=[batch.pk, name])
    assert client.get(url).status_code == 200
    return client.post(url, follow=True).content.decode()


def test_a_batch_is_disabled_and_enabled_from_its_page(senior):
    batch = make_import()

    assert "2 numbers are out of the draw" in act(senior, batch, "disable")
    assert "2 numbers are back" in act(senior, batch, "enable")


def test_an_import_is_undone_from_its_page(chief):
    batch = make_import()

    assert "2 numbers removed" in act(chief, batch, "undo")
    assert not Batch.objects.exists()


def test_a_refused_act_says_why(chief):
    batch = make_import()
    lease = make_lease(pool=batch.pool)

    assert "1 of its numbers were held" in act(chief, batch, "undo")
    assert "Members hold 1" in act(chief, batch, "remove")
    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=lease.started_at)
    assert "1 numbers removed" in act(chief, batch, "remove")


BATCH_PAGES = [
    ("numbers_batch_change", [], "Junior"),
    ("numbers_batch_rejections", [], "Junior"),
    ("numbers_batch_original", [], "Chief"),
    ("numbers_batch_act", ["disable"], "Senior"),
    ("numbers_batch_act", ["undo"], "Chief"),
    ("numbers_batch_act", ["remove"], "Chief"),
]


@pytest.mark.parametrize(("page", "args", "lowest"), BATCH_PAGES)
def test_each_page_of_a_batch_opens_from_its_group_on(as_group, page, args, lowest):
    url = reverse(f"admin:{page}", args=[make_import().pk, *args])

    statuses = [as_group(name).get(url).status_code for name in LEVELS]

    start = LEVELS.index(lowest)
    # Django's own page leads who may see nothing back to the index.
    assert [status == 200 for status in statuses] == [False] * start + [True] * (4 - start)
