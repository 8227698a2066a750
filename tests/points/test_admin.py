"""Points in the dashboard: what each group may do, and that acts go through the services."""

import csv
import io
import re
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.contrib.admin import site
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import AuditEntry
from points.admin.forms import SETTINGS_LABELS
from points.models import Entry, Item, LedgerCheck, PointsSettings, Progress, Search
from points.selectors import balance_of
from points.services import Cause, credit, lock_wallet, transfer
from tests.factories import make_member
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_member(points=100, first_name="<b>Ann", username="ann")


def act(client, url, **values):
    """Opens the form, fills it in and sends it."""
    page = client.get(url)
    hidden = re.findall(r'name="key" value="([^"]+)"', page.content.decode())
    return client.post(url, {**values, **({"key": hidden[0]} if hidden else {})})


PAGES = ["wallet", "entry", "ledgercheck", "search", "progress", "item", "itementry"]


@pytest.mark.parametrize("name", PAGES)
def test_juniors_look_at_lists_and_rows_and_change_nothing(staff, ann, name):
    client = staff("Junior")
    LedgerCheck.objects.create(wallets=1, entries=1, minted=1, burnt=0)
    Search.objects.create(member=ann, searched_at=NOW, ready_at=NOW)
    Progress.objects.create(member=ann)
    item = Item.objects.create(member=ann, kind="jackpot")
    moved = item.entries.create(
        change=1, quantity_after=1, cause="gift", key="k", created_at=NOW, note="<b>Ann"
    )
    row = {
        "ledgercheck": LedgerCheck.objects.get().pk,
        "entry": Entry.objects.get().pk,
        "item": item.pk,
        "itementry": moved.pk,
    }.get(name, ann.pk)
    change = reverse(f"admin:points_{name}_change", args=[row])

    listed = client.get(reverse(f"admin:points_{name}_changelist"))
    shown = client.get(change)

    assert (listed.status_code, shown.status_code) == (200, 200)
    assert b"<b>Ann" not in listed.content + shown.content
    assert client.post(change, {"note": "x", "balance": 5}).status_code == 403
    assert client.get(reverse(f"admin:points_{name}_add")).status_code == 403
    assert client.get(reverse(f"admin:points_{name}_delete", args=[row])).status_code == 403


def test_juniors_find_no_act(staff, ann):
    client = staff("Junior")
    entry = Entry.objects.get()

    for url in (
        reverse("admin:points_wallet_adjust", args=[ann.pk]),
        reverse("admin:points_entry_reverse", args=[entry.pk]),
        reverse("admin:points_ledgercheck_check_now"),
        reverse("admin:points_item_give"),
    ):
        assert client.post(url, {"change": "5", "reason": "x"}).status_code == 403

    assert balance_of(ann.pk) == 100


def test_seniors_give_and_take_points(staff, ann):
    client = staff("Senior")

    done = act(
        client, reverse("admin:points_wallet_adjust", args=[ann.pk]), change="-30", reason="fine"
    )

    assert done.status_code == 302
    assert balance_of(ann.pk) == 70
    audit = AuditEntry.objects.get()
    assert (audit.action, audit.origin, audit.actor_label) == ("points.adjust", "web", "vera")


def test_a_form_sent_twice_acts_once(staff, ann):
    client = staff("Senior")
    url = reverse("admin:points_wallet_adjust", args=[ann.pk])
    values = {"change": "5", "reason": "x", "key": "5f0c9e0e-2a3b-4c5d-8e9f-000000000001"}

    client.post(url, values)
    client.post(url, values)

    assert balance_of(ann.pk) == 105


@pytest.mark.parametrize(
    ("change", "reason", "words"),
    [
        ("-101", "x", "would fall below zero"),
        ("0", "x", "whole number"),
        ("1e3", "x", "whole number"),
        ("٥", "x", "whole number"),
        ("5", "  ", "required"),
    ],
)
def test_a_refusal_is_shown_on_the_form(staff, ann, state, change, reason, words):
    client = staff("Senior")
    before = state()

    page = act(
        client,
        reverse("admin:points_wallet_adjust", args=[ann.pk]),
        change=change,
        reason=reason,
    )

    assert words in page.content.decode()
    assert state() == before


def test_chiefs_reverse_an_entry_once(staff, ann):
    client = staff("Chief")
    entry = Entry.objects.get()
    url = reverse("admin:points_entry_reverse", args=[entry.pk])

    assert act(client, url, reason="by mistake").status_code == 302
    again = act(client, url, reason="by mistake")

    assert "reversed already" in again.content.decode()
    assert balance_of(ann.pk) == 0


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("game_stake", "end the game and refund it"),
        ("game_refund", "would have staked for"),
        ("vouch", "voiding the vouch"),
        ("vip", "Revoke it on the page of the member who has it"),
    ],
)
def test_what_is_not_reversed_by_itself_says_what_to_do(staff, ann, state, kind, words):
    client = staff("Chief")
    give(ann, kind, NOW)
    url = reverse("admin:points_entry_reverse", args=[Entry.objects.get(kind=kind).pk])
    before = state()

    pages = client.get(url, follow=True), client.post(url, {"reason": "x"}, follow=True)

    assert all(words in page.content.decode() for page in pages)
    assert state() == before


