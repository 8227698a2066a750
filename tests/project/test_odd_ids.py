"""Addresses of the admin that no link leads to."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db

HUGE = 10**22


@pytest.fixture
def client():
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.mark.parametrize(
    "address",
    [
        f"/admin/accounts/member/{HUGE}/ban/",
        f"/admin/accounts/outboxmessage/?member={HUGE}",
        f"/admin/numbers/number/?pool={HUGE}",
        f"/admin/numbers/lease/?pool__exact={HUGE}",
        f"/admin/auth/user/?groups={HUGE}",
    ],
)
def test_an_id_beyond_the_database_is_no_fault(client, address):
    response = client.get(address)

    # PostgreSQL compares it all the same, and finds nothing.
    assert response.status_code in (200, 302, 404)


@pytest.mark.parametrize("app_page", ["points/wallet", "vip/membership", "numbers/batch"])
@pytest.mark.parametrize("odd", [str(HUGE), "a", "%00", "-1"])
def test_a_row_that_cannot_be_leads_home(client, app_page, odd):
    response = client.get(f"/admin/{app_page}/{odd}/change/")

    assert response.status_code in (302, 404)


def test_a_post_with_such_an_id_changes_nothing_and_is_no_fault(client):
    response = client.post(f"/admin/accounts/member/{HUGE}/ban/", {"reason": "odd"})

    assert response.status_code == 404
