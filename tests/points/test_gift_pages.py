"""Giving items in the dashboard: to members by name, to those chosen in the list, to its filter."""

import re

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from points.models import ItemEntry
from points.selectors import bag_of
from tests.factories import give_item, make_member
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db

URL = "/admin/points/item/give/"
LIST = "/admin/accounts/member/"
ACROSS = {"action": "give_items", "select_across": "1"}
GIFT = {"kind": "multiplier_x2", "quantity": "2", "reason": "contest <b>"}


@pytest.fixture
def ann():
    return make_member(first_name="<b>Ann", username="ann", language="fr")


@pytest.fixture
def boris():
    return make_member(first_name="Boris", username="boris", language="ru")


def hidden(response) -> dict[str, str]:
    """What the page's hidden fields send."""
    tags = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", response.content.decode())
    pairs = [(re.search(r'name="([^"]*)"', t), re.search(r'value="([^"]*)"', t)) for t in tags]
    return {name[1]: value[1] for name, value in pairs if name and value}


def fill(client, **values):
    return {**hidden(client.get(URL)), "members": "@ann", **GIFT, **values}


def test_items_are_given_after_a_look_and_a_confirmation(staff, ann, boris):
    client = staff("Senior")

    look = client.post(URL, {**fill(client, members="@ann, @boris"), "step": "look"})

    shown = look.content.decode()
    assert "Give 2 × Multiplier ×2 to each of 2 members" in shown
    assert "@boris" in shown and "<b>Ann" not in shown and "contest <b>" not in shown
    assert not ItemEntry.objects.exists()

    sent = {**hidden(look), "step": "confirm"}
    done = client.post(URL, sent, follow=True)
    client.post(URL, sent)

    assert "Given to 2 members, 2 each." in done.content.decode()
    assert [bag_of(member.pk) for member in (ann, boris)] == [{"multiplier_x2": 2}] * 2
    assert AuditEntry.objects.filter(action="points.gift").count() == 2


def test_going_back_keeps_what_was_written(staff, ann):
    client = staff("Senior")
    look = client.post(URL, {**fill(client), "step": "look"})

    page = client.post(URL, {**hidden(look), "step": "edit"})

    assert "@ann" in page.content.decode() and hidden(page)["key"] == hidden(look)["key"]
    assert not ItemEntry.objects.exists()


def test_who_can_receive_nothing_is_counted_and_left_out(staff, ann):
    make_member(username="frozen", frozen_at=NOW)
    client = staff("Senior")
    look = client.post(URL, {**fill(client, members="@ann @frozen"), "step": "look"})

    assert "banned or frozen</dt><dd>1<" in look.content.decode()
    done = client.post(URL, {**hidden(look), "step": "confirm"}, follow=True)

    assert "Given to 1 member, 2 each, 1 left out." in done.content.decode()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"members": "@nobody"}, "Not found: @nobody"),
        ({"members": " "}, "required"),
        ({"members": ",;"}, "Not found: anybody"),
        ({"members": "@a " * 101}, "these are 101"),
        ({"members": "@frozen"}, "Nobody of those"),
        ({"kind": "gold"}, "not one of the available choices"),
        ({"quantity": "0"}, "greater than or equal to 1"),
        ({"quantity": "101"}, "less than or equal to 100"),
        ({"reason": " "}, "required"),
    ],
)
def test_a_refused_gift_gives_nobody_anything(staff, ann, state, values, words):
    make_member(username="frozen", frozen_at=NOW)
    client = staff("Senior")
    before = state()

    page = client.post(URL, {**fill(client, **values), "step": "confirm"})

    assert words in page.content.decode()
    assert state() == before


def test_the_member_s_page_leads_to_the_gift(staff, ann):
    client = staff("Senior")
    give_item(ann, "multiplier_x3", 7)

    page = client.get(reverse("admin:accounts_member_change", args=[ann.pk])).content.decode()

    assert f"{URL}?members={ann.pk}" in page
    assert "Multiplier ×3" in page
    assert "@ann" in client.get(f"{URL}?members={ann.pk}").content.decode()


def send(client, url, page, **values):
    """One step further on the pages of the list's action."""
    return client.post(url, {**hidden(page), **GIFT, **values}, follow=True)


def test_items_are_given_to_those_chosen_in_the_list(staff, ann, boris):
    client = staff("Senior")

    form = client.post(LIST, {"action": "give_items", "_selected_action": [ann.pk]})
    look = send(client, LIST, form, step="look")
    done = send(client, LIST, look, step="confirm")

    assert "to 1 member<" in look.content.decode()
    assert "Given to 1 member, 2 each." in done.content.decode()
    assert (bag_of(ann.pk), bag_of(boris.pk)) == ({"multiplier_x2": 2}, {})


def test_items_are_given_to_all_that_a_filter_finds(staff, ann, boris):
    client = staff("Chief")
    url, clara = f"{LIST}?language=fr", make_member(language="fr")

    form = client.post(url, {**ACROSS, "_selected_action": [ann.pk]})
    look = send(client, url, form, step="look")
    done = send(client, url, look, step="confirm")

    assert "to each of 2 members<" in look.content.decode()
    assert "Given to 2 members" in done.content.decode()
    bags = [bag_of(member.pk) for member in (ann, clara, boris)]
    assert bags == [{"multiplier_x2": 2}, {"multiplier_x2": 2}, {}]


@pytest.mark.parametrize("step", ["", "look", "confirm"])
def test_seniors_do_not_give_to_all_at_once(staff, ann, state, step):
    client = staff("Senior")
    key = "5f0c9e0e-2a3b-4c5d-8e9f-000000000002"
    before = state()

    values = {**ACROSS, **GIFT, "key": key, "step": step, "_selected_action": [ann.pk]}
    page = client.post(LIST, values, follow=True)

    assert "may not give to all" in page.content.decode()
    assert state() == before
