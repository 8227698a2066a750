import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("/admin/accounts/member/", "Members"),
        ("/admin/points/entry/", "Entries"),
        ("/admin/numbers/inboundsms/", "Inbound SMS"),
    ],
)
def test_the_tab_of_a_list_names_what_it_holds(client, url, title):
    client.force_login(get_user_model().objects.create_superuser("root"))

    assert f"{title} | Tallyhouse" in client.get(url).content.decode()


def test_a_list_offers_to_show_all_only_where_something_is_left_out(admin_client):
    make_member(username="ann")
    members = reverse("admin:accounts_member_changelist")

    assert "Show all" not in admin_client.get(members).content.decode()
    assert "Show all" in admin_client.get(members, {"q": "@nobody"}).content.decode()


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({}, 4),
        ({"from_0": "2026-02-10"}, 3),
        ({"to_0": "2026-02-10"}, 3),
        ({"from_0": "2026-02-10", "to_0": "2026-02-10"}, 2),
        ({"from_0": "2026-02-10", "from_1": "12:00:00", "to_0": "2026-02-10"}, 1),
        ({"to_0": "2026-02-10", "to_1": "12:00:00"}, 2),
        ({"from_0": "2026-02-10", "from_1": "noon"}, 3),
        ({"from_0": "31 Feb", "to_1": "12:00:00"}, 4),
        ({"from_0": "2026-02-31"}, 4),
    ],
)
def test_a_period_without_times_is_of_whole_days(admin_client, bounds, found):
    for moment in ("09T23:59:59", "10T00:00:00", "10T23:59:59.9", "11T00:00:00"):
        make_member(joined_at=f"2026-02-{moment}Z")
    query = {f"joined_at_{name}": value for name, value in bounds.items()}

    page = admin_client.get(reverse("admin:accounts_member_changelist"), query)

    assert page.context["cl"].result_count == found


def test_nobody_has_the_filters_counted(admin_client):
    page = admin_client.get(reverse("admin:accounts_member_changelist"), {"_facets": "True"})

    assert page.context["cl"].add_facets is False
