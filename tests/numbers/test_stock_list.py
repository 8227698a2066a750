"""The list of all numbers: counted without counting, in the order of an index, any pool or file."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from numbers.models import Number
from project import admin as project_admin
from tests.factories.numbers import make_batch, make_lease, make_pool

pytestmark = pytest.mark.django_db
LIST = "admin:numbers_number_changelist"


@pytest.fixture
def stock():
    """Two pools, the first of two files; one number leased."""
    first, second = make_pool(name="A", free=3), make_pool(name="B", free=2)
    late = make_batch(first, free=2)
    make_lease(pool=second)
    return first, second, late


def look(client, **query):
    return client.get(reverse(LIST), query).context["cl"]


def asks(stock):
    first, second, late = stock
    return {
        "all": ({}, 7),
        "pool": ({"pool__id__exact": first.pk}, 5),
        "file": ({"batch__id__exact": late.pk}, 2),
        "state": ({"state__exact": "leased"}, 1),
        "pool and state": ({"pool__id__exact": second.pk, "state__exact": "free"}, 1),
        "none": ({"pool__id__exact": first.pk, "state__exact": "used"}, 0),
    }


@pytest.mark.parametrize("name", ["all", "pool", "file", "state", "pool and state", "none"])
def test_a_filter_finds_its_numbers_and_their_count(admin_client, stock, name):
    query, count = asks(stock)[name]

    found = look(admin_client, **query)

    assert (found.result_count, len(found.result_list)) == (count, count)


def test_no_filter_counts_the_numbers(admin_client, stock):
    pool, _, late = stock
    query = {"pool__id__exact": pool.pk, "batch__id__exact": late.pk, "state__exact": "free"}

    with CaptureQueriesContext(
        connection,
    ) as queries:
        look(admin_client, **query)

    assert [q["sql"] for q in queries if "COUNT" in q["sql"] and "numbers_number" in q["sql"]] == []


def test_a_search_counts_what_it_finds(admin_client, stock):
    number = Number.objects.first()

    assert look(admin_client, q=f"+{number.e164}").result_count == 1
    assert look(admin_client, q="+971401234567").result_count == 0
    assert look(admin_client, q="any words").result_count == 0


def test_what_is_in_use_in_a_pool_comes_first_then_the_newest(admin_client, stock):
    first, second, _ = stock

    shown = list(look(admin_client, pool__id__exact=second.pk).result_list)
    newest = list(look(admin_client, pool__id__exact=first.pk).result_list)

    assert [number.state for number in shown] == ["leased", "free"]
    assert [number.pk for number in newest] == sorted((n.pk for n in newest), reverse=True)


def test_the_pages_end_where_they_would_be_slow(admin_client, stock, monkeypatch):
    monkeypatch.setattr(project_admin, "PAGES_MAX", 2)
    make_batch(stock[0], free=150)

    found = look(admin_client)

    assert (found.result_count, found.paginator.num_pages) == (157, 2)
    assert admin_client.get(reverse(LIST), {"p": 3}).status_code == 302
