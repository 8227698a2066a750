"""Vouches and providers in the dashboard: who may do what, and that acts go through services."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from points.models import Vouch, VouchProvider
from points.selectors import balance_of
from points.services import give_vouch, transfer
from tests.factories import make_member
from tests.factories.vouches import make_photo, make_provider
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def pia():
    return make_provider(first_name="<b>Pia", username="pia", headline="<i>Bikes")


def vouch(provider, author=None, **values):
    values.setdefault("now", NOW)
    author = author or make_member(first_name="<b>Fan")
    return give_vouch(
        provider_id=provider.pk, author_id=author.pk, photo=make_photo(), **values
    ).vouch


def change(name, row):
    return reverse(f"admin:points_{name}_change", args=[row.pk])


def of(name, act, row):
    return reverse(f"admin:points_{name}_{act}", args=[row.pk])


MARK = "admin:points_vouchprovider_mark"


@pytest.mark.parametrize("name", ["vouch", "vouchprovider"])
def test_juniors_look_and_change_nothing(staff, pia, name):
    client, row = staff("Junior"), vouch(pia) if name == "vouch" else pia

    listed = client.get(reverse(f"admin:points_{name}_changelist"))
    shown = client.get(change(name, row))
    page = client.get(reverse("admin:accounts_member_change", args=[pia.pk]))

    assert (listed.status_code, shown.status_code) == (200, 200)
    content = (listed.content + shown.content + page.content).decode()
    assert "&lt;b&gt;Pia" in content and "<b>Pia" not in content and "<i>Bikes" not in content
    assert client.post(change(name, row), {"headline": "x"}).status_code == 403
    assert client.get(reverse(f"admin:points_{name}_add")).status_code == 403
    assert client.get(of(name, "delete", row)).status_code == 403


@pytest.mark.parametrize(
    ("group", "refused"),
    [
        ("Junior", ["void", "export", "mark", "headline_page", "unmark"]),
        ("Senior", ["export", "mark", "headline_page", "unmark"]),
        ("Chief", []),
    ],
)
def test_each_group_opens_its_acts(staff, pia, group, refused):
    client, given = staff(group), vouch(pia)
    urls = {
        "void": of("vouch", "void", given),
        "export": reverse("admin:points_vouch_export"),
        "mark": reverse(MARK),
        "headline_page": of("vouchprovider", "headline_page", pia),
        "unmark": of("vouchprovider", "unmark", pia),
    }

    codes = {name: client.get(url).status_code for name, url in urls.items()}

    assert codes == {name: 403 if name in refused else 200 for name in urls}


def test_seniors_void_a_vouch_once(staff, pia):
    client, given = staff("Senior"), vouch(pia)
    url = of("vouch", "void", given)

    assert client.post(url, {"reason": " "}).status_code == 200
    assert client.post(url, {"reason": "staged"}).status_code == 302
    again = client.post(url, {"reason": "staged"})

    assert "voided already" in again.content.decode()
    given.refresh_from_db()
    assert (given.voided_by_label, given.void_reason) == ("vera", "staged")
    assert balance_of(pia.pk) == 0
    assert AuditEntry.objects.get(action="points.void_vouch").origin == "web"


def test_what_was_spent_is_refused_with_the_way_out(staff, pia, state):
    given, ann = vouch(pia), make_member()
    transfer(sender_id=pia.pk, receiver_id=ann.pk, amount=1, key="k", now=NOW)
    client, before = staff("Senior"), state()

    page = client.post(of("vouch", "void", given), {"reason": "staged"}).content.decode()

    assert "&lt;b&gt;Pia has spent" in page and "1 of 1 points are missing" in page
    assert state() == before


def test_chiefs_mark_members_by_name_or_number(staff):
    client = staff("Chief")
    ann, boris = make_member(username="ann"), make_member()

    client.post(
        reverse(MARK), {"members": f"@ann, {boris.telegram_id}", "headline": " =Cakes\u202e "}
    )

    rows = VouchProvider.objects.order_by("pk").values_list("pk", "headline", "marked_by_label")
    assert list(rows) == [(ann.pk, "=Cakes", "vera"), (boris.pk, "=Cakes", "vera")]
    assert AuditEntry.objects.filter(action="points.mark_provider").count() == 2


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ("@nobody", "Not found: @nobody"),
        (",;", "Not found: anybody"),
        ("@a " * 101, "these are 101"),
        ("@frozen", "banned or frozen"),
        ("@ann @frozen", "banned or frozen"),
        ("@pia", "provider already"),
    ],
)
def test_a_refused_mark_marks_nobody(staff, pia, state, members, words):
    make_member(username="frozen", frozen_at=NOW)
    make_member(username="ann")
    client, before = staff("Chief"), state()

    page = client.post(reverse(MARK), {"members": members, "headline": ""})

    assert words in page.content.decode()
    assert state() == before


def test_who_was_unmarked_and_marked_again_finds_his_vouches(staff, pia):
    client = staff("Chief")
    vouch(pia)

    client.post(of("vouchprovider", "unmark", pia), {"reason": "moved away"})
    pia.refresh_from_db()
    assert (pia.is_active, pia.vouch_count) == (False, 1)
    again = client.post(of("vouchprovider", "unmark", pia), {"reason": "moved away"})
    assert "no provider, or no longer" in again.content.decode()
    client.post(reverse(MARK), {"members": "@pia", "headline": ""})

    pia.refresh_from_db()
    assert (pia.is_active, pia.vouch_count, pia.headline) == (True, 1, "<i>Bikes")
    assert AuditEntry.objects.get(action="points.unmark_provider").reason == "moved away"


def test_chiefs_write_the_headline_and_the_audit_does_not_keep_it(staff, pia):
    client = staff("Chief")

    client.post(of("vouchprovider", "headline_page", pia), {"headline": "Cakes"})

    pia.refresh_from_db()
    assert pia.headline == "Cakes"
    assert AuditEntry.objects.get(action="points.headline").details == {}


def test_the_member_s_page_and_the_list_lead_to_marking(staff, pia):
    client, ann = staff("Chief"), make_member(username="ann")
    url = f"{reverse(MARK)}?members={ann.pk}"

    page = client.get(reverse("admin:accounts_member_change", args=[ann.pk])).content.decode()
    own = client.get(reverse("admin:accounts_member_change", args=[pia.pk])).content.decode()
    chosen = client.post(
        reverse("admin:accounts_member_changelist"),
        {"action": "mark_providers", "_selected_action": [ann.pk]},
    )

    assert url in page and of("vouchprovider", "unmark", pia) in own
    assert chosen["Location"] == url
    assert "@ann" in client.get(url).content.decode()


def list_of(client, **query):
    page = client.get(reverse("admin:points_vouch_changelist"), query)
    return [row.pk for row in page.context["cl"].result_list]


# The filter of the library hands on the time without its zone.
@pytest.mark.filterwarnings("ignore:DateTimeField Vouch.created_at")
def test_vouches_are_found_by_provider_state_period_and_name(staff, pia):
    client, other, fan = staff("Senior"), make_provider(), make_member(username="fan")
    first, second = vouch(pia, fan), vouch(other, now=timezone.now())
    client.post(of("vouch", "void", first), {"reason": "x"})

    assert list_of(client) == [second.pk, first.pk]
    assert list_of(client, provider__member__exact=pia.pk) == [first.pk]
    assert list_of(client, state="voided") == [first.pk]
    assert list_of(client, state="counts") == [second.pk]
    assert list_of(client, created_at_to_0="2026-03-02", created_at_to_1="00:00") == [first.pk]
    assert list_of(client, q="@fan") == list_of(client, q="@pia") == [first.pk]


def test_the_lists_are_shown_in_few_queries(staff, django_assert_max_num_queries):
    client = staff("Senior")
    for _ in range(20):
        vouch(make_provider())

    for name in ("vouch", "vouchprovider"):
        with django_assert_max_num_queries(12):
            client.get(reverse(f"admin:points_{name}_changelist"))


def test_an_export_holds_no_formula(staff, pia):
    client, given = staff("Chief"), vouch(pia)
    client.post(of("vouch", "void", given), {"reason": "=1+1"})

    done = client.post(reverse("admin:points_vouch_export"), {"format": "0", "resource": "0"})

    (row,) = csv.DictReader(io.StringIO(done.content.decode()))
    assert (row["id"], row["provider"], row["provider_points"]) == (str(given.pk), str(pia.pk), "1")
    assert (row["void_reason"], Vouch.objects.get().void_reason) == ("'=1+1", "=1+1")


def test_vouches_of_a_day_are_found_without_a_time(staff, pia):
    given = vouch(pia)
    day = given.created_at.date().isoformat()
    url = reverse("admin:points_vouch_changelist")
    client = staff("Junior")

    found = client.get(url, {"created_at_from_0": day, "created_at_to_0": day})
    later = client.get(url, {"created_at_from_0": "2199-01-01"})

    assert list(found.context["cl"].result_list) == [given]
    assert list(later.context["cl"].result_list) == []
