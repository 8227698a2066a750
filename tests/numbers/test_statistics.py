"""How a pool and a file are used, as staff read it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from numbers.services import SmsArrival, receive_sms
from numbers.statistics import list_batch_uses, read_use
from tests.factories.numbers import make_batch, make_lease, make_pool, make_provider, minutes
from tests.queries import at_most

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def lease_with_sms(pool, at, wait):
    lease = make_lease(pool=pool, now=at)
    arrival = SmsArrival(
        message_id="m",
        to_e164=lease.number.e164,
        sender="x",
        text="482913",
        received_at=at + wait,
    )
    receive_sms(make_provider(f"p{lease.pk}"), arrival, now=at + wait)
    return lease


def test_use_is_of_the_last_thirty_days():
    pool = make_pool(free=6)
    lease_with_sms(pool, NOW, timedelta(seconds=30))
    lease_with_sms(pool, NOW - timedelta(days=29), timedelta(seconds=90))
    make_lease(pool=pool, now=NOW)
    make_lease(pool=pool, now=NOW - timedelta(days=30))

    use, days = read_use(NOW, pool_id=pool.pk)

    assert (use.total, use.states["free"], use.leases, use.with_sms) == (6, 2, 3, 2)
    assert use.success_share == pytest.approx(2 / 3)
    assert use.mean_wait == timedelta(seconds=60)
    assert set(days) == {NOW.date(), NOW.date() - timedelta(days=29)}


def test_a_pool_without_numbers_or_leases_has_no_shares():
    use, days = read_use(NOW, pool_id=make_pool().pk)

    assert (use.used_share, use.success_share, use.mean_wait, days) == (None, None, None, {})


def test_each_file_has_its_own_figures_in_so_many_queries():
    pool = make_pool(free=1)
    for _ in range(5):
        make_batch(pool, free=2)
    make_lease(pool=pool, now=NOW)

    with at_most(5):
        rows, is_more = list_batch_uses(NOW, pool_id=pool.pk)

    assert not is_more
    assert sum(row.use.total for row in rows) == 11
    assert sorted(row.use.leases for row in rows) == [0, 0, 0, 0, 0, 1]
    assert {row.last_day for row in rows} == {None, NOW.date()}


@pytest.mark.parametrize("kind", ["pool", "batch"])
def test_the_page_shows_figures_charts_and_a_way_back(staff, kind):
    pool = make_pool(name="<Emirates>", free=4)
    lease = lease_with_sms(pool, timezone.now() - minutes(2), timedelta(seconds=75))
    pk = pool.pk if kind == "pool" else lease.number.batch_id
    client = staff("Junior")

    page = client.get(reverse(f"admin:numbers_{kind}_statistics", args=[pk])).content.decode()

    assert "100.0%" in page and "1 min 15 s" in page and "1 of 1 leases had an SMS" in page
    assert reverse(f"admin:numbers_{kind}_change", args=[pk]) in page
    assert "<Emirates>" not in page
    assert page.count("<canvas") == 2


@pytest.mark.parametrize("kind", ["pool", "batch"])
def test_the_page_leads_from_the_pool_and_the_file(staff, kind):
    pool = make_pool(free=1)
    pk = pool.pk if kind == "pool" else pool.batches.get().pk
    client = staff("Junior")

    page = client.get(reverse(f"admin:numbers_{kind}_change", args=[pk])).content.decode()

    assert "open-statistics" in page
    answer = client.get(reverse(f"admin:numbers_{kind}_open_statistics", args=[pk]))
    assert answer.url == reverse(f"admin:numbers_{kind}_statistics", args=[pk])
    assert client.get(reverse(f"admin:numbers_{kind}_statistics", args=[99])).status_code == 404
