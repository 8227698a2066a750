"""The list of all leases: of one pool, by how they ended."""

from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse

from numbers.models import Lease
from numbers.services import change_number, release_lease
from tests.factories.numbers import make_lease, make_pool
from tests.numbers.leases import NOW

pytestmark = pytest.mark.django_db


def look(client, **query):
    return list(
        client.get(reverse("admin:numbers_lease_changelist"), query).context["cl"].result_list
    )


def test_a_lease_is_found_by_its_pool(admin_client):
    pool, other = make_pool(free=2), make_pool(free=1)
    first = make_lease(pool=pool, now=NOW)
    new = change_number(member_id=first.member_id, lease_id=first.pk, price=0, key="c", now=NOW)
    make_lease(pool=other, now=NOW)

    assert look(admin_client, pool__id__exact=pool.pk) == [new, first]


def test_a_lease_is_found_by_its_end(admin_client):
    lease = make_lease(now=NOW)
    make_lease(now=NOW)
    release_lease(member_id=lease.member_id, lease_id=lease.pk, now=NOW)

    assert look(admin_client, end__exact="released") == [lease]


def test_leases_from_before_have_the_pool_of_their_number():
    leases = [make_lease(now=NOW) for _ in range(2)]
    Lease.objects.update(pool=None)
    fill = import_module("numbers.migrations.0018_fill_pool_of_leases")

    with connection.cursor() as cursor:
        cursor.execute(fill.FILL)

    assert [lease.pool_id for lease in Lease.objects.order_by("pk")] == [
        lease.number.pool_id for lease in leases
    ]
