"""The page of one row says for whom, by whom and when, in words for people."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_member
from tests.vip.gifts import give
from vip.dashboard import vip_now
from vip.models import AutoSearch, Grant, Membership, Plan, SupportRequest, Terms

pytestmark = pytest.mark.django_db

HOSTILE = "<b>Zoé</b>"
SHOWN = "&lt;b&gt;Zoé&lt;/b&gt;"


def read(client, name, *args) -> str:
    page = client.get(reverse(f"admin:{name}", args=args))
    assert page.status_code == 200
    return page.content.decode()


def test_a_memberships_times_are_written_as_everywhere(staff):
    until = timezone.now().replace(2031, 4, 3, 12, 30)
    member = Membership.objects.create(member=make_member(), premium_until=until, vip_until=until)

    page = read(staff("Senior"), "vip_membership_change", member.pk)

    assert page.count("3 Apr 2031, 12:30") == 2
    assert "2031-04-03" not in page
    assert "Vip until" not in page


def test_a_grant_leads_to_who_has_it_and_names_who_gave_it(staff):
    giver, receiver = make_member(points=500, first_name="Ann"), make_member(first_name=HOSTILE)
    give(giver, receiver)
    grant = Grant.objects.get()

    page = read(staff("Senior"), "vip_grant_change", grant.pk)

    membership = reverse("admin:vip_membership_change", args=[receiver.pk])
    assert f'<a href="{membership}">{SHOWN}</a>' in page
    assert "Ann" in page
    assert "1 day for 500 points" in page
    assert "Actor label" not in page


def test_a_payment_request_leads_to_its_member(staff):
    member = make_member(first_name=HOSTILE)
    asked = SupportRequest.objects.create(member=member, text="Why?", created_at=timezone.now())

    page = read(staff("Chief"), "vip_supportrequest_change", asked.pk)

    assert reverse("admin:accounts_member_change", args=[member.pk]) in page
    assert SHOWN in page


@pytest.mark.parametrize(
    ("searches", "points", "items", "expected"),
    [
        (1, 1, {}, "1 search, 1 point<"),
        (2, 1_200, {"shield": 1}, "2 searches, 1,200 points, 1 item<"),
    ],
)
def test_finds_are_counted_in_words(staff, searches, points, items, expected):
    row = AutoSearch.objects.create(
        member=make_member(),
        found_count=searches,
        found_points=points,
        found_items=items,
        digest_at=timezone.now(),
    )

    assert expected in read(staff("Senior"), "vip_autosearch_change", row.pk)


@pytest.mark.parametrize(("ending", "expected"), [(0, "0 end "), (1, "1 ends "), (2, "2 end ")])
def test_the_home_page_says_how_many_end_soon(ending, expected):
    now = timezone.now()
    for _ in range(ending):
        until = now + timedelta(hours=1)
        Membership.objects.create(member=make_member(), vip_until=until)

    assert vip_now(now).note == f"{expected}within 24 hours"


def test_a_week_of_vip_just_bought_does_not_end_soon(staff):
    make = Membership.objects.create
    make(member=make_member(), vip_until=timezone.now() + timedelta(days=6))

    assert "Ends soon" not in read(staff("Senior"), "vip_membership_changelist")


def test_without_terms_of_ones_own_the_page_shows_what_members_read(staff):
    client = staff("Chief")

    assert "They are no money and cannot be paid out" in read(client, "vip_terms_changelist")

    Terms.objects.create(language="en", text="Be kind.")
    assert "They are no money" not in read(client, "vip_terms_changelist")


@pytest.mark.parametrize(("days", "expected"), [(1, "1 day for"), (30, "30 days for")])
def test_a_plan_is_named_in_words(days, expected):
    assert str(Plan(days=days, price=10_000)) == f"{expected} 10,000 points"
