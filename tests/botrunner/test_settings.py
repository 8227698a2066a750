from datetime import UTC, datetime

import pytest
from django.utils import translation

from accounts.models import AuditEntry
from botrunner.models import Prompt
from botrunner.timezones import REGIONS, list_cities, search
from tests.factories import make_member
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@pytest.fixture
def phone():
    phone = Phone(make_member(language="en"))
    phone.now = NOON
    phone.say("/settings")
    return phone


def test_the_settings_show_how_things_stand(phone):
    text = phone.say("/settings")

    assert "English" in text and "UTC" in text and "31 January 2026, 12:00" in text


def test_the_settings_need_few_queries(phone):
    with at_most(5):
        phone.say("/settings")


def test_a_language_is_chosen_by_its_own_name(phone):
    phone.press("Language")
    assert phone.buttons[:4] == ["✅ English", "Français", "Русский", "العربية"]

    phone.press("Русский")

    assert phone.member.language == "ru"
    assert phone.calls[0]["method"] == "editMessageText"


def test_the_screen_after_a_choice_is_in_the_new_language(phone):
    phone.press("Language")

    with translation.override("fr"):
        expected = translation.gettext("⬅️ Back"), translation.gettext("🏠 Menu")
    phone.press("Français")
    assert phone.buttons[-1] == expected[1]
    assert "Français" in phone.text


def test_no_language_leaks_to_the_next_member(phone):
    before = translation.get_language()
    phone.press("Language")
    phone.press("العربية")

    assert translation.get_language() == before


def test_a_notification_is_turned_off_and_on(phone):
    phone.press("News: on")
    assert (phone.member.notify_news, "🔕 News: off" in phone.buttons) == (False, True)

    phone.press("News: off")
    assert (phone.member.notify_news, phone.member.notify_vip) == (True, True)


def test_a_second_press_of_the_same_button_changes_nothing_back(phone):
    data = phone.data_of("News: on")

    phone.press_data(data)
    phone.press_data(data)

    assert phone.member.notify_news is False


def test_a_time_zone_is_chosen_by_region_and_city(phone):
    phone.press("Time zone")
    phone.press("Asia")
    phone.press("▶️")
    assert "Dubai · 16:00" in phone.buttons

    text = phone.press("Dubai")

    assert phone.member.timezone == "Asia/Dubai"
    assert "31 January 2026, 16:00" in text


def test_a_time_zone_is_found_by_typing_the_city(phone):
    phone.press("Time zone")

    text = phone.say("san")

    assert "match" in text
    assert "Argentina, San Juan · 09:00" in phone.buttons
    phone.press("Santiago")
    assert phone.member.timezone == "America/Santiago"


def test_one_match_is_taken_at_once(phone):
    phone.press("Time zone")

    phone.say("dubai")

    assert phone.member.timezone == "Asia/Dubai"
    assert not Prompt.objects.exists()


def test_a_name_of_the_past_is_not_offered():
    assert "Asia/Calcutta" not in list_cities("Asia") and "Asia/Kolkata" in list_cities("Asia")


@pytest.mark.parametrize("typed", ["Atlantis", "<b>", "\u202e", "a" * 4000, "%", "?"])
def test_an_unknown_city_is_asked_for_again(phone, typed):
    phone.press("Time zone")

    text = phone.say(typed)

    assert "I know no city" in text and len(text) < 500
    assert phone.member.timezone == "UTC"
    phone.say("Dubai")
    assert phone.member.timezone == "Asia/Dubai"


def test_every_city_can_be_chosen():
    for region in REGIONS:
        phone = Phone(make_member())
        phone.say("/settings")
        phone.press("Time zone")
        phone.press(region)
        pages = 1
        while "Next ▶️" in phone.buttons:
            phone.press("Next ▶️")
            pages += 1
        assert pages == -(-len(list_cities(region)) // 16)


def test_the_exact_name_wins_over_those_that_hold_it():
    assert search("paris", 10) == ["Europe/Paris"]
    assert search("Asia/Dubai", 10) == ["Asia/Dubai"]
    assert search("new", 3)[0].split("/")[-1].startswith("New")
    assert search("  ", 10) == []


def test_choices_of_a_member_leave_no_audit(phone):
    phone.press("News")

    assert not AuditEntry.objects.exists()
