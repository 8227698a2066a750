import pytest

from accounts.models import Member
from points.models import Wallet
from tests.factories import make_member
from tests.phone import Phone

pytestmark = pytest.mark.django_db


def test_first_contact_makes_a_member_with_welcome_points():
    phone = Phone(id=42, first_name="Ann", language_code="fr")

    phone.say("/start")

    assert Wallet.objects.get(member__telegram_id=42).balance == 25


def test_second_contact_gives_no_second_welcome():
    phone = Phone(id=42, first_name="Ann")

    phone.say("/start")
    phone.say("/start")

    assert Wallet.objects.get(member__telegram_id=42).balance == 25


def test_a_name_is_escaped():
    phone = Phone(id=42, first_name="<b>{{ x }}</b>")

    assert "&lt;b&gt;{{ x }}&lt;/b&gt;" in phone.say("/start")


def test_a_username_belongs_to_the_member_who_last_showed_it():
    old = make_member(username="ann")

    Phone(id=42, first_name="New", username="Ann").say("/start")

    old.refresh_from_db()
    assert (old.username, Member.objects.get(telegram_id=42).username) == (None, "Ann")


def test_a_banned_member_is_told_once():
    phone = Phone(make_member(banned_at="2026-01-01T00:00:00Z"))

    assert "suspended" in phone.say("/start")
    assert phone.say("/start") == ""


def test_altered_callback_data_is_refused():
    phone = Phone(make_member())
    phone.say("/start")

    assert "somebody else" in phone.press_data("home:AAAAAAAAAA")


def test_a_command_may_be_followed_by_a_new_line():
    assert "Settings" in Phone(make_member()).say("/start\ncmd_settings")


def test_a_service_message_is_not_answered():
    phone = Phone(make_member())
    message = {"message_id": 1, "date": 0, "chat": phone.chat, "from": phone.user}

    phone.receive({"message": {**message, "pinned_message": {}}})

    assert phone.calls == []


def test_a_picture_is_answered():
    phone = Phone(make_member())
    message = {"message_id": 1, "date": 0, "chat": phone.chat, "from": phone.user}

    assert "did not understand" in phone.receive({"message": {**message, "photo": []}})


def test_a_bot_makes_no_member():
    Phone(id=42, first_name="Bot", is_bot=True).say("/start")

    assert not Member.objects.exists()
