import pytest
from django.contrib.auth import get_user_model

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
