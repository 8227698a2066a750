"""The ledger in the dashboard: found, filtered, told in words and exported."""

import csv
import io
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.contrib.admin import site
from django.db import connection, transaction
from django.urls import reverse

from points.models import Entry
from points.services import Cause, credit, lock_wallet, transfer
from tests.factories import make_member
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db

FIELDS = ["id", "wallet", "amount", "note"]
FEBRUARY = {
    "created_at_from_0": "2026-02-01",
    "created_at_from_1": "00:00:00",
    "created_at_to_0": "2026-02-28",
    "created_at_to_1": "23:59:59",
}


@pytest.fixture
def ann():
    return make_member(points=100, first_name="<b>Ann", username="ann")


@pytest.mark.parametrize("term", ["@ann", "an", "700"])
def test_a_members_entries_are_found(staff, term):
    client = staff("Junior")
    ann = make_member(points=1, username="ann")
    make_member(points=2, username="boris")
    term = term if term != "700" else str(ann.telegram_id)

    page = client.get(reverse("admin:points_entry_changelist"), {"q": term})

    assert [entry.wallet_id for entry in page.context["cl"].result_list] == [ann.pk]


@pytest.mark.parametrize(
    "kind, note, words",
    [
        ("game_stake", "rps 680", "Rock, paper, scissors 680"),
        ("daily", "3", "day 3"),
        ("level", "4", "level 4"),
        ("vip", "1", "1 day"),
        ("vip", "30", "30 days"),
        ("adjustment", "3", "3"),
        # As an older bot may have left it.
        ("game_stake", "<i>lotto", "&lt;i&gt;lotto"),
        ("vip", "for ever", "for ever"),
    ],
)
def test_an_entrys_note_is_told_in_words(staff, kind, note, words):
    ann = make_member()
    with transaction.atomic():
        credit(lock_wallet(ann.pk), 5, Cause(kind=kind, key="k", now=NOW, note=note))
    client = staff("Junior")

    ledger = client.get(reverse("admin:points_entry_changelist")).content.decode()
    member = client.get(reverse("admin:accounts_member_change", args=[ann.pk])).content.decode()

    assert f">{words}</td>" in " ".join(ledger.split()).replace("> ", ">").replace(" <", "<")
    assert f'<span class="th-note">{words}</span>' in member


def test_the_ledger_is_listed_without_counting_it(staff, django_assert_max_num_queries):
    client = staff("Junior")
    for _ in range(60):
        make_member(points=1)

    with django_assert_max_num_queries(12):
        client.get(reverse("admin:points_entry_changelist"))


def test_an_export_holds_no_formula(staff, ann, actor):
    from django.utils import timezone

    from points.services import adjust

    client = staff("Chief")
    adjust(member_id=ann.pk, change=-5, reason="=1+1", key="k", actor=actor, now=timezone.now())

    done = client.post(
        f"{reverse('admin:points_entry_export')}",
        {"format": "0", "resource": "0", **{f"entryresource_{f}": "on" for f in FIELDS}},
    )

    rows = list(csv.DictReader(io.StringIO(done.content.decode())))
    row = next(row for row in rows if "1+1" in row["note"])
    assert (row["note"], row["amount"]) == ("'=1+1", "-5")


@pytest.fixture
def year(ann):
    """Entries of two members, kinds and months."""
    boris = make_member(username="boris")
    for member, kind, month in (
        (ann, "daily", 1),
        (ann, "search", 2),
        (boris, "daily", 2),
        (boris, "daily", 3),
    ):
        give(member, kind, datetime(2026, month, 10, 12, tzinfo=UTC))
    return ann, boris


def give(member, kind, now):
    with transaction.atomic():
        key = f"{kind}:{member.pk}:{now}"
        credit(lock_wallet(member.pk), now.month, Cause(kind=kind, key=key, now=now))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "@boris"}, ["boris 3", "boris 2"]),
        ({"kind__exact": "search"}, ["ann 2"]),
        (FEBRUARY, ["boris 2", "ann 2"]),
        ({**FEBRUARY, "kind__exact": "daily"}, ["boris 2"]),
        ({**FEBRUARY, "q": "ann"}, ["ann 2"]),
        ({"q": "boris", "kind__exact": "search"}, []),
    ],
)
def test_the_ledger_is_filtered_and_exported_by_member_kind_and_period(staff, year, query, found):
    client = staff("Chief")
    listing, export = (reverse(f"admin:points_entry_{page}") for page in ("changelist", "export"))

    listed = client.get(listing, query).context["cl"].result_list
    exported = client.post(
        f"{export}?{urlencode(query)}",
        {"format": "0", "resource": "0", **{f"entryresource_{f}": "on" for f in FIELDS}},
    )

    names = {member.pk: member.username for member in year}
    rows = csv.DictReader(io.StringIO(exported.content.decode()))
    assert [f"{names[entry.wallet_id]} {entry.amount}" for entry in listed] == found
    assert [f"{names[int(row['wallet'])]} {row['amount']}" for row in rows] == found


def test_the_member_s_page_leads_to_his_entries(staff, year):
    page = staff("Junior").get(reverse("admin:points_entry_changelist"), {"wallet": year[1].pk})

    assert {entry.wallet_id for entry in page.context["cl"].result_list} == {year[1].pk}


def test_an_export_asks_the_database_as_often_for_many_rows(staff, django_assert_max_num_queries):
    client = staff("Chief")
    ann, boris = make_member(points=500), make_member()
    for number in range(40):
        transfer(sender_id=ann.pk, receiver_id=boris.pk, amount=1, key=f"op:{number}", now=NOW)

    with django_assert_max_num_queries(12):
        done = client.post(
            reverse("admin:points_entry_export"),
            {
                "format": "0",
                "resource": "0",
                "entryresource_id": "on",
                "entryresource_counterparty": "on",
                "entryresource_reverses": "on",
            },
        )

    assert done.content.count(b"\n") == 82


@pytest.mark.postgres
def test_a_period_of_the_ledger_goes_by_its_index(rf):
    request = rf.get("/", FEBRUARY)
    entries = Entry.objects.filter(created_at__gte=NOW, created_at__lte=NOW)

    with connection.cursor() as cursor:
        # An empty table is read whole whatever indexes it has.
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = entries.order_by(*site.get_model_admin(Entry).get_ordering(request))[:50].explain()

    assert "entry_newest" in plan


def test_seniors_export_nothing(staff):
    assert staff("Senior").get(reverse("admin:points_entry_export")).status_code == 403
