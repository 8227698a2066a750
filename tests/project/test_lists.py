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
