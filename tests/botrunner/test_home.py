from datetime import timedelta

import pytest
from django.utils import timezone

from botrunner.identity import me
from points.models import Entry
from tests.factories import give_points, make_member
from tests.factories.staff import make_staff_member
from tests.phone import Phone
from tests.queries import at_most
from vip.models import Membership

pytestmark = pytest.mark.django_db
HOSTILE = ["<b>bold", "{{ member }}", "a" * 4096, "\u202eright to left\u2069", "&amp;"]


def test_the_menu_shows_the_balance_and_the_ways():
    phone = Phone(make_member(first_name="Ann", points=12_345))

    text = phone.say("/start")

    assert "Hello, \u2068Ann\u2069!" in text
    assert "12,345 points" in text
    assert len(phone.buttons) == 17


def test_the_first_contact_is_welcomed():
    assert "Welcome" in Phone(id=42, first_name="Ann").say("/start")


@pytest.mark.parametrize(("days", "is_shown"), [(1, True), (-1, False)])
def test_vip_is_shown_while_it_lasts(days, is_shown):
    member = make_member()
    Membership.objects.create(member=member, vip_until=timezone.now() + timedelta(days=days))

    assert ("VIP until" in Phone(member).say("/start")) is is_shown


def test_a_freeze_is_shown():
    member = make_member(frozen_at=timezone.now())

    assert "frozen" in Phone(member).say("/start")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_breaks_nothing(name):
    text = Phone(make_member(first_name=name[:256])).say("/start")

    shown = text[text.index("\u2068") + 1 : text.index("\u2069")]
    assert len(text) < 500
    assert not set(shown) & set("<>\u202e\n")
    assert text.count("\u2068") == text.count("\u2069")


def test_the_menu_is_edited_in_place():
    phone = Phone(make_member())
    phone.say("/settings")

    phone.press("Menu")

    assert phone.calls[0]["method"] == "editMessageText"
    assert phone.calls[1]["method"] == "answerCallbackQuery"


def test_staff_find_their_section():
    phone = Phone(make_staff_member("Junior"))
    phone.say("/start")

    assert "🛠 Staff" in phone.buttons


@pytest.mark.parametrize("staff_group", ["", "Senior"])
def test_the_menu_needs_few_queries(staff_group):
    member = make_staff_member(staff_group) if staff_group else make_member(points=10)
    phone = Phone(member)
    phone.say("/start")

    with at_most(5):
        phone.say("/start")


def test_an_unknown_text_shows_the_ways_out():
    phone = Phone(make_member())

    assert "did not understand" in phone.say("what?")
    assert phone.buttons == ["🏠 Menu", "❓ Help"]


def test_every_screen_leads_home():
    phone = Phone(make_member())
    for command in ("/help", "/settings", "/invites", "/link", "what?"):
        phone.say(command)
        assert "🏠 Menu" in phone.buttons, command


def test_another_member_s_button_is_refused_and_changes_nothing():
    owner, other = Phone(make_member(language="en")), Phone(make_member(language="en"))
    owner.say("/settings")
    owner.press("Language")

    answer = other.press_data(owner.data_of("Русский"))

    assert "somebody else" in answer
    assert (owner.member.language, other.member.language) == ("en", "en")


def test_a_private_command_in_a_group_leads_to_the_private_chat():
    group = Phone(make_member()).in_group()

    assert "private chat only" in group.say("/settings")
    row = group.screen["reply_markup"]["inline_keyboard"][0]
    assert row[0]["url"] == me.start_link("cmd_settings")


def test_the_link_from_a_group_runs_the_command():
    assert "Settings" in Phone(make_member()).say("/start cmd_settings")


@pytest.mark.parametrize("payload", ["cmd_enable", "cmd_start", "cmd_nothing", "x", "_", "cmd_"])
def test_other_payloads_lead_to_the_menu(payload):
    assert "Hello" in Phone(make_staff_member("Creator")).say(f"/start {payload}")


def test_a_banned_member_sees_no_menu_and_loses_nothing():
    member = make_member(banned_at=timezone.now())
    give_points(member, 5)
    phone = Phone(member)

    assert "suspended" in phone.say("/start")
    assert phone.buttons == []
    assert Entry.objects.filter(wallet=member.pk).count() == 1