def test_what_was_reversed_asks_for_no_second_reason(staff, ann):
    client = staff("Chief")
    entry = Entry.objects.get()
    url = reverse("admin:points_entry_reverse", args=[entry.pk])
    assert "Reason" in client.get(url).content.decode()
    client.post(url, {"reason": "A mistake"})
    reversal = Entry.objects.get(kind="reversal")

    for done in (entry, reversal):
        url = reverse("admin:points_entry_reverse", args=[done.pk])
        page = client.get(url, follow=True)
        assert page.redirect_chain
        assert "reversed already" in page.content.decode()


def test_chiefs_check_the_ledger(staff, ann):
    client = staff("Chief")

    page = client.post(reverse("admin:points_ledgercheck_check_now"), {"go": "1"}, follow=True)

    assert "All 1 entries of 1 wallets add up" in page.content.decode()
    assert LedgerCheck.objects.get().faults == []


def test_looking_at_the_check_form_checks_nothing(staff):
    staff("Chief").get(reverse("admin:points_ledgercheck_check_now"))

    assert not LedgerCheck.objects.exists()


def test_the_list_leads_to_the_one_row_of_settings(staff):
    client = staff("Chief")

    page = client.get(reverse("admin:points_pointssettings_changelist"), follow=True)

    assert page.status_code == 200
    assert page.redirect_chain[0][0] == reverse("admin:points_pointssettings_change", args=[1])


SETTINGS = {
    "welcome_points": "50",
    "referral_points": "25",
    "daily_ladder": "5, 10",
    "transfer_daily_max": "10000",
    "level_points": "25",
    "search_item_percent": "4",
    "search_points_min": "5",
    "search_points_max": "10",
    "search_cooldown_seconds": "300",
    "transfer_min_age_hours": "0",
    "game_stake_max": "1000",
    "pot_seconds": "30",
    "game_xp_daily_max": "300",
    "vouch_points": "1",
    "vouch_author_points": "0",
    "vouch_pair_seconds": "60",
}


def test_a_change_of_settings_is_audited(staff):
    client = staff("Chief")
    PointsSettings.objects.create()

    client.post(reverse("admin:points_pointssettings_change", args=[1]), SETTINGS)

    assert PointsSettings.objects.get().daily_ladder == [5, 10]
    audit = AuditEntry.objects.get(action="points.settings")
    assert audit.details["changes"]["welcome_points"] == [25, 50]
    assert set(audit.details["changes"]) == {"welcome_points", "daily_ladder"}
    page = client.get(reverse("admin:points_pointssettings_change", args=[1]))
    assert 'value="5, 10"' in page.content.decode()


def test_every_number_has_a_name_and_a_place(staff):
    form = (
        staff("Chief")
        .get(reverse("admin:points_pointssettings_changelist"), follow=True)
        .context["adminform"]
    )

    numbers = {field.name for field in PointsSettings._meta.concrete_fields} - {"id"}
    assert {field.field.name for section in form for line in section for field in line} == numbers
    assert set(SETTINGS_LABELS) == numbers
    assert {name: form.form.fields[name].label for name in numbers} == SETTINGS_LABELS


def test_the_settings_say_who_changed_what(staff):
    client = staff("Chief")
    url = reverse("admin:points_pointssettings_change", args=[1])
    PointsSettings.objects.create()
    nobody = client.get(url).content.decode()

    client.post(url, {**SETTINGS, "game_stake_max": "2500"})

    text = " ".join(client.get(url).content.decode().split())
    assert "Nobody has changed these numbers yet" in nobody
    assert "Highest stake: 1,000 → 2,500" in text
    assert "Points by day of a streak: 25, 30, 35, 40, 50, 60, 100 → 5, 10" in text
    assert "vera" in text


def test_a_number_that_is_gone_keeps_its_place_in_the_history(staff):
    client = staff("Senior")
    AuditEntry.objects.create(
        action="points.settings",
        origin="web",
        actor_label="<b>olga",
        details={"changes": {"old_number": [True, "<i>"]}},
    )

    page = client.get(reverse("admin:points_pointssettings_changelist"), follow=True)

    assert "Old number: True → &lt;i&gt;" in page.content.decode()
    assert "<b>olga" not in page.content.decode()


@pytest.mark.parametrize("ladder", ["", "{}", "0", "5, 0", "1.5", "five", "5,,", "٥", "9" * 15])
def test_an_odd_ladder_is_refused(staff, ladder):
    client = staff("Chief")
    PointsSettings.objects.create()

    client.post(
        reverse("admin:points_pointssettings_change", args=[1]),
        {**SETTINGS, "daily_ladder": ladder},
    )

    assert PointsSettings.objects.get().welcome_points == 25


def test_seniors_see_the_settings_and_cannot_change_them(staff):
    client = staff("Senior")
    PointsSettings.objects.create()
    url = reverse("admin:points_pointssettings_change", args=[1])

    assert client.get(url).status_code == 200
    assert client.post(url, SETTINGS).status_code == 403


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


def test_an_empty_list_offers_nothing_that_cannot_be_done(staff):
    client = staff("Junior")
    url = reverse("admin:points_itementry_changelist")

    empty = client.get(url).content.decode()
    filtered = client.get(url, {"q": "@nobody"}).content.decode()

    assert "Nothing here yet" in empty and "Show all" not in empty
    assert "Nothing matches" in filtered and "Show all" in filtered


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


FIELDS = ["id", "wallet", "amount", "note"]


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


FEBRUARY = {
    "created_at_from_0": "2026-02-01",
    "created_at_from_1": "00:00:00",
    "created_at_to_0": "2026-02-28",
    "created_at_to_1": "23:59:59",
}


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
