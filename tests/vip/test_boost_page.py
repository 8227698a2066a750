"""The page on which staff boosts auto-search."""

import pytest
from django.urls import reverse

from tests.factories import make_member
from tests.vip.auto_searches import give_boost, make_seeker, row_of
from vip.models import Boost

pytestmark = pytest.mark.django_db


def open_page(client, *members):
    return client.get(reverse("admin:vip_boost"), {"members": ",".join(str(m.pk) for m in members)})


def test_staff_boost_several_at_once_by_the_page(staff):
    client, ann, boris = staff("Senior"), make_member(username="ann"), make_member()
    page = open_page(client, ann, boris)
    form = page.context["form"]

    sent = {
        "members": form.initial["members"],
        "added": "20",
        "last_day": "2199-12-30",
        "reason": "contest",
        "key": form.initial["key"],
    }
    for _ in range(2):
        answer = client.post(reverse("admin:vip_boost"), sent, follow=True)

    assert "Boosted: 2 of 2" in answer.content.decode()
    assert [row_of(member).boost for member in (ann, boris)] == [20, 20]
    assert Boost.objects.get(member=ann).actor_label == "vera"


@pytest.mark.parametrize(
    "wrong",
    [
        {"members": "@nobody"},
        {"added": "0"},
        {"added": "1001"},
        {"last_day": "2020-01-01"},
        {"last_day": "2200-01-01"},
        {"last_day": "9999-12-31"},
        {"reason": ""},
    ],
)
def test_a_form_that_is_wrong_boosts_nobody(staff, wrong):
    client, ann = staff("Senior"), make_member(username="ann")
    form = open_page(client, ann).context["form"]
    sent = {
        "members": "@ann",
        "added": "20",
        "last_day": "2199-12-30",
        "reason": "contest",
        "key": form.initial["key"],
    }

    answer = client.post(reverse("admin:vip_boost"), sent | wrong)

    assert answer.status_code == 200 and answer.context["form"].errors
    assert not Boost.objects.exists()


def test_juniors_read_of_boosts_and_give_none(staff):
    client, ann = staff("Junior"), make_seeker(first_name="Ann")
    give_boost(ann)

    assert open_page(client, ann).status_code == 403
    for view in ("autosearch", "boost"):
        page = client.get(reverse(f"admin:vip_{view}_changelist"))
        assert "Ann" in page.content.decode()
    shown = client.get(reverse("admin:accounts_member_change", args=[ann.pk])).content.decode()
    assert "0 of 60 searches in the last 24 hours" in shown and "birthday" in shown
    assert "Boost auto-search" not in shown
