"""Points in the dashboard: what each group may do, and that acts go through the services."""

import re

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from points.models import Entry, Item, LedgerCheck, Progress, Search
from points.selectors import balance_of
from tests.factories import make_member
from tests.points.conftest import NOW
from tests.points.test_entry_list import give

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


def test_an_empty_list_offers_nothing_that_cannot_be_done(staff):
    client = staff("Junior")
    url = reverse("admin:points_itementry_changelist")

    empty = client.get(url).content.decode()
    filtered = client.get(url, {"q": "@nobody"}).content.decode()

    assert "Nothing here yet" in empty and "Show all" not in empty
    assert "Nothing matches" in filtered and "Show all" in filtered
